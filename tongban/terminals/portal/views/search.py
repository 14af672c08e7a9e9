"""Search in people's own words: results with facets, what else was found, and what the box offers while typing."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode

from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.catalogue.queries import Snapshot
from tongban.terminals.portal import found
from tongban.terminals.portal.views import proofs
from tongban.terminals.portal.views.catalogue import row
from tongban.terminals.portal.views.guide import link
from tongban.terminals.ui import texts
from tongban.terminals.ui.parts import Link
from tongban.terminals.ui.rights import open_to_all
from tongban.terminals.ui.texts import _

_MOST = 100
_ON_A_PAGE = 20
_MOST_SUGGESTED = 6
_FEW = 3  # with so few results the themes are offered as well


@open_to_all("searching the catalogue is public by law")
def search(request: HttpRequest) -> HttpResponse:
    """Items for a query, narrowed by facets, with questions, halls and notices; never without somewhere to go on."""
    held, query = catalogue.snapshot(), request.GET.get("q", "").strip()[:100]
    answer = catalogue.find(query, most=_MOST, others=True)
    every = [item for item, _score in answer.items]
    chosen = {name: request.GET.get(name, "") for name in found.FACETS}
    shown = found.narrowed(every, chosen, held)
    page = Paginator(shown, _ON_A_PAGE).get_page(request.GET.get("page"))
    only = request.GET.get("kind", "")
    only = only if only == found.POLICY else ""
    beside = found.beside(answer, held, only)
    kinds = found.kinds(answer, len(every), only, query)
    facets = [] if only else found.facets(every, chosen, query, held)
    context = {
        "q": query,
        "read_as": answer.read_as,
        "page": page,
        "rows": [row(item, held) for item in page],
        "count": len(shown),
        "found": len(every),
        "facets": [*([kinds] if kinds else []), *facets],
        "only": only,
        "clear_url": found.address(query, {}) if any(chosen.values()) else "",
        "page_query": urlencode({"q": query, **{name: value for name, value in chosen.items() if value}}),
        "beside": beside,
        "hot": [Link(word, f"?{urlencode({'q': word})}") for word in held.pack.get("hot_searches", [])],
        "themes": _themes(held, answer.themes) if len(every) <= _FEW else (),
        "suggest_url": reverse("suggest"),
        "banned": proofs.banned(query) if query else [],
    }
    return render(request, "portal/search.html", context)


def _themes(held: Snapshot, near: list[str]) -> list[Link]:
    """The themes that are near the query; all that have items when none is."""
    full = {theme for item in held.items.values() for theme in item.definition.data["themes"]}
    themes = [one for one in held.pack.get("themes", []) if one["id"] in full]
    wanted = [one for one in themes if one["id"] in near] or themes
    return [
        Link(
            texts.local(one["name"]), f"{reverse('catalogue')}?{urlencode({'theme': one['id']})}", one["icon"]
        )
        for one in wanted
    ]


@open_to_all("searching the catalogue is public by law")
def suggest(request: HttpRequest) -> HttpResponse:
    """What the search box offers while somebody types: the options of its list."""
    query = request.GET.get("q", "").strip()[:100]
    context: dict[str, Any] = {"suggestions": [], "q": query}
    if query:
        held = catalogue.snapshot()
        answer = catalogue.find(query, most=_MOST_SUGGESTED, others=True)
        links = [link(item.definition) for item, _score in answer.items]
        room = _MOST_SUGGESTED + 1 - len(links)
        links += [one.link for _kind, _label, rows in found.beside(answer, held) for one in rows][
            : max(room, 1)
        ]
        everything = Link(
            _("搜索“{words}”", words=query), f"{reverse('search')}?{urlencode({'q': query})}", "search"
        )
        context["suggestions"] = [*links, everything]
    return render(request, "ui/components/suggestions.html", context)
