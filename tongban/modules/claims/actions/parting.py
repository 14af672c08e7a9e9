"""Later instalments of a claim: confirmed, examined when they are due, ordered, paid, refused, clawed back or forfeited."""

import uuid
from collections.abc import Sequence

from tongban.foundation import time
from tongban.foundation.money import Fen
from tongban.kernel.access.calc import SYSTEM, Actor
from tongban.kernel.events import actions as events
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.records.actions import action
from tongban.modules.claims import rules, states
from tongban.modules.claims.actions.checking import ReasonMissing, not_now
from tongban.modules.claims.models import Claim, ClaimPart
from tongban.modules.claims.queries import parts as queries
from tongban.modules.claims.states import LATER, UNPAID, ClaimState, PartState
from tongban.modules.policies.actions import learn_received


def _words(words: str) -> str:
    if not words.strip():
        raise ReasonMissing(
            sentence_zh="请写明依据或者理由。",
            sentence_en="Say on what it rests.",
            todo_zh="依据会留存，理由会告知申报人。",
            todo_en="The basis is kept; the reason is told to the claimant.",
        )
    return words.strip()


@action
def confirm_part(*, part_id: uuid.UUID, words: str, by: Actor) -> ClaimPart:
    """Say on what basis the condition of a later instalment is met: it is due from today, and examined at once.

    Raises NoSuchClaim, NotNow, ReasonMissing.
    """
    part = queries.part_for(by, part_id, "notice", lock=True)
    if part.state != PartState.PLANNED or part.due_on is not None:
        raise not_now("这一期不需要确认条件", "This instalment waits for no condition")
    if part.claim.state != ClaimState.PAID:
        raise not_now("前一期还没有到账", "The instalment before it is not paid yet")
    part.basis, part.due_on, part.decided_by = _words(words), time.today(), by.account_id
    part.save()
    events.record(name=states.PART_CONFIRMED, about=part, by=by, payload={"claim": str(part.claim_id)})
    _examine(part, by)
    return part


@action
def examine_part(*, part_id: uuid.UUID) -> bool:
    """Look at a later instalment whose day has come: True when it became payable. A second time changes nothing."""
    part = queries.part_for(SYSTEM, part_id, lock=True)
    if part.state not in LATER or part.due_on is None or part.due_on > time.today():
        return False
    return part.claim.state == ClaimState.PAID and _examine(part, SYSTEM)


def _examine(part: ClaimPart, by: Actor) -> bool:
    """Exclusions alone are looked at again: the conditions were those of the decision. What is not known passes none."""
    against = queries.barred_by(part.claim)
    if not against:
        ledger.commit(payout_id=part.payout_id, by=SYSTEM)
        part.state, part.reason = PartState.DUE, None
        part.save()
        events.record(name=states.PART_DUE, about=part, by=by, payload={"claim": str(part.claim_id)})
        return True
    reason = "；".join(against)
    if part.state != PartState.BLOCKED or part.reason != reason:
        part.state, part.reason = PartState.BLOCKED, reason
        part.save()
        events.record(name=states.PART_BLOCKED, about=part, by=by, payload={"claim": str(part.claim_id)})
    return False


@action
def forfeit_part(*, part_id: uuid.UUID, reason: str, by: Actor) -> ClaimPart:
    """Decide that a later instalment is not paid any more, with a reason; its money is free. Raises NoSuchClaim, NotNow, ReasonMissing."""
    part = queries.part_for(by, part_id, "decide", lock=True)
    if part.state not in UNPAID:
        raise not_now("这一期现在不能停止拨付", "This instalment cannot be stopped now")
    _forfeit(part, _words(reason), by)
    return part


def _forfeit(part: ClaimPart, reason: str, by: Actor) -> None:
    ledger.release(payout_id=part.payout_id, by=SYSTEM)
    part.state, part.reason, part.decided_by = PartState.FORFEITED, reason, by.account_id
    part.save()
    events.record(name=states.PART_FORFEITED, about=part, by=by, payload={"claim": str(part.claim_id)})


