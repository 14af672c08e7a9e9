"""Small charts as SVG, made on the server: no script, no data left out for those who cannot see them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import pi
from typing import Any

RING_RADIUS = 26
BANDS = 5


@dataclass(frozen=True)
class Ring:
    """A ring filled by value / whole. `dash` is its stroke-dasharray on a circle of RING_RADIUS."""

    text: str
    dash: str
    label: str
    kind: str
    rem: str


def ring(value: float, whole: float, *, size: int, label: str, kind: str) -> Ring:
    """The percentage is cut, not rounded: 99.9 % is not all."""
    share = min(max(value / whole, 0.0), 1.0) if whole else 0.0
    around = 2 * pi * RING_RADIUS
    percent = f"{int(share * 100)}%"
    return Ring(percent, f"{share * around:.1f} {around:.1f}", label or percent, kind, rem(size))


@dataclass(frozen=True)
class Spark:
    """A line of values in a box 100 by 32."""

    line: str
    area: str
    label: str


def spark(values: Sequence[float], label: str) -> Spark:
    """An empty or single series draws a flat line."""
    series = list(values) if len(values) > 1 else [*values, *values] or [0, 0]
    low, high = min(series), max(series)
    span = (high - low) or 1
    step = 100 / (len(series) - 1)
    points = " ".join(
        f"{index * step:.1f},{30 - 28 * (value - low) / span:.1f}" for index, value in enumerate(series)
    )
    return Spark(points, f"0,32 {points} 100,32", label)


@dataclass(frozen=True)
class Cell:
    """A place on the schematic map."""

    name: str
    shape: str
    x: float
    y: float
    band: int
    url: str
    current: bool
    said: str


def cells(
    townmap: Mapping[str, Any],
    values: Mapping[str, float] | None,
    *,
    selected: str,
    href: str,
    unit: str,
    english: bool,
) -> list[Cell]:
    """The cells of the pack's map, shaded in BANDS by value. `href` ends where the code of the place is appended."""
    most = max(values.values(), default=0) if values else 0
    drawn = []
    for town in townmap.get("towns", ()):
        code = town["code"]
        name = town["en"] if english else town["name"]
        value = values.get(code) if values else None
        said = name if value is None else f"{name}：{value:g}{unit}"
        band = 0 if value is None or not most else min(BANDS - 1, int(BANDS * value / most))
        drawn.append(
            Cell(name, town["d"], town["x"], town["y"], band, f"{href}{code}", code == selected, said)
        )
    return drawn


def rem(pixels: int) -> str:
    """A size that grows with the root, so that drawings keep pace with enlarged type."""
    return f"{pixels / 16:g}rem"
