"""A firm, the coordinators of the city, officers of the offices that its appeals reach, and strangers."""

import pytest

from tests import city


@pytest.fixture(autouse=True)
def standing_clock(clock):
    """Every test here begins on Monday, 2 March 2026, 9:00."""
    return clock


@pytest.fixture
def boss(db):
    """Acts for the firm."""
    head = city.person("邓文彬")
    city.organisation(head, "东莞市诉求示例电子有限公司", org__size="medium", org__above_scale=False)
    return city.actor(city.account(head))


@pytest.fixture
def firm(boss):
    """The firm's identifier."""
    return boss.represents[0]


@pytest.fixture
def desk(db):
    """Coordinates the appeals of the whole city."""
    return city.actor(city.officer("appeal_coordinator", agency="industry", place="", name="苏敏"))


@pytest.fixture
def office(db):
    """Officers by agency, made on demand."""
    made = {}

    def of(agency, place=""):
        key = (agency, place)
        if key not in made:
            made[key] = city.actor(city.officer("appeal_officer", agency=agency, place=place))
        return made[key]

    return of
