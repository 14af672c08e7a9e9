"""The town's workspace: its enterprises and lists, officers and duty, projects and figures; the city opens every town's."""

import uuid
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access import queries as access
from tongban.kernel.access.calc import Actor
from tongban.kernel.access.states import ROLES, Permission
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.parties import queries as parties
from tongban.kernel.places import queries as places
from tongban.modules.appeals import queries as appeals
from tongban.modules.projects import queries as projects
from tongban.modules.projects.states import LIGHT_NAMES, Light
from tongban.modules.visits import actions, queries
from tongban.modules.visits.rules import manages
from tongban.terminals.desk import words
from tongban.terminals.desk.listing import Rows
from tongban.terminals.desk.projectacts import day_of, identifier
from tongban.terminals.desk.projects import listed
from tongban.terminals.desk.queue import Pages, shown
from tongban.terminals.desk.served import list_name
from tongban.terminals.desk.townsources import SOURCES
from tongban.terminals.ui import factwords, parts
from tongban.terminals.ui.pages import said
from tongban.terminals.ui.rights import staff
from tongban.terminals.ui.templatetags.ui import cndate
from tongban.terminals.ui.texts import _

PAGE, DAYS, MOST = 20, 14, 5
_LAMPS: dict[Light, parts.LightKind] = {
    Light.GREEN: "green",
    Light.YELLOW: "yellow",
    Light.RED: "red",
    Light.OUT: "red",
}


def towns_of(actor: Actor) -> list[Any]:
    """The towns whose workspace the officer may open, in the pack's order."""
    return [town for town in places.towns() if manages(actor, town.path)]


def town_for(actor: Actor, code: str) -> Any:
    """One of them; otherwise 404."""
    town = places.by_code(code)
    if town is None or town not in places.towns() or not manages(actor, town.path):
        raise Http404
    return town


