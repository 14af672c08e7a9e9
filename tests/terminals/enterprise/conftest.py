"""An enterprise of its own for tests of its terminal, and who runs it."""

import pytest

from tests import city


@pytest.fixture
def boss(db):
    return city.person("林启明")


@pytest.fixture
def firm(boss):
    return city.organisation(boss, "东莞市台信示例精密机械有限公司")
