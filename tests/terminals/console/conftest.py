"""The data bureau, and the frame of the workbench without the portal around it."""

import pytest

from tests import city
from tests.terminals.console.filling import officer
from tongban.kernel.catalogue import queries
from tongban.terminals.ui import shell


@pytest.fixture(autouse=True)
def desk_frame():
    """The workbench's own entries only; what the site configured comes back afterwards."""
    before = shell.current()
    shell.configure(shell.Shell(desk_home="console-home"))
    yield
    shell.configure(before)


@pytest.fixture
def bureau(db, clock):
    """A browser in which an officer of the data bureau is signed in."""
    return city.signed_in(city.officer("bureau", agency="data-bureau", place=city.CITY, name="刘一"))


@pytest.fixture
def fresh():
    """Let go of compiled versions before and after a test that publishes one."""
    queries.forget()
    yield
    queries.forget()


@pytest.fixture
def editor(db, clock, fresh):
    """A browser in which an editor of items is signed in."""
    return city.signed_in(officer("editor"))


@pytest.fixture
def publisher(db, clock, fresh):
    """A browser in which a publisher of items is signed in."""
    return city.signed_in(officer("publisher", name="刘建明"))
