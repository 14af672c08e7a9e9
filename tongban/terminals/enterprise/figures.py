"""What policies paid, in figures for everybody."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tongban.foundation import time
from tongban.kernel.places import queries as places
from tongban.modules.policies.calc.figures import OTHER, Group
from tongban.modules.policies.queries import published
from tongban.modules.policies.queries.figures import public_figures
from tongban.terminals.ui import policywords as words
from tongban.terminals.ui import texts
from tongban.terminals.ui.factwords import money
from tongban.terminals.ui.rights import open_to_all
from tongban.terminals.ui.texts import _

_LINE, _LONGEST = 26, 200


@require_GET
@open_to_all("what a city paid, in sums that name nobody, is public")
def page(request: HttpRequest) -> HttpResponse:
    """Sums, counts and the median of days; by year, town and department, each as a drawing and as a table."""
    held, least, today = published.in_force(), settings.FIGURES_LEAST, time.today()
    found = public_figures(least)
    agencies = {code: words.said(name) for code, name in held.policies.agencies.items()}
    english = texts.language() == texts.ENGLISH
    towns = {code: pair[1] if english else pair[0] for code, pair in places.names().items()}
    context: dict[str, Any] = {
        "least": least,
        "policies": len(held.policies.policies),
        "items": sum(item.edition_on(today) is not None for item in held.policies.items),
        "found": found,
        "paid": money(found.fen) if found else "",
        "divided": [
            _divided("years", _("按年度"), found.by_year, {}, _("其他")),
            _divided(
                "towns", _("按镇街"), found.by_town, towns, _("全市") if _whole(found.by_town) else _("其他")
            ),
            _divided("agencies", _("按部门"), found.by_agency, agencies, _("其他")),
        ]
        if found
        else [],
    }
    return render(request, "enterprise/figures.html", context)


def _whole(groups: tuple[Group, ...]) -> bool:
    """Whether nothing is divided: what is left over then is the city itself."""
    return len(groups) == 1


def _divided(
    id: str, title: str, groups: tuple[Group, ...], names: dict[str, str], other: str
) -> dict[str, Any]:
    most = max(one.fen for one in groups)
    rows = [
        {
            "name": other if one.code == OTHER else names.get(one.code, one.code),
            "money": money(one.fen),
            "many": one.many,
            "y": i * _LINE + 6,
            "middle": i * _LINE + 18,
            "width": max(2, _LONGEST * one.fen // most),
        }
        for i, one in enumerate(groups)
    ]
    return {"id": id, "title": title, "rows": rows, "height": len(rows) * _LINE + 6}
