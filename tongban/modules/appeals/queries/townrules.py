"""Reads of what towns write themselves: what holds for a town, versions, faults against the pack as it is now."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from tongban.foundation.packs import PackError
from tongban.kernel.access.calc import Actor
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.catalogue.states import DocumentKind
from tongban.kernel.parties import queries as parties
from tongban.kernel.places import queries as places
from tongban.kernel.records.queries import Kept
from tongban.modules.appeals import rules
from tongban.modules.appeals.calc import NOTHING, Rulebook, TownRules, read_town_rules
from tongban.modules.appeals.models import TownRuleText
from tongban.modules.appeals.queries.single import firm_values, place_of, rulebook
from tongban.modules.appeals.states.townrules import Edition

if TYPE_CHECKING:
    from tongban.kernel.places.models import Place

_LIVE: Kept[TownRuleText] = Kept(lambda town: TownRuleText.objects.filter(town=town, state=Edition.LIVE))
# What was read last of each town, with the version and the pack it was read against: every new appeal asks for it.
_read: dict[str, tuple[uuid.UUID, Rulebook, TownRules]] = {}


def office_of(town: str) -> str:
    """The government of a town, as the pack's agencies have it; "" where none is."""
    agencies = catalogue.documents(DocumentKind.AGENCY).values()
    return next((one["code"] for one in agencies if one["place"] == town and one["level"] == "town"), "")


def check(text: str, town: str) -> tuple[TownRules, list[PackError]]:
    """What a town wrote, and every fault of it against the pack that is loaded. Raises NotSetUp."""
    place = places.by_code(town)
    within = {town} | (places.codes_within(place.path) if place is not None else set())
    return read_town_rules(text, rulebook(), catalogue.documents(DocumentKind.AGENCY), within)


def own_rules(town: str) -> TownRules:
    """What holds for a town now; nothing where a pack that came later no longer bears it (`check` says so)."""
    row = _LIVE.first(town) if town else None
    return NOTHING if row is None else _rules_of(row)


def all_own_rules() -> dict[str, TownRules]:
    """What holds now for every town that has rules of its own, by its code: for whoever does not know the firm yet."""
    return {
        row.town: _rules_of(row) for row in TownRuleText.objects.filter(state=Edition.LIVE).order_by("town")
    }


def _rules_of(row: TownRuleText) -> TownRules:
    book, held = rulebook(), _read.get(row.town)
    if held is None or held[0] != row.pk or held[1] is not book:
        held = _read[row.town] = (row.pk, book, check(row.text, row.town)[0])
    return held[2]


def town_of_firm(organisation_id: uuid.UUID) -> str:
    """The code of the town whose rules hold for a firm's appeals; "" where it is in none."""
    known = firm_values(organisation_id)
    town = places.town_of(place_of(known, parties.organisation(organisation_id).place_path))
    return town.code if town else ""


def subcategory_name(town: str, code: str) -> tuple[str, str]:
    """The Chinese and English name of a town's sub-category, from the last version that has it; else its code."""
    for text in _published(town).values_list("text", flat=True):
        for one in check(text, town)[0].subcategories:
            if one.code == code:
                return one.name.zh, one.name.en
    return code, code


def _published(town: str) -> QuerySet[TownRuleText]:
    return TownRuleText.objects.filter(town=town, published_at__isnull=False).order_by("-published_at", "-id")


def versions(actor: Actor, town: str = "") -> QuerySet[TownRuleText]:
    """The versions that the actor may look at, of one town or all, newest first."""
    rows = TownRuleText.objects.filter(rules.town_rules(actor)).order_by("-drafted_at", "-id")
    return rows.filter(town=town) if town else rows


@dataclass(frozen=True)
class Standing:
    """What a town has: the version that holds, the draft."""

    town: str
    live: TownRuleText | None
    draft: TownRuleText | None


def standing(actor: Actor, towns: Sequence[str]) -> list[Standing]:
    """How each of these towns stands, in their order."""
    rows = versions(actor).filter(town__in=towns).exclude(state=Edition.PAST)
    held = {(one.town, one.state): one for one in rows}
    return [Standing(one, held.get((one, Edition.LIVE)), held.get((one, Edition.DRAFT))) for one in towns]


def towns_with_rules(actor: Actor) -> list["Place"]:
    """The towns whose rules the actor may look at, whether they have some or not, in the pack's order."""
    desk = rulebook().desk
    return [one for one in places.towns() if rules.reads_town_rules(actor, desk, one.path, one.code)]
