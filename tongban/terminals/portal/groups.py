"""A repeating group between kernel and page: its rows drawn, one more or one less, read back."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.http import QueryDict

from tongban.foundation.money import format_yuan
from tongban.kernel.cases.calc import FilledField
from tongban.kernel.catalogue.calc import Field, cell, least, most, rows_of
from tongban.terminals.portal import words
from tongban.terminals.ui import fields
from tongban.terminals.ui.texts import _

ADD, DROP = "add:", "drop:"  # what the buttons of a group send as `then`


def draw(
    filled: FilledField, raw: Mapping[str, Any], *, missing_too: bool, readonly: bool, more: bool
) -> fields.Field:
    """The group with its rows: those that were filled in, as many as there must be, and one `more`."""
    field, given = filled.field, rows_of(filled.value)
    count = min(max(len(given) + more, least(field)), most(field))
    errors = {id: one for id, one in filled.cells.items() if missing_too or one.code != "required"}
    drawn = []
    for number in range(count):
        values = given[number] if number < len(given) else {}
        cells = [
            _cell(field, number, column, values.get(column["id"]), errors, readonly=readonly)
            for column in raw["fields"]
        ]
        drop = f"{DROP}{field.id}:{number}" if not readonly and count > least(field) else ""
        drawn.append(fields.Row(number + 1, cells, drop))
    error = filled.error
    shown = error is not None and (missing_too or error.code != "required") and not readonly
    one = fields.field_from(raw, error=words.either(error.zh, error.en) if shown and error else "")
    return replace(one, rows=drawn, addable=not readonly and count < most(field), readonly=readonly)


def _cell(
    field: Field,
    number: int,
    column: Mapping[str, Any],
    value: Any,
    errors: Mapping[str, Any],
    *,
    readonly: bool,
) -> fields.Field:
    id = cell(field.id, number, column["id"])
    if value == "\x00":
        value = ""
    elif column["type"] == "money" and isinstance(value, int):
        value = format_yuan(value)
    error = errors.get(id)
    said = words.either(error.zh, error.en) if error is not None and not readonly else ""
    return replace(fields.field_from({**column, "id": id}, value=value, error=said), readonly=readonly)


def without_dropped(posted: QueryDict) -> QueryDict:
    """What was posted, less the row whose button was pressed."""
    then = posted.get("then", "")
    if not then.startswith(DROP):
        return posted
    group, _colon, number = then.removeprefix(DROP).partition(":")
    kept = posted.copy()
    for name in [name for name in kept if name.startswith(f"{group}-{number}-")]:
        del kept[name]
    return kept


def room_after(posted: QueryDict) -> str | None:
    """The group in which one more row was asked for (empty after a row was taken out); None for any other button."""
    then = posted.get("then", "")
    if then.startswith(ADD):
        return then.removeprefix(ADD)
    return "" if then.startswith(DROP) else None


def read_back(field: Field, value: Any, named: Mapping[str, str]) -> list[tuple[str, str]]:
    """Each row as a question with its answer."""
    found = []
    for number, row in enumerate(rows_of(value), 1):
        said = [
            _("{label}：{value}", label=words.said(one.label), value=words.answer(one, row[one.id], named))
            for one in field.fields
            if row.get(one.id) not in (None, "", [])
        ]
        found.append((_("{label} {number}", label=words.said(field.label), number=number), "；".join(said)))
    return found
