"""The way through permits that wait for one another: when each can begin and end, and which ones decide the last day. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


class Circle(ValueError):
    """Permits wait for one another in a circle: none of them could ever begin."""


@dataclass(frozen=True)
class Station:
    """One permit on the way. Days are counted from 0; what is done takes none and is never critical.

    `slack` is how many days it can be late before the last day moves.
    """

    id: str
    days: int
    begins: int
    ends: int
    slack: int
    done: bool = False

    @property
    def critical(self) -> bool:
        """Whether every day lost here is lost at the end."""
        return not self.done and self.slack == 0 and self.days > 0


@dataclass(frozen=True)
class Way:
    """All stations in the order in which they can begin, and how many days the whole takes."""

    stations: tuple[Station, ...]
    days: int

    @property
    def critical(self) -> tuple[str, ...]:
        """The stations that decide the last day."""
        return tuple(one.id for one in self.stations if one.critical)


def in_order(after: Mapping[str, Sequence[str]]) -> list[str]:
    """The permits so that each comes after what it waits for, otherwise as given. Raises Circle.

    A permit that is not there holds nobody up: it is not needed in this case.
    """
    left = {id: {one for one in before if one in after} for id, before in after.items()}
    ordered: list[str] = []
    while left:
        ready = [id for id, before in left.items() if not before - set(ordered)]
        if not ready:
            raise Circle(", ".join(sorted(left)))
        ordered += ready
        for id in ready:
            del left[id]
    return ordered


def critical_way(
    days: Mapping[str, int], after: Mapping[str, Sequence[str]], done: frozenset[str] = frozenset()
) -> Way:
    """The shortest time in which all permits can be had, and what decides it. Raises Circle.

    `days` is how long each takes, `after` what each waits for; what is `done` takes no time any more.
    """
    ordered = in_order({id: after.get(id, ()) for id in days})
    takes = {id: 0 if id in done else days[id] for id in ordered}
    ends: dict[str, int] = {}
    for id in ordered:
        begins = max((ends[one] for one in after.get(id, ()) if one in ends), default=0)
        ends[id] = begins + takes[id]
    whole = max(ends.values(), default=0)
    latest = dict.fromkeys(ordered, whole)
    for id in reversed(ordered):
        for one in after.get(id, ()):
            if one in latest:
                latest[one] = min(latest[one], latest[id] - takes[id])
    stations = tuple(
        Station(id, takes[id], ends[id] - takes[id], ends[id], latest[id] - ends[id], id in done)
        for id in ordered
    )
    return Way(stations, whole)
