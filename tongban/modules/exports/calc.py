"""What can be exported, and the cells of it: safe to open in a spreadsheet, read as text in the right encoding. Pure."""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tongban.foundation.time import SHANGHAI

# Spreadsheets of this country read a CSV file as UTF-8 only when it begins with this mark.
BOM = "\ufeff"
# What a spreadsheet takes for the beginning of a formula, in half and in full width, also behind blanks.
_FORMULA = frozenset("=+-@＝＋－＠\t\r\n")


@dataclass(frozen=True)
class Sheet:
    """How a file is written: as of which day, in which language, and whether with names of persons in full."""

    as_of: date
    english: bool
    whole: bool


@dataclass(frozen=True)
class Source:
    """Something that can be exported. Packages that hold it do not know exports: whoever knows both registers it.

    `select` (actor, what was chosen, day) gives the rows that the actor may see, as a queryset; `columns` are read of
    them; `lines` makes rows of the table of a part, so that what it looks up is asked once for the part and not for
    each line.
    """

    code: str
    name: tuple[str, str]
    file: str
    permissions: tuple[str, ...]  # one of them is enough to ask
    filters: tuple[str, ...]
    heads: tuple[tuple[str, str], ...]
    columns: tuple[str, ...]
    select: Callable[[Any, Mapping[str, str], date], Any]
    lines: Callable[[Sequence[Mapping[str, Any]], Sheet], Iterable[Sequence[Any]]]


def cell(value: Any) -> str:
    """A value as text; one that a spreadsheet would run is kept from running by an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    text = str(value)
    first = text.lstrip(" \u3000\u00a0")[:1]
    return f"'{text}" if first in _FORMULA and first else text


def lines(rows: Iterable[Sequence[Any]]) -> str:
    """Rows as CSV (RFC 4180)."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows([cell(value) for value in row] for row in rows)
    return out.getvalue()
