"""People who edit and publish items, and a catalogue that forgets what a test published."""

import pytest

from tests.kernel.catalogue.drafting import staff
from tongban.kernel.catalogue import queries


@pytest.fixture
def fresh():
    """Let go of compiled versions before and after a test that publishes one."""
    queries.forget()
    yield
    queries.forget()


@pytest.fixture
def editor(db, clock):
    """An editor of the market regulator's items."""
    return staff("editor")


@pytest.fixture
def publisher(db, clock):
    """A publisher of the market regulator's items."""
    return staff("publisher")
