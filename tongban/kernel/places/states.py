"""Kinds of places, and of points where people are served."""

from enum import StrEnum

from tongban.kernel.events.states import declare

PLACES_LOADED = declare("places.loaded", "载入了区划和大厅", "Places and halls were loaded")

HALL = "hall"  # the kind of its entries in the search index


class PlaceKind(StrEnum):
    """Levels of the tree. A city may have no counties."""

    CITY = "city"
    SUBDISTRICT = "subdistrict"
    TOWN = "town"
    PARK = "park"
    VILLAGE = "village"


class PointKind(StrEnum):
    """What kind of point it is: with people at windows, in a village, or a machine."""

    HALL = "hall"
    STATION = "station"
    TERMINAL = "terminal"


POINT_NAMES = {
    PointKind.HALL: ("政务服务大厅", "Service hall"),
    PointKind.STATION: ("村（社区）便民服务站", "Village station"),
    PointKind.TERMINAL: ("自助终端", "Self-service terminal"),
}
# By which channel of an item something is handed in at such a point.
POINT_CHANNELS = {
    PointKind.HALL: "window",
    PointKind.STATION: "village",
    PointKind.TERMINAL: "kiosk",
}
HOME_ONLY = "home_only"  # the one scope under which not every point may take an application
