"""What tests of awards stand on: a treasury's folder of their own, and books that hold whatever they did."""

import pytest

from tests.modules.policies.awarding import Bureau, bureau
from tongban.kernel.ledger import queries as money


@pytest.fixture
def books(settings, tmp_path, clock):
    """A folder for the made-up treasury; afterwards the books are added up again."""
    settings.OUTBOX = tmp_path
    yield
    assert money.broken() == [] == money.one_person()


@pytest.fixture
def office(books) -> Bureau:
    """The industry bureau and its money."""
    return bureau()
