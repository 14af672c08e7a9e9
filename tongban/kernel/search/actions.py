"""Writing the index: entries of a kind as a whole, or one of them, in the caller's transaction."""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection

from tongban.kernel.records.actions import action
from tongban.kernel.search import calc, queries
from tongban.kernel.search.models import IndexState
from tongban.kernel.search.states import FORMAT, ITEM

# Statements on the table of items, and on the one of everything else: empty a kind, remove one entry, add one.
_OF_ITEMS = (
    "DELETE FROM search_item WHERE kind = %s",
    "DELETE FROM search_item WHERE kind = %s AND code = %s",
    """INSERT INTO search_item (kind, code, tags, label, phrases, pinyin, title, words, body)
       VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)""",
)
_OF_OTHERS = (
    "DELETE FROM search_other WHERE kind = %s",
    "DELETE FROM search_other WHERE kind = %s AND code = %s",
    """INSERT INTO search_other (kind, code, tags, label, phrases, pinyin, title, words, body)
       VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)""",
)


@action
def replace(*, kind: str, entries: Iterable[calc.Entry], speech: Mapping[str, Any] | None = None) -> int:
    """Write all entries of a kind anew, and with items how people here speak; returns how many there are."""
    rows = [calc.stored(entry) for entry in entries]
    empty, _remove, add = _OF_ITEMS if kind == ITEM else _OF_OTHERS
    with connection.cursor() as cursor:
        cursor.execute(empty, [kind])
        cursor.executemany(add, rows)
    _stamp(kind, speech)
    return len(rows)


@action
def replace_one(*, kind: str, code: str, entry: calc.Entry | None) -> None:
    """Write one entry anew; None removes it."""
    _empty, remove, add = _OF_ITEMS if kind == ITEM else _OF_OTHERS
    with connection.cursor() as cursor:
        cursor.execute(remove, [kind, code])
        if entry is not None:
            cursor.execute(add, calc.stored(entry))
    _stamp(kind, None)


def _stamp(kind: str, speech: Mapping[str, Any] | None) -> None:
    """Tell every process that what it holds of the kind is old."""
    row = IndexState.objects.filter(kind=kind).first() or IndexState(kind=kind)
    row.form, row.stamp = FORMAT, uuid.uuid4()
    if speech is not None:
        row.speech = dict(speech)
    row.save()
    if kind == ITEM:
        queries.forget()
