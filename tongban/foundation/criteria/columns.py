"""Values of many subjects in columns, and conditions and sums over them: exact, three-valued, whole columns at a time.

A column holds whole numbers: fen, counts, days since year 1, codes of texts; decimals by a fixed denominator. Which rows
are known stands beside it. Sums are followed by their bounds: where 64 bits might not do, Python's own numbers are used.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm
from typing import Any as Anything

import numpy as np
from numpy.typing import NDArray

from tongban.foundation.criteria.evaluation import exact
from tongban.foundation.criteria.tree import (
    Arithmetic,
    Atom,
    Between,
    Cap,
    Compare,
    Contains,
    Exact,
    Fact,
    FactType,
    Holds,
    Literal,
    Missing,
    Value,
    Within,
)
from tongban.foundation.errors import Problem

Bools = NDArray[np.bool_]
Numbers = NDArray[Anything]
_LARGEST = 2**63 - 1
LARGEST_FEN = 10**15
# A code that no text has: a rule may name a text that nobody in the city has.
NOBODY = -1


class Texts(dict[str, int]):
    """One dictionary for all texts of a table, so that texts of two columns compare by their codes."""

    def code(self, text: str) -> int:
        """The text's code, a new one if it has none."""
        return self.setdefault(text, len(self))


@dataclass(frozen=True, slots=True)
class Column:
    """Values of one fact. `known` None: all are. `den` is what decimals are divided by. Bounds hold for known rows."""

    data: Numbers
    known: Bools | None
    bounds: tuple[int, int]
    den: int = 1

    @classmethod
    def of(cls, data: Numbers, known: Bools | None, den: int = 1) -> "Column":
        """A column with the bounds of its known values, which are looked up."""
        sure = data if known is None else data[known]
        bounds = (int(sure.min()), int(sure.max())) if len(sure) and sure.dtype != np.bool_ else (0, 1)
        return cls(data, None if known is not None and known.all() else known, bounds, den)


@dataclass(frozen=True)
class Table:
    """Columns of the same rows by fact; a list has one column of truth values for each option, as fact=option."""

    rows: int
    columns: Mapping[str, Column]
    texts: Mapping[str, int] = field(default_factory=dict)

    def column(self, fact: str) -> Column:
        """The fact's column; of a fact that nobody has, one in which nothing is known."""
        found = self.columns.get(fact)
        return found if found is not None else Column(np.zeros(self.rows, np.int8), self.nothing, (0, 0))

    @property
    def nothing(self) -> Bools:
        """No row."""
        return np.zeros(self.rows, np.bool_)

    def take(self, rows: NDArray[np.int64], facts: Sequence[str]) -> "Table":
        """The facts of some rows."""
        return Table(
            len(rows),
            {
                name: Column(
                    one.data[rows], None if one.known is None else one.known[rows], one.bounds, one.den
                )
                for name in facts
                if (one := self.columns.get(name)) is not None
            },
            self.texts,
        )


class OutOfRange(Problem):
    """A value that is larger than anything real: SQL over it could overflow, and one bad row would stop a whole city."""

    code = "criteria.out_of_range"
    status = 422


def require_range(table: Table) -> None:
    """Refuse a table with a number of more than thirteen digits of yuan in fen. Raises OutOfRange."""
    for name, column in table.columns.items():
        if max(map(abs, column.bounds)) > LARGEST_FEN:
            raise OutOfRange(
                sentence_zh=f"“{name}”中有超出范围的数值。",
                sentence_en=f"'{name}' has a value out of range.",
                todo_zh="请更正来源数据或者按未知处理。",
                todo_en="Correct the source, or take the value as not known.",
                about=name,
            )


def option_column(fact: str, option: str) -> str:
    """The name of the column that says whether a list has an option."""
    return f"{fact}={option}"


