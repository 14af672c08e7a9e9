"""The third lock: a positive list of parser nodes, each checked for its arguments, literals and types."""

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from difflib import get_close_matches
from fractions import Fraction

from sqlglot import exp

from tongban.foundation.criteria.faults import Fault, FaultError, stop
from tongban.foundation.criteria.screening import DEEPEST
from tongban.foundation.criteria.tree import (
    All,
    Any,
    Arithmetic,
    Between,
    Cap,
    Compare,
    Constant,
    Contains,
    Fact,
    FactType,
    Holds,
    Literal,
    Missing,
    Tree,
    Value,
    Within,
    facts_of,
    negation,
)

_LONGEST_TEXT = 200
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_DIGITS = 18

_MIRRORED = {"=": "=", "<>": "<>", "<": ">", ">": "<", "<=": ">=", ">=": "<="}
_OPERATORS: dict[type[exp.Expr], str] = {
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
    exp.Add: "+",
    exp.Sub: "-",
    exp.Mul: "*",
}
_NUMBERS = {FactType.INT, FactType.DECIMAL}
_ORDERED = {*_NUMBERS, FactType.MONEY, FactType.DATE}


class Checker:
    """Turns parser nodes into the typed tree; `faults` collects what is wrong with them."""

    def __init__(self, facts: Mapping[str, FactType], today: dt.date | None) -> None:
        self._facts = facts
        self._today = today
        self._depth = 0
        self.faults: list[Fault] = []

    def truth(self, node: exp.Expr) -> Tree | None:
        """The tree of a node that must be true or false; None, and a fault more, when it is wrong."""
        try:
            with self._deeper(node):
                return self._truth(node)
        except FaultError as error:
            self.faults.append(error.fault)
            return None

    def value(self, node: exp.Expr) -> Value:
        """The tree of a node that must be a value. Raises FaultError."""
        return self._value(node)

    @contextmanager
    def _deeper(self, node: exp.Expr) -> Iterator[None]:
        if self._depth >= DEEPEST:
            raise stop("too_deep", _start(node))
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1

    def _truth(self, node: exp.Expr) -> Tree | None:
        if isinstance(node, exp.Paren | exp.Not):
            _only(node, "this")
            inner = self.truth(node.this)
            return negation(inner) if inner is not None and isinstance(node, exp.Not) else inner
        if isinstance(node, exp.And | exp.Or):
            return self._joined(node)
        make = _CONDITIONS.get(type(node))
        if make is None:
            raise stop("no_truth", _start(node), left=_shown(self._value(node)))
        return make(self, node)

    def _joined(self, node: exp.Expr) -> Tree | None:
        # Chains lean to the left and may be long, so they are unrolled and not walked down.
        kind, operands = type(node), []
        while type(node) is kind:
            _only(node, "this", "expression")
            operands.append(node.expression)
            node = node.this
        operands.append(node)
        parts = [self.truth(operand) for operand in reversed(operands)]
        known = tuple(part for part in parts if part is not None)
        if len(known) < len(parts):
            return None
        return All(known) if kind is exp.And else Any(known)

    def compare(self, node: exp.Expr) -> Tree:
        """Two values and an operator; the side with a fact comes first."""
        _only(node, "this", "expression")
        left, right, op = self._value(node.this), self._value(node.expression), _OPERATORS[type(node)]
        _require_comparable(node, left, right, ordered=op not in ("=", "<>"))
        if not any(facts_of(left)) and any(facts_of(right)):
            left, right, op = right, left, _MIRRORED[op]
        return Compare(op, left, right)

    def within(self, node: exp.Expr) -> Tree:
        """A value and the literals it may be."""
        _only(node, "this", "expressions")
        value = self._value(node.this)
        options = [self._value(option) for option in node.expressions]
        literals = tuple(option for option in options if isinstance(option, Literal))
        if not literals or len(literals) < len(options):
            raise stop("options", _start(node))
        for option in literals:
            _require_comparable(node, value, option, ordered=False)
        return Within(value, literals)

    def between(self, node: exp.Expr) -> Tree:
        """A value and the two it lies between."""
        _only(node, "this", "low", "high")
        value, low, high = (self._value(node.args[name]) for name in ("this", "low", "high"))
        _require_comparable(node, value, low, ordered=True)
        _require_comparable(node, value, high, ordered=True)
        return Between(value, low, high)

    def missing(self, node: exp.Expr) -> Tree:
        """A fact and NULL."""
        _only(node, "this", "expression")
        if not isinstance(node.this, exp.Column) or not isinstance(node.expression, exp.Null):
            raise stop("is", _start(node))
        return Missing(self._fact(node.this))

    def contains(self, node: exp.Expr) -> Tree:
        """A list and a text."""
        _only(node, "this", "expression")
        value, option = self._value(node.this), self._value(node.expression)
        if not isinstance(value, Fact) or value.type is not FactType.LIST:
            raise stop("contains", _start(node))
        if not isinstance(option, Literal) or option.type is not FactType.TEXT:
            raise stop("contains", _start(node))
        return Contains(value, option)

    def holds(self, node: exp.Expr) -> Tree:
        """A fact that is itself true or false."""
        fact = self._fact(node)
        if fact.type is not FactType.BOOL:
            raise stop("no_truth", _start(node), left=_shown(fact))
        return Holds(fact)

    def constant(self, node: exp.Expr) -> Tree:
        """TRUE or FALSE."""
        _only(node, "this")
        return Constant(bool(node.this))

    def _value(self, node: exp.Expr) -> Value:
        while isinstance(node, exp.Paren):
            _only(node, "this")
            node = node.this
        make = _VALUES.get(type(node))
        if make is None:
            raise _misplaced(node)
        with self._deeper(node):
            return make(self, node)

    def _fact(self, node: exp.Expr) -> Fact:
        _only(node, "this", "table", "db", "catalog")
        parts = [node.args.get(name) for name in ("catalog", "db", "table", "this")]
        if any(part and not isinstance(part, exp.Identifier) for part in parts):
            raise stop("syntax", _start(node))
        name = ".".join(part.name for part in parts if part)
        if "." not in name:
            raise stop("undotted", _start(node), word=name)
        if name not in self._facts:
            near = get_close_matches(name, self._facts, n=3) or sorted(self._facts)[:3]
            raise stop("unknown", _start(node), word=name, near=", ".join(near) or "-")
        return Fact(name, FactType(self._facts[name]))

    def _literal(self, node: exp.Expr) -> Value:
        _only(node, "this", "is_string")
        text = str(node.this)
        if node.args.get("is_string"):
            if len(text) > _LONGEST_TEXT or not text.isprintable():
                raise stop("string", _start(node), limit=_LONGEST_TEXT)
            return Literal(text, FactType.TEXT)
        if not _NUMBER.fullmatch(text) or len(text) > _DIGITS:
            raise stop("number", _start(node), word=text[:40])
        if "." in text:
            return Literal(Fraction(text), FactType.DECIMAL)
        return Literal(int(text), FactType.INT, bare=True)

    def _truth_literal(self, node: exp.Expr) -> Value:
        _only(node, "this")
        return Literal(bool(node.this), FactType.BOOL)

    def _minus(self, node: exp.Expr) -> Value:
        _only(node, "this")
        value = self._value(node.this)
        if not isinstance(value, Literal) or value.type not in _NUMBERS:
            raise stop("minus", _start(node))
        assert isinstance(value.value, int | Fraction)
        return Literal(-value.value, value.type, bare=value.bare)

    def _date(self, node: exp.Expr) -> Value:
        # The parser makes DATE '…' a conversion; the screen has refused every other one.
        _only(node, "this", "to")
        text, to = node.this, node.args["to"]
        if not isinstance(text, exp.Literal) or not text.is_string or not to.is_type(exp.DataType.Type.DATE):
            raise stop("cast", _start(node))
        if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text.name):
            raise stop("date", _start(node), word=text.name[:40])
        try:
            return Literal(dt.date.fromisoformat(text.name), FactType.DATE)
        except ValueError:
            raise stop("date", _start(node), word=text.name) from None

    def _current_date(self, node: exp.Expr) -> Value:
        _only(node)
        if self._today is None:
            raise stop("no_today", _start(node))
        return Literal(self._today, FactType.DATE)

    def _arithmetic(self, node: exp.Expr) -> Value:
        _only(node, "this", "expression")
        left, right, op = self._value(node.this), self._value(node.expression), _OPERATORS[type(node)]
        kind = _result(op, left, right)
        if kind is None:
            raise stop("arithmetic", _start(node), left=_shown(left), op=op, right=_shown(right))
        return Arithmetic(op, left, right, kind, bare=_bare(left) and _bare(right))

    def _cap(self, node: exp.Expr) -> Value:
        _only(node, "this", "expressions")
        if str(node.this).upper() != "CAP" or len(node.expressions) != 2:
            raise stop("cap", _start(node))
        value, limit = (self._value(part) for part in node.expressions)
        kind = _result("+", value, limit)
        if kind is None:
            raise stop("cap", _start(node))
        return Cap(value, limit, kind, bare=_bare(value) and _bare(limit))


