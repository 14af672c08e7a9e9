"""Sweeps away what a test that really commits has left, and puts the pack back.

The database is copied as it stands with the pack, and copied back: on SQLite page by page, triggers and all, on PostgreSQL row
by row. Django's flush would take seconds to empty its tables and to load the pack again, for each of a hundred tests. It is the
state to which all other tests are rolled back. A role on PostgreSQL that may not switch triggers off flushes and loads.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
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


class _File:
    """The whole of an SQLite database."""

    def __init__(self) -> None:
        self.copy = sqlite3.connect(":memory:")
        connection.ensure_connection()
        connection.connection.backup(self.copy)

    def bring_back(self) -> None:
        connection.ensure_connection()
        self.copy.backup(connection.connection)


class _Rows:
    """All rows of a PostgreSQL database, and where its counters stand."""

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            self.tables = connection.introspection.table_names(cursor)
            self.rows = {name: b"".join(self._out(cursor, name)) for name in self.tables}
            cursor.execute(
                "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = current_schema"
            )
            self.counters = [(name, value) for name, value in cursor.fetchall() if value is not None]

    def _out(self, cursor: Any, name: str) -> Iterator[bytes]:
        with cursor.copy(f'COPY "{name}" TO STDOUT (FORMAT binary)') as copy:
            yield from map(bytes, copy)

    def bring_back(self) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f"TRUNCATE {', '.join(map(connection.ops.quote_name, self.tables))} RESTART IDENTITY"
            )
            cursor.execute("SET LOCAL session_replication_role = replica")  # no trigger, any order of tables
            for name, rows in self.rows.items():
                with cursor.copy(f'COPY "{name}" FROM STDIN (FORMAT binary)') as copy:
                    copy.write(rows)
            for name, value in self.counters:
                cursor.execute("SELECT setval(%s, %s)", [name, value])


def _copied() -> _File | _Rows | None:
    """The database as it stands; None where it cannot be brought back row by row: then it is flushed, and the pack loaded."""
    if connection.vendor == "sqlite":
        return _File()
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        return _Rows() if cursor.fetchone()[0] else None


@contextmanager
def kept() -> Iterator[None]:
    """Within, tests that commit end with the database as it stands now."""
    _kept.append(_copied())
    try:
        yield
    finally:
        _kept.pop()


_kept: list[_File | _Rows | None] = []


@contextmanager
def instead_of_flush() -> Iterator[None]:
    """Let Django's tests that commit end in a sweep for the block."""
    from tests import city
    from tongban.kernel.catalogue import queries as catalogue

    flush = TransactionTestCase._fixture_teardown

    def sweep(case: Any) -> None:
        if _kept and _kept[-1] is not None:
            _kept[-1].bring_back()
            catalogue.forget()
        else:
            flush(case)
            city.load_pack()

    TransactionTestCase._fixture_teardown = sweep
    yield
    TransactionTestCase._fixture_teardown = flush
