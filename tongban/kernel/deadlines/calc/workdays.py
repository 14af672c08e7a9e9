"""Working days: which they are, and counting them fast."""

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tongban.foundation.errors import Problem
from tongban.kernel.deadlines.states import Half

_DAY = dt.timedelta(days=1)
# Years beyond the loaded ones for which days are worked out from weekends alone, and marked provisional.
_YEARS_BEFORE, _YEARS_AFTER = 5, 15


class BadCalendar(Problem):
    """Calendar data that contradict themselves, or a day too far from every loaded year."""

    code = "deadline.bad_calendar"
    status = 500


class Due(NamedTuple):
    """A day, and whether it may move because its year's calendar is not loaded yet."""

    date: dt.date
    provisional: bool


@dataclass(frozen=True, slots=True)
class YearDays:
    """What sets one year apart from plain weekends: public holidays, weekend days that are worked (调休), half days."""

    off: frozenset[dt.date]
    workdays: frozenset[dt.date]
    half: Mapping[dt.date, Half] = field(default_factory=dict)

    @classmethod
    def read(
        cls,
        off: Iterable[str | Mapping[str, Any]],
        workdays: Iterable[str],
        half: Iterable[Mapping[str, Any]] = (),
    ) -> "YearDays":
        """From a pack's texts: ISO days, runs of days as {from, to}, half days as {on, worked}. Raises BadCalendar."""
        days: set[dt.date] = set()
        try:
            for entry in off:
                first, last = (entry, entry) if isinstance(entry, str) else (entry["from"], entry["to"])
                day, end = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
                days.update(day + number * _DAY for number in range((end - day).days + 1))
            return cls(
                frozenset(days),
                frozenset(map(dt.date.fromisoformat, workdays)),
                {dt.date.fromisoformat(one["on"]): Half(one["worked"]) for one in half},
            )
        except ValueError as error:
            raise _bad_calendar(
                f"日期或半天写得不对：{error}", f"A day or a half is not one: {error}"
            ) from error

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "YearDays":
        """From the document of a calendar year, as a pack writes it. Raises BadCalendar."""
        return cls.read(data["off"], data["workdays"], data.get("half", ()))


class WorkCalendar:
    """Working days of consecutive years. Before the first and after the last, weekends alone are off.

    A year may speak of its own days and of the December before it: the notice for a New Year's holiday may make up
    for it on the last days of the old year. Raises BadCalendar when no year is given, a year is missing in between,
    a day is of another year, both off and worked, or half a working day but none.
    """

    def __init__(self, years: Mapping[int, YearDays]) -> None:
        if not years or len(years) != max(years) - min(years) + 1:
            raise _bad_calendar("日历年份为空或不连续", "The years of the calendar are none or have a gap")
        for year, one in years.items():
            for day in sorted({*one.off, *one.workdays, *one.half}):
                if not dt.date(year - 1, 12, 1) <= day <= dt.date(year, 12, 31):
                    raise _bad_calendar(f"{year} 年的日历里有 {day}", f"The calendar of {year} has {day}")
        off = frozenset[dt.date]().union(*(year.off for year in years.values()))
        worked = frozenset[dt.date]().union(*(year.workdays for year in years.values()))
        if both := off & worked:
            day = min(both)
            raise _bad_calendar(f"{day} 既是休息日又是工作日", f"{day} is both off and worked")
        self.first_day, self.last_day = dt.date(min(years), 1, 1), dt.date(max(years), 12, 31)
        begin = dt.date(min(years) - _YEARS_BEFORE, 1, 1)
        length = (dt.date(max(years) + _YEARS_AFTER, 12, 31) - begin).days + 1
        span = (begin + number * _DAY for number in range(length))
        # Sorted, so that counting is a binary search; the answers are made once, because they are asked often.
        self._days = [day for day in span if day in worked or (day.weekday() < 5 and day not in off)]
        self._dues = [Due(day, not self.first_day <= day <= self.last_day) for day in self._days]
        self._set = frozenset(self._days)
        self._end = dt.date(max(years) + _YEARS_AFTER, 12, 31)
        self._half = {day: half for year in years.values() for day, half in year.half.items()}
        if idle := self._half.keys() - self._set:
            day = min(idle)
            raise _bad_calendar(f"{day} 是休息日，不能上半天班", f"{day} is off and cannot be worked by half")

    def is_workday(self, day: dt.date) -> bool:
        """Whether the day is worked. Raises BadCalendar far from the loaded years."""
        self._require(day)
        return day in self._set

    def half_of(self, day: dt.date) -> Half | None:
        """Which half of the day is worked; None for a whole working day and for a day off."""
        return self._half.get(day)

    def add_workdays(self, day: dt.date, n: int) -> Due:
        """The `n`th working day after `day`, which is not counted; for 0, `day` or the next working day.

        Provisional when the way there leaves the loaded years. Raises BadCalendar far from them, ValueError
        for a negative `n`.
        """
        if n <= 0 or not self.first_day <= day <= self.last_day:
            return self._add_carefully(day, n)
        try:
            return self._dues[bisect_right(self._days, day) + n - 1]
        except IndexError:
            raise _too_far(day) from None

    def position(self, day: dt.date) -> int:
        """The number of working days up to and including `day`, from a fixed day on: for differences."""
        self._require(day)
        return bisect_right(self._days, day)

    def at(self, position: int) -> dt.date:
        """The working day with that position. Raises BadCalendar past the end."""
        try:
            return self._days[position - 1]
        except IndexError:
            raise _too_far(self._end) from None

    def _add_carefully(self, day: dt.date, n: int) -> Due:
        if n < 0:
            raise ValueError("working days are counted forwards")
        self._require(day)
        index = bisect_right(self._days, day) + n - 1 if n else bisect_left(self._days, day)
        known = self.first_day <= day <= self.last_day
        if index >= len(self._dues):
            raise _too_far(day)
        return self._dues[index] if known else Due(self._days[index], provisional=True)

    def _require(self, day: dt.date) -> None:
        if not self._days[0] <= day <= self._end:
            raise _too_far(day)


def _bad_calendar(zh: str, en: str) -> BadCalendar:
    return BadCalendar(
        sentence_zh=f"{zh}。",
        sentence_en=f"{en}.",
        todo_zh="请按国务院办公厅的放假通知核对日历文件。",
        todo_en="Compare the calendar files with the holiday notices.",
    )


def _too_far(day: dt.date) -> BadCalendar:
    return BadCalendar(
        sentence_zh=f"{day} 离已载入的日历太远，无法计算工作日。",
        sentence_en=f"{day} is too far from the loaded calendars to count working days.",
        todo_zh="请核对日期，或载入相应年份的日历。",
        todo_en="Check the day, or load the calendar of its year.",
        about=str(day),
    )
