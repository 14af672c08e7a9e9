"""The run in which PostgreSQL itself checks whose rows are read: tests write and look for the platform, pages for people."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

# Roles belong to the whole server: each worker has its own.
ROLE = f"tongban_test_rows_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"


def asked_for() -> bool:
    """Whether this is such a run."""
    return os.environ.get("TONGBAN_TEST_ROW_SECURITY", "") == "1"


@contextmanager
def in_the_role() -> Iterator[None]:
    """Guard the test database and work in the role until the end; its owner then takes it down."""
    if not asked_for():
        yield
        return
    from tongban.site import rowsecurity

    rowsecurity.guard(ROLE)
    with connection.cursor() as cursor:  # what sweeps a test's rows away (tests/sweeping.py)
        cursor.execute(f"GRANT TRUNCATE ON ALL TABLES IN SCHEMA public TO {ROLE}")
    _as(ROLE)
    yield
    _as("")


def _as(role: str) -> None:
    connection.close()
    connection.close_pool()
    connection.settings_dict["OPTIONS"]["assume_role"] = role
