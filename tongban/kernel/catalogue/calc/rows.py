"""Repeating groups of a form (a list of shareholders, of vehicles): read from what was posted, checked cell by cell. Pure.

The answer of such a field is a list of objects, one a row, each with the values of its fields. A cell has a name of its
own, `holders-0-share`, under which it is posted, drawn and faulted.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from tongban.kernel.catalogue.calc.parts import Field
from tongban.kernel.catalogue.calc.readable import UNREADABLE

MOST_ROWS = 50  # where an item names no limit of its own
Reader = Callable[[Mapping[str, Field], Mapping[str, list[str]]], dict[str, Any]]


def cell(field: str, row: int, column: str) -> str:
    """The name of one cell."""
    return f"{field}-{row}-{column}"


def read_rows(field: Field, posted: Mapping[str, list[str]], read: Reader) -> list[dict[str, Any]]:
    """The rows that were posted, in their order; a row in which nothing was typed is none."""
    pattern = re.compile(rf"{re.escape(field.id)}-(\d{{1,3}})-[a-z][a-z0-9_]*")
    numbers = sorted({int(found[1]) for name in posted if (found := pattern.fullmatch(name))})
    columns = {one.id: one for one in field.fields}
    rows = [
        read(columns, {id: posted.get(cell(field.id, number, id), []) for id in columns})
        for number in numbers[: most(field)]
    ]
    return [row for row in rows if row]


def least(field: Field) -> int:
    """The smallest number of rows."""
    return int(field.limits.get("min_rows", 1 if field.required else 0))


def most(field: Field) -> int:
    """The greatest number of rows."""
    return int(field.limits.get("max_rows", MOST_ROWS))


def rows_of(value: Any) -> list[Mapping[str, Any]]:
    """The rows of an answer; none where it is not one."""
    return [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []


def schema_of_rows(field: Field, schema_of: Callable[[Field], dict[str, Any]]) -> dict[str, Any]:
    """The JSON Schema of such an answer. How many rows there must be is said in words by `faults_of_rows`."""
    columns = {one.id: schema_of(one) for one in field.fields}
    return {
        "type": "array",
        "maxItems": most(field),
        "items": {"type": "object", "properties": columns, "additionalProperties": False},
    }


def cells_of(field: Field, value: Any) -> Iterator[tuple[int, Field, Any]]:
    """Every cell of an answer: (number of the row, its field, its value or None)."""
    for number, row in enumerate(rows_of(value)):
        for one in field.fields:
            yield number, one, row.get(one.id)


def missing_cells(field: Field, value: Any) -> list[tuple[int, Field]]:
    """The cells that must be filled in and are not."""
    return [(n, one) for n, one, given in cells_of(field, value) if one.required and given in (None, "", [])]


def faults_of_rows(field: Field, value: Any, *, only_given: bool = False) -> str:
    """What is wrong with the rows as a whole: `required`, `too_few`, `too_many`, `twice`, `total`, or nothing.

    `twice`: two rows say the same in the field that must differ. `total`: the sum of a column, exact, is another.
    """
    rows = rows_of(value)
    if not rows:
        return "required" if field.required and not only_given else ""
    if len(rows) < least(field) and not only_given:
        return "too_few"
    if len(rows) > most(field):
        return "too_many"
    unique = field.limits.get("unique_by", "")
    named = [str(row[unique]).upper() for row in rows if row.get(unique)]
    if len(set(named)) < len(named):
        return "twice"
    return _total(field.limits.get("total"), rows)


def _total(total: Mapping[str, Any] | None, rows: Sequence[Mapping[str, Any]]) -> str:
    if not total:
        return ""
    given = [row.get(total["of"]) for row in rows]
    if any(one in (None, "", UNREADABLE) for one in given):
        return ""  # the empty cell is said itself; a sum without it says nothing
    try:
        # Money is whole fen, shares are texts: neither is ever a float, so a third of 100 has to be typed as it is meant.
        whole = sum((Decimal(str(one)) for one in given), Decimal(0))
    except InvalidOperation:
        return ""
    return "" if whole == Decimal(str(total["is"])) else "total"
