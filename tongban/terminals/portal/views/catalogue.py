"""Finding an item: by theme, audience or agency, or in one's own words."""

from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode

from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.catalogue.queries import Published, Snapshot
from tongban.terminals.portal import words
from tongban.terminals.portal.views.guide import link
from tongban.terminals.ui import texts
from tongban.terminals.ui.parts import Filter, FilterOption, Link
from tongban.terminals.ui.rights import open_to_all
from tongban.terminals.ui.texts import _

_MOST = 20
_MOST_SUGGESTED = 6


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
    shown = [group for group in groups if group["id"] == wanted] or groups
    query = urlencode({"by": by})
    audiences = (("", _("全部")), ("person", _("个人")), ("organisation", _("法人")))
    context = {
        "groups": [{**group, "rows": [row(item, held) for item in group["items"]]} for group in shown],
        "audiences": [
            Link(label, f"?{query}&audience={id}", current=id == audience) for id, label in audiences
        ],
        "ways": [
            Link(label, f"?{urlencode({'by': id, 'audience': audience})}", current=id == by)
            for id, label in (("theme", _("按主题")), ("agency", _("按部门")))
        ],
        "all": groups,
        "narrowed": len(shown) < len(groups),
        "by": by,
        "audience": audience,
        "count": len(items),
    }
    return render(request, "portal/catalogue.html", context)


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


@open_to_all("searching the catalogue is public by law")
def search(request: HttpRequest) -> HttpResponse:
    """Items for a query, narrowed by facets. When nothing is found: what other people look for."""
    held, query = catalogue.snapshot(), request.GET.get("q", "").strip()[:100]
    found = [item for item, _score in catalogue.search(query, _MOST)]
    facets: dict[str, tuple[str, Callable[[Published], dict[str, str]]]] = {
        "audience": (_("服务对象"), _audiences),
        "agency": (_("部门"), lambda item: _agency(item, held)),
        "online": (_("办理方式"), _online),
    }
    chosen = {name: request.GET.get(name, "") for name in facets}
    shown = [item for item in found if all(not chosen[n] or chosen[n] in facets[n][1](item) for n in facets)]
    context = {
        "q": query,
        "rows": [row(item, held) for item in shown],
        "found": len(found),
        "filters": [_filter(n, label, of, found, chosen[n]) for n, (label, of) in facets.items()],
        "hot": [Link(word, f"?{urlencode({'q': word})}") for word in held.pack.get("hot_searches", [])],
        "suggest_url": reverse("suggest"),
    }
    return render(request, "portal/search.html", context)


def _audiences(item: Published) -> dict[str, str]:
    return {kind: str(words.AUDIENCES[kind]) for kind in item.definition.data["audience"]}


def _agency(item: Published, held: Snapshot) -> dict[str, str]:
    code = item.definition.data["agency"]
    return {code: words.agency(code, held)}


def _online(item: Published) -> dict[str, str]:
    found = {"online": _("全程网办")} if item.definition.data["online_depth"] == words.FULLY_ONLINE else {}
    return found | ({"instant": _("当场办结")} if item.definition.instant else {})


def _filter(
    name: str, label: str, of: Callable[[Published], dict[str, str]], found: list[Published], chosen: str
) -> Filter:
    counted: dict[str, int] = {}
    labels: dict[str, str] = {}
    for item in found:
        for value, text in of(item).items():
            labels[value] = text
            counted[value] = counted.get(value, 0) + 1
    options = [
        FilterOption(value, f"{text}（{counted[value]}）", selected=value == chosen)
        for value, text in labels.items()
    ]
    return Filter(name, label, [FilterOption("", _("{label}：全部", label=label)), *options])


@open_to_all("searching the catalogue is public by law")
def suggest(request: HttpRequest) -> HttpResponse:
    """What the search box offers while somebody types: the inside of its list."""
    query = request.GET.get("q", "").strip()[:100]
    found = catalogue.search(query, _MOST_SUGGESTED) if query else []
    context = {
        "suggestions": [link(item.definition) for item, _score in found],
        "q": query,
        "search_url": reverse("search"),
    }
    return render(request, "ui/components/suggestions.html", context)
