"""Tables of money. What must always be true is a constraint or a trigger (migration 0002) of the database."""

from tongban.kernel.ledger.models.books import BudgetLine, Fund, LedgerEntry, MonthClose, Posting
from tongban.kernel.ledger.models.payouts import (
    BankAnswer,
    PaymentBatch,
    PaymentWarning,
    Payout,
    PayoutShare,
    StatementLine,
)

__all__ = [
    "BankAnswer",
    "BudgetLine",
    "Fund",
    "LedgerEntry",
    "MonthClose",
    "PaymentBatch",
    "PaymentWarning",
    "Payout",
    "PayoutShare",
    "Posting",
    "StatementLine",
]
