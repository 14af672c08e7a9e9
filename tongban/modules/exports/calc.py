"""The cells of an export: safe to open in a spreadsheet, read as text in the right encoding. Pure."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from tongban.foundation.time import SHANGHAI

# Spreadsheets of this country read a CSV file as UTF-8 only when it begins with this mark.
BOM = "\ufeff"
# What a spreadsheet takes for the beginning of a formula, in half and in full width, also behind blanks.
_FORMULA = frozenset("=+-@＝＋－＠\t\r\n")


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
