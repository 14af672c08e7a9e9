"""Dedicated service on the desk and on a phone: the enterprises in one's care, visits, promises."""

import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.states import Permission
from tongban.modules.visits import actions, calc, queries
from tongban.modules.visits.actions import Report
from tongban.modules.visits.rules import manages
from tongban.modules.visits.states import LIGHT_NAMES, STATE_NAMES, Light, VisitState
from tongban.terminals.desk import words
from tongban.terminals.desk.listing import Rows
from tongban.terminals.desk.projectacts import day_of
from tongban.terminals.desk.queue import Pages, shown
from tongban.terminals.ui import looking, parts, projectwords
from tongban.terminals.ui.pages import said
from tongban.terminals.ui.rights import staff
from tongban.terminals.ui.templatetags.ui import cndate
from tongban.terminals.ui.texts import _

PAGE = 20
MOST = 20  # of the visits and promises beside a list
_KINDS: dict[Light, parts.LightKind] = {Light.GREEN: "green", Light.YELLOW: "yellow", Light.RED: "red"}


def light(due_on: date, today: date) -> parts.Light:
    """How a day that was promised or planned stands."""
    found = calc.light_of(due_on, today, queries.settings().yellow_days)
    return parts.Light(_KINDS[found], words.pick(LIGHT_NAMES[found]))


def list_name(code: str) -> str:
    """A list by its code."""
    held = queries.settings().lists
    return projectwords.say(held[code].name) if code in held else code


def purpose_name(id: str) -> str:
    """What a visit is for."""
    held = queries.settings().purposes
    return projectwords.say(held[id]) if id in held else id


@staff(Permission.ENTERPRISE_SERVE)
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """What an officer has to do: visits that are planned, promises that wait, enterprises by when they are to be visited."""
    return show_mine(request)


def show_mine(request: HttpRequest, problem: Problem | None = None) -> HttpResponse:
    """The page; after a form was refused, with the reason."""
    actor, today = request.actor, time.today()
    rows = queries.own_assignments(actor)
    page = Pages(Rows(rows), PAGE).get_page(request.GET.get("page"))
    open_ = queries.promises(actor)
    context = {
        "page": page,
        "rows": [served(one, actor, today) for one in page.object_list],
        "visits": [visit_row(one, today) for one in queries.planned(actor)[:MOST]],
        "promises": [promise_row(one, today) for one in open_[:MOST]],
        "lamps": [
            parts.Lamp(_("我服务的企业"), page.paginator.shown, "#firms"),
            parts.Lamp(
                _("该走访的"),
                shown(queries.count(rows.filter(next_on__lte=today))),
                "#firms",
                "yellow",
                _("到期"),
            ),
            parts.Lamp(_("待兑现的承诺"), shown(queries.count(open_)), "#promises"),
            parts.Lamp(
                _("超期的承诺"),
                shown(queries.count(open_.filter(due_on__lt=today))),
                "#promises",
                "red",
                _("已超期"),
            ),
        ],
        "town": actor.can(Permission.TOWN_MANAGE),
        "problem": said(problem),
    }
    return render(request, "desk/service.html", context, status=problem.status if problem else 200)


def served(one: Any, actor: Any, today: date) -> dict[str, Any]:
    """An enterprise in somebody's care as a row."""
    return {
        "url": reverse("desk-firm", args=[one.organisation_id]),
        "name": one.name,
        "deputy": one.deputy_id == actor.account_id,
        "visited": cndate(one.visited_on) if one.visited_on else "",
        "next": cndate(one.next_on),
        "light": light(one.next_on, today),
    }


def visit_row(one: Any, today: date) -> dict[str, Any]:
    """A visit as a row."""
    state = VisitState(one.state)
    return {
        "url": reverse("desk-visit", args=[one.pk]),
        "name": one.name,
        "purpose": purpose_name(one.purpose),
        "day": cndate(one.done_on or one.planned_on),
        "state": words.pick(STATE_NAMES[state]),
        "light": light(one.planned_on, today) if state == VisitState.PLANNED else None,
        "appeal": one.appeal_no,
    }


