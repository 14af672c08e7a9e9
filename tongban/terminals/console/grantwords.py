"""Grants in words, for every page that shows some: accounts, rights, the record."""

import uuid
from dataclasses import dataclass
from typing import Any

from tongban.foundation import time
from tongban.kernel.access import queries as access
from tongban.kernel.access.states import ROLES, Origin
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.catalogue.states import DocumentKind
from tongban.kernel.places import queries as places
from tongban.terminals.console import words
from tongban.terminals.ui import texts
from tongban.terminals.ui.templatetags.ui import cntime
from tongban.terminals.ui.texts import _, later

ORIGINS = {
    Origin.GIVEN: "",
    Origin.DELEGATED: later("外出代理"),
    Origin.GLASS: later("紧急查阅"),
    Origin.RECUSAL: later("回避"),
}


@dataclass(frozen=True)
class GrantRow:
    """A grant in words: the role, where, for which items, from when to when, how it stands."""

    id: uuid.UUID
    role: str
    where: str
    items: str
    starts_on: str
    ends_on: str
    live: bool
    state: str
    tone: str
    origin: str
    made: str


def place_names() -> dict[str, str]:
    """Names of all places by code, in the language of the request."""
    english = texts.language() == texts.ENGLISH
    return {code: names[1] if english else names[0] for code, names in places.names().items()}


def role_name(name: str) -> str:
    """What a role is called."""
    role = ROLES[name]
    return texts.local({"zh": role.title_zh, "en": role.title_en})


def where(agency: str, place_path: str, held: catalogue.Snapshot, names: dict[str, str]) -> str:
    """An agency and a place in words."""
    agencies = held.documents.get(DocumentKind.AGENCY, {})
    office = words.agency(agencies, agency) if agency else _("全部机构")
    code = place_path.rstrip("/").rsplit("/", 1)[-1]
    return f"{office} · {names.get(code, code) if code else _('全市')}"


def grant_row(grant: Any, held: catalogue.Snapshot, names: dict[str, str]) -> GrantRow:
    """One grant in words."""
    items = [
        held.items[item].definition.name.of(texts.language()) if item in held.items else item
        for item in grant.items
    ]
    state, tone = _state(grant)
    last = cntime(grant.until) if grant.until else grant.ends_on and grant.ends_on.isoformat()
    return GrantRow(
        id=grant.pk,
        role=role_name(grant.role),
        where=_("只限一个对象") if grant.subject_id else where(grant.agency, grant.place_path, held, names),
        items=texts.listed(items) or _("全部事项"),
        starts_on=grant.starts_on.isoformat(),
        ends_on=last or _("长期"),
        live=tone == "green",
        state=state,
        tone=tone,
        origin=str(ORIGINS[Origin(grant.origin)]),
        made=cntime(grant.made_at),
    )


def _state(grant: Any) -> tuple[str, str]:
    if grant.ended_at:
        return _("{moment} 终止", moment=cntime(grant.ended_at)), ""
    if grant.waits:
        return _("等第二人确认"), "amber"
    if access.holds_now(grant, time.today(), time.now()):
        return _("有效"), "green"
    return (_("还没开始"), "line") if grant.starts_on > time.today() else (_("已到期"), "")
