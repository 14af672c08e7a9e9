"""Words of the clocks: units, kinds, facts, the reasons for a pause, the lights."""

from enum import StrEnum

from tongban.kernel.events.states import declare


class Unit(StrEnum):
    """What a limit counts."""

    WORKDAYS = "workdays"
    DAYS = "days"
    INSTANT = "instant"


class ClockKind(StrEnum):
    """What a clock measures."""

    RECEIPT = "receipt"
    """Five working days to accept, refuse or ask for a supplement (Administrative Licence Law, art. 32)."""
    DECISION_STATUTORY = "decision_statutory"
    """The statutory limit of the decision (art. 42)."""
    DECISION_PROMISED = "decision_promised"
    """The limit that the agency promises, never longer than the statutory one."""
    DELIVERY = "delivery"
    """Ten working days to issue and deliver after the decision (art. 44)."""
    STEP = "step"
    """The limit of one step of the procedure."""


class ClockFactKind(StrEnum):
    """What can happen to a clock."""

    STARTED = "started"
    PAUSED = "paused"
    RESUMED = "resumed"
    EXTENDED = "extended"
    STOPPED = "stopped"


class EntryKind(StrEnum):
    """What a ledger lists: the facts of a clock, and its recomputation for a new calendar, which is none of them."""

    STARTED = "started"
    PAUSED = "paused"
    RESUMED = "resumed"
    EXTENDED = "extended"
    STOPPED = "stopped"
    RECOMPUTED = "recomputed"


class Half(StrEnum):
    """Which half of a working day is worked; limits count it as a whole day (Licence Law, art. 82, knows no halves)."""

    MORNING = "morning"
    AFTERNOON = "afternoon"


class PauseReason(StrEnum):
    """Why a clock may stand still. `STOPS` says which clock each reason may stop."""

    HEARING = "hearing"
    BIDDING = "bidding"
    AUCTION = "auction"
    INSPECTION = "inspection"
    TESTING = "testing"
    QUARANTINE = "quarantine"
    APPRAISAL = "appraisal"
    EXPERT_REVIEW = "expert_review"
    OTHER_STATUTE = "other_statute"
    SUPPLEMENT = "supplement"
    SITE_CHECK = "site_check"
    PUBLIC_NOTICE = "public_notice"
    FEE_WAITING = "fee_waiting"
    CONSULTATION = "consultation"


_STATUTORY = frozenset({ClockKind.DECISION_STATUTORY, ClockKind.DECISION_PROMISED, ClockKind.STEP})
_PROMISED = frozenset({ClockKind.DECISION_PROMISED, ClockKind.STEP})

STOPS: dict[PauseReason, frozenset[ClockKind]] = {
    # Administrative Licence Law, art. 45: the time these need is not counted, and the applicant is told it.
    PauseReason.HEARING: _STATUTORY,
    PauseReason.BIDDING: _STATUTORY,
    PauseReason.AUCTION: _STATUTORY,
    PauseReason.INSPECTION: _STATUTORY,
    PauseReason.TESTING: _STATUTORY,
    PauseReason.QUARANTINE: _STATUTORY,
    PauseReason.APPRAISAL: _STATUTORY,
    PauseReason.EXPERT_REVIEW: _STATUTORY,
    # Another statute that names the stop; the pause must cite it.
    PauseReason.OTHER_STATUTE: _STATUTORY,
    # Art. 32: asking for a supplement ends the receipt clock's run until the applicant supplies it. After
    # acceptance the law knows no supplement, so the statutory clock of the decision runs on.
    PauseReason.SUPPLEMENT: _PROMISED | {ClockKind.RECEIPT},
    # Often configured as stops, but no law stops the statutory clock for them.
    PauseReason.SITE_CHECK: _PROMISED,
    PauseReason.PUBLIC_NOTICE: _PROMISED,
    PauseReason.FEE_WAITING: _PROMISED,
    PauseReason.CONSULTATION: _PROMISED,
}
if set(STOPS) != set(PauseReason):
    raise AssertionError("STOPS must say for every PauseReason which clocks it may stop")


# Art. 42 extends the decision; receipt (art. 32) and delivery (art. 44) have no extension.
EXTENDABLE = _STATUTORY


class Light(StrEnum):
    """How a clock stands, for people (红黄灯)."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    PAUSED = "paused"
    DONE = "done"


CALENDAR_LOADED = declare("calendar.loaded", "载入了工作日历", "A working calendar was loaded")
LIGHTS_LOADED = declare("lights.loaded", "载入了红黄灯设置", "The settings of the lights were loaded")
CLOCK_RECOMPUTED = declare(
    "clock.recomputed", "因日历变化重算了到期日", "A due date was recomputed for a new calendar"
)
CLOCKS_RECOMPUTED = declare("clocks.recomputed", "重算了一批计时", "A batch of clocks was recomputed")