def table_of(subjects: Sequence[Mapping[str, object]], facts: Mapping[str, FactType]) -> Table:
    """A table of subjects given one by one, as `evaluate` takes them. Raises WrongValue."""
    asked = [Fact(name, kind) for name, kind in facts.items()]
    known = [exact(asked, subject) for subject in subjects]
    texts = Texts()
    columns: dict[str, Column] = {}
    for fact in asked:
        values = [one[fact.name] for one in known]
        if fact.type is FactType.LIST:
            options = sorted({text for value in values if isinstance(value, frozenset) for text in value})
            # The last one keeps which rows are known where no row has an option.
            for option in [*options, ""]:
                data = [option in value if isinstance(value, frozenset) else None for value in values]
                columns[option_column(fact.name, option)] = _column(data, np.bool_)
        elif fact.type is FactType.DECIMAL:
            columns[fact.name] = _decimals(values)
        elif fact.type is FactType.BOOL:
            columns[fact.name] = _column([v if isinstance(v, bool) else None for v in values], np.bool_)
        else:
            columns[fact.name] = _column([None if v is None else _code(v, texts) for v in values], np.int64)
    return Table(len(subjects), columns, texts)


def _code(value: Exact, texts: Texts) -> int:
    if isinstance(value, str):
        return texts.code(value)
    if isinstance(value, int):
        return value
    assert isinstance(value, dt.date)  # decimals and lists have columns of their own
    return value.toordinal()


def _column(values: Sequence[int | None], kind: type) -> Column:
    known = np.array([value is not None for value in values], np.bool_)
    filled = [0 if value is None else value for value in values]
    small = kind is np.bool_ or all(-_LARGEST <= one <= _LARGEST for one in filled)
    return Column.of(np.array(filled, kind if small else object), known)


def _decimals(values: Sequence[object]) -> Column:
    numbers = [value if isinstance(value, int | Fraction) else None for value in values]
    den = lcm(*(one.denominator for one in numbers if one is not None), 1)
    one = _column([None if number is None else int(number * den) for number in numbers], np.int64)
    return Column(one.data, one.known, one.bounds, den)


