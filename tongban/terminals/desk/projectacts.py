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


def _note(request: HttpRequest, project_id: uuid.UUID) -> None:
    # Asked before the action asks: of whoever may not note anything here, no file is looked at and kept.
    queries.project(request.actor, project_id, "manage")
    actions.note(
        project_id=project_id, said=_said(request.POST), files=attached.taken(request), by=request.actor
    )


# verb → what it does with the project, the form and the officer; what has files besides stands above.
_VERBS: dict[str, Callable[[uuid.UUID, Any, Any], Any]] = {
    "advance": lambda id, given, by: actions.advance(
        project_id=id,
        stage=given.get("stage", "")[:40],
        on=day_of(given.get("on", "")) or time.today(),
        by=by,
    ),
    "plan": lambda id, given, by: actions.plan_stage(
        project_id=id,
        stage=given.get("stage", "")[:40],
        planned_on=day_of(given.get("on", "")) or time.today(),
        by=by,
    ),
    "years": lambda id, given, by: actions.plan_years(project_id=id, years=projectyears.read(given), by=by),
    "began": lambda id, given, by: actions.register_stage(
        project_id=id, stage=given.get("stage", "")[:40], on=day_of(given.get("on", "")), by=by
    ),
    "settle": lambda id, given, by: actions.settle(
        project_id=id,
        entry_id=identifier(given.get("entry", "")),
        words=given.get("words", ""),
        by=by,
    ),
    "link": lambda id, given, by: actions.link(
        project_id=id, item_id=identifier(given.get("item", "")), number=given.get("number", "")[:40], by=by
    ),
    "meet": lambda id, given, by: actions.hold_meeting(
        project_id=id,
        day=day_of(given.get("on", "")),
        chair=given.get("chair", ""),
        offices=given.getlist("present")[:40],
        decisions=projectmeetings.decisions(given),
        by=by,
    ),
    "check": lambda id, given, by: actions.check(
        project_id=id, good=given.get("good") == "yes", words=given.get("words", ""), by=by
    ),
    "take": lambda id, given, by: actions.hand_over(project_id=id, officer_id=by.account_id, by=by),
    "hand": lambda id, given, by: actions.hand_over(
        project_id=id, officer_id=identifier(given.get("to", "")), by=by
    ),
    "end": lambda id, given, by: actions.end(
        project_id=id, ending=given.get("ending", ""), words=given.get("words", ""), by=by
    ),
}


@staff(Permission.PROJECT_MANAGE)
def act(request: HttpRequest, project_id: uuid.UUID, verb: str) -> HttpResponse:
    """Run one verb and go back to the page; a foreseen failure shows it with its sentence and what was typed."""
    back = reverse("desk-project", args=[project_id])
    if request.method != "POST" or verb not in (*_VERBS, "note"):
        return HttpResponseRedirect(back)
    try:
        if verb == "note":
            _note(request, project_id)
        else:
            _VERBS[verb](project_id, request.POST, request.actor)
    except NoSuchProject:
        raise
    except Problem as problem:
        return show(request, project_id, problem, verb)
    anchors = {"note": "#book", "settle": "#followed", "link": "#permits", "meet": "#meetings"}
    return HttpResponseRedirect(back + anchors.get(verb, ""))
