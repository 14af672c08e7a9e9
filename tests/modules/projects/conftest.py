"""Officers of two towns, an enterprise of one of them, and its project."""

import pytest

from tests import city
from tongban.modules.projects import actions
from tongban.modules.projects.actions import Plan

ANSWERS = {
    "invest": 6_000_000_000,
    "equipment": 3_000_000_000,
    "builds": True,
    "kwh": 2_000_000,
    "coal_tonnes": 300,
    "pollution": "little",
    "waste_water": False,
    "special": False,
    "hire": 60,
    "borrow": 0,
}


@pytest.fixture(autouse=True)
def standing_clock(clock):
    """Every test here begins on Monday, 2 March 2026, 9:00."""
    return clock


@pytest.fixture
def officer(db):
    """Manages projects of Dalang."""
    return city.actor(city.officer("project_officer", agency="", name="袁海"))


@pytest.fixture
def boss(db):
    """Represents the enterprise."""
    return city.person("林启明")


@pytest.fixture
def firm(boss):
    return city.organisation(boss, "东莞市台信示例精密机械有限公司", org__above_scale=True)


@pytest.fixture
def plan(firm):
    return Plan("expansion", "三号车间扩建", firm.pk, 6_000_000_000, ANSWERS)


@pytest.fixture
def project(plan, officer):
    return actions.open_project(plan=plan, by=officer)


@pytest.fixture
def strangers(db):
    """Officers of another town, of another trade, and another enterprise."""
    other = city.person("方圆")
    return [
        city.actor(city.officer("project_officer", "town_manager", agency="", place=city.town(city.HUMEN))),
        city.actor(city.officer("clerk", "service_officer", agency="")),
        city.actor(city.account(other), city.organisation(other, "示例贸易有限公司")),
    ]
