"""Conditions built from the vocabulary: lines of an attribute, a comparison and a value, to a rule and back. Pure."""

import copy
import datetime as dt
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any as Anything

from tongban.foundation.criteria import FactType
from tongban.foundation.criteria.folding import PARAMETER
from tongban.foundation.criteria.tree import (
    All,
    Any,
    Compare,
    Contains,
    Fact,
    Holds,
    Literal,
    Missing,
    Tree,
    Within,
)
from tongban.modules.policies.calc.definition import Condition, Data, Parameter, Policies
from tongban.modules.policies.calc.drafting import edition_in
from tongban.modules.policies.calc.reading import Reader, wrong

_ORDERED = ("=", "<>", ">=", ">", "<=", "<")
ABOUT = {"organisation": "org.", "person": "person."}


class Op(StrEnum):
    """Comparisons beside the six of numbers and dates."""

    IN = "in"
    NOT_IN = "not_in"
    YES = "yes"
    NO = "no"
    HAS = "has"
    HAS_NOT = "has_not"
    KNOWN = "known"
    UNKNOWN = "unknown"


_KNOWING = (Op.KNOWN.value, Op.UNKNOWN.value)
_NUMBERS = (*_ORDERED, *_KNOWING)
COMPARISONS: Mapping[FactType, tuple[str, ...]] = {
    FactType.INT: _NUMBERS,
    FactType.MONEY: _NUMBERS,
    FactType.DECIMAL: _NUMBERS,
    FactType.DATE: _NUMBERS,
    FactType.BOOL: (Op.YES.value, Op.NO.value, *_KNOWING),
    FactType.CHOICE: (Op.IN.value, Op.NOT_IN.value, *_KNOWING),
    FactType.TEXT: (Op.IN.value, Op.NOT_IN.value, *_KNOWING),
    FactType.LIST: (Op.HAS.value, Op.HAS_NOT.value, *_KNOWING),
}
WITHOUT_VALUE = {Op.YES.value, Op.NO.value, *_KNOWING}


@dataclass(frozen=True, slots=True)
class Line:
    """One comparison. `values` are as the rule has them (money in fen), or the name of a parameter in `parameter`."""

    fact: str
    op: str
    values: tuple[str, ...] = ()
    parameter: str = ""


def vocabulary(policies: Policies, audience: str) -> dict[str, FactType]:
    """What conditions of items for an audience may name: facts of that kind of subject."""
    return {
        name: one.type for name, one in policies.facts.items() if name.startswith(ABOUT.get(audience, ""))
    }


def composed(lines: Sequence[Line], facts: Mapping[str, FactType], *, every: bool) -> str:
    """The rule that the lines stand for, joined by all or by any. Raises WrongTerm; its path is the line and the field."""
    if not lines:
        raise wrong(
            (0, "fact"), "There is no line yet.", "Choose an attribute", "还没有选择属性。", "请选择一个属性"
        )
    return (" AND " if every else " OR ").join(_written(i, one, facts) for i, one in enumerate(lines))


def _written(i: int, line: Line, facts: Mapping[str, FactType]) -> str:
    kind = facts.get(line.fact)
    if kind is None:
        raise wrong(
            (i, "fact"),
            f"There is no attribute '{line.fact}'.",
            "Choose one",
            "没有这个属性。",
            "请从列表中选择",
        )
    if line.op not in COMPARISONS[kind]:
        raise wrong(
            (i, "op"),
            "This comparison does not fit the attribute.",
            "Choose one from the list",
            "这种比较不适合所选的属性。",
            "请从列表中选择比较方式",
        )
    name = line.fact
    if line.op in WITHOUT_VALUE:
        return {
            "yes": name,
            "no": f"NOT {name}",
            "known": f"{name} IS NOT NULL",
            "unknown": f"{name} IS NULL",
        }[line.op]
    if line.parameter:
        return f"{name} {line.op} {PARAMETER}{line.parameter}"
    if not line.values:
        raise wrong(
            (i, "value"), "There is no value.", "Give a value", "还没有填写比较的值。", "请填写或者选择"
        )
    values = [_literal(i, one, kind) for one in line.values]
    if line.op in (Op.HAS, Op.HAS_NOT):
        word = " AND " if line.op == Op.HAS_NOT else " OR "
        said = word.join(f"{'NOT ' * (line.op == Op.HAS_NOT)}contains({name}, {one})" for one in values)
        return f"({said})" if len(values) > 1 else said
    if line.op in (Op.IN, Op.NOT_IN):
        return f"{name} {'NOT ' * (line.op == Op.NOT_IN)}IN ({', '.join(values)})"
    return f"{name} {line.op} {values[0]}"


