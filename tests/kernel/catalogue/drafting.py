"""Builders of drafts of items."""

from django.conf import settings

from tests import city
from tongban.foundation.packs import read_yaml
from tongban.kernel.catalogue import actions
from tongban.kernel.catalogue.calc import Edit
from tongban.kernel.events import queries as events

FOOD = "food-licence"
# The pack goes on; what the tests publish counts from the version that it has.
FIRST: int = read_yaml(settings.PACK / f"items/{FOOD}.yaml").data["version"]
HOURS = ("guide", "hours", "zh")


def staff(role: str, agency: str = "market-regulation"):
    """An officer for a whole agency, as an actor."""
    return city.actor(city.officer(role, agency=agency, place=city.CITY))


def changed(by, code=FOOD, hours="全天。"):
    """A draft that changes the hours."""
    draft = actions.open_draft(item_code=code, by=by)
    return actions.change(draft_id=draft.pk, edits=[Edit("set", HOURS, hours)], by=by)


def proposed(by, **words):
    """A draft that waits for publication."""
    return actions.propose(draft_id=changed(by, **words).pk, by=by)


def names() -> list[str]:
    """The events of this package, oldest first."""
    found = [
        row
        for name in ("opened", "changed", "proposed", "returned", "discarded")
        for row in events.by_name(f"item_draft.{name}")
    ]
    return [row.name for row in sorted(found, key=lambda row: row.id)]
