"""Departments have a part in a project: they see it, settle what waits for them alone, and are told; days make things due."""

from datetime import date, timedelta

import pytest

from tests import city
from tests.modules.projects.conftest import ANSWERS
from tongban.foundation import time
from tongban.kernel.access import actions as access
from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.access.rules import allowed
from tongban.kernel.events import queries as events
from tongban.kernel.notices.models import Notice
from tongban.kernel.records.actions import action
from tongban.modules.projects import actions, queries, rules, tasks
from tongban.modules.projects.actions import Decision, Plan, Said
from tongban.modules.projects.models import Project
from tongban.modules.projects.states import EntryKind, Light

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 3, 2)


def office(agency, role="project_officer", **more):
    """An officer of a department whose right names it, in Dalang."""
    return city.officer(role, agency=agency, **more)


def need(project, about):
    return next(one for one in queries.entries_of(project, EntryKind.NEED) if one.about == about)


def told(account):
    """The titles in an inbox, in the order in which they came."""
    city.run_jobs()
    return list(
        Notice.objects.filter(account_id=account.pk).order_by("id").values_list("title_zh", flat=True)
    )


class TestWhoSees:
    """A stage or a matter opens the project to an office, in its place, and no further."""

    def test_an_office_with_a_stage_or_a_matter(self, project):
        # natural-resources owns stages of an expansion; power-supply is asked for power alone; customs for nothing.
        for agency, sees in (("natural-resources", True), ("power-supply", True), ("customs", False)):
            actor = city.actor(office(agency, "project_partner"))
            assert [one.pk for one in queries.projects(actor)] == ([project.pk] if sees else []), agency
            assert queries.may(actor, project, "manage") is False

    def test_not_of_an_enterprise_that_its_officer_keeps_away_from(self, project):
        account, colleague = office("power-supply"), office("power-supply")
        access.recuse(
            account_id=account.pk, subject_id=project.organisation_id, reason="配偶在该企业任职", by=SYSTEM
        )
        kept, by = city.actor(account), city.actor(colleague)
        assert [one.pk for one in queries.matters(by)] == [need(project, "power").pk]
        assert queries.settled_by(by, project) == {need(project, "power").pk}
        assert [one.pk for one in queries.projects(by)] == [project.pk]
        assert list(queries.projects(kept)) == list(queries.matters(kept)) == []
        with pytest.raises(queries.NoSuchProject):
            queries.matter_for(kept, project.pk, need(project, "power").pk)

    def test_not_in_another_town(self, project):
        actor = city.actor(office("power-supply", place=city.town(city.HUMEN)))
        assert list(queries.projects(actor)) == []
        assert list(queries.matters(actor)) == []

    def test_a_right_without_an_office_is_not_asked_for_its_offices_and_reaches_the_same(self, project):
        # Both ways of asking come to the same rows: those of the place, and those in which the other right's office has a part.
        partner = city.officer("project_partner", agency="")
        both = city.officer("project_partner", agency="")
        access.grant(
            account_id=both.pk,
            role="project_partner",
            agency="natural-resources",
            place_path=city.town(city.HUMEN),
            items=(),
            by=SYSTEM,
        )
        for account in (partner, both):
            actor = city.actor(account)
            whole = allowed(rules.POLICY, actor, "view") | allowed(rules.PARTS, actor, "view")
            asked = set(Project.objects.filter(rules.reach(actor)).values_list("pk", flat=True))
            assert asked == set(Project.objects.filter(whole).values_list("pk", flat=True)) == {project.pk}
        assert "projectstage" not in str(queries.projects(city.actor(partner)).query).lower()

    def test_each_office_finds_what_waits_for_it(self, project, officer):
        power, people = need(project, "power"), need(project, "people")
        found = {
            agency: [one.pk for one in queries.matters(city.actor(office(agency)))]
            for agency in ("power-supply", "human-resources", "natural-resources")
        }
        assert found == {
            "power-supply": [power.pk],
            "human-resources": [people.pk],
            "natural-resources": [],
        }
        assert queries.offices_asked(officer) == ["human-resources", "power-supply", "water-supply"]
        assert {one.pk for one in queries.matters(officer)} == {
            one.pk for one in queries.entries_of(project, EntryKind.NEED)
        }

    def test_filters(self, project, officer):
        rows = queries.matters(officer)
        asked = {"office": "power-supply"}
        assert [one.about for one in queries.matters_found(rows, asked, MONDAY)] == ["power"]
        assert queries.matters_found(rows, {"kind": "issue"}, MONDAY).count() == 0
        assert queries.matters_found(rows, {"kind": "nonsense", "light": "nonsense"}, MONDAY).count() == 3
        last = MONDAY + timedelta(days=30)
        late = [
            queries.matters_found(rows, {"light": "red"}, day).count()
            for day in (last, last + timedelta(days=1))
        ]
        assert late == [0, 3]


