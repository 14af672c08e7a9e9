"""The description of the interface: it names every address, and every answer is as it says, whatever is sent."""

import pytest
from schemathesis import GenerationMode

from tests.terminals.api import flooding
from tongban.terminals.api import described
from tongban.terminals.api.urls import urlpatterns

pytestmark = pytest.mark.django_db


def test_every_address_is_described_and_nothing_else():
    routes = {f"/api/{one.pattern}".replace("<uuid:", "{").replace(">", "}") for one in urlpatterns}
    assert set(described.description()["paths"]) == routes


def test_no_call_breaks_it(clock):
    """A few of each kind in every run, by everybody; `make faults` sends a hundred thousand."""
    flood = flooding.Flood(flooding.world(), begin=20260302)
    for operation in flooding.operations():
        for mode in GenerationMode:
            flood.pour(operation, mode, many=6)
    assert flood.sent > 500
    assert flood.faults == {}
    assert max(flood.by_status) < 500
    assert {200, 201, 400, 401, 403, 404, 422} <= set(flood.by_status), "it came as far as the code behind"
