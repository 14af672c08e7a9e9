"""A town with its manager, two service officers, and an enterprise that one of them serves."""

import pytest

from tests import city
from tongban.modules.visits import actions

PHONE = "0769-00002113"


@pytest.fixture(autouse=True)
def standing_clock(clock):
    """Every test here begins on Monday, 2 March 2026, 9:00."""
    return clock


def named(manager, name, place=None):
    """A service officer who is named with a telephone."""
    where = place or city.town()
    actor = city.actor(city.officer("service_officer", agency="", place=where, name=name))
    actions.name_officer(account_id=actor.account_id, phone=PHONE, place_path=where, by=manager)
    return actor


@pytest.fixture
def manager(db):
    return city.actor(city.officer("town_manager", agency="", name="温丽"))


@pytest.fixture
def officer(manager):
    return named(manager, "袁海")


@pytest.fixture
def deputy(manager):
    return named(manager, "李梅")


@pytest.fixture
def other(manager):
    """Another officer of the same town, who serves nobody here."""
    return named(manager, "何勇")


@pytest.fixture
def boss(db):
    return city.person("林启明")


@pytest.fixture
def firm(boss):
    return city.organisation(boss, "东莞市台信示例精密机械有限公司")


@pytest.fixture
def served(firm, officer, deputy, manager):
    return actions.assign(
        organisation_id=firm.pk, officer_id=officer.account_id, deputy_id=deputy.account_id, by=manager
    )


@pytest.fixture
def elsewhere(db):
    """The manager of another town."""
    return city.actor(city.officer("town_manager", agency="", place=city.town(city.HUMEN)))
