"""Figures of time: on-time share and working days by item, agency and town, as drawings and as tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tongban.foundation import time
from tongban.modules.supervision import calc, queries
from tongban.modules.supervision.calc import Figure
from tongban.terminals.desk.supervision import SEES, Names
from tongban.terminals.ui import parts
from tongban.terminals.ui.rights import staff
from tongban.terminals.ui.texts import _

MOST_BARS = 12  # beyond that a drawing is no longer read; the table has them all
ROW, LABEL, WIDE = 26, 150, 300  # of the drawing, in its own units


@dataclass(frozen=True)
class FigureRow:
    """A group with its figure; `light` says whether it reaches the city's target."""

    name: str
    figure: Figure
    light: parts.Light


@dataclass(frozen=True)
class Bar:
    """A line of the drawing: how far the median and the ninth tenth reach, and the words beside it."""

    name: str
    y: int
    middle: int
    p50: int
    p90: int
    said: str


@dataclass(frozen=True)
class Group:
    """One way to divide the cases."""

    id: str
    title: str
    column: str
    rows: list[FigureRow]
    bars: list[Bar]
    height: int
    label: str


@staff(*SEES)
@require_GET
def figures(request: HttpRequest) -> HttpResponse:
    """The figures of a range of months, of what the visitor may see."""
    today, names = time.today(), Names()
    first, end = calc.month_range(request.GET.get("from", ""), request.GET.get("to", ""), today)
    rows = queries.tallies(request.actor, first, end)
    target = queries.settings().on_time_target
    whole = calc.figure(rows)
    last = end - timedelta(days=1)
    context = {
        "first": f"{first:%Y-%m}",
        "last": f"{last:%Y-%m}",
        "whole": whole,
        "light": _light(whole, target),
        "target": target,
        "groups": [
            _group("items", _("按事项"), _("事项"), calc.by(rows, lambda row: names.item(row.item)), target),
            _group(
                "agencies",
                _("按机关"),
                _("机关"),
                calc.by(rows, lambda row: names.agency(row.agency)),
                target,
            ),
            _group("towns", _("按镇街"), _("镇街"), calc.by(rows, lambda row: names.place(row.town)), target),
        ]
        if rows
        else [],
    }
    return render(request, "desk/figures.html", context)


def _light(figure: Figure, target: int) -> parts.Light:
    if figure.tenths >= target * 10:
        return parts.Light("green", _("达到 {target}% 的目标", target=target))
    return parts.Light("red", _("低于 {target}% 的目标", target=target))


def _group(id: str, title: str, column: str, found: Mapping[str, Figure], target: int) -> Group:
    rows = [FigureRow(name, figure, _light(figure, target)) for name, figure in found.items()]
    shown = rows[:MOST_BARS]
    most = max((row.figure.p90 for row in shown), default=0) or 1
    bars = [_bar(row, number, most) for number, row in enumerate(shown)]
    label = _("{title}：半数和九成办件在多少个工作日内作出决定", title=title)
    return Group(id, title, column, rows, bars, len(bars) * ROW + 6, label)


def _bar(row: FigureRow, number: int, most: int) -> Bar:
    figure: Any = row.figure
    y = number * ROW + 6
    said = _("半数 {p50} 天，九成 {p90} 天", p50=figure.p50, p90=figure.p90)
    return Bar(row.name, y, y + 12, WIDE * figure.p50 // most, WIDE * figure.p90 // most, said)
