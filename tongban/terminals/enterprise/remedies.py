"""From what an enterprise lacks for a subsidy to the form of a need in the market."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from tongban.kernel.access.calc import Actor
from tongban.kernel.access.states import Area
from tongban.kernel.parties import queries as parties
from tongban.kernel.places import queries as places
from tongban.modules.matching import queries
from tongban.modules.matching.states import PostSide
from tongban.terminals.ui import marketwords as words
from tongban.terminals.ui import parts, told
from tongban.terminals.ui.texts import _


def remedies(actor: Actor, row: told.Row | None) -> list[parts.Link]:
    """For each condition that fails and that something in the market would help with, the form of that need, begun.

    Nothing for who does not post for an enterprise. An address tells neither the subsidy nor the condition.
    """
    firm = actor.organisation_id
    if row is None or not row.gaps or firm is None or firm not in actor.firms(Area.MARKET):
        return []
    book = queries.book().remedies
    lacking = [(one, *book[one.name]) for line in row.gaps for one in line.found if one.name in book]
    if not lacking:
        return []
    town = places.town_of(parties.organisation(firm).place_path)
    return [_link(one, kind, remedy, town.code if town else "") for one, kind, remedy in lacking]


def _link(one: told.Found, kind: Any, remedy: Any, town: str) -> parts.Link:
    begun = {"category": remedy.category, "place": town, remedy.fill: str(one.lacks or "")}
    given = urlencode({name: value for name, value in begun.items() if name and value})
    address = reverse("market-new", args=[kind.code, PostSide.NEED])
    label = _("{fact}：到供需对接找{kind}", fact=one.label, kind=words.named(kind))
    return parts.Link(label, f"{address}?{given}", "handshake")
