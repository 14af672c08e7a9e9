"""From the decision to the bank and back: ordered, paid, refused, put right, clawed back; and what is known of the subject then."""

import uuid
from collections.abc import Sequence

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.foundation.money import Fen
from tongban.kernel.access.calc import SYSTEM, Actor
from tongban.kernel.events import actions as events
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.records.actions import action
from tongban.modules.claims import queries, rules, states
from tongban.modules.claims.actions.checking import check, not_now
from tongban.modules.claims.actions.deciding import not_eligible
from tongban.modules.claims.actions.parting import (
    change_accounts,
    due_parts,
    note_ordered,
    part_clawed_back,
    part_paid,
    part_refused,
    parts_refused,
)
from tongban.modules.claims.models import Claim
from tongban.modules.claims.states import ClaimState, Stage, Verdict
from tongban.modules.policies.actions import learn_received

_DIGITS = range(9, 31)  # bank accounts of firms and cards have no common check digit, only a length


class BadAccount(Problem):
    """What was typed is no bank account, or no bank is named."""

    code = "claim.bad_account"
    status = 422


@action
def order(
    *, claim_ids: Sequence[uuid.UUID], treasury: str, by: Actor, part_ids: Sequence[uuid.UUID] = ()
) -> uuid.UUID:
    """Put granted claims and later instalments that are due into a payment batch (its id), after each was checked again.

    A definite no stops the order. Raises NoSuchClaim, NotNow, NotEligible, NotAllowed, SamePerson, WrongStep.
    """
    wanted, parts = sorted(set(claim_ids)), due_parts(part_ids, by)
    if not wanted and not parts:
        raise not_now(
            "还没有选择申报", "No claim is chosen", "请勾选要拨付的申报。", "Tick the claims to pay."
        )
    rows = list(
        rules.claims(by, "order")
        .select_related("text")
        .filter(pk__in=wanted)
        .order_by("id")
        .select_for_update(of=("self",))
    )
    if len(rows) != len(wanted):
        rules.found(None)
    for row in rows:
        _require_fit(row, by)
    payouts = [row.payout_id for row in (*rows, *parts)]
    batch = ledger.put_in_batch(payout_ids=payouts, treasury=treasury, by=by)
    for row in rows:
        row.state, row.order_due_on = ClaimState.ORDERED, None
        row.save()
        events.record(name=states.CLAIM_ORDERED, about=row, by=by, payload={"batch": str(batch.pk)})
    for part in parts:
        note_ordered(part, batch.pk, by)
    return batch.pk


def _require_fit(row: Claim, by: Actor) -> None:
    if row.state != ClaimState.GRANTED:
        raise not_now(f"{row.short_no} 现在不能拨付", f"{row.short_no} cannot be ordered now")
    looked = check(row, Stage.ORDERED, by)
    if looked.verdict is Verdict.NO and set(looked.fails) != {"once"}:
        problem = not_eligible(looked)
        problem.sentence_zh = f"{row.short_no}：{problem.sentence_zh}"
        problem.sentence_en = f"{row.short_no}: {problem.sentence_en}"
        problem.todo_zh = "请由审定人员停止拨付并写明原因，或者先更正数据。"
        problem.todo_en = "Have the decider stop it with a reason, or have the data corrected."
        raise problem


@action
def note_paid(*, payout_id: uuid.UUID) -> None:
    """The bank paid: the claim is paid, and rules know of it from now on. A second time changes nothing."""
    row = queries.claim_of_payout(payout_id)
    if row is None:
        part_paid(payout_id)
        return
    if row.state != ClaimState.ORDERED:
        return
    row.state, row.paid_at = ClaimState.PAID, time.now()
    row.save()
    events.record(name=states.CLAIM_PAID, about=row, by=SYSTEM, payload={"item": row.item})
    _learn(row, row.first_fen)


@action
def note_refused(*, payout_id: uuid.UUID) -> None:
    """The bank refused the account or sent the money back: the subject is asked for another one."""
    row = queries.claim_of_payout(payout_id)
    if row is None:
        part_refused(payout_id)
        return
    if row.state not in (ClaimState.ORDERED, ClaimState.PAID):
        return
    returned = row.state == ClaimState.PAID
    if returned:
        _learn(row, -row.first_fen, gone=True)
    row.state, row.paid_at = ClaimState.REFUSED, None
    row.save()
    events.record(
        name=states.CLAIM_REFUSED, about=row, by=SYSTEM, payload={"item": row.item, "returned": returned}
    )


@action
def correct_account(*, claim_id: uuid.UUID, account: str, bank: str, by: Actor) -> Claim:
    """Name another account for money that the bank did not take; it waits for the next order. Raises NoSuchClaim, NotNow, BadAccount."""
    row = queries.own_claim(by, claim_id, lock=True)
    if row.state != ClaimState.REFUSED and not parts_refused(row):
        raise not_now("这笔申报现在不需要更正账户", "The account of this claim need not be corrected")
    number = "".join(account.split()).replace("-", "")
    if not (number.isascii() and number.isdigit() and len(number) in _DIGITS) or not bank.strip():
        raise BadAccount(
            sentence_zh="银行账号应为 9 到 30 位数字，并写明开户银行。",
            sentence_en="An account has 9 to 30 digits, and its bank is named.",
            todo_zh="请对照开户许可证或银行卡填写。",
            todo_en="Copy it from the bank's paper or the card.",
        )
    row.account, row.bank = number, bank.strip()[:120]
    if row.state == ClaimState.REFUSED:
        ledger.change_account(payout_id=row.payout_id, account=number, bank=row.bank, by=SYSTEM)
        row.state, row.order_due_on = ClaimState.GRANTED, queries.workday(time.today(), 5)
    row.save()
    change_accounts(row)
    events.record(name=states.CLAIM_CORRECTED, about=row, by=by)
    return row


@action
def note_clawed_back(*, payout_id: uuid.UUID, fen: Fen) -> None:
    """In all so many fen of a payout were clawed back. Counted by the sum, so a second time changes nothing."""
    row = queries.claim_of_payout(payout_id)
    if row is None:
        part_clawed_back(payout_id, fen)
        return
    if row.state != ClaimState.PAID or fen <= row.clawed_fen:
        return
    back, row.clawed_fen = fen - row.clawed_fen, fen
    whole = row.clawed_fen == row.first_fen
    if whole:
        row.state = ClaimState.CLAWED
    row.save()
    events.record(name=states.CLAIM_CLAWED_BACK, about=row, by=SYSTEM, payload={"fen": back})
    _learn(row, -back, gone=whole)


def _learn(row: Claim, fen: Fen, *, gone: bool = False) -> None:
    """What was paid counts against the next claim; what came back does not."""
    learn_received(audience=row.audience, subject_id=row.subject_id, item=row.item, fen=fen, gone=gone)
