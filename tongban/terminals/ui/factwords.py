"""What is known of somebody, in words: amounts as people say them, truths, days, options by their labels."""

import datetime as dt
from collections.abc import Mapping
from fractions import Fraction
from typing import Protocol

from tongban.foundation.criteria import FactType
from tongban.foundation.money import format_yuan
from tongban.kernel.catalogue.calc import Text
from tongban.terminals.ui import texts
from tongban.terminals.ui.templatetags.ui import cndate
from tongban.terminals.ui.texts import _

_TEN_THOUSAND_YUAN = 1_000_000
_YEAR = "年"


class Declared(Protocol):
    """What the pack says of a fact: its unit and its options."""

    unit: Text
    options: Mapping[str, Text]


def money(fen: int) -> str:
    """An amount as people say it: in ten thousands where it is whole ones."""
    if texts.language() != texts.ENGLISH and fen and fen % _TEN_THOUSAND_YUAN == 0:
        return _("{amount} 万元", amount=f"{fen // _TEN_THOUSAND_YUAN:,}")
    return _("{amount} 元", amount=format_yuan(fen))


def value(found: object, kind: FactType, fact: Declared | None) -> str:
    """A value of a fact, or of what is reckoned from facts, for people; nothing known reads as such."""
    if found is None:
        return _("没有查到")
    if kind is FactType.BOOL:
        return _("是") if found else _("否")
    if isinstance(found, dt.date):
        return cndate(found)
    if isinstance(found, frozenset | tuple | list):
        return texts.listed(_option(str(one), fact) for one in sorted(found)) or _("无")
    if isinstance(found, str):
        return _option(found, fact)
    if kind is FactType.MONEY and isinstance(found, int):
        return money(found)
    unit = fact.unit.of(texts.language()) if fact else ""
    if fact and fact.unit.zh == _YEAR:  # no thousands in the number of a year
        return f"{found} {unit}"
    figure = f"{float(found):,.2f}" if isinstance(found, Fraction) else f"{found:,}"
    return f"{figure} {unit}".strip()


def _option(id: str, fact: Declared | None) -> str:
    return fact.options[id].of(texts.language()) if fact and id in fact.options else id
