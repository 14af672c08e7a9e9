"""A fact as a control of a form, and what was typed into it as a value of the fact's type."""

import datetime as dt
import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from tongban.foundation.criteria import FactType
from tongban.foundation.errors import Problem
from tongban.foundation.money import format_yuan, parse_yuan
from tongban.terminals.ui import texts
from tongban.terminals.ui.texts import _

_WHOLE = re.compile(r"-?\d{1,15}")
_DECIMAL = re.compile(r"-?\d{1,15}(\.\d{1,6})?")
_MOST_SIGNS = 200


class BadValue(Problem):
    """What was typed is no value of the fact."""

    code = "fact.bad_value"
    status = 422


@dataclass(frozen=True)
class Control:
    """How a fact is asked for: `kind` is choice, date or text; options are (value, label)."""

    kind: str
    options: tuple[tuple[str, str], ...]
    unit: str
    hint: str


def control(fact: Any) -> Control:
    """The control of a declared fact."""
    lang = texts.language()
    match fact.type:
        case FactType.BOOL:
            return Control("choice", (("yes", _("是")), ("no", _("否"))), "", "")
        case FactType.DATE:
            return Control("date", (), "", "")
        case FactType.MONEY:
            return Control("text", (), _("元"), _("按元填写，最多两位小数。"))
    if fact.options and fact.type is not FactType.LIST:
        return Control("choice", tuple((id, label.of(lang)) for id, label in fact.options.items()), "", "")
    hint = _("几项之间用空格隔开。") if fact.type is FactType.LIST else ""
    return Control("text", (), fact.unit.of(lang), hint)


def typed(fact: Any, text: str) -> Any:
    """The value that a text stands for, as facts are kept. Raises BadValue, which says what is asked for."""
    text = text.strip()
    if not text or len(text) > _MOST_SIGNS or "\x00" in text:
        raise _bad(fact)
    try:
        match fact.type:
            case FactType.BOOL:
                return {"yes": True, "no": False}[text]
            case FactType.DATE:
                return dt.date.fromisoformat(text).isoformat()
            case FactType.MONEY:
                return parse_yuan(text.replace(",", ""))
            case FactType.INT:
                return int(_matching(_WHOLE, text.replace(",", "")))
            case FactType.DECIMAL:
                return str(Fraction(_matching(_DECIMAL, text)).limit_denominator(10**6))
            case FactType.LIST:
                return sorted(set(text.split()))
    except (KeyError, ValueError, Problem) as error:
        raise _bad(fact) from error
    if fact.options and text not in fact.options:
        raise _bad(fact)
    return text


def _matching(pattern: re.Pattern[str], text: str) -> str:
    if not pattern.fullmatch(text):
        raise ValueError(text)
    return text


def _bad(fact: Any) -> BadValue:
    return BadValue(
        sentence_zh=f"“{fact.label.zh}”的值填写不对。",
        sentence_en=f"The value of '{fact.label.en or fact.label.zh}' is not one.",
        todo_zh="请按提示的格式填写，例如金额只写数字，日期写成 2026-03-02。",
        todo_en="Write it as the hint says: an amount in figures, a date like 2026-03-02.",
        about=fact.name,
    )


def written(fact: Any, value: Any) -> str:
    """A kept value as it would be typed."""
    if value is None:
        return ""
    if fact.type is FactType.BOOL:
        return "yes" if value else "no"
    if fact.type is FactType.MONEY:
        return format_yuan(value)
    return " ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
