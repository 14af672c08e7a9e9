"""The public notice of claims: begun by the course of the case, objected to under a real name, left with a published reason."""

import uuid

from tongban.foundation import time
from tongban.kernel.access.calc import SYSTEM, Actor
from tongban.kernel.cases import actions as cases
from tongban.kernel.cases import queries as case_queries
from tongban.kernel.cases.states import StepState, StepType
from tongban.kernel.cases.states import Verdict as Found
from tongban.kernel.events import actions as events
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.notices import actions as notices
from tongban.kernel.records.actions import action
from tongban.modules.claims import queries, rules, states
from tongban.modules.claims.actions.checking import ReasonMissing, not_now, note_check
from tongban.modules.claims.actions.parting import forfeit_all
from tongban.modules.claims.models import Claim, ClaimObjection
from tongban.modules.claims.queries.judging import Looked, of_claim
from tongban.modules.claims.states import STOPPABLE, Answer, ClaimState, Removal, Stage, Verdict
from tongban.modules.policies.actions import require_name

_ANSWERED = (
    "您的异议有了答复：{name}",
    "Your objection was answered: {name}",
    "您对“{name}”申报的异议：{answer}。{words}",
    "Your objection to the claim of '{name}': {answer_en}. {words}",
)
_ANSWERS = {
    Answer.UPHELD: ("成立，已移出公示", "upheld, taken off the notice"),
    Answer.REJECTED: ("不成立", "not upheld"),
}


def _reason_missing() -> ReasonMissing:
    return ReasonMissing(
        sentence_zh="请写明事实和理由。",
        sentence_en="Say what the facts and the reasons are.",
        todo_zh="理由会公开（个人申报的只公开类别）。",
        todo_en="The reason is published; of people only its kind.",
    )


@action
def begin_notice(*, case_id: uuid.UUID) -> Claim | None:
    """Put a claim in public notice when its step has come; a second call changes nothing.

    It is looked at first. Who does not fit by today's data, or whom an earlier step found unfit, is not published: the
    step ends and the decision is the next.
    """
    claim = queries.claim_of(case_id, lock=True)
    if claim is None or claim.state != ClaimState.OPEN or claim.notice_from is not None:
        return None
    case = case_queries.case(case_id)
    steps = case_queries.steps_of(case)
    step = next((s for s in steps if s.type == StepType.PUBLIC_NOTICE and s.state == StepState.OPEN), None)
    if step is None or step.due_on is None:
        return None
    looked = note_check(claim, Stage.NOTICE, SYSTEM)
    unfit = any(one.verdict == Found.FAULTS for one in steps)
    if unfit or looked.verdict is Verdict.NO:
        cases.end_notice(case_id=case_id, opinion="前面环节或者数据复核的结论为不符合，没有公示。", by=SYSTEM)
        return claim
    claim.notice_from, claim.notice_until, claim.fen = time.today(), step.due_on, looked.fen or claim.fen
    claim.save()
    payload = {"until": claim.notice_until.isoformat()}
    events.record(name=states.CLAIM_IN_NOTICE, about=claim, by=SYSTEM, payload=payload)
    return claim


@action
def look_again(*, claim_id: uuid.UUID, by: Actor) -> Looked:
    """Look at an open claim again by what is known today; in notice, a definite no takes it off, and the reason is published.

    Raises NoSuchClaim, NotNow.
    """
    claim = queries.claim_for(by, claim_id, "notice", lock=True)
    if claim.state != ClaimState.OPEN:
        raise not_now("只复核没有审定的申报", "Only claims that are not decided are looked at again")
    looked = note_check(claim, Stage.AGAIN, by)
    if looked.verdict is Verdict.NO and claim.notice_from is not None:
        why = "；".join(zh for zh, _en in looked.against())
        _take_off(claim, Removal.RECHECK, f"按今天的数据不再符合：{why}", by)
    return looked


@action
def recheck_in_notice(*, claim_id: uuid.UUID) -> bool:
    """The daily look at a claim in notice: True when it was taken off. Nothing is kept of a look that changes nothing."""
    claim = queries.claim_for(SYSTEM, claim_id, lock=True)
    if claim.state != ClaimState.OPEN or claim.notice_from is None:
        return False
    looked = of_claim(claim)
    if looked.verdict is not Verdict.NO:
        return False
    note_check(claim, Stage.AGAIN, SYSTEM, looked=looked)
    why = "；".join(zh for zh, _en in looked.against())
    _take_off(claim, Removal.RECHECK, f"按今天的数据不再符合：{why}", SYSTEM)
    return True


