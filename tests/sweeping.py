"""Sweeps away what a test that really commits has left, and puts the pack back.

Django's flush empties tables, which append-only triggers refuse on SQLite. Here the triggers step aside for the
flush alone and come back from their own text, so that every test meets them as production does. On PostgreSQL
flush truncates, which row triggers do not concern.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.test import TransactionTestCase

_TRIGGERS = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name"


def triggers() -> list[tuple[str, str]]:
    """Name and text of every trigger on SQLite; none are listed for another database."""
    if connection.vendor != "sqlite":
        return []
    with connection.cursor() as cursor:
        cursor.execute(_TRIGGERS)
        return list(cursor.fetchall())


@contextmanager
def without_triggers() -> Iterator[None]:
    """Take the triggers off for the block; they are back after it, also when it fails."""
    taken = triggers()
    with connection.cursor() as cursor:
        for name, _ in taken:
            cursor.execute(f'DROP TRIGGER "{name}"')
        try:
            yield
        finally:
            for _, text in taken:
                cursor.execute(text)


@contextmanager
def instead_of_flush() -> Iterator[None]:
    """Let Django's tests that commit end in a sweep for the block."""
    from tests import city

    flush = TransactionTestCase._fixture_teardown

    def sweep(case: Any) -> None:
        with without_triggers():
            flush(case)
        city.load_pack()

    TransactionTestCase._fixture_teardown = sweep
    yield
    TransactionTestCase._fixture_teardown = flush
