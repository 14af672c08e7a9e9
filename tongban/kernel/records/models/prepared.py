"""Cursors for SQL that is written once: PostgreSQL reads and plans such a statement once for each connection (ADR 0028)."""

from typing import Any


def cursor(connection: Any, *, planned_anew: bool = False) -> Any:
    """A cursor that sends values apart from the text, so that the server keeps the statement; elsewhere the usual one.

    How often a statement runs before it is kept, and whether any is, the database's options say (`prepare_threshold`).
    `planned_anew`: the best plan depends on the values, as for long lists, so the server looks at them each time.
    """
    if connection.vendor != "postgresql" or planned_anew:
        return connection.cursor()
    connection.ensure_connection()
    if connection.connection.prepare_threshold is None:
        return connection.cursor()
    # Django's classes need psycopg, which an installation on SQLite has no use for.
    from django.db.backends.postgresql.base import ServerBindingCursor  # noqa: PLC0415  # see above

    with connection.wrap_database_errors:
        return connection._prepare_cursor(ServerBindingCursor(connection.connection))
