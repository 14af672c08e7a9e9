"""The port to the halls' queueing systems, and a made-up one that says so. A city registers its own in the settings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Protocol

from django.conf import settings

from tongban.foundation.registries import Registry

OLDEST_MINUTES = 15  # an older figure is left out: people would go there for nothing


@dataclass(frozen=True)
class Waiting:
    """How many people wait at a point, and since when the source knows it."""

    people: int
    minutes: int
    as_of: datetime


class QueueSource(Protocol):
    """A queueing system, or several behind one door."""

    invented: bool  # whether its figures are made up: pages say so

    def ask(self, codes: Sequence[str], now: datetime) -> dict[str, Waiting]:
        """The queue of each of these points that it knows; a point that is missing is one it knows nothing of."""


QUEUES: Registry[type[QueueSource]] = Registry("queue source")


@QUEUES.register("demo", label="演示数据 Demonstration data")
class DemoQueues:
    """Figures out of code and hour alone, the same for everybody in that hour; halls only, and not all of them."""

    invented = True

    def ask(self, codes: Sequence[str], now: datetime) -> dict[str, Waiting]:
        """Invented queues of the halls among these points."""
        found = {}
        for code in codes:
            dice = sha256(f"{code}{now:%Y%m%d%H}".encode()).digest()
            if code.startswith("hall-") and dice[0] % 5:
                people = dice[1] % 18
                found[code] = Waiting(people, people * (3 + dice[2] % 3), now)
        return found


def waiting(codes: Sequence[str], now: datetime) -> tuple[dict[str, Waiting], bool]:
    """The queues that are known and fresh, and whether they are invented; none without a source."""
    if not settings.QUEUES:
        return {}, False
    source = QUEUES.get(settings.QUEUES)()
    fresh = {
        code: one
        for code, one in source.ask(codes, now).items()
        if (now - one.as_of).total_seconds() <= OLDEST_MINUTES * 60
    }
    return fresh, source.invented