def promise_row(one: Any, today: date) -> dict[str, Any]:
    """A promise as a row."""
    return {
        "id": one.pk,
        "firm": one.name,
        "url": reverse("desk-firm", args=[one.organisation_id]),
        "words": one.words,
        "due": cndate(one.due_on),
        "light": parts.Light("green", _("已兑现")) if one.kept_on else light(one.due_on, today),
        "kept": one.kept_words or "",
        "open": one.kept_on is None,
    }


@staff(Permission.ENTERPRISE_SERVE)
def visit(request: HttpRequest, visit_id: uuid.UUID) -> HttpResponse:
    """One visit: the form to record it, as it is filled in on a phone at the enterprise; afterwards what was recorded."""
    row, today = queries.visit(request.actor, visit_id), time.today()
    looking.at(request, row)
    problem = None
    if request.method == "POST":
        try:
            if request.POST.get("do") == "off":
                actions.call_off(visit_id=visit_id, by=request.actor)
                return HttpResponseRedirect(reverse("desk-service"))
            actions.record_visit(visit_id=visit_id, report=_report(request.POST), by=request.actor)
            return HttpResponseRedirect(reverse("desk-visit", args=[visit_id]))
        except queries.NotServed:
            raise
        except Problem as refused:
            problem = refused
    typed = {name: request.POST.get(name, "") for name in ("met", "words", "on")}
    promises = [
        (n, request.POST.get(f"promise-{n}", ""), request.POST.get(f"due-{n}", ""))
        for n in range(1, PROMISES + 1)
    ]
    context = {
        "row": row,
        "visit": visit_row(row, today),
        "planned": row.state == VisitState.PLANNED,
        "done": row.state == VisitState.DONE,
        "typed": typed | {"on": typed["on"] or today.isoformat()},
        "slots": promises,
        "today": today.isoformat(),
        "keeps": manages(request.actor, row.place_path),
        "promises": [promise_row(one, today) for one in queries.promises_of([row])[row.pk]],
        "problem": said(problem),
    }
    return render(request, "desk/visit.html", context, status=problem.status if problem else 200)


PROMISES = 3


def _report(given: Any) -> Report:
    return Report(
        met=given.get("met", ""),
        words=given.get("words", ""),
        on=day_of(given.get("on", "")),
        promises=[
            (given.get(f"promise-{n}", ""), day_of(given.get(f"due-{n}", ""))) for n in range(1, PROMISES + 1)
        ],
    )


def _act(request: HttpRequest, back: str, perform: Callable[[], Any]) -> HttpResponse:
    if request.method != "POST":
        return HttpResponseRedirect(back)
    try:
        perform()
    except queries.NotServed:
        raise
    except Problem as problem:
        return show_mine(request, problem)
    return HttpResponseRedirect(back)


@staff(Permission.ENTERPRISE_SERVE)
def plan(request: HttpRequest, organisation_id: uuid.UUID) -> HttpResponse:
    """Plan a visit to an enterprise in one's care."""
    return _act(
        request,
        reverse("desk-firm", args=[organisation_id]),
        lambda: actions.plan_visit(
            organisation_id=organisation_id,
            purpose=request.POST.get("purpose", ""),
            on=day_of(request.POST.get("on", "")),
            by=request.actor,
        ),
    )


@staff(Permission.ENTERPRISE_SERVE)
def keep(request: HttpRequest, promise_id: uuid.UUID) -> HttpResponse:
    """Note that a promise was kept."""
    return _act(
        request,
        reverse("desk-service") + "#promises",
        lambda: actions.keep_promise(
            promise_id=promise_id, words=request.POST.get("words", ""), by=request.actor
        ),
    )