_FORMS = {
    FactType.INT: (r"-?\d{1,15}", "a whole number, such as 20", "整数，例如 20"),
    FactType.MONEY: (r"-?\d{1,17}", "an amount in whole yuan, such as 50000", "整数元，例如 50000"),
    FactType.DECIMAL: (r"-?\d{1,12}(\.\d{1,6})?", "a number, such as 3.5", "数字，例如 3.5"),
    FactType.DATE: (r"\d{4}-\d\d-\d\d", "a date such as 2026-01-01", "日期，例如 2026-01-01"),
}


def _literal(i: int, value: str, kind: FactType) -> str:
    if kind in _FORMS:
        form, en, zh = _FORMS[kind]
        if not re.fullmatch(form, value, re.ASCII):
            raise wrong(
                (i, "value"),
                f"The value cannot be read: '{value}'.",
                f"Write {en}",
                f"值“{value}”读不懂。",
                f"请填写{zh}",
            )
        return f"DATE '{value}'" if kind is FactType.DATE else value
    return "'" + value.replace("'", "''") + "'"


def decomposed(tree: Tree) -> tuple[bool, tuple[Line, ...]] | None:
    """The lines of a rule as written, and whether all of them are asked; None for a rule that lines cannot say."""
    parts = tree.parts if isinstance(tree, All | Any) else (tree,)
    lines = [_line(one) for one in parts]
    if any(one is None for one in lines):
        return None
    return not isinstance(tree, Any), tuple(one for one in lines if one is not None)


def _line(tree: Tree) -> Line | None:
    match tree:
        case Holds(value=Fact(name=name), negated=no):
            return Line(name, Op.NO if no else Op.YES)
        case Missing(value=Fact(name=name), negated=no):
            return Line(name, Op.KNOWN if no else Op.UNKNOWN)
        case Contains(value=Fact(name=name), option=option, negated=no):
            return Line(name, Op.HAS_NOT if no else Op.HAS, (str(option.value),))
        case Within(value=Fact(name=name, type=kind), options=options, negated=no) if kind in _TEXTS:
            return Line(name, Op.NOT_IN if no else Op.IN, tuple(str(one.value) for one in options))
        case Compare(op=op, left=Fact(name=name, type=kind), right=Literal(value=value)):
            if kind in _TEXTS:
                found = {"=": Op.IN, "<>": Op.NOT_IN}.get(op)
                return Line(name, found, (str(value),)) if found else None
            return Line(name, op, (str(value),)) if kind in _FORMS and kind is not FactType.DECIMAL else None
        case Compare(op=op, left=Fact(name=name, type=kind), right=Fact(name=other)):
            if other.startswith(PARAMETER) and kind in _FORMS:
                return Line(name, op, (), other.removeprefix(PARAMETER))
    return None


_TEXTS = (FactType.CHOICE, FactType.TEXT)


def read_rule(written: str, policies: Policies, parameters: Mapping[str, Parameter], today: dt.date, *,
              folding: bool = False) -> Tree:  # fmt: skip
    """The tree of a rule, with or without the numbers of the parameters. Raises WrongTerm."""
    tree = Reader(policies.names, parameters, today, folding=folding).rule(written, ("rule",))
    assert tree is not None  # a reader that keeps no faults raises them
    return tree


# ------------------------------------------------------------------------------------------------------------- writing


def with_condition(
    data: Data, item: str, edition: str, id: str, written: Condition | None
) -> dict[str, Anything]:
    """The policy with one condition of an edition replaced (None: removed), or with a new one where `id` is empty.

    Numbers that no rule and no amount uses any more go with it: nothing could be done about them. Raises NoSuchEdition,
    NoSuchCondition.
    """
    whole = copy.deepcopy(dict(data))
    found = edition_in(whole, item, edition)
    used = _used(found)
    rows = found["conditions"]
    at = next((i for i, one in enumerate(rows) if one["id"] == id), None)
    if id and at is None:
        raise NoSuchCondition(id)
    if written is None:
        assert at is not None
        del rows[at]
    elif at is None:
        rows.append(_data(written, _free(rows)))
    else:
        rows[at] = _data(written, id)
    for name in used - _used(found):
        del found["parameters"][name]
    if not found.get("parameters", True):
        del found["parameters"]
    return whole


class NoSuchCondition(LookupError):
    """The edition has no condition of this name."""


def _free(rows: Sequence[Data]) -> str:
    """A name that no condition has."""
    taken = {one["id"] for one in rows}
    return next(name for i in range(1, len(rows) + 2) if (name := f"added_{i}") not in taken)


def _data(one: Condition, id: str) -> dict[str, Anything]:
    made: dict[str, Anything] = {"id": id, "clause": one.clause, "rule": one.rule}
    made["text"] = {"zh": one.text.zh, "en": one.text.en}
    if one.advice is not None:
        made["advice"] = {"zh": one.advice.zh, "en": one.advice.en}
    return made


def _used(edition: Data) -> set[str]:
    """The parameters that the rules and the amount of an edition name."""
    text = json.dumps([[one["rule"] for one in edition["conditions"]], edition["amount"]])
    return {name for name in edition.get("parameters", {}) if re.search(rf"param\.{name}\b", text)}
