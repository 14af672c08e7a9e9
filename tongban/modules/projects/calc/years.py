"""What was to be invested in each calendar year, and what was. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Year:
    """A calendar year: planned and done, in fen."""

    year: int
    planned: int
    done: int


def by_year(planned: Mapping[int, int], done: Mapping[int, int]) -> tuple[Year, ...]:
    """Every year for which something was planned or in which something was done, the first first."""
    return tuple(Year(one, planned.get(one, 0), done.get(one, 0)) for one in sorted({*planned, *done}))
