"""The words of a case: where it can stand, what can be done to it, by whom, and what that does to the clocks."""

from enum import StrEnum


class CaseState(StrEnum):
    """Where a case stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    SUPPLEMENT_REQUESTED = "supplement_requested"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    IN_REVIEW = "in_review"
    SUSPENDED = "suspended"
    GRANTED = "granted"
    DENIED = "denied"
    DELIVERED = "delivered"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    TERMINATED = "terminated"


class Verb(StrEnum):
    """What can be done to a case."""

    SUBMIT = "submit"
    REQUEST_SUPPLEMENT = "request_supplement"
    RESUBMIT = "resubmit"
    LAPSE = "lapse"
    ACCEPT = "accept"
    DEEM_ACCEPTED = "deem_accepted"
    REFUSE = "refuse"
    SUPPLY = "supply"
    COMPLETE_STEP = "complete_step"
    PROPOSE_PAUSE = "propose_pause"
    PROPOSE_EXTENSION = "propose_extension"
    REJECT = "reject"
    SUSPEND = "suspend"
    RESUME = "resume"
    STOP_PROMISE = "stop_promise"
    RESUME_PROMISE = "resume_promise"
    EXTEND = "extend"
    OFFER_HEARING = "offer_hearing"
    ASK_HEARING = "ask_hearing"
    SCHEDULE_HEARING = "schedule_hearing"
    HOLD_HEARING = "hold_hearing"
    GRANT = "grant"
    DENY = "deny"
    DEEM_RENEWED = "deem_renewed"
    DELIVER = "deliver"
    CLOSE = "close"
    WITHDRAW = "withdraw"
    TERMINATE = "terminate"


class Who(StrEnum):
    """Who may use a verb; the policy says on which cases."""

    APPLICANT = "applicant"
    CLERK = "clerk"
    REVIEWER = "reviewer"
    DECIDER = "decider"
    HEAD = "head"
    SYSTEM = "system"


class ClockEffect(StrEnum):
    """What a verb does to the clocks."""

    NONE = "none"
    START_RECEIPT = "start_receipt"
    PAUSE_RECEIPT = "pause_receipt"
    RESUME_RECEIPT = "resume_receipt"
    START_DECISION = "start_decision"  # and stop the receipt clock
    START_FROM_RECEIPT = "start_from_receipt"  # the same, but counted from the day of receipt
    PAUSE_DECISION = "pause_decision"  # both clocks: a special procedure of article 45
    RESUME_DECISION = "resume_decision"
    PAUSE_PROMISE = "pause_promise"  # no law lets the statutory clock stand still for it
    RESUME_PROMISE = "resume_promise"
    EXTEND_DECISION = "extend_decision"
    STOP_ALL = "stop_all"
    START_DELIVERY = "start_delivery"  # and stop the decision clocks


_S = CaseState
STATE_NAMES = {
    _S.DRAFT: ("草稿", "Draft"),
    _S.SUBMITTED: ("待受理", "Waiting for acceptance"),
    _S.SUPPLEMENT_REQUESTED: ("待补正", "Supplement needed"),
    _S.ACCEPTED: ("已受理", "Accepted"),
    _S.REFUSED: ("不予受理", "Not accepted"),
    _S.IN_REVIEW: ("审查中", "In review"),
    _S.SUSPENDED: ("特别程序中", "Special procedure"),
    _S.GRANTED: ("准予，制证中", "Granted, being issued"),
    _S.DENIED: ("不予许可", "Denied"),
    _S.DELIVERED: ("已送达", "Delivered"),
    _S.CLOSED: ("已办结", "Closed"),
    _S.WITHDRAWN: ("已撤回", "Withdrawn"),
    _S.TERMINATED: ("已终止", "Terminated"),
}
VERB_NAMES = {
    Verb.SUBMIT: ("提交", "submit"),
    Verb.REQUEST_SUPPLEMENT: ("告知补正", "ask for a supplement"),
    Verb.RESUBMIT: ("提交补正", "hand in the supplement"),
    Verb.LAPSE: ("逾期未补正退件", "return for want of a supplement"),
    Verb.ACCEPT: ("受理", "accept"),
    Verb.DEEM_ACCEPTED: ("视为受理", "deem accepted"),
    Verb.REFUSE: ("不予受理", "refuse acceptance"),
    Verb.SUPPLY: ("补交容缺材料", "supply a deferred material"),
    Verb.COMPLETE_STEP: ("完成环节", "complete the step"),
    Verb.PROPOSE_PAUSE: ("提请特别程序", "propose a special procedure"),
    Verb.PROPOSE_EXTENSION: ("提请延期", "propose an extension"),
    Verb.REJECT: ("不同意提请", "reject the proposal"),
    Verb.SUSPEND: ("批准特别程序", "begin the special procedure"),
    Verb.RESUME: ("结束特别程序", "end the special procedure"),
    Verb.STOP_PROMISE: ("暂停承诺计时", "stop the promised clock"),
    Verb.RESUME_PROMISE: ("恢复承诺计时", "resume the promised clock"),
    Verb.EXTEND: ("批准延期", "extend the limit"),
    Verb.OFFER_HEARING: ("告知听证权利", "offer a hearing"),
    Verb.ASK_HEARING: ("申请听证", "ask for a hearing"),
    Verb.SCHEDULE_HEARING: ("安排听证", "set the hearing"),
    Verb.HOLD_HEARING: ("完成听证", "record the hearing"),
    Verb.GRANT: ("准予", "grant"),
    Verb.DENY: ("不予许可", "deny"),
    Verb.DEEM_RENEWED: ("视为准予延续", "deem renewed"),
    Verb.DELIVER: ("送达", "deliver"),
    Verb.CLOSE: ("办结", "close"),
    Verb.WITHDRAW: ("撤回", "withdraw"),
    Verb.TERMINATE: ("终止办理", "terminate"),
}
WHO_NAMES = {
    Who.APPLICANT: ("申请人", "applicant"),
    Who.CLERK: ("窗口受理", "clerk"),
    Who.REVIEWER: ("审查", "reviewer"),
    Who.DECIDER: ("决定", "decider"),
    Who.HEAD: ("机关负责人", "head of agency"),
    Who.SYSTEM: ("系统", "system"),
}
CLOCK_NAMES = {
    ClockEffect.NONE: ("—", "—"),
    ClockEffect.START_RECEIPT: ("受理期限开始", "receipt clock starts"),
    ClockEffect.PAUSE_RECEIPT: ("受理期限停表", "receipt clock pauses"),
    ClockEffect.RESUME_RECEIPT: ("受理期限恢复", "receipt clock goes on"),
    ClockEffect.START_DECISION: ("法定、承诺期限开始", "decision clocks start"),
    ClockEffect.START_FROM_RECEIPT: ("法定、承诺期限自收件日开始", "decision clocks start, from receipt"),
    ClockEffect.PAUSE_DECISION: ("法定、承诺期限停表", "decision clocks pause"),
    ClockEffect.RESUME_DECISION: ("法定、承诺期限恢复", "decision clocks go on"),
    ClockEffect.PAUSE_PROMISE: ("承诺期限停表", "promised clock pauses"),
    ClockEffect.RESUME_PROMISE: ("承诺期限恢复", "promised clock goes on"),
    ClockEffect.EXTEND_DECISION: ("法定、承诺期限延长", "decision clocks are extended"),
    ClockEffect.STOP_ALL: ("停止计时", "all clocks stop"),
    ClockEffect.START_DELIVERY: ("送达期限开始", "delivery clock starts"),
}
for _enum, _names in (
    (CaseState, STATE_NAMES),
    (Verb, VERB_NAMES),
    (Who, WHO_NAMES),
    (ClockEffect, CLOCK_NAMES),
):
    if set(_enum) != set(_names):
        raise AssertionError(f"every {_enum.__name__} needs its name")
