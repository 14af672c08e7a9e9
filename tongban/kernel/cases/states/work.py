"""Words of the work inside a case: kinds of steps and tasks, special procedures, what was promised."""

from enum import StrEnum

from tongban.kernel.deadlines.states import PauseReason


class StepType(StrEnum):
    """What kind of step it is; each asks for its own findings."""

    REVIEW = "review"
    APPROVE = "approve"
    CONSULT = "consult"
    SITE_CHECK = "site_check"
    EXPERT_REVIEW = "expert_review"
    HEARING = "hearing"
    PUBLIC_NOTICE = "public_notice"
    CHILD_CASE = "child_case"  # another case, with a result of its own; done when that one is
    ISSUE = "issue"


CHILD_CHANNEL = "bundle"  # by which a case came in that a step of another one opened


class StepState(StrEnum):
    """Where a step stands."""

    WAITING = "waiting"
    OPEN = "open"
    DONE = "done"


class Verdict(StrEnum):
    """What a step found."""

    FITS = "fits"
    FAULTS = "faults"
    SILENT = "silent"  # asked, no answer in time, taken as agreement


VERDICT_NAMES = {
    Verdict.FITS: ("符合", "Fits"),
    Verdict.FAULTS: ("不符合", "Does not fit"),
    Verdict.SILENT: ("逾期未答复，视为同意", "No answer in time, taken as agreement"),
}


class WorkKind(StrEnum):
    """Why somebody's turn has come."""

    ACCEPT = "accept"
    STEP = "step"
    DECIDE = "decide"
    APPROVE = "approve"  # the head's word on a proposal
    END_PAUSE = "end_pause"
    HEARING = "hearing"
    CHECK = "check"  # whether a commitment was kept


class ProposalState(StrEnum):
    """Where a proposal that needs the head's word stands."""

    ASKED = "asked"
    RUNNING = "running"
    ENDED = "ended"
    REJECTED = "rejected"


class DeferralState(StrEnum):
    """Whether a material that may follow has come."""

    OPEN = "open"
    SUPPLIED = "supplied"
    FAILED = "failed"


class CheckState(StrEnum):
    """Whether a commitment was kept."""

    PENDING = "pending"
    KEPT = "kept"
    BROKEN = "broken"


# What article 45 lists: the statutory clock stands still, and the applicant is told how long.
STATUTORY_PAUSES = {
    PauseReason.BIDDING: ("招标", "Tendering"),
    PauseReason.AUCTION: ("拍卖", "Auction"),
    PauseReason.INSPECTION: ("检验", "Inspection"),
    PauseReason.TESTING: ("检测", "Testing"),
    PauseReason.QUARANTINE: ("检疫", "Quarantine"),
    PauseReason.APPRAISAL: ("鉴定", "Appraisal"),
    PauseReason.EXPERT_REVIEW: ("专家评审", "Expert review"),
    PauseReason.OTHER_STATUTE: ("其他法律规定的程序", "Another statute's procedure"),
}
# What only the agency's own promise may wait for.
PROMISE_PAUSES = {
    PauseReason.SITE_CHECK: ("现场踏勘", "Site visit"),
    PauseReason.PUBLIC_NOTICE: ("公示", "Public notice"),
    PauseReason.FEE_WAITING: ("等待缴费", "Waiting for payment"),
    PauseReason.CONSULTATION: ("征求意见", "Consultation"),
}
PAUSES = {**STATUTORY_PAUSES, **PROMISE_PAUSES}
