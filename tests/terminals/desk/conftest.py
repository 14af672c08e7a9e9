"""Officers, and the frame of the workbench without the portal around it."""

import re

import pytest

from tests import city
from tongban.terminals.ui import shell

FOOD = "market-regulation"


@pytest.fixture(autouse=True)
def desk_frame():
    """The workbench's own entries only; what the site configured comes back afterwards."""
    before = shell.current()
    shell.configure(shell.Shell(desk_home="desk-queue", desk_search="desk-search"))
    yield
    shell.configure(before)


@pytest.fixture(autouse=True)
def standing_clock(clock):
    """Every test here begins on Monday, 2 March 2026, 9:00."""
    return clock


@pytest.fixture
def clerk(db):
    return city.officer("clerk", agency="", name="梁志远")


@pytest.fixture
def reviewer(db):
    return city.officer("reviewer", agency="", name="何文静")


@pytest.fixture
def decider(db):
    return city.officer("decider", agency="", name="周敏")


@pytest.fixture
def stranger(db):
    """May do everything, but in another town."""
    return city.officer("clerk", "reviewer", "decider", agency="", place=city.town(city.HUMEN), name="方圆")


@pytest.fixture
def numbers():
    """The case numbers in the table of a page, in their order."""
    return lambda response: re.findall(r'<small class="num">(DG[\d-]+)</small>', response.content.decode())


@pytest.fixture
def offers():
    """The verbs that a case page offers, by the element that carries each."""

    def found(response):
        verbs = ("accept", "supplement", "refuse", "complete", "grant", "deny")
        text = response.content.decode()
        return {verb for verb in verbs if re.search(rf'<(?:form|details)[^>]* id="{verb}"', text)}

    return found
