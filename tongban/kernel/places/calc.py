"""Paths in the tree of places; points where people are served: how found, when open, for what, how far. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import hypot
from typing import Any

from tongban.kernel.places.states import HALL, HOME_ONLY, POINT_CHANNELS, PointKind
from tongban.kernel.search.calc import Entry


def path_of(code: str, parents: dict[str, str | None]) -> str:
    """The path from the root to a place, each code closed by a slash, so that a prefix is an area.

    Raises KeyError for an unknown code and ValueError for a circle.
    """
    steps: list[str] = []
    current: str | None = code
    while current:
        if current in steps:
            raise ValueError(f"the place {code} lies within itself")
        steps.append(current)
        current = parents[current]
    return "".join(f"{step}/" for step in reversed(steps))


def codes_on(path: str) -> list[str]:
    """The codes from the root down to the place."""
    return [code for code in path.split("/") if code]


def hall_entries(places: Sequence[Mapping[str, Any]], halls: Sequence[Mapping[str, Any]]) -> list[Entry]:
    """Halls for search: by their names, the name of their town and their address."""
    towns = {place["code"]: place["name"] for place in places}
    return [
        Entry(
            HALL,
            hall["code"],
            hall["name"]["zh"],
            [hall["name"]["en"]],
            [
                towns[hall["place"]]["zh"],
                towns[hall["place"]]["en"],
                "办事大厅",
                "政务服务中心",
                "市民中心",
                "service hall",
            ],
            [hall["address"]["zh"], hall["address"]["en"]],
        )
        for hall in halls
    ]


def point_path(place_path: str, code: str) -> str:
    """The path of a point in its place: `441900/441900113/@hall-dalang/`. No place's code begins with @."""
    return f"{place_path}@{code}/"


def clock(text: str) -> time:
    """A time of day as a pack writes it; 24:00 is the last moment of the day."""
    return time.max if text == "24:00" else time.fromisoformat(text)


def hours_on(opening: Mapping[str, Any], day: date, *, worked: bool) -> list[tuple[time, time]]:
    """The spans in which a point is open on a day: a special day's own, else by what kind of day it is.

    `worked` says what the working calendar says, so a Saturday that is worked counts as a working day, and a Wednesday
    that is off as a holiday.
    """
    for special in opening.get("days", ()):
        if special["day"] == day.isoformat():
            return _spans(special["open"])
    kind = "workdays" if worked else {5: "saturday", 6: "sunday"}.get(day.weekday(), "holidays")
    return _spans(opening.get(kind, ()))


def _spans(texts: Sequence[str]) -> list[tuple[time, time]]:
    pairs = (text.split("-") for text in texts)
    return sorted((clock(begin), clock(end)) for begin, end in pairs)


@dataclass(frozen=True)
class Openness:
    """Until when a point is open, or when it opens next. Neither for one that says nothing."""

    until: time | None = None
    next_at: datetime | None = None

    @property
    def now(self) -> bool:
        return self.until is not None


_LONGEST_LOOK = 30  # days: past every holiday that there is


def openness(opening: Mapping[str, Any], moment: datetime, is_workday: Callable[[date], bool]) -> Openness:
    """How a point stands at `moment`, which is local time."""
    day, at = moment.date(), moment.time().replace(tzinfo=None)
    for number in range(_LONGEST_LOOK):
        on = day + timedelta(days=number)
        for begin, end in hours_on(opening, on, worked=is_workday(on)):
            if number == 0 and begin <= at < end:
                return Openness(until=end)
            if number or at < begin:
                return Openness(next_at=datetime.combine(on, begin, moment.tzinfo))
    return Openness()


def takes(kind: str, offers: Sequence[Mapping[str, Any]], item: Mapping[str, Any]) -> bool:
    """Whether a point takes applications for an item: by its channel, and by one of its rules where it has any.

    A rule names `items`, `agencies`, `scopes` or `types`; all it names must fit.
    """
    if POINT_CHANNELS[PointKind(kind)] not in item["channels"]:
        return False
    return not offers or any(_fits(offer, item) for offer in offers)


def _fits(offer: Mapping[str, Any], item: Mapping[str, Any]) -> bool:
    wanted = {"items": "code", "agencies": "agency", "scopes": "handle_scope", "types": "type"}
    return all(item[name] in offer[key] for key, name in wanted.items() if key in offer)


def within_scope(scope: str, point_town: str, handling_town: str) -> bool:
    """Whether a point may take an application whose handling office is in a town ("" is the city itself).

    `home_only` means the home place's own points; every wider scope takes in every point of the city.
    """
    return scope != HOME_ONLY or point_town == handling_town


def distance(one: tuple[float, float], other: tuple[float, float]) -> float:
    """How far two points of the schematic map are apart, in its units: good for an order, not for a walk."""
    return hypot(one[0] - other[0], one[1] - other[1])
