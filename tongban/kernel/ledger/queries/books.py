"""The books read for adding them up again: invariants I6 and I7, trial balances, seals of batches and months."""

import base64
from collections import Counter
from datetime import datetime

from django.db.models import Q, Sum

from tongban.kernel.events.calc import digest
from tongban.kernel.ledger.calc import Books, Line, Move, Paid, book_faults, person_faults
from tongban.kernel.ledger.models import (
    BudgetLine,
    Fund,
    LedgerEntry,
    MonthClose,
    PaymentBatch,
    Payout,
    PayoutShare,
)
from tongban.kernel.ledger.states import OF_LINE, Account, PayoutState, PostingKind
from tongban.kernel.seals import calc as sealing
from tongban.kernel.seals import queries as seals


def _books() -> Books:
    entries = LedgerEntry.objects.order_by("id").values_list(
        "posting_id", "posting__kind", "line_id", "account", "fen", "posting__payout_id"
    )
    moves = [
        Move(str(posting), PostingKind(kind), str(line or ""), Account(account), fen, str(payout or ""))
        for posting, kind, line, account, fen, payout in entries.iterator()
    ]
    lines = [
        Line(str(row.pk), row.budget_fen, {account: getattr(row, f"{account}_fen") for account in OF_LINE})
        for row in BudgetLine.objects.order_by("id").iterator()
    ]
    shares: Counter[object] = Counter()
    for payout, fen in PayoutShare.objects.order_by("id").values_list("payout_id", "fen"):
        shares[payout] += fen
    rows = Payout.objects.order_by("id").select_related("batch").defer("account", "batch__content")
    payouts = [
        Paid(
            id=str(row.pk),
            claim=f"{row.claim}/{row.period}/{row.instalment}",
            fen=row.fen,
            state=PayoutState(row.state),
            shares=shares[row.pk],
            maker=str(row.batch.maker) if row.batch else "",
            checker=str(row.batch.checker or "") if row.batch else "",
            finance=str(row.batch.finance or "") if row.batch else "",
        )
        for row in rows.iterator()
    ]
    return Books(moves, lines, payouts)


def broken() -> list[str]:
    """I6: every posting adds up to zero, balances and payouts are what the entries say, no claim is paid twice."""
    return book_faults(_books()) + _altered()


def one_person() -> list[str]:
    """I7: whatever was sent was made, checked and sent by three persons."""
    return person_faults(_books())


def _altered() -> list[str]:
    """Batches and closed months whose content no longer has the digest under which they were sealed."""
    faults = []
    for row in PaymentBatch.objects.exclude(digest="").order_by("id").iterator():
        if file_digest(row) != row.digest:
            faults.append(f"batch {row.pk}: its file does not have its digest")
    previous: dict[object, str] = {}
    for row in MonthClose.objects.order_by("fund_id", "year", "month").iterator():
        if month_digest(row) != row.digest or row.previous != previous.get(row.fund_id, ""):
            faults.append(
                f"month {row.year}-{row.month:02} of fund {row.fund_id}: changed after it was closed"
            )
        previous[row.fund_id] = row.digest
    return faults


def file_digest(row: PaymentBatch) -> str:
    """The digest of the file that goes to the treasury."""
    return digest({"file": row.content or ""})


def month_digest(row: MonthClose) -> str:
    """The digest of a closed month: what it says, and the month before it."""
    return digest(
        {
            "fund": str(row.fund_id),
            "month": f"{row.year}-{row.month:02}",
            "balance": row.balance,
            "postings": row.postings,
            "previous": row.previous,
        }
    )


def trial_balance(fund: Fund, until: datetime) -> dict[str, int]:
    """What stands on each account of a fund before `until`, in fen; adds up to zero."""
    own = Q(line__fund=fund) | Q(
        line__isnull=True, posting__fund=fund
    )  # a payout may draw on lines of several funds
    rows = LedgerEntry.objects.filter(own, posting__at__lt=until)
    return dict(
        rows.values("account").order_by("account").annotate(sum=Sum("fen")).values_list("account", "sum")
    )


def seal(agency: str, text: str) -> str:
    """The signature of an agency's seal over a digest, in base64. Raises NoSeal."""
    return base64.b64encode(seals.signer().sign_bytes(agency, text.encode())).decode()


def signed_by(agency: str, text: str, signature: str) -> bool:
    """Whether the signature over this digest was made with the agency's seal. Raises NoSeal."""
    return sealing.verify_bytes(text.encode(), base64.b64decode(signature), seals.certificate(agency))
