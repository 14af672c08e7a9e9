"""What comes back: answers of the treasury, bank statements, money returned and clawed back.

A payout that was sent stays payable in the books until somebody who knows says otherwise. Silence is `unknown`, never
`refused`, and an unknown payout cannot be put into a batch again: it is asked about under the id that it has.
"""

import uuid
from collections.abc import Iterable

from tongban.foundation import time
from tongban.foundation.money import Fen
from tongban.kernel.access.calc import SYSTEM, Actor
from tongban.kernel.events import actions as events
from tongban.kernel.ledger import rules, states
from tongban.kernel.ledger.actions.posting import Move, post, require_state, shares_of, wrong_step
from tongban.kernel.ledger.calc import Stated, split
from tongban.kernel.ledger.models import BankAnswer, Fund, PaymentBatch, Payout, StatementLine
from tongban.kernel.ledger.queries.treasuries import Answer
from tongban.kernel.ledger.states import (
    UNDER_WAY,
    Account,
    BatchState,
    Outcome,
    PayoutState,
    PostingKind,
)
from tongban.kernel.records.actions import action


@action
def mark_delivered(*, batch_id: uuid.UUID) -> None:
    """Note that the treasury has a batch. A second call changes nothing."""
    row = PaymentBatch.objects.select_for_update().get(pk=batch_id)
    if row.state == BatchState.SENT:
        row.state = BatchState.DELIVERED
        row.save()
        events.record(name=states.BATCH_DELIVERED, about=row, by=SYSTEM)


@action
def mark_unknown(*, batch_id: uuid.UUID) -> int:
    """Of no payout of this batch that has no answer does anybody know; returns how many those are."""
    rows = Payout.objects.filter(batch_id=batch_id, state=PayoutState.SENT).order_by("id")
    return sum(_unknown(row) for row in rows.select_for_update())


def _unknown(row: Payout) -> bool:
    if row.state == PayoutState.UNKNOWN:
        return False
    row.state = PayoutState.UNKNOWN
    row.save()
    events.record(name=states.UNKNOWN, about=row, by=SYSTEM)
    return True


@action
def record_answer(*, batch_id: uuid.UUID, answer: Answer) -> bool:
    """Take an answer of the treasury: paid, refused with its reason, or unknown. The same answer again changes nothing.

    True when it was applied. One that contradicts an earlier answer is kept and not applied; where it may mean that
    money left although we thought otherwise, the payout becomes unknown until the bank statement decides.
    """
    row = rules.found(Payout.objects.filter(pk=_uuid(answer.payout)).select_for_update().first())
    if BankAnswer.objects.filter(key=answer.key).exists():
        return False
    if (
        not PaymentBatch.objects.filter(pk=batch_id, answers__payout=row).exists()
        and row.batch_id != batch_id
    ):
        rules.found(None)  # an answer to a batch in which this payout never was
    fits = row.state in UNDER_WAY and row.batch_id == batch_id
    BankAnswer(
        payout=row,
        batch_id=batch_id,
        key=answer.key,
        outcome=answer.outcome,
        reason=answer.reason,
        applied=fits,
        at=time.now(),
    ).save(force_insert=True)
    if fits:
        _apply(row, answer)
    else:
        events.record(name=states.CONFLICTED, about=row, by=SYSTEM, payload={"outcome": answer.outcome})
        if answer.outcome == Outcome.PAID and row.state not in {PayoutState.PAID, PayoutState.RELEASED}:
            _unknown(row)
    return fits


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _apply(row: Payout, answer: Answer) -> None:
    match answer.outcome:
        case Outcome.PAID:
            _pay(row)
        case Outcome.REFUSED:
            row.state, row.refusal = PayoutState.REFUSED, answer.reason
            row.save()
            events.record(name=states.REFUSED, about=row, by=SYSTEM)
        case Outcome.UNKNOWN:
            _unknown(row)


def _pay(row: Payout) -> None:
    """Once for each time that money left: the key of the posting says which, for it may have come back between two."""
    moves = shares_of(row, Account.PAYABLE, Account.PAID)
    undone = row.postings.filter(kind=PostingKind.PAY, reversal__isnull=False).count()
    came_back = row.postings.filter(kind=PostingKind.RETURN, reversal__isnull=True).count()
    key = f"pay:{row.pk}:{row.tries}:{undone + came_back}"
    post(fund=row.fund, kind=PostingKind.PAY, key=key, moves=moves, by=SYSTEM, payout=row)
    row.state = PayoutState.PAID
    row.save()
    events.record(name=states.PAID, about=row, by=SYSTEM)


@action
def reconcile(
    *, fund_id: uuid.UUID, lines: Iterable[Stated], by: Actor, not_paid: Iterable[uuid.UUID] = ()
) -> dict[str, int]:
    """Read a bank statement: it settles what is unknown, and what nobody can explain stands in suspense until reversed.

    `not_paid` are payouts of which the bank certifies that it did not execute them: they count as refused. A line read
    before is passed over. Returns how many lines were matched, returned, put in suspense and passed over.

    Read as a whole: one payout of a payee from whom the actor keeps away makes it a colleague's. Raises KeptAway.
    """
    fund = rules.found(rules.funds(by, "finance").filter(pk=fund_id).select_for_update().first())
    lines, not_paid = list(lines), list(not_paid)
    rules.require_apart_from(by, fund, [*(_uuid(line.payout) for line in lines), *not_paid])
    counted = {"matched": 0, "returned": 0, "suspense": 0, "before": 0, "not_paid": 0}
    for line in lines:
        counted[_read(fund, line, by)] += 1
    for row in Payout.objects.filter(pk__in=not_paid, fund=fund).order_by("id").select_for_update():
        require_state(row, *UNDER_WAY)
        row.state, row.refusal = PayoutState.REFUSED, "银行证明未执行"
        row.save()
        events.record(name=states.REFUSED, about=row, by=by)
        counted["not_paid"] += 1
    events.record(name=states.RECONCILED, about=fund, by=by, payload=counted)
    return counted


