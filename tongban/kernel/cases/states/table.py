"""The law's transitions, as one table (行政许可法 articles 29–50; domain.md 2.1 to 2.3)."""

from collections.abc import Iterable
from dataclasses import dataclass

from tongban.foundation.errors import Problem
from tongban.kernel.cases.states import names as e
from tongban.kernel.cases.states.verbs import STATE_NAMES, VERB_NAMES, CaseState, ClockEffect, Verb, Who


@dataclass(frozen=True)
class Transition:
    """One row of the table. `target` is None where the case stays in the state it is in."""

    verb: Verb
    sources: frozenset[CaseState]
    target: CaseState | None
    who: frozenset[Who]
    clock: ClockEffect
    event: str
    letter: str  # kind of the letter that follows, or nothing
    basis: str
    closing_code: str  # of the national exchange format, where the verb ends the case (domain.md 2.3)


_S, _W, _C = CaseState, Who, ClockEffect
_DECIDING = (_S.ACCEPTED, _S.IN_REVIEW)
_OPEN = (_S.SUBMITTED, _S.SUPPLEMENT_REQUESTED, *_DECIDING, _S.SUSPENDED)


def _row(
    verb: Verb,
    sources: Iterable[CaseState],
    target: CaseState | None,
    who: Iterable[Who],
    clock: ClockEffect,
    event: str,
    letter: str = "",
    basis: str = "",
    code: str = "",
) -> Transition:
    return Transition(verb, frozenset(sources), target, frozenset(who), clock, event, letter, basis, code)


