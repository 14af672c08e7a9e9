"""What the night does where nobody acted by a day: exactly once, and never to who was in time."""

import datetime as dt

import pytest

from tests import city
from tests.kernel.cases.filling import dispatch, relief
from tests.kernel.cases.stages import Office, at, correct, office
from tongban.kernel.cases import actions, queries
from tongban.kernel.cases.models import Case
from tongban.kernel.cases.states import CaseState
from tongban.kernel.cases.tasks import days
from tongban.kernel.deadlines.models import ClockEntry
from tongban.kernel.events import queries as events
from tongban.kernel.events.models import Event
from tongban.kernel.events.tasks import run_daily

pytestmark = pytest.mark.django_db


@pytest.fixture
def of(clock) -> Office:
    return office()


def everything() -> tuple:
    """All that a night could change."""
    rows = [list(model.objects.order_by("id").values()) for model in (Case, ClockEntry)]
    return rows, Event.objects.count()


class TestDeemedAcceptance:
    """Article 32: whoever is not told anything within five working days has been accepted from the day of receipt."""

    def test_as_of_the_day_of_receipt(self, of, clock):
        case = at(CaseState.SUBMITTED, of)  # Monday 2 March
        answered = at(CaseState.ACCEPTED, of)
        clock.to("2026-03-09T23:59")
        days.catch_up()
        assert city.again(case).state == "submitted"
        clock.to("2026-03-10T00:05")
        days.catch_up()
        case = city.again(case)
        assert (case.state, case.accepted_at, case.accepted_by) == ("accepted", case.submitted_at, None)
        # Ten and twenty working days from 2 March, as if accepted then.
        assert (case.due_on, case.statutory_due_on) == (dt.date(2026, 3, 16), dt.date(2026, 3, 30))
        assert [one.state for one in queries.steps_of(case)] == ["open", "waiting"]
        assert [task.kind for task in queries.work_of(case)] == ["step"]
        assert [(event.name, event.actor_kind) for event in events.history(case.pk)][-1] == (
            "case.deemed_accepted",
            "system",
        )
        assert city.again(answered).accepted_by == of.clerk.account_id

    def test_a_filing_on_a_day_off_counts_from_the_next_working_day(self, of, clock):
        clock.to("2026-03-07T23:30")  # Saturday
        case = at(CaseState.SUBMITTED, of)
        clock.to("2026-03-16T23:59")
        days.catch_up()
        assert city.again(case).state == "submitted"
        clock.to("2026-03-17T00:05")
        days.catch_up()
        case = city.again(case)
        assert (case.state, case.due_on) == ("accepted", dt.date(2026, 3, 23))

    def test_whoever_was_asked_on_the_last_day_is_not_accepted_on_the_day_they_answer(self, of, clock):
        case = at(CaseState.SUBMITTED, of)
        clock.to("2026-03-09T17:00")
        points = [{"kind": "material", "id": "identity", "note": "看不清"}]
        actions.request_supplement(case_id=case.pk, points=points, message="请补正", by=of.clerk)
        clock.to("2026-03-16T10:00")
        correct(case, of.applicant)
        actions.resubmit(case_id=case.pk, by=of.applicant)
        days.catch_up()  # a worker that begins its day late
        assert city.again(case).state == "submitted"
        clock.to("2026-03-17T00:05")
        days.catch_up()
        assert city.again(case).state == "accepted"

    def test_a_case_that_waits_for_its_applicant_is_left_alone(self, of, clock):
        case = at(CaseState.SUPPLEMENT_REQUESTED, of)
        clock.move(days=20)
        days.catch_up()
        assert city.again(case).state == "supplement_requested"


class TestLapse:
    """A supplement that did not come by the day of the notice."""

    def test_it_is_returned_on_the_day_after(self, of, clock):
        case = at(CaseState.SUPPLEMENT_REQUESTED, of)
        assert queries.supplement_of(case).due_on == dt.date(2026, 4, 1)
        clock.to("2026-04-01T23:59")
        days.catch_up()
        assert city.again(case).state == "supplement_requested"
        clock.to("2026-04-02T00:05")
        days.catch_up()
        case = city.again(case)
        assert (case.state, case.closing_code) == ("terminated", "5")
        assert "2026年4月1日" in case.reasons

    def test_the_day_is_never_a_day_off(self, of, clock):
        clock.to("2026-09-02T10:00")  # thirty days later is 2 October
        case = at(CaseState.SUPPLEMENT_REQUESTED, of)
        assert queries.supplement_of(case).due_on == dt.date(2026, 10, 8)

    def test_what_was_handed_in_on_the_last_day_is_in_time(self, of, clock):
        case = at(CaseState.SUPPLEMENT_REQUESTED, of)
        clock.to("2026-04-01T23:58")
        actions.resubmit(case_id=case.pk, by=of.applicant)
        clock.to("2026-04-02T00:05")
        days.catch_up()
        assert city.again(case).state == "submitted"


def crowd(of) -> list[Case]:
    """A case for every kind of work that the night does, and some for none."""
    tolerated, _ = dispatch(deferred=["sample_agreement"])
    noticed, _ = relief()
    for case in (tolerated, noticed):
        actions.accept(case_id=case.pk, by=of.clerk)
    actions.complete_step(case_id=noticed.pk, opinion="x", second_officer=of.other.account_id, by=of.reviewer)
    states = (CaseState.SUBMITTED, CaseState.SUPPLEMENT_REQUESTED, CaseState.IN_REVIEW, CaseState.CLOSED)
    return [tolerated, noticed, *(at(state, of) for state in states)]


@pytest.mark.parametrize("later", [8, 16, 40])
def test_a_second_time_changes_nothing(of, clock, later):
    crowd(of)
    clock.move(days=later)
    before = everything()
    days.catch_up()
    once = everything()
    assert once != before
    days.catch_up()
    assert everything() == once
    clock.move(days=0, hours=1)
    days.catch_up()
    assert everything() == once


def test_the_workers_daily_run_does_it_once_a_day(of, clock):
    case = at(CaseState.SUBMITTED, of)
    clock.to("2026-03-10T00:05")
    assert run_daily(clock.now.date()) >= 1
    assert city.again(case).state == "accepted"
    assert run_daily(clock.now.date()) == 0
    clock.move(days=1)
    assert run_daily(clock.now.date()) >= 1


def test_the_verbs_of_the_night_leave_alone_what_is_not_late(of, clock):
    for case in crowd(of):
        before = everything()
        actions.deem_accepted(case_id=case.pk)
        actions.lapse(case_id=case.pk)
        actions.end_for_want_of_material(case_id=case.pk)
        for step in queries.steps_of(case):
            actions.let_silence_speak(step_id=step.pk)
        assert everything() == before
