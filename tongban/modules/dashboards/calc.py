"""How far the catalogue goes online, and what it spares people: shares with the items behind them. Pure.

What each figure means stands in `docs/concepts.md`. The two headline rates are those by which the province judges a city
(可网办率, 全程网办率); the others say what a person feels.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

# Depth of online service (网办深度): I information, II booking, III online application, IV all online.
ONLINE = ("III", "IV")
WHOLLY_ONLINE = "IV"
# A natural day is five sevenths of a working day: limits of both kinds are added up in working days.
WORKDAYS_OF_A_DAY = Fraction(5, 7)

Item = Mapping[str, Any]


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
        return percent(len(self.met), self.whole)


def percent(part: int | Fraction, whole: int | Fraction) -> str:
    """A share cut to one decimal, never rounded up; a dash where there is nothing to share."""
    if not whole:
        return "—"
    tenths = int(1000 * Fraction(part) / Fraction(whole))
    return f"{tenths // 10}.{tenths % 10}%"


def online(items: Sequence[Item]) -> Rate:
    """可网办率: items that accept an online application, depth III or more, among all items."""
    met = tuple(item["code"] for item in items if item["online_depth"] in ONLINE)
    return Rate(met, tuple(item["code"] for item in items if item["code"] not in met))


def wholly_online(items: Sequence[Item]) -> Rate:
    """全程网办率: items at depth IV without a visit, among those that no law and no site makes people come for."""
    excluded = tuple(item["code"] for item in items if item["visits"] and item.get("presence"))
    counted = [item for item in items if item["code"] not in excluded]
    met = tuple(
        item["code"] for item in counted if item["online_depth"] == WHOLLY_ONLINE and not item["visits"]
    )
    return Rate(met, tuple(item["code"] for item in counted if item["code"] not in met), excluded)


@dataclass(frozen=True)
class Obstacle:
    """Why an item is missing from a rate: at depth II or less, depth III only, or visits that no law asks for."""

    code: str
    why: str  # depth | partly | visits
    visits: int


def obstacles(items: Sequence[Item]) -> list[Obstacle]:
    """The items that keep the two rates from 100 %, those that cannot even be applied for first."""
    wanting = {*online(items).missing, *wholly_online(items).missing}
    found = [Obstacle(item["code"], _why(item), item["visits"]) for item in items if item["code"] in wanting]
    return sorted(found, key=lambda one: (("depth", "visits", "partly").index(one.why), one.code))


def _why(item: Item) -> str:
    if item["online_depth"] not in ONLINE:
        return "depth"
    return "visits" if item["visits"] else "partly"


@dataclass(frozen=True)
class Figures:
    """What a group of items asks of people, and what it spares them."""

    items: int
    online: Rate
    wholly_online: Rate
    visits: int  # added up over the items
    instant: int  # items decided on the spot
    materials: int
    spared: int  # materials that need not be handed in where data, a licence or a commitment stands for them
    fields: int
    filled: int  # fields that the city fills from what it knows
    legal: Fraction  # working days that the laws allow, added up
    promised: Fraction  # working days promised

    @property
    def visits_each(self) -> str:
        """Visits of an item on average, with two decimals."""
        return f"{float(Fraction(self.visits, self.items)):.2f}" if self.items else "—"

    @property
    def not_asked_materials(self) -> str:
        return percent(self.spared, self.materials)

    @property
    def not_asked_fields(self) -> str:
        return percent(self.filled, self.fields)

    @property
    def faster(self) -> str:
        """By how much the promises are shorter than the laws allow (承诺压缩比)."""
        return percent(self.legal - self.promised, self.legal)

    @property
    def on_the_spot(self) -> str:
        return percent(self.instant, self.items)


def figures(items: Sequence[Item]) -> Figures:
    """The figures of a group of items."""
    materials = [material for item in items for material in item["materials"]]
    fields = [field for item in items for section in item["form"] for field in section["fields"]]
    return Figures(
        items=len(items),
        online=online(items),
        wholly_online=wholly_online(items),
        visits=sum(item["visits"] for item in items),
        instant=sum(item["kind"] == "instant" for item in items),
        materials=len(materials),
        spared=sum("waived_by" in material for material in materials),
        fields=len(fields),
        filled=sum("fact" in field for field in fields),
        legal=sum((_workdays(item["limits"]["statutory"]) for item in items), Fraction()),
        promised=sum((_workdays(item["limits"]["promised"]) for item in items), Fraction()),
    )


def _workdays(limit: Mapping[str, Any]) -> Fraction:
    if limit["unit"] == "instant":
        return Fraction()
    return Fraction(limit["value"]) * (WORKDAYS_OF_A_DAY if limit["unit"] == "days" else 1)


def grouped(items: Iterable[Item], of: Callable[[Item], str]) -> dict[str, list[Item]]:
    """The items by what `of` says of each, groups in the order of their first item."""
    found: dict[str, list[Item]] = {}
    for item in items:
        found.setdefault(of(item), []).append(item)
    return found
