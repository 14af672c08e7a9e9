"""Who serves whom, visits and promises: each step, and that nobody else sees or does any of it."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError
from hypothesis import given
from hypothesis import strategies as st

from tests import city
from tongban.kernel.access.rules import NotAllowed
from tongban.kernel.records.actions import action
from tongban.modules.visits import actions, calc, queries
from tongban.modules.visits.actions import BadInput, NotPossible, Report
from tongban.modules.visits.models import Assignment, Promise, Visit
from tongban.modules.visits.queries import NotServed

pytestmark = pytest.mark.django_db
MONDAY, DAY = date(2026, 3, 2), timedelta(days=1)


def plan(firm, by, on=MONDAY):
    return actions.plan_visit(organisation_id=firm.pk, purpose="regular", on=on, by=by)


def report(*promises, words="谈了扩产", met="林总", on=None):
    return Report(met=met, words=words, on=on, promises=promises)


@pytest.fixture
def visited(firm, served, officer):
    """A visit with one promise."""
    row = plan(firm, officer)
    return actions.record_visit(
        visit_id=row.pk, report=report(("协调用电增容", MONDAY + 9 * DAY)), by=officer
    )


class TestVisits:
    """From the plan to the promise kept."""

    def test_a_visit_sets_the_next_one(self, served, visited, firm):
        row = queries.assignment_of(firm.pk)
        assert (served.next_on, row.visited_on, row.next_on) == (
            MONDAY + 30 * DAY,
            MONDAY,
            MONDAY + 12 * 30 * DAY,
        )
        assert (visited.state, visited.met, visited.words) == ("done", "林总", "谈了扩产")

    def test_the_most_demanding_list_says_how_often(self, served, firm, officer, manager):
        actions.put_on_list(code="doubling", uscc=firm.uscc, by=manager)
        actions.put_on_list(code="town-own", uscc=firm.uscc, by=manager)
        row = plan(firm, officer)
        actions.record_visit(visit_id=row.pk, report=report(), by=officer)
        assert queries.assignment_of(firm.pk).next_on == MONDAY + 2 * 30 * DAY

    def test_a_promise_is_kept_once(self, visited, officer):
        [row] = queries.promises(officer)
        kept = actions.keep_promise(promise_id=row.pk, words="已增容 800 千伏安", by=officer)
        assert (kept.kept_on, kept.kept_by) == (MONDAY, officer.account_id)
        with pytest.raises(NotPossible):
            actions.keep_promise(promise_id=row.pk, words="再来", by=officer)
        assert list(queries.promises(officer)) == []

    def test_a_visit_is_recorded_once(self, visited, officer):
        with pytest.raises(NotPossible):
            actions.record_visit(visit_id=visited.pk, report=report(), by=officer)
        with pytest.raises(NotPossible):
            actions.call_off(visit_id=visited.pk, by=officer)

    @pytest.mark.parametrize(
        "broken",
        [
            report(words=" "),
            report(met=""),
            report(on=MONDAY + DAY),
            report(("承诺", None)),
            report(("承诺", MONDAY - DAY)),
        ],
    )
    def test_what_is_not_whole_is_refused(self, firm, served, officer, broken):
        row = plan(firm, officer)
        with pytest.raises(BadInput):
            actions.record_visit(visit_id=row.pk, report=broken, by=officer)
        assert (Visit.objects.get().state, Promise.objects.count()) == ("planned", 0)

    @pytest.mark.parametrize(
        ("purpose", "on"), [("party", MONDAY), ("regular", None), ("regular", MONDAY - DAY)]
    )
    def test_a_plan_that_makes_no_sense(self, firm, served, officer, purpose, on):
        with pytest.raises(BadInput):
            actions.plan_visit(organisation_id=firm.pk, purpose=purpose, on=on, by=officer)

    def test_another_officer_takes_over_what_is_open(self, visited, firm, officer, other, manager):
        plan(firm, officer, MONDAY + 20 * DAY)
        actions.assign(organisation_id=firm.pk, officer_id=other.account_id, by=manager)
        assert [one.name for one in queries.planned(other)] == [firm.name]
        assert [one.words for one in queries.promises(other)] == ["协调用电增容"]
        assert list(queries.planned(officer)) == []
        assert [one.pk for one in queries.visits(officer)] == [visited.pk]  # what one did oneself stays
        assert Assignment.objects.filter(organisation_id=firm.pk).count() == 2


class TestRights:
    """Nobody else's enterprise."""

    def test_officer_deputy_and_manager_see_it(self, visited, firm, officer, deputy, manager):
        for actor in (officer, deputy, manager):
            assert [one.organisation_id for one in queries.assignments(actor)] == [firm.pk]
            assert [one.pk for one in queries.visits(actor)] == [visited.pk]

    def test_nobody_else_does(self, visited, firm, other, elsewhere):
        for actor in (other, elsewhere, city.actor(city.officer("clerk", "project_officer", agency=""))):
            assert list(queries.assignments(actor)) == []
            assert list(queries.visits(actor)) == []
            assert list(queries.promises(actor, open_only=False)) == []
            for write in (
                lambda by: plan(firm, by),
                lambda by: actions.record_visit(visit_id=visited.pk, report=report(), by=by),
                lambda by: actions.keep_promise(promise_id=Promise.objects.get().pk, words="x", by=by),
                lambda by: actions.note_appeal(visit_id=visited.pk, number="1", by=by),
            ):
                with pytest.raises(NotServed):
                    write(actor)

    def test_a_role_that_ended_opens_nothing(self, visited, officer):
        plain = city.actor(city.officer("clerk", agency=""))
        row = Assignment.objects.get()
        action(Assignment.objects.filter(pk=row.pk).update)(officer_id=plain.account_id)
        assert list(queries.assignments(plain)) == []

    def test_the_enterprise_reads_what_was_promised_and_no_visit(self, visited, boss, firm):
        actor = city.actor(city.account(boss), firm)
        assert [one.words for one in queries.promises_to(actor, firm.pk)] == ["协调用电增容"]
        assert list(queries.visits(actor)) == []
        stranger = city.person("方圆")
        other = city.actor(city.account(stranger), city.organisation(stranger, "别的公司"))
        assert queries.promises_to(other, firm.pk) == []

    def test_another_towns_manager_changes_nothing(self, firm, officer, elsewhere, served):
        writes = [
            lambda: actions.put_on_list(code="town-own", uscc=firm.uscc, by=elsewhere),
            lambda: actions.assign(organisation_id=firm.pk, officer_id=officer.account_id, by=elsewhere),
            lambda: actions.name_officer(
                account_id=officer.account_id, phone="12345", place_path=city.town(), by=elsewhere
            ),
            lambda: actions.set_duty(
                town=city.DALANG, day=MONDAY, account_id=officer.account_id, by=elsewhere
            ),
            lambda: actions.set_duty(town="nowhere", day=MONDAY, account_id=officer.account_id, by=elsewhere),
        ]
        for write in writes:
            with pytest.raises(NotAllowed):
                write()


