"""Stands at the gates of cases, follows their course and the ledger's answers, and tells people. Every day: notices, editions."""

import uuid
from datetime import date
from typing import Any

from tongban.foundation import time
from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.cases import actions as cases
from tongban.kernel.cases.states import STEP_LAPSED
from tongban.kernel.events.states import daily, subscribe
from tongban.kernel.exchange import actions as exchange
from tongban.kernel.exchange import queries as peers
from tongban.kernel.ledger import queries as ledger
from tongban.kernel.ledger.states import CLAWED_BACK, PAID, REFUSED, RETURNED
from tongban.kernel.notices import actions as notices
from tongban.kernel.parties import queries as parties
from tongban.modules.claims import actions, queries, states
from tongban.modules.claims.queries import parts
from tongban.modules.policies.queries import awards, duties, published
from tongban.modules.policies.states import DRAFT_PUBLISHED, Topic

cases.gate(actions.at_gate)
cases.hold(actions.holds_notice)
awards.also_given(queries.given)

_TELL = {
    "removed": (
        "已移出公示：{item}",
        "Taken off: {item_en}",
        "您申报的“{item}”已移出公示或停止拨付。原因请在“我的申报”里查看；有异议可以联系主管部门。",
        "Your claim of '{item_en}' was taken off. See My claims for the reason; ask the agency if you disagree.",
    ),
    "refused": (
        "请更正收款账户：{item}",
        "Please correct the account: {item_en}",
        "“{item}” {amount} 元没有付到您的账户。请在“我的申报”里更正收款账户。",
        "'{item_en}', {amount} yuan, could not be paid into your account. Correct it under My claims.",
    ),
    "paid": (
        "兑现资金已到账：{item}",
        "Paid: {item_en}",
        "“{item}” {amount} 元已付到您申报的账户。",
        "'{item_en}', {amount} yuan, was paid into the account of your claim.",
    ),
    "pooled": (
        "已核定：{item}",
        "Approved: {item_en}",
        "“{item}”核定 {approved} 元。申报窗口期满、全部审定后，按资金池统一分配；不够的，所有人按同一比例减少。",
        "'{item_en}': {approved} yuan approved. When the window is over and all are decided, the pool is shared; short, all are cut alike.",
    ),
    "shared": (
        "资金池已分配：{item}",
        "The pool was shared: {item_en}",
        "“{item}”全部 {many} 笔申报核定合计 {total} 元，分配 {given} 元。您核定 {approved} 元，分得 {amount} 元。",
        "'{item_en}': {many} claims of {total} yuan in all share {given} yuan. You were approved {approved} and get {amount} yuan.",
    ),
    "clawed": (
        "兑现资金被追回：{item}",
        "Clawed back: {item_en}",
        "“{item}”的兑现资金已被追回 {clawed} 元。有异议可以联系主管部门。",
        "Of '{item_en}', {clawed} yuan were clawed back. Ask the agency if you disagree.",
    ),
}
_OF_MONEY = ("pooled", "shared", "paid", "clawed")


def _tell(claim_id: uuid.UUID, what: str, key: str) -> None:
    row = queries.claim_for(SYSTEM, claim_id)
    _policy, item = published.in_force().item(row.item)
    topic = Topic.PAYMENTS if what in _OF_MONEY else Topic.CONFIRMATIONS
    for account in duties.accounts_told(row.subject_id, row.audience, topic, time.today()):
        notices.tell(
            _TELL[what],
            account_id=account,
            about=row,
            effect_key=f"claim:{key}:{account}",
            item=item.name.zh,
            item_en=item.name.en or item.name.zh,
            amount=_yuan(row.first_fen),
            clawed=_yuan(row.clawed_fen),
            approved=_yuan(row.fen or 0),
            **({} if row.pool is None else _of_all(row.pool)),
        )


def _of_all(cut: Any) -> dict[str, Any]:
    """What all claims of a pool came to, so that everybody can reckon their own part again."""
    return {"many": cut.many, "total": _yuan(cut.approved_fen), "given": _yuan(cut.given_fen)}


def _yuan(fen: int) -> str:
    return f"{fen / 100:,.2f}".removesuffix(".00")


@subscribe(states.CLAIM_STEPPED)
def step_completed(event: Any, prepared: None) -> None:
    """Perhaps the turn of the public notice has come."""
    actions.begin_notice(case_id=uuid.UUID(event.payload["case"]))


@subscribe(STEP_LAPSED)
def step_lapsed(event: Any, prepared: None) -> None:
    """The same, where the last of those who were asked said nothing."""
    actions.begin_notice(case_id=event.subject_id)


@subscribe(states.CLAIM_POOLED)
def tell_pooled(event: Any, prepared: None) -> None:
    """Say that it is approved, and that its pool is shared later."""
    _tell(event.subject_id, "pooled", str(event.pk))


