"""Journeys go through the running product: its own processes, database and clock. Started once for each worker."""

from collections.abc import Iterator

import pytest

from tests.running import Product, running


@pytest.fixture(scope="session")
def product() -> Iterator[Product]:
    """The running product with the demo city."""
    with running() as started:
        yield started


@pytest.fixture
def site_url(product: Product) -> str:
    """The pages come from the product, not from pytest-django's server."""
    return product.base
