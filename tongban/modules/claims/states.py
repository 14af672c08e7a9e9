"""How far claims are, why one is taken off, at which points it is checked; the names of events."""

from enum import StrEnum

from tongban.kernel.events.states import declare

CLAIM_MADE = declare("claim.made", "提交了兑现申报", "A claim was made")
CLAIM_STEPPED = declare("claim.stepped", "办件完成了一个环节", "A step of the case of a claim was done")
CLAIM_IN_NOTICE = declare("claim.in_notice", "兑现申报开始公示", "A claim was put in public notice")
CLAIM_REMOVED = declare("claim.removed", "兑现申报被移出公示或停止拨付", "A claim was taken off")
CLAIM_POOLED = declare(
    "claim.pooled", "核定了兑现金额，等统一分配", "A claim was approved and waits for its pool"
)
POOL_SHARED = declare("claim_pool.shared", "按比例分配了资金池", "A pool was shared among all its claims")
CLAIM_GRANTED = declare("claim.granted", "核定了兑现金额", "A claim was granted and its money set aside")
CLAIM_ORDERED = declare("claim.ordered", "列入拨付", "A claim was put into a payment batch")
CLAIM_PAID = declare("claim.paid", "兑现资金已到账", "A claim was paid")
CLAIM_REFUSED = declare("claim.refused", "银行退回了款项", "The bank did not take a claim's account")
CLAIM_CORRECTED = declare("claim.corrected", "更正了收款账户", "The account of a claim was corrected")
CLAIM_CLAWED_BACK = declare("claim.clawed_back", "追回了兑现资金", "Money of a claim was clawed back")
CLAIM_CHECKED = declare("claim.checked", "复核了兑现条件", "A claim was checked again")
CLAIM_ENDED = declare("claim.ended", "兑现申报没有兑现", "A claim ended without money")
OBJECTION_MADE = declare("claim_objection.made", "对兑现公示提出了异议", "An objection to a claim was made")
OBJECTION_ANSWERED = declare(
    "claim_objection.answered", "答复了对兑现公示的异议", "An objection to a claim was answered"
)
PART_CONFIRMED = declare(
    "claim_part.confirmed", "确认了后续拨付的条件", "The condition of a later instalment was confirmed"
)
PART_DUE = declare("claim_part.due", "后续一期可以拨付", "A later instalment became due")
PART_BLOCKED = declare("claim_part.blocked", "后续一期复核未通过", "A later instalment is held up")
PART_ORDERED = declare("claim_part.ordered", "后续一期列入拨付", "A later instalment was ordered")
PART_PAID = declare("claim_part.paid", "后续一期已到账", "A later instalment was paid")
PART_REFUSED = declare("claim_part.refused", "银行退回了后续一期", "The bank did not take a later instalment")
PART_CLAWED_BACK = declare(
    "claim_part.clawed_back", "追回了后续一期的资金", "Money of a later instalment was clawed back"
)
PART_FORFEITED = declare(
    "claim_part.forfeited", "后续一期不再拨付", "A later instalment is not paid any more"
)
REPORT_SENT = declare("bank_report.sent", "银行报送了付息数据", "A bank reported interest that was paid")
REPORT_WITHDRAWN = declare("bank_report.withdrawn", "银行撤回了付息数据", "A bank withdrew a report")
ITEMS_PUBLISHED = declare(
    "claim_items.published", "更新了兑现事项", "The items to claim by were brought in line"
)


class ClaimState(StrEnum):
    """How far a claim is. What happens before the decision is the case's: here it is open."""

    OPEN = "open"
    POOLED = "pooled"  # approved; its part is known when the window is over and the pool is shared
    GRANTED = "granted"
    ORDERED = "ordered"
    PAID = "paid"
    REFUSED = "refused"  # by the bank: another account is needed
    CLAWED = "clawed"  # the whole of it was clawed back
    REMOVED = "removed"  # off the notice or stopped before payment, with a reason
    ENDED = "ended"  # refused, denied, withdrawn, returned


