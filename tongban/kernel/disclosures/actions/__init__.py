"""Writes of what is shown and lent."""

from tongban.kernel.disclosures.actions.copying import make_copy
from tongban.kernel.disclosures.actions.lending import (
    CannotLend,
    LendingEnded,
    answer,
    ask,
    lend,
    use,
    withdraw,
)
from tongban.kernel.disclosures.actions.presenting import look, present

__all__ = [
    "CannotLend",
    "LendingEnded",
    "answer",
    "ask",
    "lend",
    "look",
    "make_copy",
    "present",
    "use",
    "withdraw",
]
