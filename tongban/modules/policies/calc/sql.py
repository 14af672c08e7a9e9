"""Amounts as SQL, for DuckDB, Spark and PostgreSQL: NULL while a fact is not known, whole numbers, no LEAST. Pure.

The only division is by a number that is written in the policy, of a sum that is not negative.
"""

from tongban.foundation.criteria import FactType
from tongban.foundation.criteria.sql import Layout, rule_sql, value_sql
from tongban.foundation.criteria.tree import Arithmetic, Fact, Value
from tongban.modules.policies.calc.amounts import (
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


def amount_sql(amount: Amount, layout: Layout) -> str:
    """The fen of an amount as a value in SQL; NULL where they cannot be said."""
    text = _operator(amount.operator, amount.rounding, layout)
    if amount.when is None:
        return text
    when = rule_sql(amount.when, layout)
    return f"(CASE WHEN {when} THEN {text} WHEN NOT {when} THEN 0 END)"


def _operator(operator: Operator, rounding: Rounding, layout: Layout) -> str:
    match operator:
        case Sum(parts=parts):
            return _rounded(" + ".join(amount_sql(part, layout) for part in parts), 1, rounding, layout)
        case Highest(parts=parts):
            first, *rest = [amount_sql(part, layout) for part in parts]
            for one in rest:
                first = _chosen(first, one, ">")
            return _rounded(first, 1, rounding, layout)
        case LessEarlier(amount=amount, paid=paid):
            earlier = " + ".join(layout.column(fact.name) for fact in paid)
            return _rounded(f"({amount_sql(amount, layout)} - ({earlier}))", 1, rounding, layout)
        case Pool(amount=amount):
            return _rounded(amount_sql(amount, layout), 1, rounding, layout)
        case Fixed(value=value):
            return _rounded(value_sql(value, layout).text, 1, rounding, layout)
        case ShareOf(paid=fact, percent=percent):
            return _share(fact, percent, 100, rounding, layout)
        case Rate(of=of, share=share, whole=whole, floor=floor, cap=cap):
            text = _share(of, share, whole, rounding, layout)
            if floor is not None:
                text = _chosen(text, value_sql(floor, layout).text, ">")
            return text if cap is None else _chosen(text, value_sql(cap, layout).text, "<")
        case Tiers():
            return _tiers(operator, rounding, layout)
        case PerStep():
            return _per_step(operator, rounding, layout)


def _share(of: Fact | Value, share: Value, whole: int, rounding: Rounding, layout: Layout) -> str:
    product = value_sql(Arithmetic("*", of, share, FactType.MONEY), layout).text
    return _rounded(product, whole, rounding, layout)


def _tiers(operator: Tiers, rounding: Rounding, layout: Layout) -> str:
    of = value_sql(operator.of, layout).text
    unknown = f"WHEN {of} IS NULL THEN NULL"
    steps = " ".join(
        f"WHEN {of} >= {value_sql(begins, layout).text} THEN {value_sql(amount, layout).text}"
        for begins, amount in reversed(operator.steps)
    )
    return _rounded(f"(CASE {unknown} {steps} ELSE 0 END)", 1, rounding, layout)


def _per_step(operator: PerStep, rounding: Rounding, layout: Layout) -> str:
    above = value_sql(Arithmetic("-", operator.of, operator.above, FactType.INT), layout).text
    step = int(value_sql(operator.step, layout).text)
    times = layout.whole(_not_negative(above), step)
    text = _rounded(f"({times} * {value_sql(operator.amount, layout).text})", 1, rounding, layout)
    return text if operator.cap is None else _chosen(text, value_sql(operator.cap, layout).text, "<")


def _rounded(text: str, denominator: int, rounding: Rounding, layout: Layout) -> str:
    step = rounding.to * denominator
    plain = _not_negative(text)
    if step == 1:
        return plain
    extra = {How.DOWN: 0, How.UP: step - 1, How.HALF: step // 2}[rounding.how]
    return f"({layout.whole(f'({plain} + {extra})' if extra else plain, step)} * {rounding.to})"


def _not_negative(text: str) -> str:
    return f"(CASE WHEN {text} < 0 THEN 0 ELSE {text} END)"


def _chosen(first: str, second: str, op: str) -> str:
    """The greater (or lesser) of two; NULL while either is, unlike GREATEST and LEAST."""
    return (
        f"(CASE WHEN {first} IS NULL OR {second} IS NULL THEN NULL "
        f"WHEN {first} {op} {second} THEN {first} ELSE {second} END)"
    )