_Condition = Callable[[Checker, exp.Expr], Tree]
_CONDITIONS: dict[type[exp.Expr], _Condition] = {
    exp.EQ: Checker.compare,
    exp.NEQ: Checker.compare,
    exp.LT: Checker.compare,
    exp.LTE: Checker.compare,
    exp.GT: Checker.compare,
    exp.GTE: Checker.compare,
    exp.In: Checker.within,
    exp.Between: Checker.between,
    exp.Is: Checker.missing,
    exp.Contains: Checker.contains,
    exp.Column: Checker.holds,
    exp.Boolean: Checker.constant,
}
_VALUES: dict[type[exp.Expr], Callable[[Checker, exp.Expr], Value]] = {
    exp.Column: Checker._fact,
    exp.Literal: Checker._literal,
    exp.Boolean: Checker._truth_literal,
    exp.Neg: Checker._minus,
    exp.Cast: Checker._date,
    exp.CurrentDate: Checker._current_date,
    exp.Add: Checker._arithmetic,
    exp.Sub: Checker._arithmetic,
    exp.Mul: Checker._arithmetic,
    exp.Anonymous: Checker._cap,
}


def _misplaced(node: exp.Expr) -> FaultError:
    """The fault of a node that is no value."""
    if isinstance(node, exp.Null):
        return stop("null", _start(node))
    if isinstance(node, exp.And | exp.Or | exp.Not) or type(node) in _CONDITIONS:
        return stop("no_value", _start(node))
    return stop("node", _start(node), word=type(node).__name__)


