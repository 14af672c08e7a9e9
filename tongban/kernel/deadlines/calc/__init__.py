"""Working calendars and clocks: pure functions of append-only facts. No Django, no wall clock.

How days are counted, for every clock:

1. A filing on a day off counts as made on the next working day.
2. The day of the start is not counted (Civil Code, art. 201), unless the limit says so.
3. The day of a pause still counts as used when it is one that counts; the days after it up to and including
   the day of resumption do not; the day after the resumption counts again. Pauses that overlap are one pause.
   (Administrative Licence Law, art. 45: what the time is needed for is not counted.)
4. An extension adds its value, in the limit's own unit (art. 42).
5. A limit of working days counts working days only and ends on one (art. 82). A limit of natural days counts
   every day, and where it ends on a day off it rolls to the next working day (Civil Code, art. 203), unless
   the limit says otherwise.
6. A day inside a pause makes no clock late: one that is paused on its last day is late from the day after the
   resumption, not on it.
7. An instant limit ends on the day of the start.
8. Pauses for different reasons may overlap, and two for the same reason too (two departments, one expert review
   each): the clock runs again when as many have ended as began.
"""

from tongban.kernel.deadlines.calc.clocks import (
    BadLimit,
    ClockState,
    Limit,
    Thresholds,
    due,
    light,
    yellow_day,
)
from tongban.kernel.deadlines.calc.histories import (
    ClockFact,
    ImpossibleHistory,
    PauseNotAllowed,
    require_basis,
    require_stoppable,
)
from tongban.kernel.deadlines.calc.legal import LEGAL_LIMITS, Legal, LegalLimit, Months
from tongban.kernel.deadlines.calc.workdays import BadCalendar, Due, WorkCalendar, YearDays

__all__ = [
    "LEGAL_LIMITS",
    "BadCalendar",
    "BadLimit",
    "ClockFact",
    "ClockState",
    "Due",
    "ImpossibleHistory",
    "Legal",
    "LegalLimit",
    "Limit",
    "Months",
    "PauseNotAllowed",
    "Thresholds",
    "WorkCalendar",
    "YearDays",
    "due",
    "light",
    "require_basis",
    "require_stoppable",
    "yellow_day",
]
