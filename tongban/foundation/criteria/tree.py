"""The typed tree of a criterion. Negations are pushed down to the conditions, so each can be shown as met or not.

Values: Fact, Literal, Arithmetic, Cap. Conditions: Compare, Within, Between, Missing, Holds, Contains. Above
them All, Any and Constant. `str()` of any of them is the expression that it stands for.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from typing import ClassVar


class FactType(StrEnum):
    """The type of a declared fact. Money is whole fen, a list holds texts."""

    TEXT = "text"
    INT = "int"
    MONEY = "money"
    DECIMAL = "decimal"
    BOOL = "bool"
    DATE = "date"
    CHOICE = "choice"
    LIST = "list"


class _Node:
    """Reckons its hash once: trees are deep, and looked up again and again. Each names it, else its data class makes one."""

    __slots__ = ("_hash",)
    __match_args__: ClassVar[tuple[str, ...]]
    _hash: int  # pickles leave it out: hashes of texts differ from process to process

    def __hash__(self) -> int:
        try:
            return self._hash
        except AttributeError:
            parts = [getattr(self, name) for name in self.__match_args__]
            object.__setattr__(self, "_hash", hash((type(self), *parts)))
            return self._hash


Exact = bool | int | Fraction | str | dt.date | frozenset[str]
"""A known value: exact, of the type that its fact declares."""


@dataclass(frozen=True, slots=True)
class Fact(_Node):
    """The value of a declared fact."""

    name: str
    type: FactType

    __hash__ = _Node.__hash__

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Literal(_Node):
    """A value written in the rule. `bare` marks a whole number, which may stand for fen as well."""

    value: Exact
    type: FactType
    bare: bool = False

    __hash__ = _Node.__hash__

    def __str__(self) -> str:
        if isinstance(self.value, bool):
            return "TRUE" if self.value else "FALSE"
        if isinstance(self.value, dt.date):
            return f"DATE '{self.value}'"
        if isinstance(self.value, str):
            return "'" + self.value.replace("'", "''") + "'"
        if isinstance(self.value, Fraction):
            return _decimal(self.value)
        return str(self.value)


@dataclass(frozen=True, slots=True)
class Arithmetic(_Node):
    """The sum, difference or product of two numbers; `op` is + - or *."""

    op: str
    left: "Value"
    right: "Value"
    type: FactType
    bare: bool = False

    __hash__ = _Node.__hash__

    def __str__(self) -> str:
        return f"({self.left} {self.op} {self.right})"


@dataclass(frozen=True, slots=True)
class Cap(_Node):
    """`x`, but at most `limit`; unknown while either is. SQL's LEAST would answer with the one that is known."""

    value: "Value"
    limit: "Value"
    type: FactType
    bare: bool = False

    __hash__ = _Node.__hash__

    def __str__(self) -> str:
        return f"cap({self.value}, {self.limit})"


Value = Fact | Literal | Arithmetic | Cap


@dataclass(frozen=True, slots=True)
class Compare(_Node):
    """Two values of one type; `op` is = <> < <= > or >=."""

    op: str
    left: Value
    right: Value

    __hash__ = _Node.__hash__

    def __str__(self) -> str:
        return f"{self.left} {self.op} {self.right}"


@dataclass(frozen=True, slots=True)
class Within(_Node):
    """A value is, or is not, one of those listed."""

    value: Value
    options: tuple[Literal, ...]
    negated: bool = False

    __hash__ = _Node.__hash__

    def __str__(self) -> str:
        return f"{self.value} {'NOT ' * self.negated}IN ({', '.join(map(str, self.options))})"


@dataclass(frozen=True, slots=True)
class Between(_Node):
    """A value lies, or does not lie, between two others, both included."""

    value: Value
    low: Value
    high: Value
    negated: bool = False

    __hash__ = _Node.__hash__

    def __str__(self) -> str:
        return f"{self.value} {'NOT ' * self.negated}BETWEEN {self.low} AND {self.high}"


