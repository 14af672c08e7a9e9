"""The data bureau, and the frame of the workbench without the portal around it."""

import pytest

from tests import city
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
