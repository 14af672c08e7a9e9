"""Arithmetic of money, pure: shares to the fen, warnings before payment, and books added up again."""

from tongban.kernel.ledger.calc.books import Books, Line, Move, Paid, book_faults, person_faults
from tongban.kernel.ledger.calc.shares import BadShares, Claim, in_proportion, split
from tongban.kernel.ledger.calc.statements import Stated
from tongban.kernel.ledger.calc.warnings import Finding, Planned, findings

__all__ = [
    "BadShares",
    "Books",
    "Claim",
    "Finding",
    "Line",
    "Move",
    "Paid",
    "Planned",
    "Stated",
    "book_faults",
    "findings",
    "in_proportion",
    "person_faults",
    "split",
]