# While a claim is one of these, nothing else gives the same to the same subject for the same period.
HELD = (
    ClaimState.OPEN,
    ClaimState.POOLED,
    ClaimState.GRANTED,
    ClaimState.ORDERED,
    ClaimState.PAID,
    ClaimState.REFUSED,
    ClaimState.CLAWED,
)
# Of an item that can be had several times a year, the next claim waits only until the money of the last one is there.
UNDER_WAY = (
    ClaimState.OPEN,
    ClaimState.POOLED,
    ClaimState.GRANTED,
    ClaimState.ORDERED,
    ClaimState.REFUSED,
)
SET_ASIDE = (
    ClaimState.GRANTED,
    ClaimState.ORDERED,
    ClaimState.PAID,
    ClaimState.REFUSED,
    ClaimState.CLAWED,
)
STOPPABLE = (ClaimState.POOLED, ClaimState.GRANTED, ClaimState.REFUSED)


class PartState(StrEnum):
    """How far a later instalment is."""

    PLANNED = "planned"
    BLOCKED = "blocked"  # due, and an exclusion holds or is not known; looked at again every day
    DUE = "due"
    ORDERED = "ordered"
    PAID = "paid"
    REFUSED = "refused"
    FORFEITED = "forfeited"


LATER = (PartState.PLANNED, PartState.BLOCKED)
UNPAID = (*LATER, PartState.DUE, PartState.REFUSED)
PART_NAMES: dict[PartState, tuple[str, str]] = {
    PartState.PLANNED: ("未到期", "not due yet"),
    PartState.BLOCKED: ("复核未通过，暂缓", "held up"),
    PartState.DUE: ("待拨付", "to be paid"),
    PartState.ORDERED: ("拨付中", "being paid"),
    PartState.PAID: ("已到账", "paid"),
    PartState.REFUSED: ("账户有误，待更正", "account to be corrected"),
    PartState.FORFEITED: ("不再拨付", "not paid any more"),
}


class ReportState(StrEnum):
    """Whether a bank's report counts."""

    IN_FORCE = "in_force"
    WITHDRAWN = "withdrawn"


REPORT_NAMES: dict[ReportState, tuple[str, str]] = {
    ReportState.IN_FORCE: ("已收下", "taken"),
    ReportState.WITHDRAWN: ("已撤回", "withdrawn"),
}


class Removal(StrEnum):
    """Why a claim was taken off."""

    RECHECK = "recheck"  # the conditions hold no more, or an exclusion does
    OBJECTION = "objection"
    OFFICER = "officer"


class Stage(StrEnum):
    """At which point a claim was checked."""

    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    NOTICE = "notice"
    AGAIN = "again"
    DECIDED = "decided"
    ORDERED = "ordered"


class Verdict(StrEnum):
    """What the rule of the edition says."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Answer(StrEnum):
    """What is answered to an objection."""

    UPHELD = "upheld"
    REJECTED = "rejected"


CLAIM_NAMES: dict[ClaimState, tuple[str, str]] = {
    ClaimState.OPEN: ("办理中", "being handled"),
    ClaimState.POOLED: ("已核定，待统一分配", "approved, to be shared"),
    ClaimState.GRANTED: ("已核定，待拨付", "granted, to be paid"),
    ClaimState.ORDERED: ("拨付中", "being paid"),
    ClaimState.PAID: ("已到账", "paid"),
    ClaimState.REFUSED: ("账户有误，待更正", "account to be corrected"),
    ClaimState.CLAWED: ("已追回", "clawed back"),
    ClaimState.REMOVED: ("已移出", "taken off"),
    ClaimState.ENDED: ("未兑现", "not granted"),
}
REMOVAL_NAMES: dict[Removal, tuple[str, str]] = {
    Removal.RECHECK: ("复核不再符合", "the conditions hold no more"),
    Removal.OBJECTION: ("异议成立", "an objection was upheld"),
    Removal.OFFICER: ("主管部门核实后移出", "taken off after a look"),
}
STAGE_NAMES: dict[Stage, tuple[str, str]] = {
    Stage.SUBMITTED: ("申报时", "when handed in"),
    Stage.ACCEPTED: ("受理时", "at acceptance"),
    Stage.NOTICE: ("公示前", "before the notice"),
    Stage.AGAIN: ("公示期间和审定前", "during the notice and before the decision"),
    Stage.DECIDED: ("审定时", "at the decision"),
    Stage.ORDERED: ("拨付前", "before payment"),
}
VERDICT_NAMES: dict[Verdict, tuple[str, str]] = {
    Verdict.YES: ("符合", "fits"),
    Verdict.NO: ("不符合", "does not fit"),
    Verdict.UNKNOWN: ("缺数据", "data needed"),
}
