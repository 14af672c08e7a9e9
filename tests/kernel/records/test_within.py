"""What lies in the area of a path: the same rows on both databases, found by an index."""

import uuid

import pytest
from django.db import connection

from tongban.foundation import time
from tongban.kernel.records.actions import action
from tongban.modules.visits.models import ServiceEntry

pytestmark = pytest.mark.django_db
# Neighbours in the order of letters, signs that LIKE gives a meaning, other letters of the same name.
PATHS = ("a/b/", "a/b/c/", "a/b0", "a/B/", "a/bc/", "a/", "a/%/", "a/_/", "a/b/中/")


@action
def placed() -> None:
    for number, path in enumerate(PATHS):
        ServiceEntry(
            code="key",
            organisation_id=uuid.uuid4(),
            name=str(number),
            place_path=path,
            since=time.today(),
        ).save(force_insert=True)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a/b/", {"a/b/", "a/b/c/", "a/b/中/"}),
        ("a/", set(PATHS)),
        ("a/%/", {"a/%/"}),
        ("a/_/", {"a/_/"}),
        ("a/b", {"a/b/", "a/b/c/", "a/b0", "a/bc/", "a/b/中/"}),
        ("", set(PATHS)),
        ("b/", set()),
    ],
)
def test_everything_within_and_nothing_else(clock, path, expected):
    placed()
    rows = ServiceEntry.objects.filter(place_path__within=path)
    assert {one.place_path for one in rows} == expected == {one for one in PATHS if one.startswith(path)}


def test_sqlite_looks_it_up(clock):
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL chooses by what the table holds")
    rows = ServiceEntry.objects.filter(place_path__within="a/b/", until__isnull=True)
    assert "SEARCH visits_serviceentry USING" in rows.explain()
