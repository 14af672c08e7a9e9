"""The scorecard of offices, months drawn, and the commonest causes: what should be changed rather than answered again."""

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from tongban.foundation import time
from tongban.kernel.access.states import Permission
from tongban.kernel.places import queries as places
from tongban.modules.appeals import queries
from tongban.modules.appeals.calc import Score, total_of
from tongban.modules.appeals.rules import SEES
from tongban.modules.appeals.states import Measure
from tongban.terminals.desk.appeals import RIGHTS
from tongban.terminals.ui import appealwords as words
from tongban.terminals.ui import parts
from tongban.terminals.ui.rights import staff
from tongban.terminals.ui.texts import _, later

MONTHS = (1, 3, 12)
_LINE, _LONGEST = 26, 300
NAMES = {
    "contact": later("按时联系"),
    "on_time": later("按时答复"),
    "solved": later("解决率"),
    "satisfied": later("满意率"),
}


@staff(*SEES)
@require_GET
def score(request: HttpRequest) -> HttpResponse:
    """The offices within the actor's reach: what they were given, how much of it in time, solved, to satisfaction."""
    chosen = request.GET.get("months", "")
    months = int(chosen) if chosen in map(str, MONTHS) else 3
    town = request.GET.get("town", "")
    first = first_month(time.today(), months)
    named = words.Names()
    book = named.book
    rows = queries.score_rows(request.actor, first, town)
    causes = queries.causes(request.actor, first, town)
    context = {
        "filters": _filters(months, town),
        "whole": _row(total_of(rows), named) if rows else None,
        "rows": [_row(one, named) for one in rows],
        "names": [(name, str(label)) for name, label in NAMES.items()],
        "thresholds": [(str(NAMES[name]), book.thresholds[name]) for name in NAMES],
        "bars": _bars([(named.office(one.agency), one.of(Measure.ASSIGNED)) for one in rows[:12]]),
        "months": _months(queries.months(request.actor, first)),
        "coordinates": request.actor.can(Permission.APPEAL_ROUTE),
        "handles": any(request.actor.can(one) for one in RIGHTS),
        "causes": [
            {
                "name": named.cause(cause),
                "category": named.category(category),
                "count": count,
                "url": f"{reverse('desk-appeals')}?cause={cause}&category={category}",
                "propose": f"{reverse('desk-appeal-propose')}?cause={cause}&category={category}&months={months}",
            }
            for cause, category, count in causes
        ],
    }
    return render(request, "desk/appeal_score.html", context)


def first_month(today: dt.date, months: int) -> dt.date:
    """The first day of the month that lies so many months back."""
    number = today.year * 12 + today.month - months
    return dt.date(number // 12, number % 12 + 1, 1)


def _filters(months: int, town: str) -> list[parts.Filter]:
    spans = [
        parts.FilterOption(str(one), _("近 {months} 个月", months=one), selected=one == months)
        for one in MONTHS
    ]
    towns = [parts.FilterOption("", _("全部镇街"))]
    towns += [
        parts.FilterOption(one.code, words.pick((one.name_zh, one.name_en)), selected=one.code == town)
        for one in places.towns()
    ]
    return [parts.Filter("months", _("时间"), spans), parts.Filter("town", _("镇街"), towns)]


def _row(one: Score, named: words.Names) -> dict[str, Any]:
    failing = one.failing(named.book.thresholds)
    return {
        "office": named.office(one.agency) if one.agency else _("合计"),
        "assigned": one.of(Measure.ASSIGNED),
        "ended": one.of(Measure.ENDED),
        "disputed": one.of(Measure.DISPUTED),
        "reopened": one.of(Measure.REOPENED),
        "shares": [
            {
                "label": str(label),
                "text": _percent(one.shares[name]),
                "kind": "" if one.shares[name] is None else "red" if name in failing else "green",
            }
            for name, label in NAMES.items()
        ],
    }


def _percent(permille: int | None) -> str:
    return "—" if permille is None else f"{permille // 10}.{permille % 10}%"


def _bars(rows: list[tuple[str, int]]) -> dict[str, Any]:
    most = max((count for _name, count in rows), default=0) or 1
    return {
        "height": len(rows) * _LINE + 6,
        "rows": [
            {
                "name": name,
                "count": count,
                "y": n * _LINE + 6,
                "middle": n * _LINE + 18,
                "width": max(2, _LONGEST * count // most),
                "end": 156 + max(2, _LONGEST * count // most),
            }
            for n, (name, count) in enumerate(rows)
        ],
    }


def _months(rows: list[tuple[dt.date, str, int]]) -> dict[str, Any]:
    """Given and ended by month, as pairs of bars."""
    found: dict[dt.date, dict[str, int]] = {}
    for month, measure, count in rows:
        found.setdefault(month, {})[measure] = count
    most = max((max(one.values()) for one in found.values()), default=0) or 1
    made = []
    for n, (month, sums) in enumerate(sorted(found.items())):
        given, ended = sums.get(Measure.ASSIGNED, 0), sums.get(Measure.ENDED, 0)
        made.append(
            {
                "name": f"{month:%Y-%m}",
                "given": given,
                "ended": ended,
                "y": n * 40 + 6,
                "y2": n * 40 + 20,
                "middle": n * 40 + 22,
                "given_width": _LONGEST * given // most,
                "ended_width": _LONGEST * ended // most,
            }
        )
    return {"height": len(made) * 40 + 6, "rows": made}