@staff(Permission.TOWN_MANAGE)
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Whoever has one town is led there; whoever has several sees them with their figures."""
    actor, today = request.actor, time.today()
    towns = towns_of(actor)
    if len(towns) == 1:
        return HttpResponseRedirect(reverse("desk-town", args=[towns[0].code]))
    open_ = projects.narrowed(projects.projects(actor), today, light="open")
    counts = projects.by_town(open_)
    served = queries.served_by_town(actor)
    rows = [
        {
            "name": words.pick((town.name_zh, town.name_en)),
            "url": reverse("desk-town", args=[town.code]),
            "projects": counts.get(town.path, 0),
            "served": served.get(town.path, 0),
        }
        for town in towns
    ]
    most = max((row["projects"] for row in rows), default=0)
    return render(request, "desk/towns.html", {"rows": rows, "most": max(most, 1)})


@staff(Permission.TOWN_MANAGE)
@require_GET
def town(request: HttpRequest, code: str) -> HttpResponse:
    """The workspace of one town."""
    return show(request, code)


def show(request: HttpRequest, code: str, problem: Problem | None = None) -> HttpResponse:
    """The page; after a form was refused, with the reason."""
    actor, today = request.actor, time.today()
    place = town_for(actor, code)
    chosen, typed = request.GET.get("list", "")[:60], request.GET.get("q", "")[:60]
    entries = queries.entries(actor, code=chosen, town=place.path, words=typed)
    page = Pages(Rows(entries), PAGE).get_page(request.GET.get("page"))
    officers = queries.officers(place.path)
    names = {one.account_id: one.name for one in officers}
    open_ = projects.narrowed(projects.projects(actor), today, light="open", town=code)
    promised, done = projects.money(open_)
    context = {
        "place": place,
        "name": words.pick((place.name_zh, place.name_en)),
        "many": len(towns_of(actor)) > 1,
        "figures": _figures(actor, place, today),
        "lamps": _lamps(open_, code, today),
        "promised": factwords.money(promised),
        "done": factwords.money(done),
        "percent": projects.calc.percent(done, promised),
        "projects": listed(open_[:MOST], today),
        "lists": _lists(actor, place.path, chosen),
        "list_choices": [(id, list_name(id)) for id in queries.settings().lists],
        "chosen": chosen,
        "q": typed,
        "page": page,
        "rows": _entries(page.object_list, names),
        "page_query": f"list={chosen}&q={typed}",
        "officers": _officers(officers, place.path),
        "candidates": candidates(place.path, today),
        "choices": [(str(one.account_id), one.name) for one in officers],
        "duties": _duties(place.path, today, names),
        "today": today.isoformat(),
        "exports": _exports(actor),
        "problem": said(problem),
    }
    return render(request, "desk/town.html", context, status=problem.status if problem else 200)


def _exports(actor: Actor) -> list[tuple[str, str]]:
    """What of a town the officer may export."""
    return [
        (one.code, words.pick(one.name))
        for one in SOURCES
        if any(actor.can(Permission(permission)) for permission in one.permissions)
    ]


def _figures(actor: Actor, place: Any, today: date) -> list[tuple[str, str]]:
    """What the town has in hand; the appeals are those that its manager may see."""
    found = queries.figures(actor, place.path, today)
    soon = deadlines.calendar().add_workdays(today, 1).date
    asked = appeals.lamps(appeals.found(appeals.visible(actor), {"town": place.code}), today, soon)
    found |= {"appeals": sum(asked.values()), "late": asked["red"]}
    labels = {
        "served": _("有专员的企业"),
        "to_visit": _("该走访的"),
        "visited": _("三十天内走访"),
        "promised": _("待兑现承诺"),
        "overdue": _("超期承诺"),
        "appeals": _("在办诉求"),
        "late": _("超期诉求"),
    }
    return [(label, shown(found[key])) for key, label in labels.items()]


def _lamps(rows: Any, code: str, today: date) -> list[parts.Lamp]:
    found = []
    for light in Light:
        label = words.pick(LIGHT_NAMES[light])
        count = projects.count(rows.filter(projects.by_light(light, today)))
        url = f"{reverse('desk-projects')}?light={light}&town={code}"
        found.append(parts.Lamp(label, shown(count), url, _LAMPS[light]))
    return found


def _lists(actor: Actor, path: str, chosen: str) -> list[parts.Link]:
    counts = queries.list_counts(actor, path)
    return [
        parts.Link(f"{list_name(code)} {counts.get(code, 0)}", f"?list={code}", current=code == chosen)
        for code in queries.settings().lists
    ]


def _entries(rows: Any, names: dict[uuid.UUID, str]) -> list[dict[str, Any]]:
    assigned = queries.assignments_of([one.organisation_id for one in rows])
    return [
        {
            "id": one.pk,
            "firm": one.organisation_id,
            "name": one.name,
            "url": reverse("desk-firm", args=[one.organisation_id]),
            "list": list_name(one.code),
            "since": cndate(one.since),
            "by_hand": one.by_hand,
            "officer": names.get(held.officer_id, "") if (held := assigned.get(one.organisation_id)) else "",
            "deputy": names.get(held.deputy_id, "") if held and held.deputy_id else "",
        }
        for one in rows
    ]


def _officers(rows: Any, path: str) -> list[dict[str, Any]]:
    loads = queries.loads(path)
    return [{"name": one.name, "phone": one.phone, "load": loads.get(one.account_id, 0)} for one in rows]


def candidates(path: str, today: date) -> list[tuple[str, str]]:
    """Those of the place who have a role in service and are not named officers yet."""
    roles = [name for name, role in ROLES.items() if Permission.ENTERPRISE_SERVE in role.permissions]
    held = [one for one in access.holders(roles, today) if one.place_path.startswith(path)]
    known = {one.account_id for one in queries.officers(path)}
    names = parties.account_names(one.account_id for one in held if one.account_id not in known)
    return sorted(((str(id), name) for id, name in names.items()), key=lambda one: one[1])


def _duties(path: str, today: date, names: dict[uuid.UUID, str]) -> list[tuple[str, str, str]]:
    held = queries.duties(path, today, DAYS)
    days = [today + timedelta(days=n) for n in range(DAYS)]
    return [(one.isoformat(), cndate(one), names.get(held[one], "") if one in held else "") for one in days]


# verb → what it does for the town, the form and the manager.
_VERBS: dict[str, Callable[[Any, Any, Actor], Any]] = {
    "list": lambda _place, given, by: actions.put_on_list(
        code=given.get("list", "")[:60], uscc=given.get("uscc", "")[:18], by=by
    ),
    "unlist": lambda _place, given, by: actions.take_off_list(
        entry_id=identifier(given.get("entry", "")), by=by
    ),
    "officer": lambda place, given, by: actions.name_officer(
        account_id=identifier(given.get("account", "")),
        phone=given.get("phone", ""),
        place_path=place.path,
        by=by,
    ),
    "assign": lambda _place, given, by: actions.assign(
        organisation_id=identifier(given.get("firm", "")),
        officer_id=identifier(given.get("officer", "")),
        deputy_id=identifier(given["deputy"]) if given.get("deputy") else None,
        by=by,
    ),
    "duty": lambda place, given, by: actions.set_duty(
        town=place.code,
        day=day_of(given.get("day", "")),
        account_id=identifier(given.get("account", "")),
        by=by,
    ),
}


@staff(Permission.TOWN_MANAGE)
def act(request: HttpRequest, code: str, verb: str) -> HttpResponse:
    """Run one verb and go back to the workspace; a foreseen failure shows it with its sentence."""
    place, back = town_for(request.actor, code), reverse("desk-town", args=[code])
    if request.method != "POST" or verb not in _VERBS:
        return HttpResponseRedirect(back)
    try:
        _VERBS[verb](place, request.POST, request.actor)
    except queries.NotServed:
        raise
    except Problem as problem:
        return show(request, code, problem)
    anchors = {"duty": "#duty", "officer": "#officers"}
    return HttpResponseRedirect(back + anchors.get(verb, "#lists"))
