"""Reads of places and halls."""

from tongban.kernel.places.calc import codes_on
from tongban.kernel.places.models import Hall, Place
from tongban.kernel.places.states import PlaceKind


def city() -> Place:
    """The root of the tree; raises Place.DoesNotExist before a pack is loaded."""
    return Place.objects.get(kind=PlaceKind.CITY)


def towns() -> list[Place]:
    """The places directly under the city, in the pack's order."""
    return list(
        Place.objects.filter(kind__in=[PlaceKind.TOWN, PlaceKind.SUBDISTRICT, PlaceKind.PARK]).order_by(
            "order"
        )
    )


def by_code(code: str) -> Place | None:
    """The place with this code, or None."""
    return Place.objects.filter(code=code).first()


def names() -> dict[str, tuple[str, str]]:
    """Chinese and English names of all places by code."""
    return {code: (zh, en) for code, zh, en in Place.objects.values_list("code", "name_zh", "name_en")}


def town_of(path: str) -> Place | None:
    """The town within whose area a path lies, or None for the city itself."""
    codes = codes_on(path)
    return Place.objects.filter(code__in=codes).exclude(kind__in=[PlaceKind.CITY, PlaceKind.VILLAGE]).first()


def halls() -> list[Hall]:
    """All halls with their places, in the pack's order."""
    return list(Hall.objects.select_related("place").order_by("place__order", "code"))
