"""From any state that can be reached, by random verbs and random days: what must always be true stays true."""

import datetime as dt
from collections.abc import Callable
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import city
from tests.kernel.cases import test_work as work
from tests.kernel.cases.filling import dispatch, relief
from tests.kernel.cases.stages import Office, allowance_draft, calls, office
from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.cases import actions, queries
from tongban.kernel.cases.models import Case
from tongban.kernel.cases.states import OPEN_STATES, TRANSITIONS, Verb
from tongban.kernel.cases.tasks import days
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.deadlines.models import Clock
from tongban.kernel.deadlines.states import ClockKind
from tongban.kernel.events.models import Event
from tongban.site.invariants import state_changes, submissions

pytestmark = pytest.mark.django_db
BEGINNINGS: dict[str, Callable[[Office], Case]] = {
    "allowance": allowance_draft,
    "dispatch": lambda of: _accepted(of, dispatch(deferred=["sample_agreement"])),
    "relief": lambda of: _accepted(of, relief()),
}
# By event: what the table says can have led to it, from where, to where.
ROWS = {row.event: row for row in TRANSITIONS.values()}


# What ends a case is tried seldom, or most walks would be short.
ENDING = {Verb.DEEM_RENEWED, Verb.TERMINATE, Verb.WITHDRAW, Verb.REFUSE, Verb.LAPSE, Verb.DENY, Verb.GRANT}


def _accepted(of: Office, made: tuple[Case, Any]) -> Case:
    case, of.applicant = made
    return actions.accept(case_id=case.pk, by=of.clerk)


def every_call(case: Case, of: Office) -> dict[str, Callable[[], Any]]:
    """Each thing that somebody can do to the case, by name; each is offered whether it is possible or not."""
    found: dict[str, Callable[[], Any]] = {str(verb): call for verb, call in calls(case, of).items()}
    id, second = case.pk, of.other.account_id
    found["complete_step"] = lambda: actions.complete_step(
        case_id=id, opinion="符合", second_officer=second, by=of.reviewer
    )
    found["propose_promise"] = lambda: actions.propose_pause(
        case_id=id, kind="public_notice", basis="x", reasons="x", planned_days=3, by=of.reviewer
    )
    found["supply"] = lambda: actions.supply(
        case_id=id, material="sample_agreement", file=FILE[0], by=of.applicant
    )
    found["correct"] = lambda: _correct(id, of)
    return found


def _correct(id: Any, of: Office) -> None:
    time.shift(dt.timedelta(minutes=1))  # nobody corrects in the very moment in which they are asked
    actions.add_material(case_id=id, material="identity", file=FILE[0], by=of.applicant)


EXAMPLES = 15  # some hundreds were run when this was written
FILE: list[Any] = []
NAMES = sorted({*map(str, Verb), "propose_promise", "correct"})


@contextmanager
def undone():
    """A walk of its own: nothing of it stays, the clock goes back."""
    try:
        with time.freeze("2026-03-02T09:00"), transaction.atomic():
            yield
            transaction.set_rollback(True)
    finally:
        FILE.clear()


# A jump of days, a call that fits the state, or any call at all.
STEPS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 999)), min_size=10, max_size=30)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(beginning=st.sampled_from(sorted(BEGINNINGS)), steps=STEPS)
def test_whatever_is_done_in_whatever_order(beginning, steps):
    with undone():
        of = office()
        FILE.append(city.letter_pdf(1))
        case = BEGINNINGS[beginning](of)
        for kind, pick in steps:
            if kind < 2:
                time.shift(dt.timedelta(days=(1, 1, 2, 7, 8, 15)[pick % 6]))
                watched(case, days.catch_up)
                continue
            names = fits(case, pick) if kind < 9 else NAMES
            watched(case, every_call(case, of)[names[pick % len(names)]])
        assert submissions() == []
        assert state_changes() == []


def fits(case: Case, pick: int) -> list[str]:
    """The calls whose row of the table begins in the state of the case; now and then those that end it."""
    state, ends = city.again(case).state, pick % 20 == 0
    rows = [row.verb for row in TRANSITIONS.values() if state in row.sources]
    return sorted(str(verb) for verb in rows if (verb in ENDING) is ends) or NAMES


def watched(case: Case, call: Callable[[], Any]) -> None:
    """Make the call: it is refused in words and changes nothing, or it is a way of the table; all holds afterwards."""
    before, events = city.again(case), Event.objects.count()
    rows, refused = list(Clock.objects.order_by("id").values()), None
    try:
        with transaction.atomic():
            call()
    except Problem as problem:
        refused = problem
    if refused is not None:
        assert refused.status in {404, 409, 422}
        assert (city.again(case).state, Event.objects.count()) == (before.state, events)
        assert list(Clock.objects.order_by("id").values()) == rows
    fresh = Event.objects.filter(subject_id=case.pk).order_by("id")
    went(before.state, [event.name for event in fresh][-4:], city.again(case).state)
    holds(city.again(case))


def went(before: str, names: list[str], after: str) -> None:
    """A change of state is one of the table's ways, or two of them in one night."""
    if before == after:
        return
    reached = {before}
    for _ in range(2):
        for name in names:
            row = ROWS.get(name)
            if row is not None and row.target and reached & row.sources:
                reached.add(row.target)
    assert after in reached, (before, names, after)


def holds(case: Case) -> None:
    """What must be true of a case at any time."""
    assert deadlines.wrong() == []  # no clock drifts, none ends on a day off
    assert work.stored(case) == work.computed(case)
    calendar = deadlines.calendar()
    clocks = {row.kind: row for row in Clock.objects.filter(subject_id=case.pk)}
    if case.state in OPEN_STATES:
        assert not clocks[ClockKind.RECEIPT].stopped or not clocks[ClockKind.DECISION_STATUTORY].stopped
        assert case.paused == (case.state in {"supplement_requested", "suspended"})
        assert case.due_on in {row.due_on for row in clocks.values()}
        shown = [case.due_on, case.statutory_due_on, *(step.due_on for step in queries.steps_of(case))]
        shown += [row.planned_end for row in queries.live_pauses(case)]
        assert [day for day in shown if day is not None and not calendar.is_workday(day)] == []
        statutory = clocks.get(ClockKind.DECISION_STATUTORY)
        assert case.statutory_due_on == (statutory and statutory.due_on)
        if statutory is not None:
            assert statutory.paused == (case.state == "suspended")
    else:
        assert [row for row in clocks.values() if not row.stopped and row.kind != ClockKind.DELIVERY] == []
        assert (ClockKind.DELIVERY in clocks and not clocks[ClockKind.DELIVERY].stopped) == (
            case.state in {"granted", "denied"}
        )