# fmt: off
_RECEIPT = [
    _row(Verb.SUBMIT, {_S.DRAFT}, _S.SUBMITTED, {_W.APPLICANT}, _C.START_RECEIPT, e.SUBMITTED, "receipt", "第二十九条"),
    _row(Verb.REQUEST_SUPPLEMENT, {_S.SUBMITTED}, _S.SUPPLEMENT_REQUESTED, {_W.CLERK}, _C.PAUSE_RECEIPT, e.SUPPLEMENT_REQUESTED, "supplement", "第三十二条"),
    _row(Verb.RESUBMIT, {_S.SUPPLEMENT_REQUESTED}, _S.SUBMITTED, {_W.APPLICANT}, _C.RESUME_RECEIPT, e.RESUBMITTED, basis="第三十二条"),
    _row(Verb.LAPSE, {_S.SUPPLEMENT_REQUESTED}, _S.TERMINATED, {_W.CLERK, _W.SYSTEM}, _C.STOP_ALL, e.LAPSED, "termination", "第三十二条", "5"),
    _row(Verb.ACCEPT, {_S.SUBMITTED}, _S.ACCEPTED, {_W.CLERK, _W.SYSTEM}, _C.START_DECISION, e.ACCEPTED, "acceptance", "第三十二条"),
    # Whoever did not ask in time has accepted, on the day the application came in.
    _row(Verb.DEEM_ACCEPTED, {_S.SUBMITTED}, _S.ACCEPTED, {_W.SYSTEM}, _C.START_FROM_RECEIPT, e.DEEMED_ACCEPTED, "deemed_acceptance", "第三十二条"),
    _row(Verb.REFUSE, {_S.SUBMITTED}, _S.REFUSED, {_W.CLERK}, _C.STOP_ALL, e.REFUSED, "non_acceptance", "第三十二条", "6"),
]
_EXAMINATION = [
    _row(Verb.SUPPLY, {*_DECIDING, _S.SUSPENDED}, None, {_W.APPLICANT}, _C.NONE, e.SUPPLIED),
    _row(Verb.COMPLETE_STEP, _DECIDING, _S.IN_REVIEW, {_W.REVIEWER, _W.SYSTEM}, _C.NONE, e.STEP_COMPLETED, basis="第三十四条"),
    _row(Verb.PROPOSE_PAUSE, _DECIDING, None, {_W.REVIEWER, _W.DECIDER}, _C.NONE, e.PAUSE_PROPOSED, basis="第四十五条"),
    _row(Verb.PROPOSE_EXTENSION, _DECIDING, None, {_W.REVIEWER, _W.DECIDER}, _C.NONE, e.EXTENSION_PROPOSED, basis="第四十二条"),
    _row(Verb.REJECT, _DECIDING, None, {_W.HEAD}, _C.NONE, e.PROPOSAL_REJECTED, basis="第四十二条"),
    _row(Verb.SUSPEND, _DECIDING, _S.SUSPENDED, {_W.HEAD}, _C.PAUSE_DECISION, e.SUSPENDED, "special_procedure", "第四十五条"),
    _row(Verb.RESUME, {_S.SUSPENDED}, _S.IN_REVIEW, {_W.REVIEWER, _W.DECIDER}, _C.RESUME_DECISION, e.RESUMED, basis="第四十五条"),
    _row(Verb.STOP_PROMISE, _DECIDING, None, {_W.HEAD}, _C.PAUSE_PROMISE, e.PROMISE_STOPPED),
    _row(Verb.RESUME_PROMISE, _DECIDING, None, {_W.REVIEWER, _W.DECIDER}, _C.RESUME_PROMISE, e.PROMISE_RESUMED),
    _row(Verb.EXTEND, _DECIDING, None, {_W.HEAD}, _C.EXTEND_DECISION, e.EXTENDED, "extension", "第四十二条"),
    _row(Verb.OFFER_HEARING, _DECIDING, None, {_W.REVIEWER, _W.DECIDER}, _C.NONE, e.HEARING_OFFERED, "hearing_notice", "第四十七条"),
    _row(Verb.ASK_HEARING, _DECIDING, _S.SUSPENDED, {_W.APPLICANT}, _C.PAUSE_DECISION, e.HEARING_ASKED, basis="第四十七条、第四十五条"),
    _row(Verb.SCHEDULE_HEARING, {_S.SUSPENDED}, None, {_W.REVIEWER, _W.DECIDER}, _C.NONE, e.HEARING_SCHEDULED, "hearing_date", "第四十八条"),
    _row(Verb.HOLD_HEARING, {_S.SUSPENDED}, _S.IN_REVIEW, {_W.REVIEWER, _W.DECIDER}, _C.RESUME_DECISION, e.HEARING_HELD, basis="第四十八条"),
]
_DECISION = [
    _row(Verb.GRANT, _DECIDING, _S.GRANTED, {_W.DECIDER, _W.SYSTEM}, _C.START_DELIVERY, e.GRANTED, "grant", "第三十八条", "0"),
    _row(Verb.DENY, _DECIDING, _S.DENIED, {_W.DECIDER}, _C.START_DELIVERY, e.DENIED, "deny", "第三十八条", "1"),
    # Silence until the licence expires renews it, also while a special procedure runs: the expiry waits for nobody.
    _row(Verb.DEEM_RENEWED, {*_DECIDING, _S.SUSPENDED}, _S.GRANTED, {_W.SYSTEM}, _C.START_DELIVERY, e.DEEMED_RENEWED, "deemed_renewal", "第五十条", "0"),
    _row(Verb.DELIVER, {_S.GRANTED, _S.DENIED}, _S.DELIVERED, {_W.SYSTEM}, _C.STOP_ALL, e.DELIVERED, "delivery_receipt", "第四十四条"),
    _row(Verb.CLOSE, {_S.DELIVERED}, _S.CLOSED, {_W.SYSTEM}, _C.NONE, e.CLOSED),
    _row(Verb.WITHDRAW, _OPEN, _S.WITHDRAWN, {_W.APPLICANT}, _C.STOP_ALL, e.WITHDRAWN, "withdrawal", code="5"),
    _row(Verb.TERMINATE, _OPEN, _S.TERMINATED, {_W.DECIDER, _W.SYSTEM}, _C.STOP_ALL, e.TERMINATED, "termination", code="2"),
]
# fmt: on
TRANSITIONS: dict[Verb, Transition] = {row.verb: row for row in [*_RECEIPT, *_EXAMINATION, *_DECISION]}
if set(TRANSITIONS) != set(Verb):
    raise AssertionError("every verb needs its row in TRANSITIONS")

OPEN_STATES = tuple(sorted(_OPEN))
EXAMINED_STATES = tuple(sorted((*_DECIDING, _S.SUSPENDED)))
DECIDED_STATES = (_S.GRANTED, _S.DENIED, _S.DELIVERED, _S.CLOSED)
ENDED_STATES = (_S.CLOSED, _S.WITHDRAWN, _S.REFUSED, _S.TERMINATED)
CLOSING_CODES = {
    row.target: row.closing_code for row in TRANSITIONS.values() if row.closing_code and row.target
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
        possible = [
            other for other in TRANSITIONS.values() if state in other.sources and other.who != {_W.SYSTEM}
        ]
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
