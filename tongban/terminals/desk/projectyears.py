"""The form in which an officer spreads a promised investment over the years."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from tongban.terminals.ui import projectwords as said

AHEAD = 5  # years that can be filled in, this one counted
_NAME = "year-"


@dataclass(frozen=True)
class Field:
    """One year of the form, in units of 10,000 yuan."""

    year: int
    value: str


def fields(found: Sequence[Any], this_year: int, given: Mapping[str, str] | None) -> list[Field]:
    """The present year, the next ones, and whatever is planned after them; with what was typed where it was refused."""
    planned = {one.year: one.planned for one in found if one.year >= this_year}
    years = sorted({*range(this_year, this_year + AHEAD), *planned})
    return [
        Field(
            one, said.ten_thousands(planned.get(one, 0)) if given is None else given.get(f"{_NAME}{one}", "")
        )
        for one in years
    ]


def fen_of(text: str) -> int | None:
    """Money typed in units of 10,000 yuan; None for what is none."""
    try:
        number = Decimal(text.replace(",", "").strip())
        # Before it is reckoned with: "1e999999" is a number that no reckoning ends with.
        if not number.is_finite() or abs(number) > said.MOST:
            return None
        found = number * said.TEN_THOUSAND_YUAN
        return int(found) if found == found.to_integral_value() else None
    except InvalidOperation:
        return None


def read(given: Mapping[str, str]) -> dict[int, int | None]:
    """What the form says of which year; nothing typed takes the plan of that year away."""
    typed = {name.removeprefix(_NAME): text for name, text in given.items() if name.startswith(_NAME)}
    return {
        int(year): fen_of(text[:20]) if text.strip() else 0
        for year, text in typed.items()
        if year.isdecimal() and len(year) == 4
    }
