"""What the catalogue asks of people and what it spares them, for everybody to read and to take along."""

import csv
import io
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from tongban.kernel.catalogue import queries as catalogue
from tongban.modules.dashboards import calc, queries
from tongban.terminals.portal import words
from tongban.terminals.ui import parts
from tongban.terminals.ui.rights import open_to_all
from tongban.terminals.ui.texts import _

MOST_LISTED = 60


@dataclass(frozen=True)
class Row:
    """One line of the table: an agency, or all of them."""

    name: str
    of: calc.Figures


def _rows(found: queries.CatalogueFigures) -> list[Row]:
    held = catalogue.snapshot()
    by_agency = [Row(words.agency(code, held), one) for code, one in found.by_agency.items()]
    return sorted(by_agency, key=lambda row: (-row.of.items, row.name))


@require_GET
@open_to_all("how far the city's services go online is for everybody to judge")
def figures(request: HttpRequest) -> HttpResponse:
    """The rates by agency, with the items that keep them from 100 %."""
    found, held = queries.catalogue_figures(), catalogue.snapshot()
    names = {code: words.said(item.definition.name) for code, item in held.items.items()}

    def listed(codes: tuple[str, ...]) -> list[parts.Link]:
        return [parts.Link(names[code], reverse("item", args=[code])) for code in codes[:MOST_LISTED]]

    context = {
        "whole": Row(_("全市"), found.all),
        "rows": _rows(found),
        "missing_online": listed(found.all.online.missing),
        "missing_wholly": listed(found.all.wholly_online.missing),
        "excluded": listed(found.all.wholly_online.excluded),
    }
    return render(request, "portal/figures.html", context)


@require_GET
@open_to_all("how far the city's services go online is for everybody to judge")
def table(request: HttpRequest) -> HttpResponse:
    """The same as a table for a spreadsheet (CSV, UTF-8 with a mark that Excel reads)."""
    found = queries.catalogue_figures()
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(
        [
            _("机关"),
            _("事项"),
            _("可网办率"),
            _("全程网办率"),
            _("平均跑动次数"),
            _("即办件占比"),
            _("材料免提交率"),
            _("字段免填率"),
            _("承诺压缩比"),
        ]
    )
    for row in [Row(_("全市"), found.all), *_rows(found)]:
        one = row.of
        writer.writerow(
            [
                row.name,
                one.items,
                one.online.percent,
                one.wholly_online.percent,
                one.visits_each,
                one.on_the_spot,
                one.not_asked_materials,
                one.not_asked_fields,
                one.faster,
            ]
        )
    answer = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="figures.csv"'
    return answer
