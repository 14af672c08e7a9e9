"""The four clocks of an appeal: first contact in working minutes; stage reply, closing and supervision in working days."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tongban.foundation.errors import Problem
from tongban.kernel.deadlines.calc import ClockFact, Limit, WorkCalendar, due
from tongban.kernel.deadlines.states import ClockFactKind, Half, PauseReason, Unit
from tongban.modules.appeals.states import Verb

if TYPE_CHECKING:
    from tongban.modules.appeals.calc.rulebook import Clocks

_NOON = dt.time(12)
# Which step of the course is which fact of the clocks; asking the firm is the only pause.
_KINDS = {
    Verb.ASK: ClockFactKind.PAUSED,
    Verb.SUPPLY: ClockFactKind.RESUMED,
    Verb.LAPSE: ClockFactKind.RESUMED,
    Verb.CONSENT: ClockFactKind.EXTENDED,
}
_SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # none that is taken for another


class BadDay(Problem):
    """A planned day is none, or does not lie ahead."""

    code = "appeal.bad_day"
    status = 422


@dataclass(frozen=True)
class Hours:
    """The working hours of a day, as the pack sets them: spans (begin, end) in order, none across midnight."""

    spans: tuple[tuple[dt.time, dt.time], ...]

    @classmethod
    def read(cls, rows: Sequence[Mapping[str, str]]) -> "Hours":
        """From the pack's [{begin: "08:30", end: "12:00"}, …]."""
        return cls(
            tuple((dt.time.fromisoformat(row["begin"]), dt.time.fromisoformat(row["end"])) for row in rows)
        )

    def on(self, day: dt.date, calendar: WorkCalendar) -> list[tuple[dt.time, dt.time]]:
        """The spans worked on a day: none on a day off, one side of noon on half a day."""
        if not calendar.is_workday(day):
            return []
        half = calendar.half_of(day)
        if half is None:
            return list(self.spans)
        return [span for span in self.spans if (span[0] < _NOON) == (half is Half.MORNING)]


def contact_by(at: dt.datetime, minutes: int, hours: Hours, calendar: WorkCalendar) -> dt.datetime:
    """The moment at which `minutes` of working time after `at` are over; outside working hours no time passes."""
    left, day = dt.timedelta(minutes=minutes), at.date()
    while True:
        for first, last in hours.on(day, calendar):
            begin, end = (dt.datetime.combine(day, one, at.tzinfo) for one in (first, last))
            begin = max(begin, at)
            if begin < end:
                if left <= end - begin:
                    return begin + left
                left -= end - begin
        day += dt.timedelta(days=1)


@dataclass(frozen=True)
class Dates:
    """When the three clocks that count days end; none while the firm is waited for."""

    reply_on: dt.date | None
    close_on: dt.date | None
    supervise_on: dt.date | None


def dates(
    course: Sequence[tuple[Verb, dt.date, int | None]],
    started: dt.date,
    clocks: "Clocks",
    calendar: WorkCalendar,
) -> Dates:
    """The ends of the clocks that began on `started`, after the steps (verb, day, value) of this cycle.

    Only closing and supervision are extended by what the firm consented to; a stage reply is owed in any case.
    """
    facts = [ClockFact(ClockFactKind.STARTED, started)]
    for verb, day, value in course:
        if verb in _KINDS:
            kind = _KINDS[verb]
            if kind is ClockFactKind.EXTENDED:
                facts.append(ClockFact(kind, day, value=value))
            else:
                facts.append(ClockFact(kind, day, reason=PauseReason.SUPPLEMENT))

    def ends(days: int, *, extended: bool) -> dt.date | None:
        kept = [one for one in facts if extended or one.kind is not ClockFactKind.EXTENDED]
        return due(kept, Limit(days, Unit.WORKDAYS), calendar).due

    return Dates(
        ends(clocks.reply, extended=False),
        ends(clocks.close, extended=True),
        ends(clocks.supervise, extended=True),
    )


def number_of(prefix: str, day: dt.date, id: uuid.UUID) -> str:
    """The number that people are given: prefix, day, six signs of the identifier's random end."""
    rest, signs = id.int & ((1 << 60) - 1), ""
    for _ in range(6):
        rest, sign = divmod(rest, len(_SIGNS))
        signs += _SIGNS[sign]
    return f"{prefix}{day:%y%m%d}{signs}"


def require_day(value: Any, today: dt.date) -> dt.date:
    """A day after today that somebody named. Raises BadDay."""
    day = value
    if isinstance(value, str):
        try:
            day = dt.date.fromisoformat(value)
        except ValueError:
            day = None
    if not isinstance(day, dt.date) or not today < day <= today + dt.timedelta(days=730):
        raise BadDay(
            sentence_zh="日期应在今天以后、两年以内。",
            sentence_en="The day must lie ahead, within two years.",
            todo_zh="请选择日期。",
            todo_en="Choose a day.",
        )
    return day
