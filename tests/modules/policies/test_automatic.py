"""Items of the pack that come without an application: which they are, and that a batch of each makes its list."""

import pytest

from tests import city
from tests.modules.policies.awarding import again, firm
from tongban.foundation import time
from tongban.modules.policies import actions
from tongban.modules.policies.calc.ways import is_automatic
from tongban.modules.policies.models import AwardBatch
from tongban.modules.policies.queries import awards, published
from tongban.modules.policies.states import BatchState

pytestmark = pytest.mark.django_db

# Items whose edition of 2026 goes the way of a list made from data.
ITEMS = {
    "organisation": {
        "aeo-award", "changan-scale-match", "city-quality-award", "cleaner-production-award", "culture-scale",
        "disabled-hiring-award", "export-credit-insurance", "farm-leader-award", "graduate-bonus", "green-title-award",
        "high-tech-recognised", "humen-quality-match", "job-retention-return", "logistics-grade", "old-brand-award",
        "origin-certificates", "patent-grant", "safety-standard-award", "scale-up-new", "scale-up-started",
        "single-champion", "solar-roof", "specialised-award", "tech-contract-award", "water-saving-award",
    },
    "person": {
        "child-raising", "disabled-care", "disabled-living", "graduate-small-firm", "job-seeking", "master-doctor-living",
        "medical-insurance-help", "price-allowance", "senior-monthly", "veteran-job",
    },
}  # fmt: skip


@pytest.fixture(autouse=True)
def standing_clock(clock):
    """Monday, 2 March 2026, 9:00."""
    published.forget()
    yield clock
    published.forget()


def test_which_they_are():
    held = published.in_force().policies
    found = {"organisation": set(), "person": set()}
    for item in held.items:
        edition = item.edition_on(time.today())
        if "automatic" in item.routes and edition is not None and is_automatic(held, edition):
            found[item.audience].add(item.code)
    assert found == ITEMS
    assert sum(map(len, found.values())) >= 12


def test_a_batch_of_each_makes_its_list():
    makers = {}
    firm()
    city.person(place=city.DALANG)
    for item in sorted(ITEMS["organisation"] | ITEMS["person"]):
        agency = published.in_force().item(item)[0].agency
        makers.setdefault(agency, city.actor(city.officer("award_officer", agency=agency, place="")))
        actions.start_batch(item=item, by=makers[agency])
        city.run_jobs()
    made = {row.item: row for row in AwardBatch.objects.all()}
    assert set(made) == ITEMS["organisation"] | ITEMS["person"]
    assert {row.state for row in made.values()} == {BatchState.MADE}
    assert all(again(row).looked_at >= 1 for row in made.values())
    listed = {code for code, row in made.items() if awards.counts(row)}
    assert "scale-up-new" in listed
