"""Reads of places and halls. They change when a pack is loaded and are read on every page, so processes keep them."""

import uuid
from dataclasses import dataclass

from tongban.kernel.events.models import Event
from tongban.kernel.places import calc
from tongban.kernel.places.models import Hall, Place
from tongban.kernel.places.states import PLACES_LOADED, PlaceKind, PointKind
from tongban.kernel.records.queries import Kept, forget, once

_LOADED: Kept[tuple[uuid.UUID]] = Kept(
    lambda: Event.objects.filter(name=PLACES_LOADED).order_by("-at", "-id").values_list("id")[:1]
)
_REVISION = "places.revision"
_TOWNS = frozenset({PlaceKind.TOWN, PlaceKind.SUBDISTRICT, PlaceKind.PARK})


@dataclass(frozen=True)
class Gazetteer:
    """All places by code in the pack's order, and all points where people are served."""

    revision: uuid.UUID | None
    places: dict[str, Place]
    points: list[Hall]
    names: dict[str, tuple[str, str]]


_held: list[Gazetteer] = []


def _gazetteer() -> Gazetteer:
    """What was loaded last; compares the revision with one small query, once for a page."""
    loaded = once(_REVISION, _LOADED.first)
    revision = loaded[0] if loaded else None
    held = _held[0] if _held else None
    if held is None or held.revision != revision or revision is None:
        places = {row.code: row for row in Place.objects.order_by("order", "code")}
        points = list(Hall.objects.select_related("place").order_by("place__order", "code"))
        names = {code: (row.name_zh, row.name_en) for code, row in places.items()}
        held = Gazetteer(revision, places, points, names)
        _held[:] = [held]
    return held


def loaded_anew() -> None:
    """The write in work has loaded places: what it reads from here on are these."""
    forget(_REVISION)


def codes_on(path: str) -> list[str]:
    """The codes from the root down to the place of a path."""
    return calc.codes_on(path)


def city() -> Place:
    """The root of the tree; raises Place.DoesNotExist before a pack is loaded."""
    for place in _gazetteer().places.values():
        if place.kind == PlaceKind.CITY:
            return place
    raise Place.DoesNotExist


def towns() -> list[Place]:
    """The places directly under the city, in the pack's order."""
    return [place for place in _gazetteer().places.values() if place.kind in _TOWNS]


def by_code(code: str) -> Place | None:
    """The place with this code, or None."""
    return _gazetteer().places.get(code)


def codes_within(path: str) -> set[str]:
    """The codes of all places in the area of a path, its own among them."""
    return {code for code, place in _gazetteer().places.items() if place.path.startswith(path)}


def names() -> dict[str, tuple[str, str]]:
    """Chinese and English names of all places by code."""
    return _gazetteer().names


def town_of(path: str) -> Place | None:
    """The town within whose area a path lies, or None for the city itself."""
    held = _gazetteer().places
    return next(
        (held[code] for code in calc.codes_on(path) if code in held and held[code].kind in _TOWNS), None
    )


def hall(code: str) -> Hall | None:
    """A point with its place."""
    return next((one for one in _gazetteer().points if one.code == code), None)


def halls() -> list[Hall]:
    """All service halls with their places, in the pack's order."""
    return [one for one in _gazetteer().points if one.kind == PointKind.HALL]


def points() -> list[Hall]:
    """All halls, stations and terminals with their places, in the pack's order."""
    return list(_gazetteer().points)


def seat(path: str) -> Hall | None:
    """The hall of the town within whose area a path lies; the city's own for the city itself."""
    town = town_of(path)
    where = town.code if town else city().code
    return next((one for one in halls() if one.place.code == where), None)