@dataclass(frozen=True, slots=True)
class Missing(_Node):
    """A fact is not known (or is, when negated). Never unknown itself."""

    value: Fact
    negated: bool = False

    __hash__ = _Node.__hash__

    def __str__(self) -> str:
        return f"{self.value} IS {'NOT ' * self.negated}NULL"


@dataclass(frozen=True, slots=True)
class Holds(_Node):
    """A fact that is true or false is true (or false, when negated)."""

    value: Fact
    negated: bool = False

    __hash__ = _Node.__hash__

    def __str__(self) -> str:
        return f"{'NOT ' * self.negated}{self.value}"


@dataclass(frozen=True, slots=True)
class Contains(_Node):
    """A list has, or has not, a text in it."""

    value: Fact
    option: Literal
    negated: bool = False

    __hash__ = _Node.__hash__

    def __str__(self) -> str:
        return f"{'NOT ' * self.negated}contains({self.value}, {self.option})"


Atom = Compare | Within | Between | Missing | Holds | Contains


@dataclass(frozen=True, slots=True)
class Constant(_Node):
    """TRUE or FALSE."""

    value: bool

    __hash__ = _Node.__hash__

    def __str__(self) -> str:
        return "TRUE" if self.value else "FALSE"


@dataclass(frozen=True, slots=True)
class All(_Node):
    """Every part holds."""

    parts: tuple["Tree", ...]

    __hash__ = _Node.__hash__

    def __str__(self) -> str:
        return " AND ".join(f"({part})" if isinstance(part, Any) else str(part) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Any(_Node):
    """At least one part holds."""

    parts: tuple["Tree", ...]

    __hash__ = _Node.__hash__

    def __str__(self) -> str:
        return " OR ".join(f"({part})" if isinstance(part, All) else str(part) for part in self.parts)


Tree = Atom | Constant | All | Any


_OPPOSITE = {"=": "<>", "<>": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}


def negation(tree: Tree) -> Tree:
    """The tree that is true where `tree` is false, false where it is true, and unknown where it is unknown."""
    match tree:
        # De Morgan holds for unknowns too.
        case All(parts=parts):
            return Any(tuple(map(negation, parts)))
        case Any(parts=parts):
            return All(tuple(map(negation, parts)))
        case Constant(value=value):
            return Constant(not value)
        case Compare(op=op):
            return replace(tree, op=_OPPOSITE[op])
    return replace(tree, negated=not tree.negated)


def atoms(tree: Tree) -> Iterator[Atom]:
    """The conditions of a tree, in the order in which they are written."""
    if isinstance(tree, All | Any):
        for part in tree.parts:
            yield from atoms(part)
    elif not isinstance(tree, Constant):
        yield tree


def values_of(atom: Atom) -> tuple[Value, ...]:
    """The values that a condition compares, the one it is about first."""
    match atom:
        case Compare(left=left, right=right):
            return left, right
        case Between(value=value, low=low, high=high):
            return value, low, high
        case Within(value=value, options=options):
            return value, *options
        case Contains(value=value, option=option):
            return value, option
    return (atom.value,)


def facts_of(value: Value) -> Iterator[Fact]:
    """The facts in a value, in the order in which they are written."""
    match value:
        case Fact():
            yield value
        case Arithmetic(left=left, right=right) | Cap(value=left, limit=right):
            yield from facts_of(left)
            yield from facts_of(right)


def _decimal(value: Fraction) -> str:
    """A fraction that came from a decimal literal, written as one again."""
    places = 0
    while (value * 10**places).denominator != 1:
        places += 1
    digits = str(abs(value.numerator) * 10**places // value.denominator).rjust(places + 1, "0")
    sign = "-" if value < 0 else ""
    return f"{sign}{digits[: len(digits) - places]}" + (f".{digits[-places:]}" if places else ".0")
