"""The arithmetic of clocks written a second time: walk the days one by one and keep a tally. Imports nothing of ours.

A history is a list of plain tuples (what, day, reason, number); a limit is (number, unit, whether the first day counts,
whether the end rolls to a working day). Slow and plain on purpose.
"""

import datetime as dt
from dataclasses import dataclass

DAY = dt.timedelta(days=1)
Fact = tuple[str, dt.date, str | None, int | None]
Limit = tuple[int, str, bool, bool]

# The State Council's notices for the two years, as a literal; the pack's files are tested on their own.
OFF = """
2025-01-01
2025-01-28..2025-02-04
2025-04-04..2025-04-06
2025-05-01..2025-05-05
2025-05-31..2025-06-02
2025-10-01..2025-10-08
2026-01-01..2026-01-03
2026-02-15..2026-02-23
2026-04-04..2026-04-06
2026-05-01..2026-05-05
2026-06-19..2026-06-21
2026-09-25..2026-09-27
2026-10-01..2026-10-07
"""
WORKED = """
2025-01-26
2025-02-08
2025-04-27
2025-09-28
2025-10-11
2026-01-04
2026-02-14
2026-02-28
2026-05-09
2026-09-20
2026-10-10
"""
KNOWN = (2025, 2026)


def days(text: str) -> frozenset[dt.date]:
    """Days and runs of days (first..last), one a line."""
    found = set()
    for line in text.split():
        first, _, last = line.partition("..")
        day = dt.date.fromisoformat(first)
        while day <= dt.date.fromisoformat(last or first):
            found.add(day)
            day += DAY
    return frozenset(found)


_OFF, _WORKED = days(OFF), days(WORKED)


def is_workday(day: dt.date) -> bool:
    """By the notices; in years without one, weekends alone are off."""
    if day in _OFF:
        return False
    return day.weekday() < 5 or day in _WORKED


# The same, day by day from 2024 on, so that a walk looks up and does not ask.
_FIRST = dt.date(2024, 1, 1).toordinal()
_IS_WORKDAY = [is_workday(dt.date.fromordinal(_FIRST + n)) for n in range(12 * 366)]


@dataclass
class Answer:
    due: dt.date | None
    provisional: bool
    used: int
    left: int
    paused: bool
    overdue: bool
    light: str
    yellow: dt.date | None


def answer(history: list[Fact], limit: Limit, today: dt.date) -> Answer:
    """How the clock stands; `used`, `overdue` and `light` as of `today`."""
    number, unit, first_counts, rolls = limit
    started = history[0][1]
    stopped = history[-1][1] if history[-1][0] == "stopped" else None
    total = number + sum(fact[3] or 0 for fact in history)
    as_of = min(today, stopped or today)
    walk = _Walk(history, unit, first_counts)
    due = walk.begin if unit == "instant" else walk.day_of_tally(total)
    if due is not None and unit == "days" and rolls:
        while not walk.worked(due):
            due += 1
    budget = total
    if due is not None and unit == "days":
        budget = walk.tally_on(due)
    used, overdue = walk.tally_on(as_of.toordinal()), False
    if due is not None:
        late_days = range(due + 1, as_of.toordinal() + 1)
        overdue = any(not walk.stands_on(day) for day in late_days)
    paused = walk.open_at_the_end and stopped is None
    light = _light(bool(stopped), overdue, paused, used, budget)
    yellow = due
    if due is not None and budget:
        day = started.toordinal()
        while day < due and not _is_yellow(walk.tally_on(day), budget):
            day += 1
        yellow = day
    begun_unknown = started.year not in KNOWN or dt.date.fromordinal(walk.begin).year not in KNOWN
    due_day = None if due is None else dt.date.fromordinal(due)
    end_unknown = due_day is not None and due_day.year not in KNOWN
    asks_calendar = unit == "workdays" or (unit == "days" and rolls)
    provisional = due_day is not None and (begun_unknown or (asks_calendar and end_unknown))
    yellow_day = None if yellow is None else dt.date.fromordinal(yellow)
    return Answer(due_day, provisional, used, budget - used, paused, overdue, light, yellow_day)


def _is_yellow(used: int, budget: int) -> bool:
    return used * 5 >= budget * 4 or budget - used <= 1


def _light(stopped: bool, overdue: bool, paused: bool, used: int, budget: int) -> str:
    if stopped:
        return "done"
    if overdue:
        return "red"
    if paused:
        return "paused"
    return "yellow" if budget and _is_yellow(used, budget) else "green"


class _Walk:
    """From the day of the start on: each day, did the clock stand still, and how many days have counted so far."""

    def __init__(self, history: list[Fact], unit: str, first_counts: bool) -> None:
        self.start = history[0][1].toordinal()
        self.begin = self.start
        while not self.worked(self.begin):
            self.begin += 1
        self.first = self.begin if first_counts and unit != "instant" else self.begin + 1
        self.by_workdays = unit == "workdays"
        self.waiting = [fact for fact in history[1:] if fact[0] in ("paused", "resumed")]
        self.open: list[str] = []
        self.stood: list[bool] = []
        self.tallies: list[int] = []

    @staticmethod
    def worked(day: int) -> bool:
        return _IS_WORKDAY[day - _FIRST]

    @property
    def open_at_the_end(self) -> bool:
        while self.waiting:
            self.step()
        return bool(self.open)

    def step(self) -> None:
        """One day: does it count? Then what happened on it, which concerns the days after."""
        day = self.start + len(self.stood)
        stands = bool(self.open)
        counts = day >= self.first and not stands and (not self.by_workdays or self.worked(day))
        self.tallies.append((self.tallies[-1] if self.tallies else 0) + counts)
        self.stood.append(stands)
        while self.waiting and self.waiting[0][1].toordinal() == day:
            what, _, reason, _ = self.waiting.pop(0)
            if what == "paused":
                self.open.append(reason)
            elif reason is None:
                self.open.pop()
            else:
                self.open.remove(reason)

    def day_of_tally(self, total: int) -> int | None:
        """The day on which `total` days have counted; None when the clock stands still for good before."""
        while not self.tallies or self.tallies[-1] < total:
            if self.open and not self.waiting:
                return None
            self.step()
        return self.start + self.tallies.index(total)

    def tally_on(self, day: int) -> int:
        if day < self.start:
            return 0
        while len(self.tallies) <= day - self.start:
            self.step()
        return self.tallies[day - self.start]

    def stands_on(self, day: int) -> bool:
        self.tally_on(day)
        return self.stood[day - self.start]
