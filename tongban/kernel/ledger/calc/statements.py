"""Bank statements as values."""

from dataclasses import dataclass
from datetime import date

from tongban.foundation.money import Fen


@dataclass(frozen=True)
class Stated:
    """One line of a bank statement; `payout` is the id that the bank gives, empty or strange where it gives none."""

    reference: str
    payout: str
    fen: Fen
    day: date
    incoming: bool = False
