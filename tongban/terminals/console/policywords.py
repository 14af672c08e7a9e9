"""Policies in the words of officers: numbers with their units, conditions written back from the rules, changes."""

from collections.abc import Callable, Mapping
from typing import Any

from tongban.foundation.money import Fen, format_yuan
from tongban.kernel.catalogue.calc import Text
from tongban.kernel.places import queries as places
from tongban.modules.policies.calc import Offer, Policies, Role
from tongban.modules.policies.calc.definition import Parameter
from tongban.modules.policies.calc.drafting import Change
from tongban.modules.policies.states import DraftState
from tongban.terminals.console.rulesaid import Spoken
from tongban.terminals.ui import texts
from tongban.terminals.ui.texts import _, later

UNITS = {
    "fen": later("元"),
    "percent": "%",
    "permille": "‰",
    "count": later("个"),
    "months": later("个月"),
    "people": later("人"),
    "sqm": later("平方米"),
    "usd_cents": later("美元"),
    "workdays": later("个工作日"),
}
# In which an officer types and reads, of what the pack counts in.
SHOWN_IN = {"fen": 100, "usd_cents": 100}
DRAFT_STATES = {
    DraftState.DRAFTING.value: (later("起草中"), "blue"),
    DraftState.SUBMITTED.value: (later("待发布"), "amber"),
    DraftState.RETURNED.value: (later("已退回"), "red"),
    DraftState.PUBLISHED.value: (later("已发布"), "green"),
    DraftState.DISCARDED.value: (later("已放弃"), ""),
}
ROLES = {
    Role.CONDITION: later("条件"),
    Role.EXCLUSION: later("排除"),
    Role.ONCE: later("一次"),
}
_YI, _WAN = 10_000_000_000, 1_000_000


def said(text: Text) -> str:
    """A text in the language of the request."""
    return str(text.of(texts.language()))


def said_data(data: Mapping[str, Any]) -> str:
    """A text of the pack's data in the language of the request."""
    return texts.local(data)


def money(fen: Fen) -> str:
    """A sum as it is read beside others: in 亿 and 万, in English in millions and thousands; below that in yuan."""
    size, sign = abs(fen), "−" if fen < 0 else ""
    if texts.language() == texts.ENGLISH:
        if size >= 100_000_000:
            return f"{sign}¥{size // 1_000_000 / 100:,.2f} m"
        return f"{sign}¥{format_yuan(size).removesuffix('.00')}"
    if size >= _YI:
        return _("{sign}{amount} 亿元", sign=sign, amount=f"{size // 100_000_000 / 100:,.2f}")
    if size >= _WAN:
        return _("{sign}{amount} 万元", sign=sign, amount=f"{size // 10_000 / 100:,.2f}".removesuffix(".00"))
    return _("{sign}{amount} 元", sign=sign, amount=format_yuan(size).removesuffix(".00"))


def number(value: int, unit: str) -> str:
    """A number of an edition with its unit."""
    factor = SHOWN_IN.get(unit, 1)
    return f"{value // factor:,} {UNITS.get(unit, unit)}"


def shown(value: int, unit: str) -> int:
    """The number as an officer types it."""
    return value // SHOWN_IN.get(unit, 1)


def typed(text: str, one: Parameter) -> int | None:
    """What an officer typed, in the pack's unit and within what may be tried; None for what is no whole number."""
    plain = text.strip()
    if not plain.removeprefix("-").isdecimal() or len(plain) > 16:
        return None
    value = int(plain) * SHOWN_IN.get(one.unit, 1)
    if one.least is not None:
        value = max(value, one.least)
    return value if one.most is None else min(value, one.most)


def conditions(offer: Offer, policies: Policies) -> list[dict[str, Any]]:
    """Every requirement: what the text says, what the rule asks with its numbers, and the clause."""
    spoken = Spoken(policies)
    return [
        {
            "id": one.id,
            "role": str(ROLES[one.role]),
            "is_condition": one.role is Role.CONDITION,
            "text": said(one.text),
            "rule": spoken.rule(one.tree),
            "clause": said(one.clause.ref) if one.clause else "",
            "moves": bool(one.parameters),
        }
        for one in offer.requirements
    ]


def change(one: Change, rule: Callable[[str], str]) -> dict[str, str]:
    """A change as a row: where, what, before, after; `rule` says a condition's rule in words."""
    where = f"{said(one.item)} · {one.edition}" if one.edition else said(one.item)
    if one.what == "added":
        return {"where": where, "what": _("新增版次"), "before": "—", "after": str(one.after)}
    if one.what == "removed":
        return {"where": where, "what": _("删去版次"), "before": str(one.before), "after": "—"}
    if one.what == "condition":
        before, after = (
            rule(str(each)) if each is not None else _("没有") for each in (one.before, one.after)
        )
        return {
            "where": where,
            "what": _("条件：{text}", text=said(one.label)),
            "before": before,
            "after": after,
        }
    if one.what == "other":
        return {"where": where, "what": said(one.label), "before": _("见原文"), "after": _("有其他修改")}
    return {
        "where": where,
        "what": said(one.label),
        "before": _of(one.before, one.unit),
        "after": _of(one.after, one.unit),
    }


def _of(value: int | str | None, unit: str) -> str:
    if value is None:
        return _("没有")
    return number(value, unit) if isinstance(value, int) else value


def axis_names(policies: Policies) -> dict[str, Mapping[str, str]]:
    """Names of towns, sections and sizes by code."""
    english = texts.language() == texts.ENGLISH
    return {
        "town": {code: pair[1] if english else pair[0] for code, pair in places.names().items()},
        "section": _options("org.industry_section", policies),
        "size": _options("org.size", policies),
    }


def _options(fact: str, policies: Policies) -> dict[str, str]:
    declared = policies.facts.get(fact)
    return {id: said(label) for id, label in declared.options.items()} if declared else {}


def fact(name: str, policies: Policies) -> tuple[str, str]:
    """What people call a fact, and who answers for it."""
    declared = policies.facts.get(name)
    label = said(declared.label) if declared else _("已经兑付的金额")
    return label, said(policies.source_of(name))
