"""A line between a city and a province, and both sides' books sound at its end."""

import pytest
from django.conf import settings as project

from tests.kernel.exchange import line as ends
from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.exchange import actions, calc, queries

FIGURES = {"late_hours": 24, "valid_days": 60, "clock_seconds": 300, "basis": "示例"}


@pytest.fixture
def line(settings, db, clock):
    """The wire, and peers with their keys at both ends."""
    settings.EXCHANGE_CARRIER = "line"
    ends.forget()
    key = calc.public_half(project.EXCHANGE_KEY)
    names = {"name": {"zh": "示例", "en": "Example"}, "url": "http://line.invalid/", "public_key": key}
    both = [
        {"code": ends.PROVINCE, "me": ends.CITY, **names, **FIGURES},
        {"code": ends.CITY, "me": ends.PROVINCE, **names, **FIGURES},
    ]
    actions.load_peers(peers=both, by=SYSTEM)
    ends.LINE.faults, ends.LINE.carried = [], []
    yield ends.LINE
    assert queries.doubled() == []
