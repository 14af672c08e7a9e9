"""The two rates by which online service is judged, with what they are computed from. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

# Depth of online service (网办深度): I information, II booking, III online application, IV all online.
ONLINE = ("III", "IV")
WHOLLY_ONLINE = "IV"


@dataclass(frozen=True)
class Rate:
    """A share of items, and the codes that are in it, missing from it, or not counted."""

    met: tuple[str, ...]
    missing: tuple[str, ...]
    excluded: tuple[str, ...] = ()

    @property
    def whole(self) -> int:
        return len(self.met) + len(self.missing)

    @property
    def percent(self) -> str:
        """Cut to one decimal, never rounded up: 99.95 % is not all."""
        if not self.whole:
            return "—"
        tenths = 1000 * len(self.met) // self.whole
        return f"{tenths // 10}.{tenths % 10}%"


def online(items: Sequence[Any]) -> Rate:
    """可网办率: items that accept an online application, depth III or more, among all items."""
    met = tuple(item["code"] for item in items if item["online_depth"] in ONLINE)
    return Rate(met, tuple(item["code"] for item in items if item["code"] not in met))


def wholly_online(items: Sequence[Any]) -> Rate:
    """全程网办率: items at depth IV without a visit, among those that no law and no site makes people come for."""
    excluded = tuple(item["code"] for item in items if item["visits"] and item.get("visit_reason"))
    counted = [item for item in items if item["code"] not in excluded]
    met = tuple(
        item["code"] for item in counted if item["online_depth"] == WHOLLY_ONLINE and not item["visits"]
    )
    return Rate(met, tuple(item["code"] for item in counted if item["code"] not in met), excluded)
