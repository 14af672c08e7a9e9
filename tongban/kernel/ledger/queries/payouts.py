"""Reads of lines, payouts and batches."""

import json
import uuid
from collections.abc import Iterable

from django.db.models import Count, Q, QuerySet, Sum

from tongban.kernel.access.calc import Actor
from tongban.kernel.ledger import rules
from tongban.kernel.ledger.calc import Planned
from tongban.kernel.ledger.models import (
    BudgetLine,
    Fund,
    LedgerEntry,
    PaymentBatch,
    PaymentWarning,
    Payout,
    Posting,
)
from tongban.kernel.ledger.states import UNDER_WAY, BatchState, PayoutState, PostingKind
from tongban.kernel.records.models import blind_indexes, exchanging_indexes


def line(line_id: uuid.UUID, actor: Actor) -> BudgetLine:
    """One budget line. Raises NoSuchMoney."""
    return rules.found(rules.lines(actor).filter(pk=line_id).first())


def lines_of(fund_code: str, year: int, actor: Actor) -> list[BudgetLine]:
    """A fund's budget lines of one year that the actor may see: the whole city's first, then those of places."""
    return list(rules.lines(actor).filter(fund_code=fund_code, year=year).order_by("place_path"))


def payout(payout_id: uuid.UUID, actor: Actor) -> Payout:
    """One payout. Raises NoSuchMoney."""
    return rules.found(rules.payouts(actor).filter(pk=payout_id).first())


def batch(batch_id: uuid.UUID, actor: Actor) -> PaymentBatch:
    """One batch. Raises NoSuchMoney."""
    return rules.found(rules.batches(actor).filter(pk=batch_id).first())


def payouts_of(claim: str, actor: Actor) -> list[Payout]:
    """All payouts of a claim that the actor may see, oldest first."""
    return list(rules.payouts(actor).filter(claim=claim).order_by("id"))


def money_of(actor: Actor, year: int) -> list[dict[str, object]]:
    """Budget and balances of a year for each fund that the actor may see, in fen, by the fund's code."""
    columns = ("budget_fen", "available_fen", "reserved_fen", "payable_fen", "paid_fen")
    rows = rules.lines(actor).filter(year=year).values("fund_code").order_by("fund_code")
    return list(rows.annotate(lines=Count("pk"), **{f"sum_{name}": Sum(name) for name in columns}))


def unknown_payouts(actor: Actor) -> QuerySet[Payout]:
    """Payouts of which nobody knows whether they were paid, oldest first: what a statement has to show."""
    return rules.payouts(actor).filter(state=PayoutState.UNKNOWN).order_by("id")


def planned(rows: Iterable[Payout]) -> list[Planned]:
    """Payouts as the warnings look at them."""
    found = []
    for row in rows:
        account, approved = _accounts(row)
        found.append(Planned(str(row.pk), row.payee, account, row.fen, row.item_key, approved))
    return found


def _accounts(row: Payout) -> tuple[str, str]:
    """The account as it is and as it was approved: equal ones are equal, also while keys of indexes are exchanged."""
    if not exchanging_indexes():
        return row.account_index, row.approved_index
    now, *others = _indexes(row)
    return now, now if row.approved_index in others else row.approved_index


def _indexes(row: Payout) -> list[str]:
    return blind_indexes(Payout, "account", row.account) if exchanging_indexes() else [row.account_index]


def earlier_payouts(rows: list[Payout]) -> list[Payout]:
    """Other payouts to the same accounts or payees that were not released, wherever they stand."""
    alike = Q(account_index__in={one for row in rows for one in _indexes(row)}) | Q(
        payee__in={row.payee for row in rows}
    )
    others = Payout.objects.filter(alike).exclude(pk__in=[row.pk for row in rows])
    others = others.exclude(state=PayoutState.RELEASED).order_by("id")
    return list(others if exchanging_indexes() else others.defer("account"))


def batch_document(row: PaymentBatch) -> str:
    """The file that goes to the treasury: every payout with its id, account and amount, their number and their sum."""
    payouts = [
        {
            "id": str(one.pk),
            "payee": one.payee_name,
            "account": one.account,
            "bank": one.bank,
            "fen": one.fen,
        }
        for one in row.payouts.order_by("id")
    ]
    content = {
        "batch": str(row.pk),
        "fund": row.fund_code,
        "count": len(payouts),
        "fen": sum(one["fen"] for one in payouts),
        "payouts": payouts,
    }
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def batches(actor: Actor) -> QuerySet[PaymentBatch]:
    """The payment batches that the actor may see, newest first."""
    return rules.batches(actor).order_by("-id")


def payouts_in(batch: PaymentBatch) -> list[Payout]:
    """The payouts of a batch, in the order of their ids."""
    return list(Payout.objects.filter(batch=batch).order_by("id"))


def warnings_of(batch: PaymentBatch) -> list[PaymentWarning]:
    """What the checker of a batch is warned of, with the payouts."""
    return list(PaymentWarning.objects.filter(batch=batch).select_related("payout").order_by("id"))


def batches_waiting() -> list[PaymentBatch]:
    """Batches with the treasury of which some payout has no answer yet, oldest first."""
    rows = PaymentBatch.objects.filter(
        state__in=[BatchState.SENT, BatchState.DELIVERED], payouts__state__in=UNDER_WAY
    )
    return list(rows.distinct().order_by("id"))


def all_on_statements(payout_ids: list[uuid.UUID]) -> bool:
    """Whether bank statements show every one of these payouts as paid."""
    shown = Payout.objects.filter(pk__in=payout_ids, statement_lines__incoming=False)
    return shown.distinct().count() == len(set(payout_ids))


def paid_payouts(actor: Actor, text: str = "") -> QuerySet[Payout]:
    """The payouts of funds of the actor's that were paid, the latest first; `text` is a part of the payee's name."""
    rows = rules.payouts(actor, "finance").filter(state=PayoutState.PAID).order_by("-id")
    return rows.filter(payee_name__contains=text) if text else rows


def clawed_of(payout_id: uuid.UUID) -> int:
    """How much of a payout was clawed back and not reversed, in fen."""
    entries = LedgerEntry.objects.filter(
        posting__payout_id=payout_id,
        posting__kind=PostingKind.CLAW_BACK,
        posting__reversal__isnull=True,
        fen__gt=0,
    )
    return int(entries.aggregate(sum=Sum("fen"))["sum"] or 0)


def clawings_of(payout_id: uuid.UUID) -> list[Posting]:
    """When and why money of a payout was clawed back, oldest first."""
    rows = Posting.objects.filter(payout_id=payout_id, kind=PostingKind.CLAW_BACK, reversal__isnull=True)
    return list(rows.order_by("id"))


def undocumented(fund: Fund, until: object) -> list[uuid.UUID]:
    """Payouts paid before `until` that no line of a bank statement shows."""
    paid = Payout.objects.filter(
        fund=fund, state=PayoutState.PAID, postings__kind=PostingKind.PAY, postings__at__lt=until
    )
    shown = Q(statement_lines__incoming=False)
    return sorted(set(paid.exclude(shown).values_list("pk", flat=True)))
