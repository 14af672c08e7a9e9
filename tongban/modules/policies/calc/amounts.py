"""How much: a small tree of operators over values of rules, exact in fen, nothing while a fact is not known. Pure.

An operator never yields less than 0, and rounds down to whole yuan unless its `round` says otherwise.
`cap` caps only what is known: of an unknown base nothing follows, not even the cap.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from tongban.foundation.criteria.evaluation import evaluate, value_of
from tongban.foundation.criteria.tree import Exact, Fact, Literal, Tree, Value, atoms, facts_of, values_of
from tongban.foundation.money import Fen

Known = Mapping[str, Exact | None]
AWARD = "award."


class How(StrEnum):
    """Which way a sum is rounded; a half goes up."""

    DOWN = "down"
    UP = "up"
    HALF = "half"


UNITS = {"fen": 1, "yuan": 100, "hundred": 10_000, "thousand": 100_000}


@dataclass(frozen=True, slots=True)
class Rounding:
    """To a multiple of so many fen."""

    to: Fen = 100
    how: How = How.DOWN

    def of(self, numerator: int, denominator: int = 1) -> Fen:
        """The fraction as fen, rounded; it is not negative."""
        step = self.to * denominator
        extra = {How.DOWN: 0, How.UP: step - 1, How.HALF: step // 2}[self.how]
        return (numerator + extra) // step * self.to


TO_FEN = Rounding(1)
TO_YUAN = Rounding()


@dataclass(frozen=True, slots=True)
class Fixed:
    """A sum."""

    value: Value


@dataclass(frozen=True, slots=True)
class Tiers:
    """The amount of the highest step whose `from` the value reaches; 0 below the first."""

    of: Value
    steps: tuple[tuple[Value, Value], ...]


@dataclass(frozen=True, slots=True)
class Rate:
    """`share` parts in `whole` (100 or 1,000) of a base, not below `floor`, not above `cap`."""

    of: Value
    share: Value
    whole: int
    floor: Value | None = None
    cap: Value | None = None


@dataclass(frozen=True, slots=True)
class PerStep:
    """`amount` for each whole step by which `of` exceeds `above`, not above `cap`."""

    of: Value
    above: Value
    step: Value
    amount: Value
    cap: Value | None = None


@dataclass(frozen=True, slots=True)
class Sum:
    """All parts added up."""

    parts: tuple["Amount", ...]


@dataclass(frozen=True, slots=True)
class Highest:
    """The highest of the parts; unknown while any of them is."""

    parts: tuple["Amount", ...]


@dataclass(frozen=True, slots=True)
class LessEarlier:
    """An amount less what was paid for other items already."""

    amount: "Amount"
    paid: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class ShareOf:
    """`percent` of what was paid for another item."""

    paid: Fact
    percent: Value


@dataclass(frozen=True, slots=True)
class Pool:
    """An amount that is cut pro rata, for a whole batch, when the fund is short."""

    fund: str
    amount: "Amount"


Operator = Fixed | Tiers | Rate | PerStep | Sum | Highest | LessEarlier | ShareOf | Pool


@dataclass(frozen=True, slots=True)
class Amount:
    """An operator, when it counts at all, and how it is rounded."""

    operator: Operator
    rounding: Rounding
    when: Tree | None = None


def reckon(amount: Amount, known: Known) -> Fen | None:
    """The fen; None while a fact is not known that they depend on."""
    if amount.when is not None:
        holds = evaluate(amount.when, known).verdict
        if not holds:
            return None if holds is None else 0
    found = _reckon(amount.operator, amount.rounding, known)
    return None if found is None else max(0, found)


def _reckon(operator: Operator, rounding: Rounding, known: Known) -> Fen | None:
    match operator:
        case Sum(parts=parts) | Highest(parts=parts):
            found = [reckon(part, known) for part in parts]
            sure = [one for one in found if one is not None]
            if len(sure) < len(found):
                return None
            return rounding.of(sum(sure) if isinstance(operator, Sum) else max(sure))
        case LessEarlier(amount=amount, paid=paid):
            whole = reckon(amount, known)
            earlier = [whole_number(fact, known) for fact in paid]
            if whole is None or None in earlier:
                return None
            return rounding.of(max(0, whole - sum(one for one in earlier if one is not None)))
        case Pool(amount=amount):
            whole = reckon(amount, known)
            return None if whole is None else rounding.of(whole)
        case Tiers(of=of, steps=steps):
            return _tiers(whole_number(of, known), steps, rounding, known)
        case PerStep():
            return _per_step(operator, rounding, known)
        case Rate():
            return _rate(operator, rounding, known)
        case ShareOf(paid=paid, percent=percent):
            base, share = whole_number(paid, known), whole_number(percent, known)
            return None if base is None or share is None else rounding.of(max(0, base * share), 100)
        case Fixed(value=value):
            sum_of = whole_number(value, known)
            return None if sum_of is None else rounding.of(max(0, sum_of))


def _tiers(
    value: int | None, steps: tuple[tuple[Value, Value], ...], rounding: Rounding, known: Known
) -> Fen | None:
    if value is None:
        return None
    reached: Fen | None = 0
    for begins, amount in steps:
        start = whole_number(begins, known)
        if start is None:
            return None
        if value >= start:
            reached = whole_number(amount, known)
    return None if reached is None else rounding.of(max(0, reached))


def _per_step(operator: PerStep, rounding: Rounding, known: Known) -> Fen | None:
    asked = (operator.of, operator.above, operator.step, operator.amount)
    of, above, step, amount = (whole_number(one, known) for one in asked)
    cap = None if operator.cap is None else whole_number(operator.cap, known)
    if of is None or above is None or step is None or amount is None or (operator.cap and cap is None):
        return None
    whole = rounding.of(max(0, (of - above) // step * amount))
    return whole if cap is None else min(whole, cap)


def _rate(operator: Rate, rounding: Rounding, known: Known) -> Fen | None:
    limits = [one for one in (operator.floor, operator.cap) if one is not None]
    found = [whole_number(one, known) for one in (operator.of, operator.share, *limits)]
    of, share, *ends = (one for one in found if one is not None) if None not in found else (None, None)
    if of is None or share is None:
        return None
    whole = rounding.of(max(0, of * share), operator.whole)
    if operator.floor is not None:
        whole = max(whole, ends[0])
    return whole if operator.cap is None else min(whole, ends[-1])


def whole_number(value: Value, known: Known) -> int | None:
    """What a value comes to; amounts hold whole numbers only, which was checked when they were read."""
    found = value.value if isinstance(value, Literal) else value_of(value, known)
    assert found is None or isinstance(found, int)
    return found


def parts_of(amount: Amount) -> Iterator[Amount]:
    """The amount and all that are in it."""
    yield amount
    match amount.operator:
        case Sum(parts=parts) | Highest(parts=parts):
            for part in parts:
                yield from parts_of(part)
        case LessEarlier(amount=inner) | Pool(amount=inner):
            yield from parts_of(inner)


def values_in(operator: Operator) -> Iterator[Value]:
    """The values that an operator reads itself, without those of its parts."""
    match operator:
        case Fixed(value=value):
            yield value
        case Tiers(of=of, steps=steps):
            yield of
            for begins, amount in steps:
                yield begins
                yield amount
        case Rate(of=of, share=share, floor=floor, cap=cap):
            yield from (one for one in (of, share, floor, cap) if one is not None)
        case PerStep(of=of, above=above, step=step, amount=amount, cap=cap):
            yield from (of, above, step, amount)
            if cap is not None:
                yield cap
        case LessEarlier(paid=paid):
            yield from paid
        case ShareOf(paid=fact, percent=percent):
            yield fact
            yield percent


def facts_in(amount: Amount) -> dict[str, Fact]:
    """Every fact that an amount reads, by name, in the order written."""
    found: dict[str, Fact] = {}
    for part in parts_of(amount):
        if part.when is not None:
            for atom in atoms(part.when):
                found |= {fact.name: fact for one in values_of(atom) for fact in facts_of(one)}
        for value in values_in(part.operator):
            found |= {fact.name: fact for fact in facts_of(value)}
    return found


def missing_of(amount: Amount, known: Known) -> tuple[str, ...]:
    """The facts that are not known and that the amount still needs: nothing once it can be said."""
    if reckon(amount, known) is not None:
        return ()
    found: list[str] = []
    if amount.when is not None:
        outcome = evaluate(amount.when, known)
        if outcome.verdict is False:
            return ()
        found += outcome.needs
    for value in values_in(amount.operator):
        found += [fact.name for fact in facts_of(value) if known.get(fact.name) is None]
    match amount.operator:
        case Sum(parts=parts) | Highest(parts=parts):
            found += [name for part in parts for name in missing_of(part, known)]
        case LessEarlier(amount=inner) | Pool(amount=inner):
            found += missing_of(inner, known)
    return tuple(dict.fromkeys(found))
