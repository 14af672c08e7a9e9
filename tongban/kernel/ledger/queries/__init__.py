"""Reads of money: balances, payouts, the treasuries, and the books as they are added up again."""

from tongban.kernel.ledger.queries.books import broken, one_person, signed_by, trial_balance
from tongban.kernel.ledger.queries.payouts import (
    all_on_statements,
    batch,
    batch_document,
    batches,
    batches_waiting,
    earlier_payouts,
    line,
    lines_of,
    money_of,
    payout,
    payouts_in,
    payouts_of,
    planned,
    undocumented,
    unknown_payouts,
    warnings_of,
)

__all__ = [
    "all_on_statements",
    "batch",
    "batch_document",
    "batches",
    "batches_waiting",
    "broken",
    "earlier_payouts",
    "line",
    "lines_of",
    "money_of",
    "one_person",
    "payout",
    "payouts_in",
    "payouts_of",
    "planned",
    "signed_by",
    "trial_balance",
    "undocumented",
    "unknown_payouts",
    "warnings_of",
]
