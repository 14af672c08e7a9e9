"""Here every file is opened, each time."""

from collections.abc import Iterator

import pytest

from tests import opened
from tongban.kernel.documents.calc.opening import ask


@pytest.fixture(autouse=True)
def opened_each_time() -> Iterator[None]:
    """By the process that is being tried."""
    with opened.by(ask):
        yield