@action
def forfeit_all(claim: Claim, reason: str, by: Actor) -> None:
    """A locked claim is stopped: nothing of it is paid later either."""
    for part in queries.parts_of(claim, *UNPAID).select_for_update():
        _forfeit(part, reason, by)


@action
def due_parts(part_ids: Sequence[uuid.UUID], by: Actor) -> list[ClaimPart]:
    """The instalments of an order, locked and looked at again. Raises NoSuchClaim, NotNow."""
    wanted = sorted(set(part_ids))
    rows = list(
        queries.parts(by, "order").filter(pk__in=wanted).order_by("id").select_for_update(of=("self",))
    )
    if len(rows) != len(wanted):
        rules.found(None)
    for part in rows:
        named = f"{part.claim.short_no} 第 {part.number} 期"
        if part.state != PartState.DUE:
            raise not_now(f"{named}现在不能拨付", f"Instalment {part.number} cannot be ordered now")
        if against := queries.barred_by(part.claim, known=True):
            raise not_now(
                f"{named}按今天的数据不能拨付：{'；'.join(against)}",
                f"Instalment {part.number} of {part.claim.short_no} is barred by today's data",
                "请由审定人员停止拨付并写明原因，或者先更正数据。",
                "Have the decider stop it with a reason, or have the data corrected.",
            )
    return rows


@action
def note_ordered(part: ClaimPart, batch_id: uuid.UUID, by: Actor) -> None:
    """A locked instalment is in a payment batch."""
    part.state = PartState.ORDERED
    part.save()
    events.record(name=states.PART_ORDERED, about=part, by=by, payload={"batch": str(batch_id)})


@action
def part_paid(payout_id: uuid.UUID) -> None:
    """The bank paid: rules know of it from now on. A second time changes nothing."""
    part = queries.part_of_payout(payout_id)
    if part is None or part.state != PartState.ORDERED:
        return
    part.state, part.paid_at = PartState.PAID, time.now()
    part.save()
    events.record(name=states.PART_PAID, about=part, by=SYSTEM, payload={"claim": str(part.claim_id)})
    _learn(part, part.fen)


@action
def part_refused(payout_id: uuid.UUID) -> None:
    """The bank did not take the account, or sent the money back: the subject is asked for another one."""
    part = queries.part_of_payout(payout_id)
    if part is None or part.state not in (PartState.ORDERED, PartState.PAID):
        return
    returned = part.state == PartState.PAID
    if returned:
        _learn(part, -part.fen)
    part.state, part.paid_at = PartState.REFUSED, None
    part.save()
    payload = {"claim": str(part.claim_id), "returned": returned}
    events.record(name=states.PART_REFUSED, about=part, by=SYSTEM, payload=payload)


@action
def part_clawed_back(payout_id: uuid.UUID, fen: Fen) -> None:
    """In all so many fen of an instalment were clawed back. Counted by the sum, so a second time changes nothing."""
    part = queries.part_of_payout(payout_id)
    if part is None or part.state != PartState.PAID or fen <= part.clawed_fen:
        return
    back, part.clawed_fen = fen - part.clawed_fen, fen
    part.save()
    payload = {"claim": str(part.claim_id), "fen": back}
    events.record(name=states.PART_CLAWED_BACK, about=part, by=SYSTEM, payload=payload)
    _learn(part, -back)


def _learn(part: ClaimPart, fen: Fen) -> None:
    claim = part.claim
    learn_received(audience=claim.audience, subject_id=claim.subject_id, item=claim.item, fen=fen)


def parts_refused(claim: Claim) -> bool:
    """Whether the bank did not take an instalment of a claim."""
    return queries.parts_of(claim, PartState.REFUSED).exists()


@action
def change_accounts(claim: Claim) -> None:
    """What is not paid yet of a locked claim goes to its new account; what was refused is payable again."""
    for part in queries.parts_of(claim, *UNPAID).select_for_update():
        ledger.change_account(
            payout_id=part.payout_id, account=claim.account or "", bank=claim.bank, by=SYSTEM
        )
        if part.state == PartState.REFUSED:
            part.state = PartState.DUE
            part.save()
            events.record(name=states.PART_DUE, about=part, by=SYSTEM, payload={"claim": str(claim.pk)})
