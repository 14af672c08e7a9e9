"""The catalogue: items by theme, audience or agency; a taste of each, or one of them page by page."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode

from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.catalogue.queries import Published, Snapshot
from tongban.terminals.portal import words
from tongban.terminals.portal.views.guide import link
from tongban.terminals.ui import texts
from tongban.terminals.ui.parts import Link
from tongban.terminals.ui.rights import open_to_all
from tongban.terminals.ui.texts import _

TASTE = 5  # of each group while all of them are shown
PAGE = 50


def is_for(item: Published, audience: str) -> bool:
    """True when the item is for persons, or for organisations of any kind."""
    kinds = set(item.definition.data["audience"])
    return "person" in kinds if audience == "person" else bool(kinds - {"person"})


def row(item: Published, held: Snapshot) -> dict[str, Any]:
    """An item as a line of a list."""
    definition = item.definition
    return {
        "link": link(definition),
        "summary": words.said(definition.summary),
        "marks": words.marks(definition),
        "agency": words.agency(definition.data["agency"], held),
        "limit": words.limit_text(definition.promised({})),
    }


@open_to_all("the catalogue is public by law")
def browse(request: HttpRequest) -> HttpResponse:
    """All items in groups, by theme or by agency; `theme`, `agency` and `audience` narrow them."""
    held = catalogue.snapshot()
    by = "agency" if request.GET.get("by") == "agency" else "theme"
    audience = request.GET.get("audience", "")
    items = [
        item
        for item in held.items.values()
        if audience not in {"person", "organisation"} or is_for(item, audience)
    ]
    groups = _by_agency(held, items) if by == "agency" else _by_theme(held, items, audience)
    wanted = request.GET.get(by, "")
    only = next((group for group in groups if group["id"] == wanted), None)
    pages = Paginator(only["items"] if only else [], PAGE)
    page = pages.get_page(request.GET.get("page"))
    query = urlencode({"by": by})
    audiences = (("", _("全部")), ("person", _("个人")), ("organisation", _("法人")))
    # What an item is about is said once the list is narrowed.
    context = {
        "groups": [{**only, "rows": [row(item, held) for item in page]}]
        if only
        else [{**group, "rows": [_brief(item, held) for item in group["items"][:TASTE]]} for group in groups],
        "page": page,
        "page_query": f"{urlencode({'by': by, 'audience': audience, by: wanted})}&",
        "audiences": [
            Link(label, f"?{query}&audience={id}", current=id == audience) for id, label in audiences
        ],
        "ways": [
            Link(label, f"?{urlencode({'by': id, 'audience': audience})}", current=id == by)
            for id, label in (("theme", _("按主题")), ("agency", _("按部门")))
        ],
        "all": groups,
        "narrowed": only is not None,
        "by": by,
        "audience": audience,
        "count": len(items),
    }
    return render(request, "portal/catalogue.html", context)


def _brief(item: Published, held: Snapshot) -> dict[str, Any]:
    return {**row(item, held), "summary": ""}


def _by_theme(held: Snapshot, items: Sequence[Published], audience: str) -> list[dict[str, Any]]:
    groups = []
    for theme in held.pack.get("themes", []):
        inside = [item for item in items if theme["id"] in item.definition.data["themes"]]
        if inside and audience in {"", theme["audience"]}:
            name = texts.local(theme["name"])
            groups.append({"id": theme["id"], "name": name, "icon": theme["icon"], "items": inside})
    return groups


def _by_agency(held: Snapshot, items: Sequence[Published]) -> list[dict[str, Any]]:
    groups = []
    for code in held.documents.get("agency", {}):
        inside = [item for item in items if item.definition.data["agency"] == code]
        if inside:
            groups.append({"id": code, "name": words.agency(code, held), "icon": "landmark", "items": inside})
    return groups
