"""What tests of claims stand on: the window is open, a treasury's folder of their own, books that hold whatever they did."""

import pytest

from tests.modules.claims.claiming import WINDOW, Office, office
from tongban.kernel.ledger import queries as money


@pytest.fixture
def books(settings, tmp_path, clock):
    """A folder for the made-up treasury; afterwards the books are added up again."""
    settings.OUTBOX = tmp_path
    clock.to(WINDOW)
    yield
    assert money.broken() == [] == money.one_person()


@pytest.fixture
def bureau(books) -> Office:
    """The science bureau and its money."""
    return office()
