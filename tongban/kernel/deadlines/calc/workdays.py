"""Working days: which they are, and counting them fast."""

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from tongban.foundation.errors import Problem

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
    """What sets one year apart from plain weekends: public holidays, and weekend days that are worked (调休)."""

    off: frozenset[dt.date]
    workdays: frozenset[dt.date]

    @classmethod
    def read(cls, off: Iterable[str | Mapping[str, str]], workdays: Iterable[str]) -> "YearDays":
        """From a pack's texts: ISO days, or runs of days as {from, to}, both ends included. ValueError if not."""
        days: set[dt.date] = set()
        for entry in off:
            first, last = (entry, entry) if isinstance(entry, str) else (entry["from"], entry["to"])
            day, end = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
            days.update(day + number * _DAY for number in range((end - day).days + 1))
        return cls(frozenset(days), frozenset(map(dt.date.fromisoformat, workdays)))


class WorkCalendar:
    """Working days of consecutive years. Before the first and after the last, weekends alone are off.

    Raises BadCalendar when no year is given, a year is missing in between, or a day is both off and worked.
    """

    def __init__(self, years: Mapping[int, YearDays]) -> None:
        if not years or len(years) != max(years) - min(years) + 1:
            raise _bad_calendar("日历年份为空或不连续", "The years of the calendar are none or have a gap")
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

    def is_workday(self, day: dt.date) -> bool:
        """Whether the day is worked. Raises BadCalendar far from the loaded years."""
        self._require(day)
        return day in self._set

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
