"""Where it can be done now, nearest first (10 分钟政务圈). Works by town without a script; nothing is stored."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode

from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.parties import queries as parties
from tongban.kernel.places import queries as places
from tongban.kernel.places.states import POINT_NAMES, PointKind
from tongban.terminals.portal import near, words
from tongban.terminals.ui import city
from tongban.terminals.ui.rights import open_to_all

MOST = 12
MOST_ON_A_GUIDE = 3


def own_town(request: HttpRequest) -> str:
    """The town that was chosen, else the one where the visitor is registered; "" for neither."""
    codes = {one.code for one in places.towns()}
    wanted = request.GET.get("town", "")
    if wanted in codes:
        return wanted
    if request.actor.person_id is None:
        return ""
    town = places.town_of(parties.person(request.actor.person_id).place_path)
    return town.code if town else ""


def _point(request: HttpRequest) -> tuple[float, float] | None:
    """A point of the schematic map, as `x` and `y` within its box."""
    try:
        x, y = float(request.GET.get("x", "")), float(request.GET.get("y", ""))
    except ValueError:
        return None
    left, top, width, height = city.current().townmap.get("viewBox", (0, 0, 0, 0))
    return (x, y) if left <= x <= left + width and top <= y <= top + height else None


def _town(place: Any, drawing: Any) -> dict[str, str]:
    """A town to choose, with where it stands on the map, so that a browser finds the nearest by itself."""
    x, y = near.centre(place.code, drawing) or ("", "")
    return {"code": place.code, "name": words.either(place.name_zh, place.name_en), "x": str(x), "y": str(y)}


@open_to_all("where services are is public")
def nearby(request: HttpRequest) -> HttpResponse:
    """Points near a town or a point of the map, for one item or for anything."""
    held, code = catalogue.snapshot(), request.GET.get("item", "")
    item = held.items.get(code)
    town, kind = own_town(request), request.GET.get("kind", "")
    wish = near.Wish(
        item=item,
        town=town,
        at=_point(request),
        kind=kind if kind in set(PointKind) else "",
        open_now="open" in request.GET,
        barrier_free="free" in request.GET,
    )
    drawing = city.current().townmap
    rows, marks, invented = near.search(wish, drawing, MOST)
    kept = {"item": code if item else "", "kind": wish.kind}
    kept |= {name: "1" for name, on in (("open", wish.open_now), ("free", wish.barrier_free)) if on}
    context: dict[str, Any] = {
        "item": item.definition if item else None,
        "item_name": words.said(item.definition.name) if item else "",
        "town": town,
        "towns": [_town(one, drawing) for one in places.towns()],
        "geo": " ".join(map(str, drawing.get("geo", ()))),
        "box": " ".join(map(str, drawing.get("viewBox", ()))),
        "kinds": [(one.value, words.either(*POINT_NAMES[one])) for one in PointKind],
        "kind": wish.kind,
        "open_now": wish.open_now,
        "barrier_free": wish.barrier_free,
        "rows": rows,
        "marks": marks,
        "invented": invented,
        "drawing": drawing,
        "href": f"?{urlencode({name: value for name, value in kept.items() if value})}&town=",
    }
    return render(request, "portal/nearby.html", context)


def block(request: HttpRequest, item: Any) -> dict[str, Any]:
    """The nearest points that take an item, for its guide."""
    town = own_town(request)
    drawing = city.current().townmap
    rows, _marks, invented = near.search(near.Wish(item=item, town=town), drawing, MOST_ON_A_GUIDE)
    return {
        "near": rows,
        "near_invented": invented,
        "near_town": town,
        "near_query": urlencode({"item": item.code, **({"town": town} if town else {})}),
    }
