"""Two implementations, one by binary search and one by walking the days, agree on whatever can happen to a clock."""

import datetime as dt
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.kernel.deadlines.histories import CALENDAR, LIMITS, facts_of, histories, idle, limit_of, thrown
from tests.kernel.deadlines.oracle import DAY, Fact, Limit, answer, is_workday
from tongban.kernel.deadlines.calc import due, light, yellow_day

SEED = 20261122


@settings(max_examples=500, deadline=None)
@given(history=histories(), limit=LIMITS, later=st.integers(-40, 90))
def test_the_fast_arithmetic_agrees_with_walking_the_days(
    history: list[Fact], limit: Limit, later: int
) -> None:
    agree(history, limit, history[-1][1] + dt.timedelta(days=later))


def test_they_agree_on_twenty_thousand_histories() -> None:
    agree_on(20_000, Random(SEED))


@pytest.mark.slow
def test_they_agree_on_two_hundred_thousand_histories() -> None:
    agree_on(200_000, Random(SEED + 2))


@pytest.mark.faults  # a minute and a half: with the long ones
def test_they_agree_on_a_million_histories() -> None:
    agree_on(1_000_000, Random(SEED + 1))


def agree_on(number: int, dice: Random) -> None:
    seen: dict[str, int] = {}
    for _ in range(number):
        history, limit, today = thrown(dice)
        try:
            found = agree(history, limit, today)
        except AssertionError as error:
            raise AssertionError(f"{history} {limit} {today}") from error
        for what in found:
            seen[what] = seen.get(what, 0) + 1
    # The dice reach every corner, or the agreement says little.
    corners = {"red", "green", "yellow", "paused", "done", "provisional", "unknown", "rolled", "day off"}
    assert {what for what in corners if seen.get(what, 0) < number / 200} == set()


def agree(history: list[Fact], limit: Limit, today: dt.date) -> list[str]:
    """Compare everything that a clock shows; returns what sort of case it was."""
    facts, wanted = facts_of(history), limit_of(limit)
    state, expected = due(facts, wanted, CALENDAR, today=today), answer(history, limit, today)
    assert state.due == expected.due
    assert state.provisional == expected.provisional
    assert state.used == expected.used == state.used_on(today)
    assert state.left == expected.left == state.left_on(today)
    assert state.paused == expected.paused
    assert state.overdue_on(today) == expected.overdue
    assert light(state, today) == expected.light
    assert yellow_day(state) == expected.yellow
    _, unit, _, rolls = limit
    if state.due and (unit != "days" or rolls):
        assert is_workday(state.due)
        assert CALENDAR.is_workday(state.due)
    if not state.stopped:  # nothing drifts
        again = due(facts_of(idle(history, max(today, history[-1][1]))), wanted, CALENDAR, today=today)
        assert (again.due, again.provisional) == (state.due, state.provisional)
        assert (again.used, again.left, again.paused) == (state.used, state.left, state.paused)
    return [
        expected.light,
        "unknown" if state.due is None else "provisional" if state.provisional else "firm",
        "rolled" if state.budget > limit[0] + sum(fact[3] or 0 for fact in history) else "exact",
        "working day" if is_workday(history[0][1]) else "day off",
    ]


@given(history=histories(), limit=LIMITS)
def test_no_history_brings_the_due_date_forward(history: list[Fact], limit: Limit) -> None:
    facts = facts_of(history)
    undisturbed = due(facts[:1], limit_of(limit), CALENDAR).due
    disturbed = due(facts, limit_of(limit), CALENDAR).due
    assert undisturbed is not None
    assert disturbed is None or disturbed >= undisturbed


@given(history=histories(), limit=LIMITS, more=st.integers(0, 5))
def test_a_second_pause_inside_the_first_changes_nothing(
    history: list[Fact], limit: Limit, more: int
) -> None:
    """Whatever was open stays open meanwhile, and only the outer pause counts."""
    if history[-1][0] == "stopped":
        history = history[:-1]
    day = history[-1][1]
    outer = [*history, ("paused", day, "bidding", None)]
    inner = [
        *idle(outer, day),
        ("paused", day, "auction", None),
        ("resumed", day + more * DAY, "auction", None),
    ]
    closing = ("resumed", day + more * DAY, "bidding", None)
    for before, after in ((outer, inner), ([*outer, closing], [*inner, closing])):
        states = [due(facts_of(one), limit_of(limit), CALENDAR) for one in (before, after)]
        assert states[0].due == states[1].due
        assert states[0].paused == states[1].paused
