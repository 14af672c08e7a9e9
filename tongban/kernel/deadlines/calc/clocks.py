"""The due date of a clock, how much of it is used, and its light."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from tongban.foundation.errors import Problem
from tongban.kernel.deadlines.calc.histories import ClockFact, ImpossibleHistory, Pause, read
from tongban.kernel.deadlines.calc.workdays import Due, WorkCalendar
from tongban.kernel.deadlines.states import Light, Unit

_DAY = dt.timedelta(days=1)


class BadLimit(Problem):
    """A limit that no clock can run on."""

    code = "deadline.bad_limit"
    status = 422


@dataclass(frozen=True, slots=True)
class Limit:
    """How long something may take. `roll` concerns natural days only. Raises BadLimit."""

    value: int
    unit: Unit
    count_start_day: bool = False
    roll: bool = True

    def __post_init__(self) -> None:
        least = 0 if self.unit is Unit.INSTANT else 1
        if not least <= self.value <= 3650:
            raise BadLimit(
                sentence_zh=f"时限 {self.value} 超出范围。",
                sentence_en=f"A limit of {self.value} is out of range.",
                todo_zh="时限应为 1 至 3650；当场办结的用 instant。",
                todo_en="Use 1 to 3650, or the unit instant for what is done on the spot.",
                about=str(self.value),
            )


@dataclass(frozen=True, slots=True)
class _Track:
    """The days that count for one clock: those after `zero`, of the limit's unit, outside the pauses."""

    calendar: WorkCalendar
    workdays: bool
    zero: dt.date
    pauses: tuple[Pause, ...]
    total: int

    def used(self, day: dt.date) -> int:
        """How many days counted, up to and including `day`."""
        if day <= self.zero:
            return 0
        counted = self._between(self.zero, day)
        for pause in self.pauses:
            begin, end = max(pause.after, self.zero), min(pause.until or day, day)
            if begin < end:
                counted -= self._between(begin, end)
        return counted

    def end(self) -> dt.date | None:
        """The day on which the limit is used up; None when an open pause comes before it."""
        left, begin = self.total, self.zero
        for pause in self.pauses:
            if pause.after > begin:
                run = self._between(begin, pause.after)
                if left <= run:
                    break
                left -= run
            if pause.until is None:
                return None
            begin = max(begin, pause.until)
        position = self._position(begin) + left
        return self.calendar.at(position) if self.workdays else dt.date.fromordinal(position)

    def _between(self, after: dt.date, until: dt.date) -> int:
        return self._position(until) - self._position(after)

    def _position(self, day: dt.date) -> int:
        return self.calendar.position(day) if self.workdays else day.toordinal()


@dataclass(frozen=True, slots=True)
class ClockState:
    """How a clock stands.

    `due` is None while an open pause leaves it unknown. `used` and `left` are days of the limit's unit, as of
    the day that `due()` was asked for; `left` is below zero when the clock is overdue. The methods answer for
    any other day.
    """

    started: dt.date
    due: dt.date | None
    provisional: bool
    used: int
    left: int
    paused: bool
    stopped: bool
    stopped_on: dt.date | None
    budget: int
    _track: _Track = field(repr=False, compare=False)

    def used_on(self, day: dt.date) -> int:
        """Days used up to and including `day`; a stopped clock uses no more."""
        return self._track.used(min(day, self.stopped_on or day))

    def left_on(self, day: dt.date) -> int:
        """Days left after `day`; below zero when overdue."""
        return self.budget - self.used_on(day)

    def overdue_on(self, day: dt.date) -> bool:
        """Whether the due date had passed on `day`; for a stopped clock, on the day it stopped."""
        if self.due is None:
            return False
        late_from = self.due + _DAY
        for pause in self._track.pauses:
            if pause.after < late_from and (pause.until is None or late_from <= pause.until):
                if pause.until is None:
                    return False
                late_from = pause.until + _DAY
        return min(day, self.stopped_on or day) >= late_from

    @property
    def late(self) -> bool:
        """Whether the clock stopped after its due date."""
        return self.stopped_on is not None and self.overdue_on(self.stopped_on)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """When a light turns yellow: at this share of the limit used, or with this many days left.

    No national figures exist; these are defaults, settable by a city.
    """

    yellow_share: Fraction = Fraction(4, 5)
    yellow_left: int = 1

    def __post_init__(self) -> None:
        if not (0 < self.yellow_share <= 1 and self.yellow_left >= 0):
            raise BadLimit(
                sentence_zh=f"黄灯设置 {self.yellow_share}、{self.yellow_left} 超出范围。",
                sentence_en=f"Yellow at {self.yellow_share} used or {self.yellow_left} left is out of range.",
                todo_zh="比例应大于 0、不超过 1，剩余天数不小于 0。",
                todo_en="Use a share above 0 and up to 1, and days left of at least 0.",
            )

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> "Thresholds":
        """From a pack's `lights`: a share such as "4/5" and days left, each with its default. Raises BadLimit."""
        return cls(
            Fraction(data.get("yellow_share", cls().yellow_share)), data.get("yellow_left", cls().yellow_left)
        )


