"""A supervisor, the clerk whose cases are supervised, and strangers."""

import pytest

from tests import city


@pytest.fixture(autouse=True)
def standing_clock(clock):
    """Every test here begins on Monday, 2 March 2026, 9:00."""
    return clock


@pytest.fixture
def supervisor(db):
    """Sees the whole city."""
    return city.actor(city.officer("supervisor", agency="", place="", name="蔡国平"))


@pytest.fixture
def clerk(db):
    return city.actor(city.officer("clerk"))


@pytest.fixture
def strangers(db):
    """Officers of another town, of another agency, a supervisor of another town, and the applicant's side."""
    return [
        city.actor(city.officer("clerk", "reviewer", "decider", place=city.town(city.HUMEN))),
        city.actor(city.officer("clerk", "reviewer", "decider", agency="market-regulation")),
        city.actor(city.officer("supervisor", agency="", place=city.town(city.HUMEN))),
        city.actor(city.account(city.person())),
    ]
