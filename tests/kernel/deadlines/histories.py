"""Histories that can have been: by the dice for great numbers, by hypothesis for small counterexamples."""

import datetime as dt
from random import Random

from hypothesis import strategies as st

from tests.kernel.deadlines.oracle import DAY, KNOWN, OFF, WORKED, Fact, Limit, days
from tongban.kernel.deadlines import calc
from tongban.kernel.deadlines.states import ClockFactKind, PauseReason, Unit

YEARS = {
    year: calc.YearDays(
        off=frozenset(day for day in days(OFF) if day.year == year),
        workdays=frozenset(day for day in days(WORKED) if day.year == year),
    )
    for year in KNOWN
}
CALENDAR = calc.WorkCalendar(YEARS)
REASONS = ("hearing", "testing", "expert_review")
FIRST, LAST = dt.date(2024, 12, 20), dt.date(2027, 1, 10)
_EDGES = sorted(days(OFF) | days(WORKED))


def facts_of(history: list[Fact]) -> list[calc.ClockFact]:
    """The plain tuples as production reads them."""
    return [
        calc.ClockFact(ClockFactKind(what), day, PauseReason(reason) if reason else None, number)
        for what, day, reason, number in history
    ]


def limit_of(limit: Limit) -> calc.Limit:
    number, unit, first_counts, rolls = limit
    return calc.Limit(number, Unit(unit), first_counts, rolls)


def thrown(dice: Random) -> tuple[list[Fact], Limit, dt.date]:
    """A history, a limit and a day to ask on. A third start on a day off or a make-up day."""
    unit = dice.choices(("workdays", "days", "instant"), (6, 3, 1))[0]
    limit = (
        0 if unit == "instant" else dice.randint(1, 45),
        unit,
        dice.random() < 0.2,
        dice.random() < 0.7,
    )
    day = dice.choice(_EDGES) if dice.random() < 0.33 else FIRST + dice.randint(0, (LAST - FIRST).days) * DAY
    history: list[Fact] = [("started", day, None, None)]
    opened: list[str] = []
    for _ in range(dice.randint(0, 8)):
        day += dice.choice((0, 0, 1, 2, 3, 5, 8, 13, 21)) * DAY
        choice = dice.random()
        if choice < 0.4:
            opened.append(dice.choice(REASONS))
            history.append(("paused", day, opened[-1], None))
        elif choice < 0.8 and opened:
            reason: str | None = opened.pop(dice.randrange(len(opened)))
            # Alone, a pause need not be named.
            history.append(("resumed", day, reason if opened or dice.random() < 0.5 else None, None))
        elif choice >= 0.8 and unit != "instant":
            history.append(("extended", day, None, dice.randint(1, 20)))
    if dice.random() < 0.25:
        day += dice.randint(0, 20) * DAY
        history.append(("stopped", day, None, None))
    return history, limit, day + dice.randint(-40, 90) * DAY


@st.composite
def histories(draw: st.DrawFn) -> list[Fact]:
    """The same for hypothesis, which makes what fails small: a start, up to six happenings, perhaps a stop."""
    day = draw(st.dates(FIRST, LAST))
    history: list[Fact] = [("started", day, None, None)]
    opened: list[str] = []
    for gap, choice in draw(st.lists(st.tuples(st.integers(0, 15), st.integers(0, 9)), max_size=6)):
        day += gap * DAY
        if choice < 4:
            opened.append(REASONS[choice % 3])
            history.append(("paused", day, opened[-1], None))
        elif choice < 8 and opened:
            history.append(("resumed", day, opened.pop(choice % len(opened)), None))
        elif choice >= 8:
            history.append(("extended", day, None, 1 + gap))
    if draw(st.integers(0, 3)) == 0:
        day += draw(st.integers(0, 20)) * DAY
        history.append(("stopped", day, None, None))
    return history


LIMITS = st.tuples(st.integers(1, 45), st.sampled_from(("workdays", "days")), st.booleans(), st.booleans())


def idle(history: list[Fact], day: dt.date) -> list[Fact]:
    """The history with facts appended that do nothing: a pause that ends on its own day."""
    return [*history, ("paused", day, "appraisal", None), ("resumed", day, "appraisal", None)]