@action
def take_off(*, claim_id: uuid.UUID, reason: str, by: Actor) -> Claim:
    """Take a claim off its notice, or stop one that was granted and not ordered yet; the reason stays and is published.

    In notice by who reviews, after the decision by who decides. Its case goes on to the decision; money set aside is
    free again. Raises NoSuchClaim, NotNow, ReasonMissing.
    """
    seen = queries.claim_for(by, claim_id)
    decided = seen.state in STOPPABLE
    claim = queries.claim_for(by, claim_id, "decide" if decided else "notice", lock=True)
    if claim.state not in STOPPABLE and (claim.state != ClaimState.OPEN or claim.notice_from is None):
        raise not_now("只有公示以后、拨付以前的申报可以移出", "Only between the notice and the payment")
    _take_off(claim, Removal.OFFICER, reason, by)
    return claim


@action
def stop(claim: Claim, reason: str, by: Actor) -> None:
    """Stop a locked claim that fits no longer, before anything of it is paid."""
    _take_off(claim, Removal.RECHECK, reason, by)


def _take_off(claim: Claim, why: Removal, reason: str, by: Actor) -> None:
    if not reason.strip():
        raise _reason_missing()
    if claim.payout_id is not None:
        ledger.release(payout_id=claim.payout_id, by=SYSTEM)
        forfeit_all(claim, reason.strip(), by)
    claim.state, claim.removed_for, claim.reason = ClaimState.REMOVED, why, reason.strip()
    claim.removed_by, claim.removed_at, claim.order_due_on = by.account_id, time.now(), None
    claim.save()
    events.record(name=states.CLAIM_REMOVED, about=claim, by=by, payload={"why": why})
    cases.end_notice(case_id=claim.case_id, opinion=reason.strip(), by=by)


@action
def object_to(*, claim_id: uuid.UUID, words: str, by: Actor) -> ClaimObjection:
    """Object to a claim in public notice, under one's own name; once each. Raises NotNow, ReasonMissing, NotUnderAName."""
    require_name(by)
    claim = queries.public_claim(claim_id, lock=True)
    if claim.state != ClaimState.OPEN or claim.notice_until is None or time.today() > claim.notice_until:
        raise not_now("公示期已经结束", "The public notice is over")
    if not words.strip():
        raise _reason_missing()
    held = ClaimObjection.objects.filter(claim=claim, made_by=by.account_id).first()
    if held is not None:
        return held
    row = ClaimObjection(claim=claim, made_by=by.account_id, made_at=time.now(), words=words.strip())
    row.save(force_insert=True)
    events.record(name=states.OBJECTION_MADE, about=row, by=by, payload={"claim": str(claim.pk)})
    return row


@action
def answer_objection(*, objection_id: uuid.UUID, upheld: bool, words: str, by: Actor) -> ClaimObjection:
    """Answer an objection in words; one that is upheld takes the claim off. Raises NoSuchClaim, NotNow, ReasonMissing."""
    seen = rules.found(rules.objections(by).filter(pk=objection_id).first())
    claim = queries.claim_for(by, seen.claim_id, "notice", lock=True)
    row = ClaimObjection.objects.select_for_update().get(pk=objection_id)
    if row.answer:
        raise not_now("这条异议已经答复", "This objection was answered")
    if row.made_by == by.account_id:
        raise not_now("不能答复自己提出的异议", "Nobody answers an objection of their own")
    if not words.strip():
        raise _reason_missing()
    row.answer = Answer.UPHELD if upheld else Answer.REJECTED
    row.answer_words, row.answered_by, row.answered_at = words.strip(), by.account_id, time.now()
    row.save()
    events.record(name=states.OBJECTION_ANSWERED, about=row, by=by, payload={"answer": row.answer})
    if upheld and claim.state == ClaimState.OPEN:
        _take_off(claim, Removal.OBJECTION, words, by)
    zh, en = _ANSWERS[row.answer]
    notices.tell(
        _ANSWERED,
        account_id=row.made_by,
        about=row,
        effect_key=f"claim-objection:{row.pk}",
        name=claim.name,
        answer=zh,
        answer_en=en,
        words=row.answer_words,
    )
    return row


__all__ = ["answer_objection", "begin_notice", "look_again", "object_to", "recheck_in_notice", "take_off"]
