"""From what a project needs to the form of that need in the market, begun with what the project says."""

import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from tongban.foundation.money import format_yuan
from tongban.kernel.access.calc import Actor
from tongban.kernel.access.states import Area
from tongban.kernel.places import queries as places
from tongban.modules.matching import queries as market
from tongban.modules.matching.calc.posts import LONGEST_TITLE
from tongban.modules.matching.states import PostSide
from tongban.modules.projects import queries
from tongban.modules.projects.states import EntryKind, ProjectState
from tongban.terminals.ui import factwords
from tongban.terminals.ui import marketwords as words
from tongban.terminals.ui import projectwords as said
from tongban.terminals.ui.texts import _


def address(actor: Actor, row: Any, entry: Any) -> str:
    """Where the enterprise posts a need of its project that is still open; "" for who does not post, and for a need
    that the market has no kind for. The address names the project and the need: what they say is read there.
    """
    firm = actor.organisation_id
    if firm is None or firm != row.organisation_id or firm not in actor.firms(Area.MARKET):
        return ""
    if row.state != ProjectState.OPEN or entry.kind != EntryKind.NEED or entry.settled_on is not None:
        return ""
    need = _need(row, entry.about)
    if need is None or need.market.kind not in market.book().kinds:
        return ""
    begun = urlencode({"project": str(row.pk), "need": need.id})
    return f"{reverse('market-new', args=[need.market.kind, PostSide.NEED])}?{begun}"


def begun(actor: Actor, data: Mapping[str, str], kind: Any) -> dict[str, Any]:
    """What the form of a need of this kind begins with, where its address names a project of the enterprise: the
    town, a title, the attributes that its diagnosis answers. Raises NoSuchProject.
    """
    try:
        project_id = uuid.UUID(data.get("project", ""))
    except ValueError:
        return {}
    row = queries.project(actor, project_id, "own")
    need = _need(row, data.get("need", ""))
    if need is None or need.market.kind != kind.code:
        return {}
    town = places.town_of(row.place_path)
    known = {name: row.answers.get(question) for name, question in need.market.fill.items()}
    asked = {one.name: one for one in kind.attributes}
    told = [_told(asked[name], value) for name, value in known.items() if value and name in asked]
    filled = {name: _typed(asked[name], value) for name, value in known.items() if value and name in asked}
    title = _("{need}：{amount}", need=said.say(need.text), amount=told[0]) if told else said.say(need.text)
    return {
        "place": town.code if town else "",
        "title": title[:LONGEST_TITLE],
        **need.market.given,
        **filled,
    }


def _need(row: Any, id: str) -> Any:
    """A need of the project's kind that the market has a kind for; None if there is none."""
    held = queries.kinds().get(row.kind)
    needs = held.needs if held else ()
    return next((one for one in needs if one.id == id and one.market), None)


def _typed(attribute: Any, value: int) -> str:
    return format_yuan(value).replace(",", "") if attribute.type == "money" else str(value)


def _told(attribute: Any, value: int) -> str:
    return factwords.money(value) if attribute.type == "money" else words.value(attribute, value)