class TestSettling:
    """The office settles its own, nobody else's."""

    def test_its_own_and_no_other(self, project):
        mine, other = need(project, "power"), need(project, "people")
        by = city.actor(office("power-supply"))
        assert queries.settled_by(by, project) == {mine.pk}
        entry = actions.settle(project_id=project.pk, entry_id=mine.pk, words="已增容。", by=by)
        assert (entry.settled_words, entry.settled_by) == ("已增容。", by.account_id)
        event = events.history(project.pk)[-1]
        assert (event.name, event.payload) == (
            "project.settled",
            {"entry": str(mine.pk), "kind": "need", "office": "power-supply"},
        )
        with pytest.raises(queries.NoSuchProject):
            actions.settle(project_id=project.pk, entry_id=other.pk, words="x", by=by)
        with pytest.raises(actions.NotPossible):
            actions.settle(project_id=project.pk, entry_id=mine.pk, words="x", by=by)

    def test_who_only_looks_settles_nothing(self, project):
        mine = need(project, "power")
        for by in (
            city.actor(office("power-supply", "project_partner")),
            city.actor(office("power-supply", place=city.town(city.HUMEN))),
        ):
            assert queries.settled_by(by, project) == set()
            with pytest.raises(queries.NoSuchProject):
                actions.settle(project_id=project.pk, entry_id=mine.pk, words="x", by=by)

    def test_a_matter_of_another_project_is_not_settled_through_this_one(self, project, plan, officer):
        other = actions.open_project(plan=plan, by=officer)
        with pytest.raises(queries.NoSuchProject):
            actions.settle(project_id=other.pk, entry_id=need(project, "power").pk, words="x", by=officer)

    def test_an_ended_project_keeps_what_waited(self, project, officer):
        mine = need(project, "power")
        actions.end(project_id=project.pk, ending="out", words="没有进展", by=officer)
        by = city.actor(office("power-supply"))
        assert list(queries.matters(by)) == []
        with pytest.raises(actions.NotPossible):
            actions.settle(project_id=project.pk, entry_id=mine.pk, words="x", by=by)


class TestTold:
    """Who hears of what; a notice bears the number and no word."""

    def test_what_a_firm_asks_for_comes_to_the_towns_own(self, firm, boss):
        town = city.officer("town_manager", agency="", name="温丽")
        far = city.officer("project_officer", agency="", place="", name="袁江")
        power = office("power-supply")
        plan = Plan("expansion", "三号车间扩建", firm.pk, 6_000_000_000, ANSWERS)
        row = actions.open_project(plan=plan, by=city.actor(city.account(boss), firm))
        assert told(town) == ["企业提出了投资项目，请认领"]
        assert told(far) == []
        assert told(power) == ["有项目事项交给本单位，请按期办结"]
        notice = Notice.objects.get(account_id=power.pk)
        assert (notice.about_id, notice.body_zh) == (row.pk, f"项目编号 {row.number}。请打开项目查看。")

    def test_without_anybody_in_the_town_the_citys_are_told(self, firm, boss):
        far = city.officer("project_officer", agency="", place="", name="袁江")
        plan = Plan("expansion", "三号车间扩建", firm.pk, 6_000_000_000, ANSWERS)
        actions.open_project(plan=plan, by=city.actor(city.account(boss), firm))
        assert told(far) == ["企业提出了投资项目，请认领"]

    def test_the_firm_hears_of_each_step(self, project, officer, boss):
        account = city.account(boss)
        other = office("")
        actions.hand_over(project_id=project.pk, officer_id=other.pk, by=officer)
        actions.advance(project_id=project.pk, stage="filed", on=MONDAY, by=officer)
        actions.check(project_id=project.pk, good=True, words="按约", by=officer)
        actions.settle(project_id=project.pk, entry_id=need(project, "power").pk, words="已办", by=officer)
        actions.end(project_id=project.pk, ending="withdrawn", words="企业不建了", by=officer)
        assert sorted(told(account)) == sorted(
            [
                "项目有了负责的专员",
                "项目进入下一阶段",
                "项目做了履约核查",
                "项目的一个事项已经办结",
                "项目已经结束",
            ]
        )
        assert sorted(told(other)) == ["项目交给您负责", "项目的一个事项已经办结"]

    def test_offices_hear_of_an_issue_and_of_a_decision_but_not_of_progress(self, project, officer, boss):
        lead = office("natural-resources")
        due = MONDAY + timedelta(days=9)
        for kind, more in (("progress", {}), ("issue", {"office": "natural-resources", "due_on": due})):
            actions.note(project_id=project.pk, said=Said(kind, "情况", **more), by=officer)
        actions.hold_meeting(
            project_id=project.pk,
            day=MONDAY,
            chair="分管副镇长",
            offices=["natural-resources", "town-dalang"],
            decisions=[Decision("甲", "natural-resources", due), Decision("乙", "natural-resources", due)],
            by=officer,
        )
        assert told(lead) == ["有项目事项交给本单位，请按期办结"] * 2
        decided = queries.entries_of(project, EntryKind.DECISION)[0]
        before = told(city.account(boss))
        actions.settle(project_id=project.pk, entry_id=decided.pk, words="已定", by=city.actor(lead))
        assert told(city.account(boss)) == before  # what meetings decide stays inside


