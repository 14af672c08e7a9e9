"""The limits that the law itself sets for every licence, in one table with their articles."""

import calendar as months
import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from tongban.kernel.deadlines.calc.clocks import Limit, due
from tongban.kernel.deadlines.calc.histories import ClockFact
from tongban.kernel.deadlines.calc.workdays import WorkCalendar
from tongban.kernel.deadlines.states import ClockFactKind, Unit


@dataclass(frozen=True, slots=True)
class Months:
    """A limit in months of the calendar; a year is twelve."""

    value: int

    def after(self, day: dt.date) -> dt.date:
        """The same day so many months later, or the last of that month (Civil Code, art. 202)."""
        year, month = divmod(day.year * 12 + day.month - 1 + self.value, 12)
        return dt.date(year, month + 1, min(day.day, months.monthrange(year, month + 1)[1]))


class Legal(StrEnum):
    """What the law sets a limit for."""

    RECEIPT = "receipt"
    DECISION = "decision"
    EXTENSION = "extension"
    JOINT_DECISION = "joint_decision"
    JOINT_EXTENSION = "joint_extension"
    LOWER_LEVEL = "lower_level"
    DELIVERY = "delivery"
    HEARING_REQUEST = "hearing_request"
    HEARING_HELD = "hearing_held"
    HEARING_NOTICE = "hearing_notice"
    INSPECTION_SENT = "inspection_sent"
    RENEWAL = "renewal"
    BAN_FALSE_PAPERS = "ban_false_papers"
    BAN_FRAUD = "ban_fraud"
    REVIEW = "review"
    SUIT = "suit"


@dataclass(frozen=True, slots=True)
class LegalLimit:
    """One limit of the law and its article.

    `backwards`: counted back from a day, as a notice before a hearing is. `rolls`: months that end on a day off end on
    the next working day (Civil Code, art. 203); a ban does not.
    """

    limit: Limit | Months
    article: str
    backwards: bool = False
    rolls: bool = False

    def from_day(self, day: dt.date, calendar: WorkCalendar) -> dt.date:
        """The last day of the limit that begins with `day`, or the latest day before it for one counted back."""
        if isinstance(self.limit, Months):
            last = self.limit.after(day)
            return calendar.add_workdays(last, 0).date if self.rolls else last
        if self.backwards:
            return day - dt.timedelta(days=self.limit.value)
        end = due([ClockFact(ClockFactKind.STARTED, day)], self.limit, calendar).due
        assert end is not None  # only an open pause leaves a limit without its end
        return end


def _workdays(value: int, article: str) -> LegalLimit:
    return LegalLimit(Limit(value, Unit.WORKDAYS), f"行政许可法{article}")


# Articles of the Administrative Licence Law (2019) as domain.md 2.1 cites them. Review and suit are general knowledge
# there: Administrative Reconsideration Law, art. 20; Administrative Litigation Law, art. 46.
LEGAL_LIMITS: dict[Legal, LegalLimit] = {
    Legal.RECEIPT: _workdays(5, "第三十二条"),
    Legal.DECISION: _workdays(20, "第四十二条"),
    Legal.EXTENSION: _workdays(10, "第四十二条"),
    Legal.JOINT_DECISION: _workdays(45, "第四十二条"),
    Legal.JOINT_EXTENSION: _workdays(15, "第四十二条"),
    Legal.LOWER_LEVEL: _workdays(20, "第四十三条"),
    Legal.DELIVERY: _workdays(10, "第四十四条"),
    Legal.HEARING_REQUEST: _workdays(5, "第四十七条"),
    Legal.HEARING_HELD: _workdays(20, "第四十七条"),
    Legal.HEARING_NOTICE: LegalLimit(Limit(7, Unit.DAYS, roll=False), "行政许可法第四十八条", backwards=True),
    Legal.INSPECTION_SENT: _workdays(5, "第五十五条"),
    Legal.RENEWAL: LegalLimit(Limit(30, Unit.DAYS, roll=False), "行政许可法第五十条", backwards=True),
    Legal.BAN_FALSE_PAPERS: LegalLimit(Months(12), "行政许可法第七十八条"),
    Legal.BAN_FRAUD: LegalLimit(Months(36), "行政许可法第七十九条"),
    Legal.REVIEW: LegalLimit(Limit(60, Unit.DAYS), "行政复议法第二十条"),
    Legal.SUIT: LegalLimit(Months(6), "行政诉讼法第四十六条", rolls=True),
}
if set(LEGAL_LIMITS) != set(Legal):
    raise AssertionError("LEGAL_LIMITS must say for everything in Legal how long it may take")
