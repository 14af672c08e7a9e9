"""What waits for offices in projects: one list over all of them, and who can take a project over."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from tongban.foundation import time
from tongban.kernel.access import queries as access
from tongban.kernel.access.calc import Actor, Granted, covers
from tongban.kernel.access.states import ROLES, Permission
from tongban.kernel.parties import queries as parties
from tongban.modules.projects import queries
from tongban.modules.projects.states import FOLLOWED, EntryKind
from tongban.terminals.desk.listing import Rows
from tongban.terminals.desk.queue import Pages, shown
from tongban.terminals.ui import parts
from tongban.terminals.ui import projectwords as said
from tongban.terminals.ui.rights import staff
from tongban.terminals.ui.templatetags.ui import cndate
from tongban.terminals.ui.texts import _

PAGE = 20
_FILTERS = ("light", "kind", "office")


@staff(Permission.PROJECT_VIEW)
@require_GET
def matters(request: HttpRequest) -> HttpResponse:
    """Issues, decisions of meetings and needs that wait within the officer's reach, the first due first."""
    actor, today = request.actor, time.today()
    chosen = {name: request.GET.get(name, "")[:60] for name in _FILTERS}
    page = Pages(Rows(queries.matters_found(queries.matters(actor), chosen, today)), PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "page": page,
        "rows": [_row(one, today) for one in page.object_list],
        "query": urlencode({name: value for name, value in chosen.items() if value}),
        "narrowed": any(chosen.values()),
        "lamps": _lamps(actor, today, chosen),
        "filters": _filters(chosen, queries.offices_asked(actor)),
    }
    return render(request, "desk/project_matters.html", context)


def _row(one: Any, today: date) -> dict[str, Any]:
    project = one.project
    return {
        "url": f"{reverse('desk-project', args=[project.pk])}#followed",
        "kind": said.entry_name(one.kind),
        "words": said.need_name(project, one) if one.kind == EntryKind.NEED and one.about else one.words,
        "project": project.name,
        "firm": project.organisation_name,
        "office": said.office(one.office),
        "due": cndate(one.due_on),
        "light": said.due_light(one, today),
    }


def counts(actor: Actor, today: date) -> dict[str, str]:
    """How much waits within the actor's reach, and how much of it is past its day; for the list of projects."""
    rows = queries.matters(actor)
    late = queries.count(queries.matters_found(rows, {"light": "red"}, today))
    return {"all": shown(queries.count(rows)), "late": shown(late) if late else ""}


def _lamps(actor: Actor, today: date, chosen: dict[str, str]) -> list[parts.Lamp]:
    held = counts(actor, today)
    kept = {name: value for name, value in chosen.items() if value and name != "light"}
    red = chosen["light"] == "red"
    return [
        parts.Lamp(_("等办的"), held["all"], f"?{urlencode(kept)}", current=not red),
        parts.Lamp(
            _("超期的"),
            held["late"] or "0",
            f"?{urlencode({**kept, 'light': 'red'})}",
            "red",
            _("已超期"),
            current=red,
        ),
    ]


def _filters(chosen: dict[str, str], offices: list[str]) -> list[parts.Filter]:
    def one(name: str, label: str, every: str, pairs: list[tuple[str, str]]) -> parts.Filter:
        options = [parts.FilterOption(code, text, selected=code == chosen[name]) for code, text in pairs]
        return parts.Filter(name, label, [parts.FilterOption("", every), *options])

    kinds = [(str(kind), said.entry_name(kind)) for kind in FOLLOWED]
    return [
        one("kind", _("种类"), _("全部种类"), kinds),
        one("office", _("责任单位"), _("全部单位"), [(code, said.office(code)) for code in offices]),
    ]


def colleagues(row: Any, today: date) -> list[tuple[str, str]]:
    """Who can take a project over, by name; without the one who has it."""
    roles = [role.name for role in ROLES.values() if Permission.PROJECT_MANAGE in role.permissions]
    able = {
        one.account_id
        for one in access.holders(roles, today)
        if covers(
            Granted(one.role, one.agency, one.place_path, tuple(one.items)),
            agency=row.agency,
            place_path=row.place_path,
            item=row.kind,
        )
    }
    names = parties.account_names(able - {row.officer_id})
    return sorted(((str(id), name) for id, name in names.items()), key=lambda pair: pair[1])
