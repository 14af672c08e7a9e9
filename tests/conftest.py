"""What every test stands on: a clock that stands still on request, rows in no accidental order, honest skips."""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.hashers import ScryptPasswordHasher
from django.db.models import QuerySet
from django.utils import timezone
from hypothesis import HealthCheck, settings

from tests import rowsecurity
from tongban.foundation import readers, time

pytest_plugins = ["tests.browser"]

# How long an example takes is the machine's affair: no test fails by the time that it took.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

# A Monday morning in a week without holidays.
MONDAY = "2026-03-02T09:00"


class Clock:
    """The frozen clock of a test."""

    def __init__(self) -> None:
        self.start = time.now()

    @property
    def now(self) -> datetime:
        """The frozen moment."""
        return time.now()

    def move(self, **amount: float) -> datetime:
        """Move by `days=`, `hours=`, `minutes=`; returns the new moment."""
        time.shift(timedelta(**amount))
        return time.now()

    def to(self, text: str) -> datetime:
        """Move to an ISO moment; returns it."""
        time.shift(time.moment(text) - time.now())
        return time.now()


@pytest.fixture
def clock() -> Iterator[Clock]:
    """Stop the clock on a Monday, 2 March 2026, 9:00 in Shanghai."""
    with time.freeze(MONDAY):
        yield Clock()


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Moves the machine's time (`days=`, `hours=`, `minutes=`), by which sessions go and checks grow old."""
    real, off = time._real, [timedelta()]
    monkeypatch.setattr(time, "_real", lambda: real() + off[0])
    monkeypatch.setattr(timezone, "now", lambda: (real() + off[0]).astimezone(UTC))  # Django's sessions too

    def move(**amount: float) -> None:
        off[0] += timedelta(**amount)

    return move


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One entry for each password that was hashed."""
    made: list[int] = []
    real = ScryptPasswordHasher.encode

    def counted(self: Any, *args: Any, **kwargs: Any) -> str:
        made.append(1)
        return real(self, *args, **kwargs)

    monkeypatch.setattr(ScryptPasswordHasher, "encode", counted)
    return made


@pytest.fixture(autouse=True, scope="session")
def tests_read_everything() -> Iterator[None]:
    """A test looks at rows for the platform; what it asks of pages, they read for whoever is signed in (ADR 0047)."""
    with readers.reading_everything():
        yield


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None, django_db_blocker: Any, tests_read_everything: None
) -> Iterator[None]:
    """The test database holds the pack: loaded once, before the first test that needs rows."""
    from tests import city, sweeping

    with django_db_blocker.unblock(), rowsecurity.in_the_role():
        city.load_pack()
        with sweeping.kept(), django_db_blocker.block():
            yield


@pytest.fixture(autouse=True, scope="session")
def files_are_opened_once() -> Iterator[None]:
    """The same file gets the answer that it got before (tests/opened.py)."""
    from tests import opened

    with opened.by(opened.remembered):
        yield


@pytest.fixture(autouse=True, scope="session")
def committed_rows_are_swept() -> Iterator[None]:
    """After a test that really commits, its rows go and the pack stands there again for the next one."""
    from tests import sweeping

    with sweeping.instead_of_flush():
        yield


@pytest.fixture(autouse=True, scope="session")
def rows_in_no_accidental_order() -> Iterator[None]:
    """Turn the rows of a query without an order around, so that nobody relies on how a table happens to lie."""
    fetch = QuerySet._fetch_all

    def fetch_and_turn(rows: QuerySet) -> None:
        fresh = rows._result_cache is None
        fetch(rows)
        if fresh and not rows.ordered and not rows.query.is_sliced and isinstance(rows._result_cache, list):
            rows._result_cache.reverse()

    QuerySet._fetch_all = fetch_and_turn
    yield
    QuerySet._fetch_all = fetch


# Fixtures of tests that look at rows: of ours and of pytest-django.
ROWS = {"db", "transactional_db", "django_db_reset_sequences", "live_server", "product"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip what this run was not told to do, with the way to have it done.

    The run on PostgreSQL is the second one: what never looks at a row was asked in the first.
    """
    browser = os.environ.get("TONGBAN_TEST_BROWSER", "") == "1"
    postgres = os.environ.get("TONGBAN_TEST_DATABASE", "").startswith("postgres")
    guarded = postgres and rowsecurity.asked_for()
    if postgres:
        pure = [item for item in items if not _looks_at_rows(item)]
        config.hook.pytest_deselected(items=pure)
        items[:] = [item for item in items if _looks_at_rows(item)]
    for item in items:
        if item.get_closest_marker("browser") and not browser:
            item.add_marker(pytest.mark.skip(reason="set TONGBAN_TEST_BROWSER=1 to drive Chromium"))
        if item.get_closest_marker("row_security") and not guarded:
            item.add_marker(pytest.mark.skip(reason="set TONGBAN_TEST_ROW_SECURITY=1 on PostgreSQL"))
        if item.get_closest_marker("postgres") and not postgres:
            item.add_marker(pytest.mark.skip(reason="set TONGBAN_TEST_DATABASE to a postgresql:// address"))


def _looks_at_rows(item: pytest.Item) -> bool:
    marked = item.get_closest_marker("django_db") or item.get_closest_marker("postgres")
    marked = marked or item.get_closest_marker("row_security")
    return marked is not None or not ROWS.isdisjoint(getattr(item, "fixturenames", ()))