def due(
    facts: Sequence[ClockFact], limit: Limit, calendar: WorkCalendar, *, today: dt.date | None = None
) -> ClockState:
    """How the clock stands whose facts these are; `used` and `left` as of `today`, else of the last fact.

    Raises ImpossibleHistory for facts that cannot have happened, BadCalendar far from the loaded years.
    """
    history = read(facts)
    instant = limit.unit is Unit.INSTANT
    if instant and history.added:
        raise ImpossibleHistory("bad_extension", history.last)
    start = calendar.add_workdays(history.started, 0)
    track = _Track(
        calendar=calendar,
        workdays=limit.unit is Unit.WORKDAYS,
        zero=start.date - _DAY if limit.count_start_day and not instant else start.date,
        pauses=history.pauses,
        total=0 if instant else limit.value + history.added,
    )
    ends = start if instant else _ends(track, limit, start)
    as_of = min(today or history.last, history.stopped or dt.date.max)
    budget = track.total
    if ends is not None and limit.unit is Unit.DAYS:
        budget = track.used(ends.date)  # rolling to a working day gave days on top
    used = track.used(as_of)
    return ClockState(
        started=history.started,
        due=ends.date if ends else None,
        provisional=ends.provisional if ends else False,
        used=used,
        left=budget - used,
        paused=history.paused,
        stopped=history.stopped is not None,
        stopped_on=history.stopped,
        budget=budget,
        _track=track,
    )


def light(state: ClockState, today: dt.date, thresholds: Thresholds = Thresholds()) -> Light:
    """The light of a clock on a day."""
    if state.stopped:
        return Light.DONE
    if state.overdue_on(today):
        return Light.RED
    if state.paused:
        return Light.PAUSED
    # An instant limit has nothing to use up: it is green on its day and red after it.
    if not state.budget:
        return Light.GREEN
    share = thresholds.yellow_share
    used = state.used_on(today)
    if (
        used * share.denominator >= share.numerator * state.budget
        or state.left_on(today) <= thresholds.yellow_left
    ):
        return Light.YELLOW
    return Light.GREEN


def yellow_day(state: ClockState, thresholds: Thresholds = Thresholds()) -> dt.date | None:
    """The first day with a yellow light, pauses left aside; the due date where green turns straight to red.

    A function of the facts alone, whatever day it is; None without a due date.
    """
    if state.due is None or not state.budget:
        return state.due
    share = thresholds.yellow_share
    by_share = -(-share.numerator * state.budget // share.denominator)
    needed = min(by_share, state.budget - thresholds.yellow_left)
    if needed <= 0:
        return state.started
    day = replace(state._track, total=needed).end()
    return state.due if day is None else min(day, state.due)


def _ends(track: _Track, limit: Limit, start: Due) -> Due | None:
    day = track.end()
    if day is None:
        return None
    calendar = track.calendar
    rolls = limit.unit is Unit.DAYS and limit.roll
    if rolls:
        day = calendar.add_workdays(day, 0).date
    uses_calendar = rolls or limit.unit is Unit.WORKDAYS
    return Due(day, start.provisional or (uses_calendar and day > calendar.last_day))
