"""Kinds of places."""

from enum import StrEnum

from tongban.kernel.events.states import declare

PLACES_LOADED = declare("places.loaded", "载入了区划和大厅", "Places and halls were loaded")


class PlaceKind(StrEnum):
    """Levels of the tree. A city may have no counties."""

    CITY = "city"
    SUBDISTRICT = "subdistrict"
    TOWN = "town"
    PARK = "park"
    VILLAGE = "village"