def _only(node: exp.Expr, *allowed: str) -> None:
    """Refuse a node that carries anything besides the arguments we read."""
    for name, value in node.args.items():
        if value and name not in allowed:
            raise stop("node", _start(node), word=f"{type(node).__name__} {name}")


def _require_comparable(node: exp.Expr, left: Value, right: Value, *, ordered: bool) -> None:
    if not _same(left, right):
        raise stop("types", _start(node), left=_shown(left), right=_shown(right))
    if FactType.LIST in (left.type, right.type):
        raise stop("contains", _start(node))
    if ordered and left.type not in _ORDERED:
        raise stop("order", _start(node), left=_shown(left))


def _same(left: Value, right: Value) -> bool:
    """Whether two values may be compared or added: nothing is converted, but a bare whole number may be fen."""
    families = {_family(left.type), _family(right.type)}
    if len(families) == 1:
        return True
    return families == {"number", FactType.MONEY} and (_bare(left) or _bare(right))


def _result(op: str, left: Value, right: Value) -> FactType | None:
    """The type of a sum, difference or product; None where it has no meaning."""
    if not {_family(left.type), _family(right.type)} <= {"number", FactType.MONEY}:
        return None
    types = {left.type, right.type}
    if FactType.MONEY in types:
        meaning = len(types) == 2 if op == "*" else _same(left, right)
        return FactType.MONEY if meaning else None
    return FactType.DECIMAL if FactType.DECIMAL in types else FactType.INT


def _family(kind: FactType) -> str:
    if kind in _NUMBERS:
        return "number"
    return FactType.TEXT if kind is FactType.CHOICE else kind


def _bare(value: Value) -> bool:
    return not isinstance(value, Fact) and value.bare


def _shown(value: Value) -> str:
    return f"{value} ({value.type})"


def _start(node: exp.Expr) -> int:
    """Where a node begins, from 0, as far as the parser kept it."""
    starts = [part.meta["start"] for part in node.walk() if "start" in part.meta]
    return min(starts, default=0)
