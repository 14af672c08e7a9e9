"""Corrections that name what they correct, and the end of a month."""

import uuid
from datetime import date, datetime

from tongban.foundation import time
from tongban.kernel.access.calc import Actor
from tongban.kernel.events import actions as events
from tongban.kernel.ledger import queries, rules, states
from tongban.kernel.ledger.actions.posting import Move, post, require_state, wrong_step
from tongban.kernel.ledger.models import LedgerEntry, MonthClose, Payout, Posting
from tongban.kernel.ledger.queries.books import month_digest, seal
from tongban.kernel.ledger.states import Account, PayoutState, PostingKind
from tongban.kernel.records.actions import action

# What can be undone by an entry of its own. Reserving and approving are undone by `release`, which asks the payout's state.
REVERSIBLE = (PostingKind.BUDGET, PostingKind.PAY, PostingKind.CLAW_BACK, PostingKind.SUSPENSE)


@action
def reverse(*, posting_id: uuid.UUID, reason: str, by: Actor) -> Posting:
    """Correct a posting by one with the opposite entries, which names it; the original stays. Once for each.

    A payment noted by mistake makes its payout unknown again, so that the statement decides. Raises WrongStep, NotEnough.
    """
    row = rules.found(Posting.objects.filter(pk=posting_id).select_for_update().first())
    rules.found(rules.funds(by, "finance").filter(pk=row.fund_id).first())
    if row.payout_id:
        rules.found(rules.payouts(by, "finance").filter(pk=row.payout_id).first())
    done = Posting.objects.filter(reverses=row).first()
    if done is not None:
        return done
    if row.kind not in REVERSIBLE or not reason.strip():
        raise wrong_step(
            row.pk,
            "这笔账不能冲正，或没有写明理由",
            "This posting cannot be reversed, or a reason is missing",
        )
    payout = row.payout_id and Payout.objects.select_for_update().get(pk=row.payout_id)
    if payout and row.kind == PostingKind.PAY:
        require_state(payout, PayoutState.PAID)
        last = payout.postings.filter(kind=PostingKind.PAY, reversal__isnull=True).order_by("-id").first()
        clawed = payout.postings.filter(kind=PostingKind.CLAW_BACK, reversal__isnull=True).exists()
        if last != row or clawed or payout.statement_lines.filter(incoming=False).exists():
            raise wrong_step(row.pk, "银行对账单已证明该笔支付", "The bank statement shows this payment")
        payout.state = PayoutState.UNKNOWN
        payout.save()
    made = post(
        fund=row.fund,
        kind=PostingKind.REVERSAL,
        key=f"reversal:{row.pk}",
        moves=_opposite(row),
        by=by,
        payout=payout or None,
        reverses=row,
        reason=reason,
    )
    events.record(name=states.REVERSED, about=made, by=by, payload={"reverses": str(row.pk)})
    return made


def _opposite(row: Posting) -> list[Move]:
    """Entries were written in pairs, out of an account and into another, in this order of their ids."""
    entries = list(LedgerEntry.objects.filter(posting=row).order_by("id"))
    return [
        Move(source.line_id, Account(target.account), Account(source.account), target.fen)
        for source, target in zip(entries[::2], entries[1::2], strict=True)
    ]


@action
def close_month(*, fund_id: uuid.UUID, year: int, month: int, by: Actor) -> MonthClose:
    """Close a month that is over: its trial balance is zero, the statement shows every payment, suspense is empty.

    The checkpoint is sealed by the fund's agency and chained to the month closed before. A second call finds the first.
    Raises WrongStep, NoSeal.
    """
    fund = rules.found(rules.funds(by, "finance").filter(pk=fund_id).select_for_update().first())
    rules.require_person(by, "finance")
    held = MonthClose.objects.filter(fund=fund, year=year, month=month).first()
    if held is not None:
        return held
    until = datetime.combine(date(year + month // 12, month % 12 + 1, 1), datetime.min.time(), time.SHANGHAI)
    before = MonthClose.objects.filter(fund=fund).order_by("-year", "-month").first()
    if until > time.now() or (before and (before.year, before.month) > (year, month)):
        raise wrong_step(
            fund.code, "该月尚未结束，或者之后的月份已结账", "The month is not over, or a later one is closed"
        )
    balance = queries.trial_balance(fund, until)
    if sum(balance.values()) or balance.get(Account.SUSPENSE):
        raise wrong_step(
            fund.code, "试算不平或仍有待查款项", "The trial balance is not zero, or money is in suspense"
        )
    missing = queries.undocumented(fund, until)
    if missing:
        raise wrong_step(
            missing[0], f"有{len(missing)}笔支付未见于对账单", f"{len(missing)} payments are on no statement"
        )
    row = MonthClose(
        fund=fund,
        year=year,
        month=month,
        balance=balance,
        postings=Posting.objects.filter(fund=fund, at__lt=until).count(),
        previous=before.digest if before else "",
        closed_at=time.now(),
        closed_by=by.account_id,
    )
    row.digest = month_digest(row)
    row.signature = seal(fund.agency, row.digest)
    row.save(force_insert=True)
    events.record(name=states.MONTH_CLOSED, about=row, by=by, payload={"digest": row.digest})
    return row
