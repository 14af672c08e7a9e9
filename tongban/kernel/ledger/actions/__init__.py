"""Writes of money. Each is one transaction: entries that add up to zero, guarded balances, one event.

The way of a payout: `reserve` → `commit` → `put_in_batch` (maker) → `acknowledge`, `approve_batch` (checker) →
`send_batch` (finance officer) → `record_answer` (the treasury) → `reconcile` (the bank statement) → `close_month`.
All amounts are in fen; all take `by`, who acts, and raise NoSuchMoney for rows that this actor may not touch.
"""

from tongban.kernel.ledger.actions.answers import (
    claw_back,
    mark_delivered,
    mark_unknown,
    reconcile,
    record_answer,
    return_money,
)
from tongban.kernel.ledger.actions.batches import (
    acknowledge,
    approve_batch,
    put_in_batch,
    reject_batch,
    send_batch,
)
from tongban.kernel.ledger.actions.closing import close_month, reverse
from tongban.kernel.ledger.actions.funds import change_budget, open_fund, open_line
from tongban.kernel.ledger.actions.posting import NotEnough, WrongStep
from tongban.kernel.ledger.actions.reserving import Claimed, change_account, commit, release, reserve

__all__ = [
    "Claimed",
    "NotEnough",
    "WrongStep",
    "acknowledge",
    "approve_batch",
    "change_account",
    "change_budget",
    "claw_back",
    "close_month",
    "commit",
    "mark_delivered",
    "mark_unknown",
    "open_fund",
    "open_line",
    "put_in_batch",
    "reconcile",
    "record_answer",
    "reject_batch",
    "release",
    "reserve",
    "return_money",
    "reverse",
    "send_batch",
]
