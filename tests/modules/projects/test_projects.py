"""A project from its intake to its end: what is laid out, who may do what, what counts as progress."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError

from tests import city
from tests.modules.projects.conftest import ANSWERS
from tongban.kernel.access.rules import NotAllowed
from tongban.kernel.events import queries as events
from tongban.kernel.records.actions import action
from tongban.modules.projects import actions, queries
from tongban.modules.projects.actions import Plan, Said
from tongban.modules.projects.models import Project, ProjectEntry
from tongban.modules.projects.states import EntryKind, Light, Role

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 3, 2)


def names(row):
    """The events of a row."""
    return [event.name for event in events.history(row.pk)]


def said(kind, **more):
    return Said(kind=kind, words="情况", **more)


class TestOpening:
    """One intake."""

    def test_everything_that_follows_is_there(self, project, officer):
        stages = queries.stages_of(project)
        assert [one.stage for one in stages] == [one.id for one in queries.kind("expansion").stages]
        assert [(one.planned_on, one.actual_on) for one in stages[:2]] == [
            (MONDAY, MONDAY),
            (MONDAY + timedelta(days=30), None),
        ]
        permits = queries.items_of(project, Role.PERMIT)
        assert [one.permit for one in permits] == ["filing", "pollution", "planning", "construction"]
        subsidies = queries.items_of(project, Role.SUBSIDY)
        assert [one.item for one in subsidies] == ["equipment-upgrade", "robot-purchase"]
        needs = queries.entries_of(project, EntryKind.NEED)
        assert {(one.about, one.office) for one in needs} == {
            ("power", "power-supply"),
            ("water", "water-supply"),
            ("people", "human-resources"),
        }
        assert (project.number, project.officer_id, project.agency) == (
            "XM202600001",
            officer.account_id,
            "town-dalang",
        )
        assert names(project) == ["project.opened"]

    def test_numbers_follow_one_another(self, project, plan, officer):
        assert actions.open_project(plan=plan, by=officer).number == "XM202600002"

    def test_what_is_not_known_stays_open(self, plan, officer):
        answers = {name: value for name, value in ANSWERS.items() if name not in ("pollution", "builds")}
        row = actions.open_project(plan=replace(plan, answers=answers), by=officer)
        assert row.undecided == ["eia", "pollution", "planning", "construction", "drainage", "device"][:4]

    def test_the_enterprise_opens_its_own_and_no_other(self, plan, boss, firm, strangers):
        row = actions.open_project(plan=plan, by=city.actor(city.account(boss), firm))
        assert row.officer_id is None
        for stranger in strangers:
            with pytest.raises(NotAllowed):
                actions.open_project(plan=plan, by=stranger)
        assert Project.objects.count() == 1

    @pytest.mark.parametrize(
        "broken", [{"name": " "}, {"name": "长" * 121}, {"promised_fen": 0}, {"promised_fen": 10**16}]
    )
    def test_what_makes_no_sense_is_refused(self, plan, officer, broken):
        with pytest.raises(actions.BadEntry):
            actions.open_project(plan=replace(plan, **broken), by=officer)

    def test_a_kind_that_the_pack_lacks(self, firm, officer):
        with pytest.raises(queries.NoSuchKind):
            actions.open_project(plan=Plan("moon", "月球", firm.pk, 1), by=officer)


class TestMoving:
    """From stage to stage."""

    def test_to_the_last_stage(self, project, officer, clock):
        clock.move(days=40)
        row = actions.advance(project_id=project.pk, stage="filed", on=date(2026, 4, 1), by=officer)
        assert (row.stage, row.moved_on, row.check_on) == ("filed", date(2026, 4, 1), None)
        row = actions.advance(project_id=project.pk, stage="started", on=date(2026, 4, 11), by=officer)
        assert row.check_on == date(2027, 4, 11)
        row = actions.advance(project_id=project.pk, stage="target", on=date(2026, 4, 11), by=officer)
        assert (row.state, row.ended_on) == ("done", date(2026, 4, 11))
        with pytest.raises(actions.NotPossible):
            actions.note(project_id=project.pk, said=said("progress"), by=officer)
        assert names(project) == ["project.opened", *["project.advanced"] * 3]

    @pytest.mark.parametrize("stage", ["lead", "moon", ""])
    def test_never_back_and_never_nowhere(self, project, officer, stage):
        with pytest.raises(actions.NotPossible):
            actions.advance(project_id=project.pk, stage=stage, on=MONDAY, by=officer)

    @pytest.mark.parametrize("on", [MONDAY - timedelta(days=1), MONDAY + timedelta(days=1)])
    def test_a_day_lies_between_the_stage_before_and_today(self, project, officer, on):
        with pytest.raises(actions.BadEntry):
            actions.advance(project_id=project.pk, stage="review", on=on, by=officer)

    def test_a_plan_moves_until_the_stage_begins(self, project, officer):
        stage = actions.plan_stage(
            project_id=project.pk, stage="review", planned_on=date(2026, 5, 4), by=officer
        )
        assert stage.planned_on == date(2026, 5, 4)
        with pytest.raises(actions.NotPossible):
            actions.plan_stage(project_id=project.pk, stage="lead", planned_on=date(2026, 5, 4), by=officer)


class TestTheBook:
    """What is written down."""

    def test_money_adds_up(self, project, officer):
        for fen in (1_000_000, 2_500_000):
            actions.note(project_id=project.pk, said=said("money", fen=fen), by=officer)
        project.refresh_from_db()
        assert project.done_fen == 3_500_000
        assert project.done_fen == sum(one.fen for one in queries.entries_of(project, EntryKind.MONEY))

    def test_what_shows_progress_and_what_does_not(self, project, officer, clock):
        clock.move(days=70)
        actions.note(
            project_id=project.pk, said=said("issue", office="housing", due_on=date(2026, 6, 1)), by=officer
        )
        project.refresh_from_db()
        assert project.moved_on == MONDAY
        actions.note(project_id=project.pk, said=said("progress", day=date(2026, 4, 1)), by=officer)
        project.refresh_from_db()
        assert project.moved_on == date(2026, 4, 1)

    def test_an_issue_is_settled_once(self, project, officer):
        entry = actions.note(
            project_id=project.pk,
            said=said("issue", office="housing", due_on=date(2026, 3, 9), number="SQ2026-1"),
            by=officer,
        )
        done = actions.settle(project_id=project.pk, entry_id=entry.pk, words=" 已解决 ", by=officer)
        assert (done.settled_on, done.settled_words, done.settled_by) == (
            MONDAY,
            "已解决",
            officer.account_id,
        )
        with pytest.raises(actions.NotPossible):
            actions.settle(project_id=project.pk, entry_id=entry.pk, words="再来", by=officer)

    @pytest.mark.parametrize(
        "broken",
        [
            said("moon"),
            said("check"),
            said("money"),
            said("money", fen=0),
            said("issue"),
            said("issue", office="housing", due_on=date(2026, 3, 1)),
            said("progress", day=date(2026, 3, 3)),
            Said(kind="progress", words="  "),
        ],
    )
    def test_what_makes_no_sense_is_refused(self, project, officer, broken):
        before = ProjectEntry.objects.count()
        with pytest.raises(actions.BadEntry):
            actions.note(project_id=project.pk, said=broken, by=officer)
        assert ProjectEntry.objects.count() == before

    def test_a_check_sets_the_next_one(self, project, officer):
        entry = actions.check(project_id=project.pk, good=False, words="未达产", by=officer)
        project.refresh_from_db()
        assert (entry.good, project.check_on) == (False, date(2027, 3, 2))

    def test_the_database_keeps_what_must_hold(self, project, officer):
        entry = actions.note(
            project_id=project.pk, said=said("issue", office="housing", due_on=date(2026, 3, 9)), by=officer
        )
        with pytest.raises(IntegrityError, match="project_entry_followed"):
            action(ProjectEntry.objects.filter(pk=entry.pk).update)(office="")

    def test_an_end_has_a_reason(self, project, officer):
        with pytest.raises(actions.BadEntry):
            actions.end(project_id=project.pk, ending="done", words="x", by=officer)
        row = actions.end(project_id=project.pk, ending="out", words="半年没有进展", by=officer)
        assert (row.state, row.ended_because) == ("out", "半年没有进展")


class TestRights:
    """Another town's project does not exist."""

    def test_each_sees_the_own(self, project, officer, boss, firm, strangers):
        owner = city.actor(city.account(boss), firm)
        partner = city.actor(city.officer("project_partner", agency=""))
        whole = city.actor(city.officer("project_officer", agency="", place=""))
        for actor in (officer, owner, partner, whole):
            assert [one.pk for one in queries.projects(actor)] == [project.pk]
        for actor in strangers:
            assert list(queries.projects(actor)) == []
            with pytest.raises(queries.NoSuchProject):
                queries.project(actor, project.pk)

    def test_who_only_sees_changes_nothing(self, project, officer, boss, firm, strangers):
        partner = city.actor(city.officer("project_partner", agency=""))
        for actor in (partner, city.actor(city.account(boss), firm), *strangers):
            for write in (
                lambda by: actions.note(project_id=project.pk, said=said("progress"), by=by),
                lambda by: actions.advance(project_id=project.pk, stage="filed", on=MONDAY, by=by),
                lambda by: actions.check(project_id=project.pk, good=True, words="x", by=by),
                lambda by: actions.end(project_id=project.pk, ending="out", words="x", by=by),
                lambda by: actions.hand_over(project_id=project.pk, officer_id=officer.account_id, by=by),
            ):
                with pytest.raises(queries.NoSuchProject):
                    write(actor)
        assert names(project) == ["project.opened"]

    def test_a_project_goes_only_to_who_may_have_it(self, project, officer, strangers):
        other = city.actor(city.officer("project_officer", agency="", name="李梅"))
        row = actions.hand_over(project_id=project.pk, officer_id=other.account_id, by=officer)
        assert row.officer_id == other.account_id
        with pytest.raises(actions.BadEntry):
            actions.hand_over(project_id=project.pk, officer_id=strangers[0].account_id, by=officer)