class TestDue:
    """What a day makes due is told once, a day that no worker ran is made up for."""

    def test_lights(self, project, officer):
        owner = officer.account_id

        def on(day):
            tasks.remind(day)
            return list(
                Notice.objects.filter(account_id=owner).order_by("id").values_list("title_zh", flat=True)
            )

        yellow, red = date(2026, 5, 2), date(2026, 6, 2)
        assert [one for one in on(yellow - timedelta(days=1)) if "没有进展" in one] == []
        for _ in range(2):
            assert on(yellow)[-1:] == ["项目没有进展：进展缓慢"]
        assert on(yellow + timedelta(days=1)).count("项目没有进展：进展缓慢") == 1
        assert on(red + timedelta(days=2)).count("项目没有进展：停滞") == 1  # two days late
        out = date(2026, 9, 3)
        assert on(out).count("项目没有进展：应移出项目库") == 1
        assert [light for _row, light in queries.dimmed_since(out)] == [Light.OUT]
        assert queries.dimmed_since(out + timedelta(days=3)) == []

    def test_matters_past_their_day(self, project, officer):
        power = office("power-supply")
        last = MONDAY + timedelta(days=30)
        tasks.remind(last)
        assert Notice.objects.filter(title_zh="项目事项超期，请立即办理").count() == 0
        for _ in range(2):
            tasks.remind(last + timedelta(days=1))
        rows = Notice.objects.filter(title_zh="项目事项超期，请立即办理")
        # Three needs for the officer, one of them for the office of power.
        assert rows.filter(account_id=officer.account_id).count() == 3
        assert rows.filter(account_id=power.pk).count() == 1

    def test_the_yearly_check(self, project, officer):
        actions.advance(project_id=project.pk, stage="started", on=MONDAY, by=officer)
        project.refresh_from_db()
        assert project.check_on == date(2027, 3, 2)
        tasks.remind(date(2027, 3, 1))
        checks = Notice.objects.filter(title_zh="项目到了年度履约核查的日子")
        assert checks.count() == 0
        for day in (2, 3):
            tasks.remind(date(2027, 3, day))
        assert [one.account_id for one in checks] == [officer.account_id]
        rows = queries.projects(officer)
        due = [
            [one.pk for one in queries.narrowed(rows, day, light=queries.CHECK)]
            for day in (date(2027, 3, 1), date(2027, 3, 2))
        ]
        assert due == [[], [project.pk]]
        with time.freeze("2027-03-02T09:00"):
            actions.check(project_id=project.pk, good=True, words="按约履行", by=officer)
        assert list(queries.narrowed(rows, date(2027, 3, 2), light=queries.CHECK)) == []

    def test_nobody_is_told_of_projects_that_have_ended(self, project, officer):
        actions.end(project_id=project.pk, ending="out", words="没有进展", by=officer)
        _backdate(project.pk)
        for day in (date(2026, 5, 2), MONDAY + timedelta(days=31)):
            assert queries.dimmed_since(day) == []
            assert queries.overdue_since(day) == []
            assert queries.to_check_since(day) == []


@action
def _backdate(project_id):
    Project.objects.filter(pk=project_id).update(check_on=date(2026, 5, 2))
