"""Loading places and halls from a pack."""

from collections.abc import Sequence
from typing import Any

from tongban.kernel.access.calc import Actor
from tongban.kernel.events import actions as events
from tongban.kernel.places import calc, queries, states
from tongban.kernel.places.calc import path_of
from tongban.kernel.places.models import Hall, Place
from tongban.kernel.places.states import PointKind
from tongban.kernel.records.actions import action
from tongban.kernel.search import actions as search_index
from tongban.kernel.search import queries as search


@action
def load(*, places: Sequence[dict[str, Any]], halls: Sequence[dict[str, Any]], by: Actor) -> int:
    """Bring the tables in line with the pack; returns how many rows changed. Loading twice changes nothing."""
    parents = {row["code"]: row.get("parent") for row in places}
    known = {row.code: row for row in Place.objects.all()}
    changed = 0
    for order, data in enumerate(places):
        row = known.setdefault(data["code"], Place(code=data["code"]))
        wanted = {
            "path": path_of(data["code"], parents),
            "kind": data["kind"],
            "name_zh": data["name"]["zh"],
            "name_en": data["name"]["en"],
            "order": order,
        }
        changed += _bring(row, wanted)
    known_halls = {row.code: row for row in Hall.objects.all()}
    for data in halls:
        row = known_halls.get(data["code"]) or Hall(code=data["code"])
        wanted = {
            "place_id": known[data["place"]].pk,
            "name_zh": data["name"]["zh"],
            "name_en": data["name"]["en"],
            "address_zh": data["address"]["zh"],
            "address_en": data["address"]["en"],
            "hours_zh": data["hours"]["zh"],
            "hours_en": data["hours"]["en"],
            "phone": data["phone"],
            "kind": data.get("kind", PointKind.HALL),
            "agency": data.get("agency", ""),
            "x": float(data["at"]["x"]) if "at" in data else None,
            "y": float(data["at"]["y"]) if "at" in data else None,
            "opening": data.get("opening", {}),
            "offers": data.get("offers", []),
            "barrier_free": data.get("barrier_free", False),
        }
        changed += _bring(row, wanted)
    own = [data for data in halls if data.get("kind", PointKind.HALL) == PointKind.HALL]
    if changed or not search.is_current(states.HALL):
        search_index.replace(kind=states.HALL, entries=calc.hall_entries(places, own))
    if changed:
        events.record(
            name=states.PLACES_LOADED, about=known[places[0]["code"]], by=by, payload={"changed": changed}
        )
        queries.loaded_anew()
    return changed


def _bring(row: Place | Hall, wanted: dict[str, Any]) -> int:
    if all(getattr(row, name) == value for name, value in wanted.items()):
        return 0
    for name, value in wanted.items():
        setattr(row, name, value)
    row.save()
    return 1
