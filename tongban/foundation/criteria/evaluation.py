"""Evaluating a criterion for one subject, with every condition explained."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from operator import eq, ge, gt, le, lt, ne
from typing import cast

from tongban.foundation.criteria.tree import (
    All,
    Any,
    Arithmetic,
    Atom,
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
    atoms,
    facts_of,
    values_of,
)
from tongban.foundation.errors import Problem

Verdict = bool | None
_Known = Mapping[str, Exact | None]


class WrongValue(Problem):
    """A value that does not have the type its fact declares."""

    code = "criteria.wrong_value"
    status = 500


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of a rule, for one subject.

    `verdict` is None while `missing`, the first fact that is not known, is missing. `value` is what the subject
    has and `threshold` what is asked: one value, a tuple of options, or a (low, high) pair; both are exact and
    of `type` (money in fen). `facts` are all facts that the condition reads.
    """

    text: str
    verdict: Verdict
    value: Exact | None
    threshold: Exact | tuple[Exact | None, ...] | None
    missing: str | None
    type: FactType
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The verdict (None: data are needed), every condition, and the facts that are needed to decide."""

    verdict: Verdict
    conditions: tuple[Condition, ...]
    needs: tuple[str, ...]


def evaluate(tree: Tree, values: Mapping[str, object]) -> Outcome:
    """The outcome for the values of one subject; a fact that is absent or None is not known.

    Values are as stored: whole numbers, fen, `Decimal` or its text, days or their ISO text, lists of texts; never
    floats. Raises WrongValue.
    """
    facts = {fact.name: fact for atom in atoms(tree) for value in values_of(atom) for fact in facts_of(value)}
    known = {name: _exact(fact, values.get(name)) for name, fact in facts.items()}
    conditions: list[Condition] = []
    verdict, needs = _decide(tree, known, conditions)
    return Outcome(verdict, tuple(conditions), tuple(dict.fromkeys(needs)))


def value_of(value: Value, known: Mapping[str, Exact | None]) -> Exact | None:
    """What a value comes to; None while a fact in it is not known. `known` has every fact of it, exact."""
    return _value(value, known)


def exact(facts: Iterable[Fact], values: Mapping[str, object]) -> dict[str, Exact | None]:
    """The stored values of facts as exact ones; absent and None are None. Raises WrongValue."""
    return Reader(facts).exact(values)


class Reader:
    """Reads the stored values of the same facts of one subject after another."""

    def __init__(self, facts: Iterable[Fact]) -> None:
        self._asked = [(fact.name, _PLAIN.get(fact.type), fact) for fact in facts]

    def exact(self, values: Mapping[str, object]) -> dict[str, Exact | None]:
        """The stored values as exact ones; absent and None are None. Raises WrongValue."""
        found: dict[str, Exact | None] = {}
        for name, plain, fact in self._asked:
            value = values.get(name)
            # Most values are exact as they are; asking that first is several times faster for a whole profile.
            if value is None or type(value) is plain:
                found[name] = cast(Exact | None, value)
            else:
                found[name] = _exact(fact, value)
        return found


_PLAIN = {
    FactType.TEXT: str,
    FactType.CHOICE: str,
    FactType.BOOL: bool,
    FactType.INT: int,
    FactType.MONEY: int,
}


def _decide(tree: Tree, known: _Known, conditions: list[Condition]) -> tuple[Verdict, list[str]]:
    """The verdict and the missing facts that could change it; appends every condition on the way."""
    if isinstance(tree, Constant):
        return tree.value, []
    if not isinstance(tree, All | Any):
        condition, missing = _condition(tree, known)
        conditions.append(condition)
        return condition.verdict, missing
    # Kleene: one false part decides AND and one true part decides OR, whatever is unknown.
    decisive = isinstance(tree, Any)
    decided = [_decide(part, known, conditions) for part in tree.parts]
    verdicts = [verdict for verdict, _ in decided]
    if decisive in verdicts:
        return decisive, []
    if None in verdicts:
        return None, [name for _, needs in decided for name in needs]  # a decided part needs nothing
    return not decisive, []


def _condition(atom: Atom, known: _Known) -> tuple[Condition, list[str]]:
    verdict, value, threshold = _judge(atom, known)
    parts = values_of(atom)
    names = tuple(dict.fromkeys(fact.name for part in parts for fact in facts_of(part)))
    missing = [name for name in names if known[name] is None] if verdict is None else []
    first = missing[0] if missing else None
    return Condition(str(atom), verdict, value, threshold, first, parts[0].type, names), missing


def _judge(
    atom: Atom, known: _Known
) -> tuple[Verdict, Exact | None, Exact | tuple[Exact | None, ...] | None]:
    """The verdict of a condition, the value it is about, and what it asks for."""
    value = _value(values_of(atom)[0], known)
    match atom:
        case Missing(negated=negated):
            return (value is None) != negated, value, None
        case Compare(op=op, right=right):
            asked = _value(right, known)
            return _compare(op, value, asked), value, asked
        case Between(low=low, high=high, negated=negated):
            ends = _value(low, known), _value(high, known)
            verdict = _both(_compare(">=", value, ends[0]), _compare("<=", value, ends[1]))
            return _flip(verdict, negated=negated), value, ends
        case Within(options=options, negated=negated):
            listed = tuple(option.value for option in options)
            return _flip(None if value is None else value in listed, negated=negated), value, listed
        case Contains(option=option, negated=negated):
            has = option.value in value if isinstance(value, frozenset) else None
            return _flip(has, negated=negated), value, option.value
        case Holds(negated=negated):
            return _flip(bool(value) if value is not None else None, negated=negated), value, not negated


def _value(value: Value, known: _Known) -> Exact | None:
    match value:
        case Fact(name=name):
            return known[name]
        case Literal(value=written):
            return written
        case Cap(value=inner, limit=limit):
            first, second = _value(inner, known), _value(limit, known)
            if first is None or second is None:
                return None
            return min(_number(first), _number(second))
        case Arithmetic(op=op, left=left, right=right):
            first, second = _value(left, known), _value(right, known)
            if first is None or second is None:
                return None
            return _reckoned(op, _number(first), _number(second))


_Number = int | Fraction
_COMPARISON = {"=": eq, "<>": ne, "<": lt, "<=": le, ">": gt, ">=": ge}


def _reckoned(op: str, left: _Number, right: _Number) -> _Number:
    if op == "*":
        return left * right
    return left + right if op == "+" else left - right


def _number(value: Exact) -> _Number:
    assert isinstance(value, int | Fraction)  # the types were checked when the rule was read
    return value


def _compare(op: str, left: Exact | None, right: Exact | None) -> Verdict:
    if left is None or right is None:
        return None
    return bool(_COMPARISON[op](left, right))


def _both(first: Verdict, second: Verdict) -> Verdict:
    if first is False or second is False:
        return False
    return None if first is None or second is None else True


def _flip(verdict: Verdict, *, negated: bool) -> Verdict:
    return verdict if verdict is None or not negated else not verdict


_PLAIN_DECIMAL = re.compile(r"-?[0-9]{1,18}(?:\.[0-9]{1,18})?")


def _exact(fact: Fact, value: object) -> Exact | None:
    """The stored value as an exact one of the declared type. Raises WrongValue."""
    if value is None:
        return None
    exact: Exact | None = None
    match fact.type:
        case FactType.TEXT | FactType.CHOICE if isinstance(value, str):
            exact = value
        case FactType.BOOL if isinstance(value, bool):
            exact = value
        case FactType.INT | FactType.MONEY if isinstance(value, int) and not isinstance(value, bool):
            exact = value
        case FactType.DECIMAL:
            exact = _fraction(value)
        case FactType.DATE:
            exact = _day(value)
        case FactType.LIST if isinstance(value, list | tuple | set | frozenset):
            if all(isinstance(part, str) for part in value):
                exact = frozenset(value)
    if exact is None:
        raise WrongValue(
            sentence_zh=f"事实“{fact.name}”的值不是 {fact.type} 类型。",
            sentence_en=f"The value of the fact '{fact.name}' is not of type {fact.type}.",
            todo_zh="请更正数据来源；金额用整数分，小数用文本，日期用 YYYY-MM-DD。",
            todo_en="Correct the source: money is whole fen, decimals are texts, days are YYYY-MM-DD.",
            about=fact.name,
        )
    return exact


def _fraction(value: object) -> Fraction | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, Decimal):
        return Fraction(value) if value.is_finite() else None
    if isinstance(value, str) and not _PLAIN_DECIMAL.fullmatch(value):
        return None
    return Fraction(value) if isinstance(value, str | int | Fraction) else None


def _day(value: object) -> dt.date | None:
    if isinstance(value, str):
        try:
            return dt.date.fromisoformat(value) if len(value) == 10 else None
        except ValueError:
            return None
    return value if isinstance(value, dt.date) and not isinstance(value, dt.datetime) else None
