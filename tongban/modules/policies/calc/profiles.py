"""A profile that somebody wrote down: values by fact, checked against the vocabulary before anything is matched. Pure."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from tongban.foundation.criteria import FactType, WrongValue
from tongban.foundation.criteria.evaluation import exact
from tongban.foundation.criteria.tree import Fact
from tongban.foundation.errors import Problem
from tongban.modules.policies.calc.definition import Policies, award_fact


class BadProfile(Problem):
    """A profile with a name or a value that cannot be used."""

    code = "policy.bad_profile"
    status = 422


@dataclass(frozen=True)
class Profile:
    """Values by fact (None: not known), and the day on which each was so, where that is known."""

    values: Mapping[str, object]
    dates: Mapping[str, dt.date]


def read_profile(written: object, policies: Policies) -> Profile:
    """The profile in plain data: {fact: value} or {fact: {value: …, as_of: day}}. Raises BadProfile."""
    if not isinstance(written, dict) or not all(isinstance(name, str) for name in written):
        raise _bad(
            "画像应是“事实名: 值”的清单。",
            "A profile is a list of facts and values.",
            "每行写一个事实，例如 org.above_scale: true。",
            "Write one fact a line, such as org.above_scale: true.",
        )
    values: dict[str, object] = {}
    dates: dict[str, dt.date] = {}
    types = policies.names
    for name, value in written.items():
        if name not in types:
            near = "、".join(get_close_matches(name, types, n=3))
            raise _bad(
                f"没有名为“{name}”的事实。",
                f"There is no fact '{name}'.",
                f"最接近的是：{near}。" if near else "请用 tongban match --vocabulary 查看全部事实。",
                f"Nearest: {near}." if near else "See `tongban match --vocabulary`.",
            )
        if isinstance(value, dict):
            value, dates[name] = _dated(name, value)
        _require_value(name, types[name], value, policies)
        values[name] = value
    return Profile(values, dates)


def _dated(name: str, written: Mapping[str, Any]) -> tuple[object, dt.date]:
    try:
        if set(written) == {"value", "as_of"}:
            return written["value"], dt.date.fromisoformat(str(written["as_of"]))
    except ValueError:
        pass
    raise _bad(
        f"“{name}”写成了一组键，但不是 value 和 as_of。",
        f"'{name}' is a mapping, but not one of value and as_of.",
        "请写 {value: 值, as_of: YYYY-MM-DD}。",
        "Write {value: …, as_of: YYYY-MM-DD}.",
    )


def _require_value(name: str, kind: FactType, value: object, policies: Policies) -> None:
    try:
        exact([Fact(name, kind)], {name: value})
    except WrongValue as problem:
        raise _bad(
            problem.sentence_zh, problem.sentence_en, problem.todo_zh, problem.todo_en, about=name
        ) from problem
    declared = policies.facts.get(name)
    options = declared.options if declared else {}
    if kind is FactType.CHOICE and value is not None and value not in options:
        raise _bad(
            f"“{name}”没有“{value}”这个选项。",
            f"'{name}' has no option '{value}'.",
            f"可选：{'、'.join(options)}。",
            f"Options: {', '.join(options)}.",
            about=name,
        )


def _bad(zh: str, en: str, todo_zh: str, todo_en: str, *, about: str | None = None) -> BadProfile:
    return BadProfile(sentence_zh=zh, sentence_en=en, todo_zh=todo_zh, todo_en=todo_en, about=about)


def vocabulary(policies: Policies) -> list[dict[str, object]]:
    """Every fact that a profile may have, as plain data: type, words, source, cycle, options."""
    declared: list[dict[str, object]] = [
        {
            "fact": fact.name,
            "type": fact.type.value,
            "label": {"zh": fact.label.zh, "en": fact.label.en},
            "source": policies.source_of(fact.name).zh,
            "cycle": fact.cycle or None,
            "unit": fact.unit.zh or None,
            "options": list(fact.options) or None,
        }
        for fact in policies.facts.values()
    ]
    ledger = policies.source_of("award.")
    return declared + [
        {
            "fact": award_fact(item.code),
            "type": "money",
            "label": {"zh": f"已获：{item.name.zh}", "en": f"Paid already: {item.name.en}"},
            "source": ledger.zh,
            "cycle": "daily",
            "unit": None,
            "options": None,
        }
        for item in policies.items
    ]
