"""Putting numbers in place of parameters: the rule as it is in force, and which parameters each condition holds."""

from collections.abc import Mapping
from dataclasses import replace

from tongban.foundation.criteria.tree import (
    All,
    Any,
    Arithmetic,
    Atom,
    Between,
    Cap,
    Compare,
    Fact,
    FactType,
    Literal,
    Tree,
    Value,
    Within,
    facts_of,
    values_of,
)

PARAMETER = "param."


def folded(tree: Tree, numbers: Mapping[str, Literal]) -> Tree:
    """The tree with each parameter's number in its place, and sums of numbers worked out.

    `numbers` are by full name (param.growth). What is no parameter stays as it is written.
    """
    match tree:
        case All(parts=parts):
            return All(tuple(folded(part, numbers) for part in parts))
        case Any(parts=parts):
            return Any(tuple(folded(part, numbers) for part in parts))
        case Compare(left=left, right=right):
            return replace(tree, left=folded_value(left, numbers), right=folded_value(right, numbers))
        case Between(value=value, low=low, high=high):
            value, low, high = (folded_value(one, numbers) for one in (value, low, high))
            return replace(tree, value=value, low=low, high=high)
        case Within(value=value):
            return replace(tree, value=folded_value(value, numbers))
    return tree  # what holds, is missing or contains is a fact, never a number


def folded_value(value: Value, numbers: Mapping[str, Literal]) -> Value:
    """The value with numbers in place of parameters."""
    match value:
        case Fact(name=name):
            return numbers.get(name, value)
        case Arithmetic(op=op, left=left, right=right):
            left, right = folded_value(left, numbers), folded_value(right, numbers)
            known = _numbers(left, right)
            if known is None:
                return replace(value, left=left, right=right)
            first, second = known
            made = first * second if op == "*" else first + second if op == "+" else first - second
            return Literal(made, value.type, bare=value.bare)
        case Cap(value=inner, limit=limit):
            inner, limit = folded_value(inner, numbers), folded_value(limit, numbers)
            known = _numbers(inner, limit)
            if known is None:
                return replace(value, value=inner, limit=limit)
            return Literal(min(known), value.type, bare=value.bare)
    return value


def _numbers(left: Value, right: Value) -> tuple[int, int] | None:
    """Both, where both are whole numbers that are written out."""
    written = [one.value for one in (left, right) if isinstance(one, Literal)]
    whole = [one for one in written if isinstance(one, int) and not isinstance(one, bool)]
    return (whole[0], whole[1]) if len(whole) == 2 else None


def parameters_of(atom: Atom) -> tuple[str, ...]:
    """The names of the parameters in a condition that was not folded, without their prefix."""
    names = (fact.name for value in values_of(atom) for fact in facts_of(value))
    return tuple(dict.fromkeys(n.removeprefix(PARAMETER) for n in names if n.startswith(PARAMETER)))


def number(value: int, kind: FactType) -> Literal:
    """A parameter's number as a literal of its type: money is fen."""
    return Literal(value, kind)