@subscribe(states.CLAIM_GRANTED)
def tell_shared(event: Any, prepared: None) -> None:
    """Say what of the pool everybody got; of a claim that shares with nobody the decision has said it."""
    if queries.claim_for(SYSTEM, event.subject_id).pool_id is not None:
        _tell(event.subject_id, "shared", str(event.pk))


@subscribe(states.CLAIM_REMOVED)
def tell_removed(event: Any, prepared: None) -> None:
    """Whoever claimed is told that it was taken off."""
    _tell(event.subject_id, "removed", str(event.pk))


@subscribe(states.CLAIM_REFUSED)
def tell_refused(event: Any, prepared: None) -> None:
    """Ask for another account."""
    _tell(event.subject_id, "refused", str(event.pk))


@subscribe(states.CLAIM_PAID)
def tell_paid(event: Any, prepared: None) -> None:
    """Say that the money is there."""
    _tell(event.subject_id, "paid", str(event.pk))


@subscribe(states.CLAIM_CLAWED_BACK)
def tell_clawed(event: Any, prepared: None) -> None:
    """Say that money was clawed back."""
    _tell(event.subject_id, "clawed", str(event.pk))


@subscribe(PAID)
def payout_paid(event: Any, prepared: None) -> None:
    """The ledger says that a payout was paid."""
    actions.note_paid(payout_id=event.subject_id)
    _clawed(event.subject_id)  # perhaps that was heard of before the payment


@subscribe(REFUSED)
def payout_refused(event: Any, prepared: None) -> None:
    """The bank does not know the account."""
    actions.note_refused(payout_id=event.subject_id)


@subscribe(RETURNED)
def payout_returned(event: Any, prepared: None) -> None:
    """The payee's bank sent it back."""
    actions.note_refused(payout_id=event.subject_id)


@subscribe(CLAWED_BACK)
def payout_clawed_back(event: Any, prepared: None) -> None:
    """Somebody noted money that was given back."""
    _clawed(event.subject_id)


def _clawed(payout_id: uuid.UUID) -> None:
    actions.note_clawed_back(payout_id=payout_id, fen=ledger.clawed_of(payout_id))


@subscribe(states.CLAIM_MADE)
def province_made(event: Any, prepared: None) -> None:
    """The province hears of a claim."""
    row = queries.claim_for(SYSTEM, event.subject_id)
    _tell_province("claim.made", row, row.fen or 0)


@subscribe(states.CLAIM_GRANTED)
def province_granted(event: Any, prepared: None) -> None:
    """Money was set aside for it."""
    row = queries.claim_for(SYSTEM, event.subject_id)
    _tell_province("claim.granted", row, row.granted_fen or 0)


@subscribe(states.CLAIM_PAID)
def province_paid(event: Any, prepared: None) -> None:
    """It was paid; after money came back it may be paid again, which is another record."""
    row = queries.claim_for(SYSTEM, event.subject_id)
    _tell_province("claim.paid", row, row.first_fen, str(event.pk))


@subscribe(states.CLAIM_REFUSED)
def province_returned(event: Any, prepared: None) -> None:
    """The payee's bank sent it back; an account refused before payment is nothing that the province was told."""
    if event.payload.get("returned"):
        row = queries.claim_for(SYSTEM, event.subject_id)
        _tell_province("claim.returned", row, row.first_fen, str(event.pk))


@subscribe(states.CLAIM_CLAWED_BACK)
def province_clawed_back(event: Any, prepared: None) -> None:
    """A part or all of it was given back."""
    row = queries.claim_for(SYSTEM, event.subject_id)
    _tell_province("claim.clawed_back", row, event.payload["fen"], str(event.pk))


@subscribe(states.CLAIM_ENDED)
def province_ended(event: Any, prepared: None) -> None:
    """It came to nothing."""
    _tell_province("claim.ended", queries.claim_for(SYSTEM, event.subject_id), 0)


@subscribe(states.CLAIM_REMOVED)
def province_removed(event: Any, prepared: None) -> None:
    """It was taken off."""
    _tell_province("claim.ended", queries.claim_for(SYSTEM, event.subject_id), 0)


def _tell_province(kind: str, row: Any, fen: int, mark: str = "") -> None:
    """As of awards: no name leaves the city. Item, subject and claim are the key, so whatever is repeated is said once."""
    peer = next(iter(peers.peers()), None)
    if peer is None:
        return
    firm = row.audience == "organisation"
    subject = parties.organisation(row.subject_id).uscc if firm else f"person:{row.pk}"
    stream = f"claim|{row.item}|{subject}|{row.pk}"
    said = {
        "item": row.item,
        "subject": subject,
        "batch": str(row.pk),
        "fen": fen,
        "on": time.today().isoformat(),
    }
    if kind == "claim.ended" and not peers.last_seq(peer, stream):
        return  # the province never heard of it
    record = exchange.Said(kind, f"{kind}|{stream}|{mark}", stream, said)
    exchange.put(peer_code=peer.code, said=[record], by=SYSTEM)


def _part(event: Any) -> Any:
    return parts.part_for(SYSTEM, event.subject_id)