# ------------------------------------------------------------------------------------------------------------- values


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value for all rows: an array or one number, over a denominator, with bounds; `known` None: everywhere."""

    data: Anything
    den: int
    known: Bools | None
    bounds: tuple[int, int]


def quantity(value: Value, table: Table) -> Quantity:
    """What a value comes to in every row, exact."""
    match value:
        case Fact(name=name):
            column = table.column(name)
            return Quantity(column.data, column.den, column.known, column.bounds)
        case Literal(value=written):
            number, den = _written(written, table)
            return Quantity(number, den, None, (number, number))
        case Arithmetic(op="*", left=left, right=right):
            return _times(quantity(left, table), quantity(right, table))
        case Arithmetic(op=op, left=left, right=right):
            first, second = _level(quantity(left, table), quantity(right, table))
            (low, high), (less, more) = first.bounds, second.bounds
            bounds = (low + less, high + more) if op == "+" else (low - more, high - less)
            a, b = _wide(first.data, first, second, bounds), _wide(second.data, first, second, bounds)
            return Quantity(a + b if op == "+" else a - b, first.den, both(first.known, second.known), bounds)
        case Cap(value=inner, limit=limit):
            first, second = _level(quantity(inner, table), quantity(limit, table))
            bounds = min(first.bounds[0], second.bounds[0]), min(first.bounds[1], second.bounds[1])
            a, b = _wide(first.data, first, second, bounds), _wide(second.data, first, second, bounds)
            arrays = isinstance(a, np.ndarray) or isinstance(b, np.ndarray)
            least = np.minimum(a, b) if arrays else min(a, b)
            return Quantity(least, first.den, both(first.known, second.known), bounds)


def _written(value: Exact, table: Table) -> tuple[int, int]:
    """A literal as a column would hold it."""
    if isinstance(value, Fraction):
        return value.numerator, value.denominator
    if isinstance(value, str):
        return table.texts.get(value, NOBODY), 1
    if isinstance(value, int):
        return int(value), 1
    assert not isinstance(value, frozenset)  # there are no literals of lists
    return value.toordinal(), 1


def _times(first: Quantity, second: Quantity) -> Quantity:
    corners = [a * b for a in first.bounds for b in second.bounds]
    bounds = min(corners), max(corners)
    data = _wide(first.data, first, second, bounds) * _wide(second.data, first, second, bounds)
    return Quantity(data, first.den * second.den, both(first.known, second.known), bounds)


def _level(first: Quantity, second: Quantity) -> tuple[Quantity, Quantity]:
    """Both over the same denominator."""
    if first.den == second.den:
        return first, second
    den = lcm(first.den, second.den)
    return _scaled(first, den), _scaled(second, den)


def _scaled(one: Quantity, den: int) -> Quantity:
    factor = den // one.den
    bounds = one.bounds[0] * factor, one.bounds[1] * factor
    return Quantity(_wide(one.data, one, one, bounds) * factor, den, one.known, bounds)


def _wide(data: Anything, first: Quantity, second: Quantity, result: tuple[int, int]) -> Anything:
    """The numbers in a width that holds operands and result: 64 bits, or as many as it takes."""
    if not isinstance(data, np.ndarray):
        return data
    if max(abs(end) for end in (*first.bounds, *second.bounds, *result)) > _LARGEST:
        return data.astype(object)
    return data if data.dtype in (np.int64, object) else data.astype(np.int64)


def both(first: Bools | None, second: Bools | None) -> Bools | None:
    """Where both are known."""
    if first is None or first is second:
        return second
    return first if second is None else first & second


# --------------------------------------------------------------------------------------------------------- conditions

_COMPARISON: dict[str, Callable[[Anything, Anything], Anything]] = {
    "=": np.equal,
    "<>": np.not_equal,
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
}


def judged(atom: Atom, table: Table) -> tuple[Bools, Bools | None]:
    """Where a condition holds as far as is known, and where it is decided (None: everywhere)."""
    match atom:
        case Compare(op=op, left=left, right=right):
            return _compared(op, quantity(left, table), quantity(right, table), table.rows)
        case Between(value=value, low=low, high=high, negated=negated):
            middle = quantity(value, table)
            above, sure = _compared(">=", middle, quantity(low, table), table.rows)
            below, certain = _compared("<=", middle, quantity(high, table), table.rows)
            # One end that is missed decides, whatever is known of the other.
            missed = (~above if sure is None else ~above & sure) | (
                ~below if certain is None else ~below & certain
            )
            decided = both(sure, certain)
            return ~missed if not negated else missed, None if decided is None else decided | missed
        case Within(value=value, options=options, negated=negated):
            one = quantity(value, table)
            found = _within(one, [option.value for option in options], table)
            return (~found if negated else found), one.known
        case Missing(value=fact, negated=negated):
            known = _known(fact, table)
            return (known if negated else ~known), None
        case Holds(value=fact, negated=negated):
            column = table.column(fact.name)
            truth = column.data if column.data.dtype == np.bool_ else column.data.astype(np.bool_)
            return (~truth if negated else truth), column.known
        case Contains(value=fact, option=option, negated=negated):
            return _contains(fact.name, str(option.value), table, negated=negated)


def _compared(op: str, left: Quantity, right: Quantity, rows: int) -> tuple[Bools, Bools | None]:
    first, second = _level(left, right)
    truth = _COMPARISON[op](first.data, second.data)
    if not isinstance(truth, np.ndarray) or truth.ndim == 0:  # two numbers that are written out
        truth = np.full(rows, bool(truth))
    return truth.astype(np.bool_, copy=False), both(first.known, second.known)


def _within(one: Quantity, options: Sequence[Exact], table: Table) -> Bools:
    found = table.nothing
    for option in options:
        number, den = _written(option, table)
        found |= _compared("=", one, Quantity(number, den, None, (number, number)), table.rows)[0]
    return found


def _known(fact: Fact, table: Table) -> Bools:
    name = fact.name
    if fact.type is FactType.LIST:
        name = next((one for one in table.columns if one.startswith(f"{name}=")), name)
    column = table.column(name)
    return np.ones(table.rows, np.bool_) if column.known is None else column.known


def _contains(fact: str, option: str, table: Table, *, negated: bool) -> tuple[Bools, Bools | None]:
    column = table.columns.get(option_column(fact, option))
    if column is None:  # nobody has it: false wherever the list is known
        known = _known(Fact(fact, FactType.LIST), table)
        return np.full(table.rows, negated), known
    return (~column.data if negated else column.data), column.known
