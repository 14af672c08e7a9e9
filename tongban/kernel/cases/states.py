"""The law's states and verbs of a case, as one table (行政许可法 articles 32–45; domain.md 2.1 to 2.3)."""

from dataclasses import dataclass
from enum import StrEnum

from tongban.foundation.errors import Problem
from tongban.kernel.events.states import declare


class CaseState(StrEnum):
    """Where a case stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    SUPPLEMENT_REQUESTED = "supplement_requested"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    IN_REVIEW = "in_review"
    GRANTED = "granted"
    DENIED = "denied"
    DELIVERED = "delivered"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class Verb(StrEnum):
    """What can be done to a case."""

    SUBMIT = "submit"
    REQUEST_SUPPLEMENT = "request_supplement"
    RESUBMIT = "resubmit"
    ACCEPT = "accept"
    REFUSE = "refuse"
    COMPLETE_STEP = "complete_step"
    GRANT = "grant"
    DENY = "deny"
    DELIVER = "deliver"
    CLOSE = "close"
    WITHDRAW = "withdraw"


class Who(StrEnum):
    """Who may use a verb; the policy says on which cases."""

    APPLICANT = "applicant"
    CLERK = "clerk"
    REVIEWER = "reviewer"
    DECIDER = "decider"
    SYSTEM = "system"


class ClockEffect(StrEnum):
    """What a verb does to the clocks."""

    NONE = "none"
    START_RECEIPT = "start_receipt"
    PAUSE_RECEIPT = "pause_receipt"
    RESUME_RECEIPT = "resume_receipt"
    START_DECISION = "start_decision"  # and stop the receipt clock
    STOP_ALL = "stop_all"
    START_DELIVERY = "start_delivery"  # and stop the decision clocks


@dataclass(frozen=True)
class Transition:
    """One row of the table."""

    verb: Verb
    sources: frozenset[CaseState]
    target: CaseState
    who: frozenset[Who]
    clock: ClockEffect
    event: str
    letter: str  # kind of the letter that follows, or nothing
    basis: str


CASE_OPENED = declare("case.opened", "开始填写申请", "An application was begun")
CASE_DELETED = declare("case.draft_deleted", "删除了草稿", "A draft was deleted")
CASE_SAVED = declare("case.saved", "保存了填写内容", "Answers were saved")
MATERIAL_ADDED = declare("case.material_added", "上传了材料", "A material was added")
MATERIAL_REMOVED = declare("case.material_removed", "移除了材料", "A material was removed")
SUBMITTED = declare("case.submitted", "提交了申请", "The application was submitted")
SUPPLEMENT_REQUESTED = declare("case.supplement_requested", "一次性告知补正", "A supplement was asked for")
RESUBMITTED = declare("case.resubmitted", "补正后重新提交", "The supplement was handed in")
ACCEPTED = declare("case.accepted", "受理", "Accepted")
REFUSED = declare("case.refused", "不予受理", "Acceptance was refused")
STEP_COMPLETED = declare("case.step_completed", "完成了一个环节", "A step was completed")
GRANTED = declare("case.granted", "作出准予决定", "Granted")
DENIED = declare("case.denied", "作出不予决定", "Denied")
DELIVERED = declare("case.delivered", "送达", "Delivered")
CLOSED = declare("case.closed", "办结", "Closed")
WITHDRAWN = declare("case.withdrawn", "申请人撤回", "Withdrawn by the applicant")

_S, _W = CaseState, Who
_OPEN = frozenset({_S.SUBMITTED, _S.SUPPLEMENT_REQUESTED, _S.ACCEPTED, _S.IN_REVIEW})


def _row(verb: Verb, sources, target, who, clock, event, letter="", basis="") -> Transition:
    return Transition(verb, frozenset(sources), target, frozenset(who), clock, event, letter, basis)


_C = ClockEffect
TRANSITIONS: dict[Verb, Transition] = {
    row.verb: row
    for row in [
        _row(
            Verb.SUBMIT,
            {_S.DRAFT},
            _S.SUBMITTED,
            {_W.APPLICANT},
            _C.START_RECEIPT,
            SUBMITTED,
            "receipt",
            "第二十九条",
        ),
        _row(
            Verb.REQUEST_SUPPLEMENT,
            {_S.SUBMITTED},
            _S.SUPPLEMENT_REQUESTED,
            {_W.CLERK},
            _C.PAUSE_RECEIPT,
            SUPPLEMENT_REQUESTED,
            "supplement",
            "第三十二条",
        ),
        _row(
            Verb.RESUBMIT,
            {_S.SUPPLEMENT_REQUESTED},
            _S.SUBMITTED,
            {_W.APPLICANT},
            _C.RESUME_RECEIPT,
            RESUBMITTED,
            basis="第三十二条",
        ),
        _row(
            Verb.ACCEPT,
            {_S.SUBMITTED},
            _S.ACCEPTED,
            {_W.CLERK, _W.SYSTEM},
            _C.START_DECISION,
            ACCEPTED,
            "acceptance",
            "第三十二条",
        ),
        _row(
            Verb.REFUSE,
            {_S.SUBMITTED},
            _S.REFUSED,
            {_W.CLERK},
            _C.STOP_ALL,
            REFUSED,
            "non_acceptance",
            "第三十二条",
        ),
        _row(
            Verb.COMPLETE_STEP,
            {_S.ACCEPTED, _S.IN_REVIEW},
            _S.IN_REVIEW,
            {_W.REVIEWER},
            _C.NONE,
            STEP_COMPLETED,
            basis="第三十四条",
        ),
        _row(
            Verb.GRANT,
            {_S.ACCEPTED, _S.IN_REVIEW},
            _S.GRANTED,
            {_W.DECIDER, _W.SYSTEM},
            _C.START_DELIVERY,
            GRANTED,
            "grant",
            "第三十八条",
        ),
        _row(
            Verb.DENY,
            {_S.ACCEPTED, _S.IN_REVIEW},
            _S.DENIED,
            {_W.DECIDER},
            _C.START_DELIVERY,
            DENIED,
            "deny",
            "第三十八条",
        ),
        _row(
            Verb.DELIVER,
            {_S.GRANTED, _S.DENIED},
            _S.DELIVERED,
            {_W.SYSTEM},
            _C.STOP_ALL,
            DELIVERED,
            basis="第四十四条",
        ),
        _row(Verb.CLOSE, {_S.DELIVERED}, _S.CLOSED, {_W.SYSTEM}, _C.NONE, CLOSED),
        _row(Verb.WITHDRAW, _OPEN, _S.WITHDRAWN, {_W.APPLICANT}, _C.STOP_ALL, WITHDRAWN),
    ]
}
if set(TRANSITIONS) != set(Verb):
    raise AssertionError("every verb needs its row in TRANSITIONS")

OPEN_STATES = tuple(sorted(_OPEN))
DECIDED_STATES = (_S.GRANTED, _S.DENIED, _S.DELIVERED, _S.CLOSED)

# Closing codes of the national exchange format (domain.md 2.3).
CLOSING_CODES = {
    CaseState.GRANTED: "0",
    CaseState.DENIED: "1",
    CaseState.WITHDRAWN: "5",
    CaseState.REFUSED: "6",
}

STATE_NAMES = {
    _S.DRAFT: ("草稿", "Draft"),
    _S.SUBMITTED: ("待受理", "Waiting for acceptance"),
    _S.SUPPLEMENT_REQUESTED: ("待补正", "Supplement needed"),
    _S.ACCEPTED: ("已受理", "Accepted"),
    _S.REFUSED: ("不予受理", "Not accepted"),
    _S.IN_REVIEW: ("审查中", "In review"),
    _S.GRANTED: ("准予，制证中", "Granted, being issued"),
    _S.DENIED: ("不予许可", "Denied"),
    _S.DELIVERED: ("已送达", "Delivered"),
    _S.CLOSED: ("已办结", "Closed"),
    _S.WITHDRAWN: ("已撤回", "Withdrawn"),
}
VERB_NAMES = {
    Verb.SUBMIT: ("提交", "submit"),
    Verb.REQUEST_SUPPLEMENT: ("告知补正", "ask for a supplement"),
    Verb.RESUBMIT: ("提交补正", "hand in the supplement"),
    Verb.ACCEPT: ("受理", "accept"),
    Verb.REFUSE: ("不予受理", "refuse acceptance"),
    Verb.COMPLETE_STEP: ("完成环节", "complete the step"),
    Verb.GRANT: ("准予", "grant"),
    Verb.DENY: ("不予许可", "deny"),
    Verb.DELIVER: ("送达", "deliver"),
    Verb.CLOSE: ("办结", "close"),
    Verb.WITHDRAW: ("撤回", "withdraw"),
}


class VerbNotPossible(Problem):
    """The case's state has no such transition; the answer is an explained 409."""

    code = "case.verb_not_possible"
    status = 409


def require(state: str, verb: Verb) -> Transition:
    """The row of the table for this verb; raises VerbNotPossible when the state is not among its sources."""
    row = TRANSITIONS[verb]
    if state not in row.sources:
        state_zh, state_en = STATE_NAMES[CaseState(state)]
        verb_zh, verb_en = VERB_NAMES[verb]
        possible = [other for other in TRANSITIONS.values() if state in other.sources]
        zh = "、".join(VERB_NAMES[other.verb][0] for other in possible) or "无"
        en = ", ".join(VERB_NAMES[other.verb][1] for other in possible) or "nothing"
        raise VerbNotPossible(
            sentence_zh=f"这个办件现在是“{state_zh}”，不能{verb_zh}。",
            sentence_en=f"The case is now '{state_en}'; it is not possible to {verb_en}.",
            todo_zh=f"可能有人刚刚办理过，请刷新页面。现在可以：{zh}。",
            todo_en=f"Somebody may just have handled it; reload the page. Possible now: {en}.",
            about=verb,
        )
    return row