def _read(fund: Fund, line: Stated, by: Actor) -> str:
    if StatementLine.objects.filter(reference=line.reference).exists():
        return "before"
    row = Payout.objects.filter(pk=_uuid(line.payout), fund=fund).select_for_update().first()
    if row is not None and not _explains(row, line):
        row = None
    StatementLine(
        fund=fund,
        reference=line.reference,
        payout=row,
        incoming=line.incoming,
        fen=line.fen,
        day=line.day,
        read_at=time.now(),
    ).save(force_insert=True)
    if row is None:
        ways = (Account.SUSPENSE, Account.FUND) if line.incoming else (Account.FUND, Account.SUSPENSE)
        moves = [Move(None, *ways, line.fen)]
        post(fund=fund, kind=PostingKind.SUSPENSE, key=f"suspense:{line.reference}", moves=moves, by=by)
        return "suspense"
    if line.incoming:
        _return(row, by)
        return "returned"
    if row.state in UNDER_WAY:
        _pay(row)
    return "matched"


def _explains(row: Payout, line: Stated) -> bool:
    """Whether a payout explains a line: its amount, once for each time that it was paid, and money back only if it was paid."""
    if line.fen != row.fen:
        return False
    if line.incoming:
        return row.state == PayoutState.PAID and not _clawed(row)
    shown = row.statement_lines.filter(incoming=False).count()
    came_back = row.postings.filter(kind=PostingKind.RETURN).count()
    return row.state in {*UNDER_WAY, PayoutState.PAID} and shown <= came_back


@action
def return_money(*, payout_id: uuid.UUID, by: Actor) -> Payout:
    """The payee's bank sent a payment back (退汇): it is payable again. A second call changes nothing. Raises WrongStep."""
    row = rules.found(rules.payouts(by, "finance").filter(pk=payout_id).select_for_update().first())
    if row.state != PayoutState.RETURNED:
        require_state(row, PayoutState.PAID)
        if _clawed(row):
            raise wrong_step(row.pk, "已追回部分款项，不能整笔退回", "A part was clawed back already")
        _return(row, by)
    return row


def _return(row: Payout, by: Actor) -> None:
    moves = shares_of(row, Account.PAID, Account.PAYABLE)
    key = f"return:{row.pk}:{row.tries}"
    post(fund=row.fund, kind=PostingKind.RETURN, key=key, moves=moves, by=by, payout=row)
    row.state = PayoutState.RETURNED
    row.save()
    events.record(name=states.RETURNED, about=row, by=by)


def _clawed(row: Payout) -> Fen:
    """What was clawed back of a payout and not reversed, in fen."""
    rows = row.postings.filter(kind=PostingKind.CLAW_BACK, reversal__isnull=True)
    return sum(
        entry.fen for one in rows.order_by("id") for entry in one.entries.order_by("id") if entry.fen > 0
    )


@action
def claw_back(*, payout_id: uuid.UUID, fen: Fen, key: str, reason: str, by: Actor) -> Payout:
    """Note money that a payee gave back (追回): it goes to the treasury and leaves the lines' budgets, each by its share.

    The same key counts once. Raises WrongStep.
    """
    row = rules.found(rules.payouts(by, "finance").filter(pk=payout_id).select_for_update().first())
    effect = f"claw_back:{row.pk}:{key}"
    if row.postings.filter(key=effect).exists():
        return row
    require_state(row, PayoutState.PAID)
    if not reason.strip() or not 0 < fen <= row.fen - _clawed(row):
        raise wrong_step(row.pk, "追回金额有误或没有写明理由", "The amount is wrong or the reason is missing")
    parts = _parts(row, fen)
    moves = [Move(line, Account.PAID, Account.RETURNED, part) for line, part in sorted(parts.items()) if part]
    post(
        fund=row.fund,
        kind=PostingKind.CLAW_BACK,
        key=effect,
        moves=moves,
        by=by,
        payout=row,
        reason=reason,
    )
    events.record(name=states.CLAWED_BACK, about=row, by=by, payload={"fen": fen, "key": key})
    return row


def _parts(row: Payout, fen: Fen) -> dict[uuid.UUID, Fen]:
    """Which line gets how much back: in proportion to what each still has paid of this payout."""
    left = {str(share.line_id): share.fen for share in row.shares.order_by("line_id")}
    for posting in row.postings.filter(kind=PostingKind.CLAW_BACK, reversal__isnull=True).order_by("id"):
        for entry in posting.entries.order_by("id"):
            if entry.fen > 0:
                left[str(entry.line_id)] -= entry.fen
    return {uuid.UUID(line): part for line, part in split(fen, left).items()}
