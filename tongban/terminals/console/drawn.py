"""Drawings of a run of the laboratory: bars before and after, and how a city lies around a threshold. Made on the server."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tongban.terminals.console import policywords as words
from tongban.terminals.ui import texts
from tongban.terminals.ui.texts import _

MOST_BARS = 12  # beyond that a drawing is no longer read; the table has them all
ROW, WIDE = 30, 190  # of the drawing, in its own units
COLUMN, TALL = 28, 120


@dataclass(frozen=True)
class Row:
    """A town, a section or a size in the table."""

    id: str
    name: str
    firms: int
    money: str
    firms_change: str
    money_change: str


@dataclass(frozen=True)
class Bar:
    """A line of the drawing: now above, before below it, and the words beside it."""

    name: str
    y: int
    before_y: int
    middle: int
    now: int
    before: int
    said: str


@dataclass(frozen=True)
class Axis:
    """One way to divide those who get it."""

    id: str
    title: str
    column: str
    rows: list[Row]
    bars: list[Bar]
    height: int
    label: str


@dataclass(frozen=True)
class Band:
    """A column of the histogram: so many firms, this far from the threshold."""

    x: int
    y: int
    height: int
    side: str
    said: str
    label: str


def lacking(missing: Mapping[str, int], policies: Any) -> list[tuple[str, str, int]]:
    """What is waited for: facts of one department that are lacking equally often stand in one line."""
    found: dict[tuple[str, int], list[str]] = {}
    for name, many in missing.items():
        label, source = words.fact(name, policies)
        found.setdefault((source, many), []).append(label)
    return [(texts.listed(labels), source, many) for (source, many), labels in found.items()]


def signed(value: int) -> str:
    """A change with its sign; nothing where there is none."""
    return "" if not value else f"+{value:,}" if value > 0 else f"−{-value:,}"


def signed_money(fen: int) -> str:
    """A change of a sum with its sign."""
    return "" if not fen else f"+{words.money(fen)}" if fen > 0 else words.money(fen)


def axis(id: str, title: str, column: str, parts: Sequence[Any], names: Mapping[str, str]) -> Axis:
    """The slices of one axis as bars and rows; those who get nothing, now or before, are left out."""
    told = [one for one in parts if one.firms or one.firms_before]
    rows = [
        Row(
            f"{id}-{one.code}",
            names.get(one.code, one.code) or _("没有查到"),
            one.firms,
            words.money(one.money),
            signed(one.firms - one.firms_before),
            signed_money(one.money - one.money_before),
        )
        for one in told
    ]
    shown = told[:MOST_BARS]
    most = max((max(one.money, one.money_before) for one in shown), default=0) or 1
    bars = [
        Bar(
            rows[place].name,
            place * ROW + 4,
            place * ROW + 16,
            place * ROW + 18,
            WIDE * one.money // most,
            WIDE * one.money_before // most,
            _("{firms} 家，{money}", firms=f"{one.firms:,}", money=words.money(one.money)),
        )
        for place, one in enumerate(shown)
    ]
    label = _("{title}：每一类现在和现行版次各要多少钱", title=title)
    return Axis(id, title, column, rows, bars, len(bars) * ROW + 4, label)


def bands(margin: Any) -> list[Band]:
    """The histogram of a threshold; columns on the side that fulfils it are green."""
    most = max(margin.bars) or 1
    half = len(margin.bars) // 2
    rises = margin.atom.op in (">", ">=")
    drawn = []
    for place, many in enumerate(margin.bars):
        low = (place - half) * 5
        height = TALL * many // most
        if place in (0, len(margin.bars) - 1):
            said = (
                _("低 {share}% 以上：{many} 家", share=-(low + 5), many=many)
                if place == 0
                else _("高 {share}% 以上：{many} 家", share=low, many=many)
            )
        else:
            said = _("{low}% 到 {high}%：{many} 家", low=low, high=low + 5, many=many)
        fulfils = (place >= half) == rises
        label = f"{low:+d}%".replace("+0", "0") if place % 4 == 2 else ""
        drawn.append(Band(place * COLUMN, TALL - height, height, "pass" if fulfils else "fail", said, label))
    return drawn
