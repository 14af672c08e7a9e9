"""Reads of calendars and clocks."""

import uuid
from collections import defaultdict
from datetime import date

from tongban.kernel.deadlines import calc
from tongban.kernel.deadlines.calc import ClockFact, ClockState, Limit, WorkCalendar, YearDays
from tongban.kernel.deadlines.models import CalendarYear, Clock, ClockEntry
from tongban.kernel.deadlines.states import ClockFactKind, PauseReason, Unit

_calendars: dict[tuple[str, ...], WorkCalendar] = {}


def calendar() -> WorkCalendar:
    """The working calendar of all loaded years; kept compiled until a year is loaded or changed."""
    rows = list(CalendarYear.objects.order_by("year").values_list("digest", flat=True))
    key = tuple(rows)
    if key not in _calendars:
        years = {
            row.year: YearDays.read(row.data["off"], row.data["workdays"])
            for row in CalendarYear.objects.all()
        }
        _calendars.clear()
        _calendars[key] = WorkCalendar(years)
    return _calendars[key]


def facts_of(entries: list[ClockEntry]) -> list[ClockFact]:
    """The entries of one clock as the calculation reads them, in the order of their writing."""
    return [
        ClockFact(
            kind=ClockFactKind(entry.kind),
            date=entry.day,
            reason=PauseReason(entry.reason) if entry.reason else None,
            value=entry.value,
        )
        for entry in sorted(entries, key=lambda entry: entry.pk.int)
    ]


def state_of(clock: Clock, entries: list[ClockEntry], today: date) -> ClockState:
    """How a clock stands today, computed from its facts."""
    return calc.due(facts_of(entries), Limit(clock.value, Unit(clock.unit)), calendar(), today=today)


def clocks_of(subject_id: uuid.UUID) -> list[Clock]:
    """The clocks of one subject with their entries."""
    return list(Clock.objects.filter(subject_id=subject_id).prefetch_related("entries").order_by("id"))


def wrong() -> list[str]:
    """Clocks whose stored date is not the recomputed one, or falls on a day off (invariant I9)."""
    faults = []
    days = calendar()
    entries: dict[uuid.UUID, list[ClockEntry]] = defaultdict(list)
    for entry in ClockEntry.objects.all().iterator():
        entries[entry.clock_id].append(entry)
    for clock in Clock.objects.all().iterator():
        state = calc.due(facts_of(entries[clock.pk]), Limit(clock.value, Unit(clock.unit)), days)
        if state.due != clock.due_on:
            faults.append(f"clock {clock.pk}: stored {clock.due_on}, recomputed {state.due}")
        elif clock.due_on and not days.is_workday(clock.due_on):
            faults.append(f"clock {clock.pk}: {clock.due_on} is a day off")
    return faults


def years():
    """The loaded calendar years."""
    return CalendarYear.objects.order_by("year")
