"""The same arithmetic written a second time, day by day, as slowly and plainly as possible."""

import datetime as dt
from dataclasses import dataclass

from tongban.kernel.deadlines.calc import ClockFact, Limit, YearDays
from tongban.kernel.deadlines.states import ClockFactKind, Unit

DAY = dt.timedelta(days=1)


def days(*texts: str) -> frozenset[dt.date]:
    """Days and runs of days (first..last) from ISO texts."""
    found = set()
    for text in texts:
        first, _, last = text.partition("..")
        day = dt.date.fromisoformat(first)
        while day <= dt.date.fromisoformat(last or first):
            found.add(day)
            day += DAY
    return frozenset(found)


# The State Council's notices for the two years, as a literal; the pack's files are tested on their own.
YEARS = {
    2025: YearDays(
        off=days(
            "2025-01-01",
            "2025-01-28..2025-02-04",
            "2025-04-04..2025-04-06",
            "2025-05-01..2025-05-05",
            "2025-05-31..2025-06-02",
            "2025-10-01..2025-10-08",
        ),
        workdays=days("2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11"),
    ),
    2026: YearDays(
        off=days(
            "2026-01-01..2026-01-03",
            "2026-02-15..2026-02-23",
            "2026-04-04..2026-04-06",
            "2026-05-01..2026-05-05",
            "2026-06-19..2026-06-21",
            "2026-09-25..2026-09-27",
            "2026-10-01..2026-10-07",
        ),
        workdays=days("2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"),
    ),
}


def is_workday(day: dt.date) -> bool:
    year = YEARS.get(day.year)
    if year and day in year.off:
        return False
    return day.weekday() < 5 or bool(year and day in year.workdays)


@dataclass
class Answer:
    due: dt.date | None
    provisional: bool
    used: int
    overdue: bool
    paused: bool


def answer(facts: list[ClockFact], limit: Limit, today: dt.date) -> Answer:
    """Walk the days one by one and keep a tally."""
    started = facts[0].date
    stopped = next((fact.date for fact in facts if fact.kind is ClockFactKind.STOPPED), None)
    total = limit.value + sum(fact.value or 0 for fact in facts)
    pauses = pause_pairs(facts)

    def stands_still(day: dt.date) -> bool:
        return any(after < day and (until is None or day <= until) for after, until in pauses)

    def counts(day: dt.date) -> bool:
        return not stands_still(day) and (limit.unit is Unit.DAYS or is_workday(day))

    begin = started
    while not is_workday(begin):
        begin += DAY
    first = begin if limit.count_start_day else begin + DAY

    due, tally, day = None, 0, first
    while due is None and day.year < 2033:
        tally += counts(day)
        if tally == total:
            due = day
        day += DAY
    while due and limit.unit is Unit.DAYS and limit.roll and not is_workday(due):
        due += DAY

    as_of = min(today, stopped or today)
    used, day = 0, first
    while day <= as_of:
        used += counts(day)
        day += DAY

    overdue, day = False, (due or as_of) + DAY
    while due and day <= as_of and not overdue:
        overdue = not stands_still(day)
        day += DAY

    begun_unknown = begin.year not in YEARS or started.year not in YEARS
    uses_calendar = limit.unit is Unit.WORKDAYS or limit.roll
    provisional = due is not None and (begun_unknown or (uses_calendar and due.year not in YEARS))
    return Answer(due, provisional, used, overdue, stopped is None and any(p[1] is None for p in pauses))


def pause_pairs(facts: list[ClockFact]) -> list[tuple[dt.date, dt.date | None]]:
    """Each pause with its own resumption, unmerged; pauses and resumptions pair up by reason."""
    pairs: list[tuple[dt.date, dt.date | None]] = []
    resumptions = [fact for fact in facts if fact.kind is ClockFactKind.RESUMED]
    for fact in facts:
        if fact.kind is not ClockFactKind.PAUSED:
            continue
        later = facts[[id(other) for other in facts].index(id(fact)) :]
        mine = next(
            (r for r in resumptions if r.reason is fact.reason and any(r is other for other in later)), None
        )
        if mine:
            resumptions = [r for r in resumptions if r is not mine]
        pairs.append((fact.date, mine.date if mine else None))
    return pairs