class TestTheTown:
    """Lists, officers, duty."""

    def test_by_hand_and_off_again(self, firm, manager):
        row = actions.put_on_list(code="town-own", uscc=f" {firm.uscc.lower()} ", by=manager)
        assert [one.code for one in queries.lists_of(firm.pk)] == ["town-own"]
        with pytest.raises(NotPossible):
            actions.put_on_list(code="town-own", uscc=firm.uscc, by=manager)
        actions.take_off_list(entry_id=row.pk, by=manager)
        assert queries.lists_of(firm.pk) == []

    @pytest.mark.parametrize(
        ("code", "uscc"), [("moon", ""), ("town-own", "91441900MA0000000X"), ("town-own", "\x00")]
    )
    def test_a_list_or_firm_that_is_not_there(self, firm, manager, code, uscc):
        with pytest.raises(BadInput):
            actions.put_on_list(code=code, uscc=uscc or firm.uscc, by=manager)

    def test_who_has_no_role_is_no_officer(self, manager, firm, officer):
        clerk = city.officer("clerk", agency="")
        with pytest.raises(BadInput):
            actions.name_officer(account_id=clerk.pk, phone="12345", place_path=city.town(), by=manager)
        for pair in ((clerk.pk, None), (officer.account_id, officer.account_id)):
            with pytest.raises(BadInput):
                actions.assign(organisation_id=firm.pk, officer_id=pair[0], deputy_id=pair[1], by=manager)

    def test_the_database_knows_that_a_deputy_is_another(self, served):
        with pytest.raises(IntegrityError, match="assignment_deputy_is_another"):
            action(Assignment.objects.filter(pk=served.pk).update)(deputy_id=served.officer_id)

    def test_duty_is_replaced(self, officer, deputy, manager):
        for actor in (officer, deputy):
            actions.set_duty(town=city.DALANG, day=MONDAY, account_id=actor.account_id, by=manager)
        assert queries.duties(city.town(), MONDAY) == {MONDAY: deputy.account_id}

    def test_figures(self, visited, manager, elsewhere):
        found = queries.figures(manager, city.town(), MONDAY)
        assert found == {"served": 1, "to_visit": 0, "visited": 1, "promised": 1, "overdue": 0}
        assert queries.figures(manager, city.town(), MONDAY + 10 * DAY)["overdue"] == 1
        assert set(queries.figures(elsewhere, city.town(), MONDAY).values()) == {0}


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(-40, 40), st.integers(0, 30))
def test_lights_of_a_day(due, apart, yellow):
    light = calc.light_of(due, due + apart * DAY, yellow)
    assert light == ("red" if apart > 0 else "yellow" if apart >= -yellow else "green")
