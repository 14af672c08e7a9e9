"""Amounts of many at once, in columns: the same operators as for one subject, exact in fen. Pure."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tongban.foundation.criteria import FactType
from tongban.foundation.criteria.bitmaps import Bits, Board, flags, rows_in
from tongban.foundation.criteria.columns import Bools, Table, both, quantity
from tongban.foundation.criteria.tree import Arithmetic, Value
from tongban.modules.policies.calc.amounts import (
    TO_FEN,
    Amount,
    Fixed,
    Highest,
    How,
    LessEarlier,
    Operator,
    PerStep,
    Pool,
    Rate,
    Rounding,
    ShareOf,
    Sum,
    Tiers,
)
from tongban.modules.policies.calc.pairs import columns_of_amount
from tongban.modules.policies.calc.terms import Offer

Rows = NDArray[np.int64]
Fens = Any  # an array of whole fen, or one number where it is the same for all


@dataclass(frozen=True, slots=True)
class Payout:
    """Of one offer, within one table: who gets it and how much, and who would once data are there."""

    rows: Rows
    amounts: Fens
    waiting: Rows

    @property
    def total(self) -> int:
        """All amounts together, in fen."""
        if isinstance(self.amounts, np.ndarray):
            return int(self.amounts.sum())
        return int(self.amounts) * len(self.rows)


def payout(offer: Offer, bits: Bits, table: Table) -> Payout:
    """Who gets an offer, by the bits of its rule over the table."""
    rows = rows_in(bits.sure)
    waiting = rows_in(bits.unknown)
    amounts, known = reckon_rows(offer.amount, table.take(rows, list(columns_of_amount(offer.amount))))
    if known is not None and not known.all():
        # Nobody is in both, and both rise: a stable sort merges them in one pass, a set would hash every row.
        waiting = np.sort(np.concatenate([waiting, rows[~known]]), kind="stable")
        rows = rows[known]
        amounts = amounts[known] if isinstance(amounts, np.ndarray) else amounts
    return Payout(rows, amounts, waiting)


def reckon_rows(amount: Amount, table: Table) -> tuple[Fens, Bools | None]:
    """The fen of every row of a table, and where they can be said (None: everywhere)."""
    found, known = _reckon(amount.operator, amount.rounding, table)
    if amount.when is None:
        return found, known
    bits = Board.of(table, [amount.when]).rule(amount.when)
    holds, possibly = flags(bits.sure, table.rows), flags(bits.possible, table.rows)
    # Where it surely does not hold nothing is due, whatever else is unknown.
    sure = ~possibly | holds if known is None else ~possibly | (holds & known)
    return np.where(holds, found, 0), sure


def _reckon(operator: Operator, rounding: Rounding, table: Table) -> tuple[Fens, Bools | None]:
    match operator:
        case Sum(parts=parts) | Highest(parts=parts):
            whole: Fens = 0
            sure: Bools | None = None
            for part in parts:
                found, known = reckon_rows(part, table)
                whole = whole + found if isinstance(operator, Sum) else np.maximum(whole, found)
                sure = both(sure, known)
            return _rounded(whole, 1, rounding), sure
        case LessEarlier(amount=amount, paid=paid):
            whole, sure = reckon_rows(amount, table)
            for fact in paid:
                earlier = quantity(fact, table)
                whole, sure = whole - earlier.data, both(sure, earlier.known)
            return _rounded(whole, 1, rounding), sure
        case Pool(amount=amount):
            whole, sure = reckon_rows(amount, table)
            return _rounded(whole, 1, rounding), sure
        case Fixed(value=value):
            one = quantity(value, table)
            return _rounded(one.data, 1, rounding), one.known
        case ShareOf(paid=fact, percent=percent):
            return _share(fact, percent, 100, rounding, table)
        case Rate():
            return _rate(operator, rounding, table)
        case Tiers():
            return _tiers(operator, rounding, table)
        case PerStep():
            return _per_step(operator, rounding, table)


def _share(
    of: Value, share: Value, whole: int, rounding: Rounding, table: Table
) -> tuple[Fens, Bools | None]:
    product = quantity(Arithmetic("*", of, share, FactType.MONEY), table)
    return _rounded(product.data, whole, rounding), product.known


def _rate(operator: Rate, rounding: Rounding, table: Table) -> tuple[Fens, Bools | None]:
    found, known = _share(operator.of, operator.share, operator.whole, rounding, table)
    for limit, keep in ((operator.floor, np.maximum), (operator.cap, np.minimum)):
        if limit is not None:
            end = quantity(limit, table)
            found, known = keep(found, end.data), both(known, end.known)
    return found, known


def _tiers(operator: Tiers, rounding: Rounding, table: Table) -> tuple[Fens, Bools | None]:
    of = quantity(operator.of, table)
    found: Fens = 0
    known = of.known
    for begins, amount in operator.steps:
        start, reached = quantity(begins, table), quantity(amount, table)
        found = np.where(of.data >= start.data, reached.data, found)
        known = both(both(known, start.known), reached.known)
    return _rounded(found, 1, rounding), known


def _per_step(operator: PerStep, rounding: Rounding, table: Table) -> tuple[Fens, Bools | None]:
    above = quantity(Arithmetic("-", operator.of, operator.above, FactType.INT), table)
    step, amount = quantity(operator.step, table), quantity(operator.amount, table)
    found = _rounded(np.maximum(above.data, 0) // step.data * amount.data, 1, rounding)
    known = both(both(above.known, step.known), amount.known)
    if operator.cap is not None:
        cap = quantity(operator.cap, table)
        found, known = np.minimum(found, cap.data), both(known, cap.known)
    return found, known


def _rounded(numerator: Fens, denominator: int, rounding: Rounding) -> Fens:
    """As `Rounding.of`, for whole columns; below 0 is 0."""
    if not isinstance(numerator, np.ndarray):
        return rounding.of(max(0, int(numerator)), denominator)
    plain = np.maximum(numerator, 0)
    if denominator == 1 and rounding == TO_FEN:
        return plain
    if plain.dtype not in (np.int64, object):
        plain = plain.astype(np.int64)
    step = rounding.to * denominator
    extra = {How.DOWN: 0, How.UP: step - 1, How.HALF: step // 2}[rounding.how]
    return (plain + extra if extra else plain) // step * rounding.to
