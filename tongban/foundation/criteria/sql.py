"""The same rule as SQL for DuckDB, Spark and PostgreSQL: a column for each fact, NULL for what is not known.

SQL's own AND, OR and NOT are Kleene's. What SQL does otherwise is not used: no LEAST or GREATEST (they answer with the
one that is known), no division of values, no conversion; products that might not fit 64 bits are made in wider numbers.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from math import lcm

from tongban.foundation.criteria.tree import (
    All,
    Any,
    Arithmetic,
    Between,
    Cap,
    Compare,
    Constant,
    Contains,
    Exact,
    Fact,
    FactType,
    Holds,
    Literal,
    Missing,
    Tree,
    Value,
    Within,
)

_LARGEST = 2**63 - 1
# What a table may hold, which is checked when it is filled: thirteen digits of yuan, and counts below.
LARGEST = {FactType.MONEY: 10**15, FactType.INT: 10**12, FactType.DECIMAL: 10**9}


class Dialect(StrEnum):
    """Whose SQL."""

    DUCKDB = "duckdb"
    SPARK = "spark"
    POSTGRES = "postgres"


_WIDE = {Dialect.DUCKDB: "HUGEINT", Dialect.SPARK: "DECIMAL(38, 0)", Dialect.POSTGRES: "NUMERIC"}
_WHOLE = {Dialect.DUCKDB: "//", Dialect.SPARK: "DIV", Dialect.POSTGRES: "/"}


@dataclass(frozen=True)
class Layout:
    """Where the facts are: `codes` where columns hold codes in place of texts, and numbers of days (from year 1) in place of
    dates; `wide` where each option of a list has a column of its own, called fact=option.
    """

    dialect: Dialect = Dialect.DUCKDB
    codes: Mapping[str, int] | None = None
    wide: bool = False
    columns: Mapping[str, str] = field(
        default_factory=dict
    )  # a fact's column, where it is not called as the fact

    def column(self, name: str) -> str:
        """The quoted column of a fact."""
        name = self.columns.get(name, name)
        mark = "`" if self.dialect is Dialect.SPARK else '"'
        return mark + name.replace(mark, mark * 2) + mark

    def text(self, written: str) -> str:
        """A text as a literal, or its code."""
        if self.codes is not None:
            return str(self.codes.get(written, -1))
        if self.dialect is Dialect.SPARK:
            written = written.replace("\\", "\\\\").replace("'", "\\'")
        return "'" + written.replace("'", "''" if self.dialect is not Dialect.SPARK else "'") + "'"

    def whole(self, value: str, by: int) -> str:
        """How often a written number above 0 goes into a value that is not negative."""
        return f"({value} {_WHOLE[self.dialect]} {by})"


@dataclass(frozen=True, slots=True)
class Written:
    """The text of a value over a denominator, and the largest that it can be."""

    text: str
    den: int = 1
    largest: int = _LARGEST
    narrow: bool = False  # a column of whole numbers, of which the width is not known


def rule_sql(tree: Tree, layout: Layout) -> str:
    """The rule as a condition in SQL: TRUE, FALSE, or NULL where data are needed."""
    match tree:
        case Constant(value=value):
            return "TRUE" if value else "FALSE"
        case All(parts=parts):
            return "(" + " AND ".join(rule_sql(part, layout) for part in parts) + ")" if parts else "TRUE"
        case Any(parts=parts):
            return "(" + " OR ".join(rule_sql(part, layout) for part in parts) + ")" if parts else "FALSE"
        case Compare(op=op, left=left, right=right):
            first, second = leveled(value_sql(left, layout), value_sql(right, layout), layout)
            return f"({first.text} {op} {second.text})"
        case Between(value=value, low=low, high=high, negated=negated):
            above = rule_sql(Compare("<" if negated else ">=", value, low), layout)
            below = rule_sql(Compare(">" if negated else "<=", value, high), layout)
            return f"({above} {'OR' if negated else 'AND'} {below})"
        case Within(value=value, options=options, negated=negated):
            listed = [Compare("<>" if negated else "=", value, option) for option in options]
            if any(option.type is FactType.DECIMAL for option in options):
                return rule_sql(All(tuple(listed)) if negated else Any(tuple(listed)), layout)
            one = value_sql(value, layout)
            if one.den != 1:
                return rule_sql(All(tuple(listed)) if negated else Any(tuple(listed)), layout)
            written = ", ".join(value_sql(option, layout).text for option in options)
            return f"({one.text} {'NOT ' * negated}IN ({written}))"
        case Missing(value=fact, negated=negated):
            return f"({_fact_known(fact, layout)} IS {'NOT ' * negated}NULL)"
        case Holds(value=fact, negated=negated):
            return f"({'NOT ' * negated}{layout.column(fact.name)})"
        case Contains(value=fact, option=option, negated=negated):
            return f"({'NOT ' * negated}{_contains(fact.name, str(option.value), layout)})"


def _fact_known(fact: Fact, layout: Layout) -> str:
    # Of a list in columns, the one without an option says whether it is known.
    return layout.column(f"{fact.name}=" if layout.wide and fact.type is FactType.LIST else fact.name)


def _contains(fact: str, option: str, layout: Layout) -> str:
    if layout.wide:
        return layout.column(f"{fact}={option}")
    column, text = layout.column(fact), Layout(layout.dialect).text(option)
    return {
        Dialect.DUCKDB: f"list_contains({column}, {text})",
        Dialect.SPARK: f"array_contains({column}, {text})",
        Dialect.POSTGRES: f"({text} = ANY({column}))",
    }[layout.dialect]


def value_sql(value: Value, layout: Layout) -> Written:
    """The value in SQL, NULL while a fact in it is."""
    match value:
        case Fact(name=name, type=kind):
            return Written(layout.column(name), 1, LARGEST.get(kind, _LARGEST), kind is FactType.INT)
        case Literal(value=written):
            return _literal(written, layout)
        case Arithmetic(op="*", left=left, right=right):
            first, second = value_sql(left, layout), value_sql(right, layout)
            largest = first.largest * second.largest
            a, b = (_wide(one, largest, layout) for one in (first, second))
            return Written(f"({a} * {b})", first.den * second.den, largest)
        case Arithmetic(op=op, left=left, right=right):
            first, second = leveled(value_sql(left, layout), value_sql(right, layout), layout)
            largest = first.largest + second.largest
            a, b = (_wide(one, largest, layout) for one in (first, second))
            return Written(f"({a} {op} {b})", first.den, largest)
        case Cap(value=inner, limit=limit):
            first, second = leveled(value_sql(inner, layout), value_sql(limit, layout), layout)
            a, b = first.text, second.text
            text = f"(CASE WHEN {a} IS NULL OR {b} IS NULL THEN NULL WHEN {a} < {b} THEN {a} ELSE {b} END)"
            return Written(text, first.den, max(first.largest, second.largest))


def _literal(value: Exact, layout: Layout) -> Written:
    if isinstance(value, bool):
        return Written("TRUE" if value else "FALSE")
    if isinstance(value, int):
        return Written(str(value), 1, abs(value))
    if isinstance(value, Fraction):
        return Written(str(value.numerator), value.denominator, abs(value.numerator))
    if isinstance(value, dt.date):
        if layout.codes is not None:
            return Written(str(value.toordinal()))
        return Written(f"DATE '{value}'")
    assert isinstance(value, str)  # there are no literals of lists
    return Written(layout.text(value))


def leveled(first: Written, second: Written, layout: Layout) -> tuple[Written, Written]:
    """Both over the same denominator."""
    if first.den == second.den:
        return first, second
    den = lcm(first.den, second.den)
    return _scaled(first, den, layout), _scaled(second, den, layout)


def _scaled(one: Written, den: int, layout: Layout) -> Written:
    factor = den // one.den
    if factor == 1:
        return one
    largest = one.largest * factor
    return Written(f"({_wide(one, largest, layout)} * {factor})", den, largest)


def _wide(one: Written, largest: int, layout: Layout) -> str:
    """The text in numbers that hold the largest result; a column may be narrower than 64 bits."""
    if one.narrow and largest <= _LARGEST:
        return f"CAST({one.text} AS BIGINT)"
    return one.text if largest <= _LARGEST else f"CAST({one.text} AS {_WIDE[layout.dialect]})"