@subscribe(states.PART_DUE)
def tell_part_due(event: Any, prepared: None) -> None:
    """Say that a later instalment will be paid."""
    _tell_of_part(_part(event), "due", event)


@subscribe(states.PART_BLOCKED)
def tell_part_blocked(event: Any, prepared: None) -> None:
    """Say what stands against it."""
    _tell_of_part(_part(event), "blocked", event)


@subscribe(states.PART_FORFEITED)
def tell_part_forfeited(event: Any, prepared: None) -> None:
    """Say that it is not paid any more, and why."""
    _tell_of_part(_part(event), "forfeited", event)


@subscribe(states.PART_PAID)
def tell_part_paid(event: Any, prepared: None) -> None:
    """Say that the money is there; the province hears of it too."""
    part = _part(event)
    _tell_of_part(part, "paid", event)
    _tell_province("claim.paid", part.claim, part.fen, str(event.pk))


@subscribe(states.PART_REFUSED)
def tell_part_refused(event: Any, prepared: None) -> None:
    """Ask for another account; what was paid and came back the province is told."""
    part = _part(event)
    _tell_of_part(part, "refused", event)
    if event.payload.get("returned"):
        _tell_province("claim.returned", part.claim, part.fen, str(event.pk))


@subscribe(states.PART_CLAWED_BACK)
def tell_part_clawed(event: Any, prepared: None) -> None:
    """Say that money was clawed back."""
    part = _part(event)
    _tell_of_part(part, "clawed", event)
    _tell_province("claim.clawed_back", part.claim, event.payload["fen"], str(event.pk))


_OF_PARTS = {
    "due": (
        "第 {number} 期可以拨付：{item}",
        "Instalment {number} is due: {item_en}",
        "“{item}”第 {number} 期 {amount} 元复核通过，将付到您申报的账户。",
        "Instalment {number} of '{item_en}', {amount} yuan, was examined and will be paid into your account.",
    ),
    "blocked": (
        "第 {number} 期暂缓拨付：{item}",
        "Instalment {number} is held up: {item_en}",
        "“{item}”第 {number} 期 {amount} 元到期，复核未通过：{reason}。数据有误的，请在“我的画像”提出异议；每天自动再核。",
        "Instalment {number} of '{item_en}', {amount} yuan, is due and held up: {reason}. Dispute wrong data in your profile.",
    ),
    "forfeited": (
        "第 {number} 期不再拨付：{item}",
        "Instalment {number} is not paid any more: {item_en}",
        "“{item}”第 {number} 期 {amount} 元不再拨付：{reason}。有异议可以联系主管部门。",
        "Instalment {number} of '{item_en}', {amount} yuan, is not paid any more: {reason}. Ask the agency if you disagree.",
    ),
    "paid": (
        "第 {number} 期已到账：{item}",
        "Instalment {number} was paid: {item_en}",
        "“{item}”第 {number} 期 {amount} 元已付到您申报的账户。",
        "Instalment {number} of '{item_en}', {amount} yuan, was paid into the account of your claim.",
    ),
    "refused": (
        "请更正收款账户：{item}",
        "Please correct the account: {item_en}",
        "“{item}”第 {number} 期 {amount} 元没有付到您的账户。请在“我的申报”里更正收款账户。",
        "Instalment {number} of '{item_en}', {amount} yuan, could not be paid. Correct the account under My claims.",
    ),
    "clawed": (
        "兑现资金被追回：{item}",
        "Clawed back: {item_en}",
        "“{item}”第 {number} 期的资金已被追回 {clawed} 元。有异议可以联系主管部门。",
        "Of instalment {number} of '{item_en}', {clawed} yuan were clawed back. Ask the agency if you disagree.",
    ),
}


def _tell_of_part(part: Any, what: str, event: Any) -> None:
    row = part.claim
    _policy, item = published.in_force().item(row.item)
    topic = Topic.PAYMENTS if what in ("due", "paid", "clawed") else Topic.CONFIRMATIONS
    for account in duties.accounts_told(row.subject_id, row.audience, topic, time.today()):
        notices.tell(
            _OF_PARTS[what],
            account_id=account,
            about=row,
            effect_key=f"claim-part:{event.pk}:{account}",
            item=item.name.zh,
            item_en=item.name.en or item.name.zh,
            number=part.number,
            amount=_yuan(part.fen),
            clawed=_yuan(part.clawed_fen),
            reason=part.reason or "",
        )


@subscribe(DRAFT_PUBLISHED)
def policy_published(event: Any, prepared: None) -> None:
    """An officer put a new text of a policy in force: what is applied for by it says the same."""
    actions.publish_items(by=SYSTEM)


@daily
def every_day(day: date) -> None:
    """Editions that begin or end, and a look at everybody in notice: a penalty may have come."""
    actions.publish_items(by=SYSTEM)
    for claim_id in queries.in_notice(day):
        actions.recheck_in_notice(claim_id=claim_id)
    for part_id in parts.due(day):
        actions.examine_part(part_id=part_id)