class TestLists:
    """Lights and filters in the database agree with the calculation."""

    def test_lights_are_the_same_in_the_database(self, plan, officer):
        today = MONDAY
        moved = [
            today - timedelta(days=n) for n in (0, 30, 58, 59, 60, 61, 89, 90, 91, 92, 181, 182, 183, 400)
        ]
        rows = []
        for day in moved:
            row = actions.open_project(plan=plan, by=officer)
            action(Project.objects.filter(pk=row.pk).update)(moved_on=day)
            rows.append((row.pk, day))
        everything = queries.projects(officer)
        for light in Light:
            wanted = {
                pk for pk, day in rows if queries.calc.light_of(day, today, queries.settings()) == light
            }
            found = {one.pk for one in queries.narrowed(everything, today, light=light)}
            assert found == wanted, light
            assert wanted, light

    def test_narrowed(self, project, officer, plan):
        other = actions.open_project(plan=replace(plan, kind="equipment", name="换新线"), by=officer)
        rows = queries.projects(officer)

        def found(**how):
            return {one.pk for one in queries.narrowed(rows, MONDAY, **how)}

        assert found(kind="equipment") == {other.pk}
        assert found(words="换新") == {other.pk}
        assert found(words=project.number) == {project.pk}
        assert found(words="台信") == {project.pk, other.pk}
        assert found(town=city.HUMEN) == set()
        assert found(town="nowhere", kind="moon", light="blue") == {project.pk, other.pk}
        assert queries.by_stage(rows) == {("expansion", "lead"): 1, ("equipment", "lead"): 1}
