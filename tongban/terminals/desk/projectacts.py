"""What is done about a project from its page: move on, plan, write down, settle, link, check, hand over, end."""

import uuid
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.states import Permission
from tongban.modules.projects import actions, queries
from tongban.modules.projects.actions import Said
from tongban.modules.projects.queries import NoSuchProject
from tongban.terminals.desk import projectmeetings, projectyears
from tongban.terminals.desk.projectmeetings import day_of
from tongban.terminals.desk.projects import show
from tongban.terminals.desk.projectyears import fen_of
from tongban.terminals.ui import attached
from tongban.terminals.ui.rights import staff


def identifier(text: str) -> uuid.UUID:
    """An identifier of a form; one that belongs to nothing for what is none, so that it is found nowhere."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.UUID(int=0)


def _said(given: Any) -> Said:
    return Said(
        kind=given.get("kind", ""),
        words=given.get("words", "")[:2000],
        day=day_of(given.get("day", "")),
        about=given.get("about", ""),
        number=given.get("number", ""),
        fen=fen_of(given.get("money", "")) if given.get("money", "").strip() else None,
        office=given.get("office", "")[:60],
        due_on=day_of(given.get("due", "")),
        to_firm=given.get("to_firm") == "yes",
    )


def _note(project_id: uuid.UUID, request: HttpRequest) -> None:
    # Asked before the action asks: of whoever may not note anything here, no file is looked at and kept.
    queries.project(request.actor, project_id, "manage")
    actions.note(
        project_id=project_id, said=_said(request.POST), files=attached.taken(request), by=request.actor
    )


# verb → what it does with the project and what was sent.
_VERBS: dict[str, Callable[[uuid.UUID, HttpRequest], Any]] = {
    "advance": lambda id, sent: actions.advance(
        project_id=id,
        stage=sent.POST.get("stage", "")[:40],
        on=day_of(sent.POST.get("on", "")) or time.today(),
        by=sent.actor,
    ),
    "plan": lambda id, sent: actions.plan_stage(
        project_id=id,
        stage=sent.POST.get("stage", "")[:40],
        planned_on=day_of(sent.POST.get("on", "")) or time.today(),
        by=sent.actor,
    ),
    "years": lambda id, sent: actions.plan_years(
        project_id=id, years=projectyears.read(sent.POST), by=sent.actor
    ),
    "note": _note,
    "began": lambda id, sent: actions.register_stage(
        project_id=id,
        stage=sent.POST.get("stage", "")[:40],
        on=day_of(sent.POST.get("on", "")),
        by=sent.actor,
    ),
    "settle": lambda id, sent: actions.settle(
        project_id=id,
        entry_id=identifier(sent.POST.get("entry", "")),
        words=sent.POST.get("words", ""),
        by=sent.actor,
    ),
    "link": lambda id, sent: actions.link(
        project_id=id,
        item_id=identifier(sent.POST.get("item", "")),
        number=sent.POST.get("number", "")[:40],
        by=sent.actor,
    ),
    "meet": lambda id, sent: actions.hold_meeting(
        project_id=id,
        day=day_of(sent.POST.get("on", "")),
        chair=sent.POST.get("chair", ""),
        offices=sent.POST.getlist("present")[:40],
        decisions=projectmeetings.decisions(sent.POST),
        by=sent.actor,
    ),
    "check": lambda id, sent: actions.check(
        project_id=id, good=sent.POST.get("good") == "yes", words=sent.POST.get("words", ""), by=sent.actor
    ),
    "take": lambda id, sent: actions.hand_over(
        project_id=id, officer_id=sent.actor.account_id, by=sent.actor
    ),
    "hand": lambda id, sent: actions.hand_over(
        project_id=id, officer_id=identifier(sent.POST.get("to", "")), by=sent.actor
    ),
    "end": lambda id, sent: actions.end(
        project_id=id, ending=sent.POST.get("ending", ""), words=sent.POST.get("words", ""), by=sent.actor
    ),
}


@staff(Permission.PROJECT_MANAGE)
def act(request: HttpRequest, project_id: uuid.UUID, verb: str) -> HttpResponse:
    """Run one verb and go back to the page; a foreseen failure shows it with its sentence and what was typed."""
    back = reverse("desk-project", args=[project_id])
    if request.method != "POST" or verb not in _VERBS:
        return HttpResponseRedirect(back)
    try:
        _VERBS[verb](project_id, request)
    except NoSuchProject:
        raise
    except Problem as problem:
        return show(request, project_id, problem, verb)
    anchors = {"note": "#book", "settle": "#followed", "link": "#permits", "meet": "#meetings"}
    return HttpResponseRedirect(back + anchors.get(verb, ""))
