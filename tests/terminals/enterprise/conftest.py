"""An enterprise of its own for tests of its terminal, and who runs it."""

import pytest

from tests import city


@pytest.fixture
def boss(db):
    return city.person("林启明")


@pytest.fixture
def firm(boss):
    return city.organisation(boss, "东莞市台信示例精密机械有限公司")


@pytest.fixture
def client(boss, firm):
    """A browser in which the enterprise is acted for."""
    found = city.signed_in(city.account(boss))
    found.post("/act-for/", {"for": str(firm.pk), "next": "/"})
    return found
