"""Figures of time: shares and percentiles over counts of working days, and the cards a pack's settings ask for. Pure."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from tongban.modules.supervision.states import BY_SCAN, Colour, Trigger

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True)
class Settings:
    """What the pack says: colour by trigger (a trigger without one raises nothing), days of an order, the target in percent."""

    colours: Mapping[Trigger, Colour] = field(default_factory=dict)
    chase_days: int = 0
    on_time_target: int = 0

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> "Settings":
        """From `supervision` in pack.yaml, whose schema has checked it; without it nothing is raised."""
        colours = {Trigger(name): Colour(colour) for name, colour in data.get("triggers", {}).items()}
        return cls(
            {trigger: colours[trigger] for trigger in BY_SCAN if trigger in colours},
            data.get("chase_days", 0),
            data.get("on_time_target", 0),
        )


@dataclass(frozen=True)
class Tally:
    """So many decided cases of one item, agency and town took so many working days and kept their limit or not."""

    item: str
    agency: str
    town: str
    days: int
    late: bool
    cases: int


@dataclass(frozen=True)
class Figure:
    """What became of a group of decided cases."""

    cases: int
    on_time: int
    p50: int
    p90: int

    @property
    def tenths(self) -> int:
        """The on-time share in tenths of a percent, cut and not rounded: 999 of 1,000 is not all."""
        return self.on_time * 1000 // self.cases if self.cases else 0

    @property
    def percent(self) -> str:
        """The on-time share in words, for example 98.7%."""
        return f"{self.tenths // 10}.{self.tenths % 10}%"


def percentile(days: Mapping[int, int], share: int) -> int:
    """The smallest number of days within which `share` percent of the cases were decided (nearest rank); 0 without any."""
    total = sum(days.values())
    wanted = -(-total * share // 100)
    seen = 0
    for value in sorted(days):
        seen += days[value]
        if seen >= wanted:
            return value
    return 0


def figure(tallies: Iterable[Tally]) -> Figure:
    """The figure of all the tallies together."""
    days: Counter[int] = Counter()
    late = 0
    for tally in tallies:
        days[tally.days] += tally.cases
        late += tally.cases if tally.late else 0
    cases = sum(days.values())
    return Figure(cases, cases - late, percentile(days, 50), percentile(days, 90))


def by(tallies: Iterable[Tally], key: Callable[[Tally], K]) -> dict[K, Figure]:
    """One figure for each group, the largest group first."""
    groups: dict[K, list[Tally]] = {}
    for tally in tallies:
        groups.setdefault(key(tally), []).append(tally)
    figures = {name: figure(rows) for name, rows in groups.items()}
    return dict(sorted(figures.items(), key=lambda one: (-one[1].cases, str(one[0]))))


def month_range(first: str, last: str, today: date) -> tuple[date, date]:
    """The first day of `first` and the first day after `last` (both YYYY-MM); what is unreadable is this month."""
    begin = _month(first) or today.replace(day=1)
    end = _month(last) or begin
    return (begin, _next(end)) if begin <= end else (end, _next(begin))


def _month(text: str) -> date | None:
    year, _, month = text.partition("-")
    if len(year) == 4 and len(month) == 2 and (year + month).isdecimal() and (year + month).isascii():
        return date(int(year), int(month), 1) if 1 <= int(month) <= 12 and 2000 <= int(year) <= 2999 else None
    return None


def _next(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)
