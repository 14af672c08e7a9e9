"""What faults are done to: the running product, on each database this run can reach."""

import os
from collections.abc import Iterator
from typing import Any

import pytest

from tests.running import Product, running


@pytest.fixture(params=["sqlite", "postgresql"])
def product(request: Any) -> Iterator[Product]:
    """A fresh running product; on PostgreSQL when TONGBAN_TEST_POSTGRES is set."""
    server = os.environ.get("TONGBAN_TEST_POSTGRES", "")
    if request.param == "postgresql" and not server:
        pytest.skip("set TONGBAN_TEST_POSTGRES to the address of a server to be killed on it too")
    # Two processes answer, so that they also meet each other at the database.
    settings = {"TONGBAN_WORKERS": "2"}
    with running(server if request.param == "postgresql" else "", settings=settings) as started:
        yield started
