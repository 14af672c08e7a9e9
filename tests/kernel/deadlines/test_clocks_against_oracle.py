import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.kernel.deadlines.oracle import YEARS, answer, is_workday
from tongban.kernel.deadlines.calc import ClockFact, Limit, WorkCalendar, due
from tongban.kernel.deadlines.states import ClockFactKind, PauseReason, Unit

CALENDAR = WorkCalendar(YEARS)
REASONS = (PauseReason.HEARING, PauseReason.TESTING, PauseReason.EXPERT_REVIEW)


@st.composite
def histories(draw: st.DrawFn) -> list[ClockFact]:
    """Any history that can be: a start, up to six happenings, perhaps a stop; many fall on holidays."""
    day = draw(st.dates(dt.date(2024, 12, 20), dt.date(2027, 1, 10)))
    facts = [ClockFact(ClockFactKind.STARTED, day)]
    opened: list[PauseReason] = []
    for gap, choice in draw(st.lists(st.tuples(st.integers(0, 15), st.integers(0, 9)), max_size=6)):
        day += dt.timedelta(days=gap)
        if choice < 4:
            reason = REASONS[choice % 3]
            opened.append(reason)
            facts.append(ClockFact(ClockFactKind.PAUSED, day, reason))
        elif choice < 8 and opened:
            facts.append(ClockFact(ClockFactKind.RESUMED, day, opened.pop(choice % len(opened))))
        elif choice >= 8:
            facts.append(ClockFact(ClockFactKind.EXTENDED, day, value=1 + gap))
    if draw(st.integers(0, 3)) == 0:
        day += dt.timedelta(days=draw(st.integers(0, 20)))
        facts.append(ClockFact(ClockFactKind.STOPPED, day))
    return facts


LIMITS = st.builds(
    Limit, st.integers(1, 45), st.sampled_from([Unit.WORKDAYS, Unit.DAYS]), st.booleans(), st.booleans()
)


@settings(max_examples=600, deadline=None)
@given(facts=histories(), limit=LIMITS, later=st.integers(-40, 90))
def test_the_fast_arithmetic_agrees_with_walking_the_days(
    facts: list[ClockFact], limit: Limit, later: int
) -> None:
    agree(facts, limit, later)


@pytest.mark.slow
@settings(max_examples=10_000, deadline=None)
@given(facts=histories(), limit=LIMITS, later=st.integers(-40, 90))
def test_it_agrees_on_ten_thousand_histories(facts: list[ClockFact], limit: Limit, later: int) -> None:
    agree(facts, limit, later)


def agree(facts: list[ClockFact], limit: Limit, later: int) -> None:
    today = facts[-1].date + dt.timedelta(days=later)
    state = due(facts, limit, CALENDAR, today=today)
    expected = answer(facts, limit, today)
    assert state.due == expected.due
    assert state.provisional == expected.provisional
    assert state.used == expected.used == state.used_on(today)
    assert state.paused == expected.paused
    assert state.overdue_on(today) == expected.overdue
    assert state.left == state.left_on(today) == state.budget - state.used
    if state.due and (limit.unit is Unit.WORKDAYS or limit.roll):
        assert is_workday(state.due)
        assert CALENDAR.is_workday(state.due)


@given(facts=histories(), limit=LIMITS)
def test_no_history_brings_the_due_date_forward(facts: list[ClockFact], limit: Limit) -> None:
    undisturbed = due(facts[:1], limit, CALENDAR).due
    disturbed = due(facts, limit, CALENDAR).due
    assert undisturbed is not None
    assert disturbed is None or disturbed >= undisturbed
