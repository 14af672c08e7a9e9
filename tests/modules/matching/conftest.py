"""Every test here begins on Monday, 2 March 2026, 9:00."""

import pytest


@pytest.fixture(autouse=True)
def standing_clock(clock):
    """The frozen clock."""
    return clock
