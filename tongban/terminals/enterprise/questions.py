"""What a key enterprise raised and who answers for it: the enterprise alone says whether it is solved."""

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.parties import queries as parties
from tongban.modules.appeals import actions, queries
from tongban.modules.appeals.rules import NoSuchQuestion
from tongban.modules.appeals.states.questions import MOVE_NAMES, STAND_NAMES, TO_FIRM, Move, Part, Stand
from tongban.terminals.enterprise.appeals import LEVEL, firm_of
from tongban.terminals.ui import appealwords as words
from tongban.terminals.ui import parts
from tongban.terminals.ui.pages import said
from tongban.terminals.ui.rights import signed_in
from tongban.terminals.ui.templatetags.ui import cndate
from tongban.terminals.ui.texts import _

MOST = 50


def _row(one: Any) -> dict[str, Any]:
    today = time.today()
    soon = deadlines.calendar().add_workdays(today, 1).date
    return {
        "url": reverse("key-question", args=[one.pk]),
        "number": one.number,
        "title": one.title,
        "state": words.pick(STAND_NAMES[Stand(one.state)]),
        "tone": "green" if one.state == Stand.CLOSED else "amber" if one.state == Stand.ASKED else "blue",
        "light": words.light(one, today, soon),
        "post": one.leader_post,
    }


@require_GET
@signed_in(level=LEVEL)
def mine(request: HttpRequest) -> HttpResponse:
    """The questions of the enterprise that are in the bank, newest first."""
    firm = firm_of(request)
    rows = queries.questions_of_firm(request.actor, firm)[:MOST] if firm else []
    name = parties.organisation(firm).name if firm else ""
    return render(request, "enterprise/questions.html", {"rows": [_row(one) for one in rows], "name": name})


@require_GET
@signed_in(level=LEVEL)
def question(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """One question, what was done, and the enterprise's word; staff are led to their own page."""
    if request.actor.is_staff:
        return redirect("desk-question", id)
    return _show(request, id)


def _show(request: HttpRequest, id: uuid.UUID, problem: Problem | None = None) -> HttpResponse:
    row = queries.question_for(request.actor, id, Part.FIRM)
    named, done = words.Names(), request.GET.get("done", "")
    entries = [one for one in queries.question_course(row) if one.move in TO_FIRM]
    course = [
        parts.TimelineEntry(
            words.pick(MOVE_NAMES[Move(one.move)]),
            words.when(one.at),
            one.at.isoformat(),
            "done",
            "" if one.move == Move.OPEN else one.words or "",
        )
        for one in entries
    ]
    if row.next_on is not None:
        title = words.pick(STAND_NAMES[Stand(row.state)])
        course.append(parts.TimelineEntry(title, _("{day}前", day=cndate(row.next_on)), state="now"))
    context = {
        "row": row,
        "head": _row(row),
        "pairs": [
            parts.Pair(_("挂点领导"), row.leader_post),
            parts.Pair(_("责任单位"), named.office(row.agency)),
            parts.Pair(_("解决期限"), cndate(row.target_on)),
        ],
        "course": course,
        "asked": row.state == Stand.ASKED,
        "done": words.pick(MOVE_NAMES[Move(done)]) if done in set(Move) else "",
        "typed": request.POST.get("words", "") if problem else "",
        "problem": said(problem),
    }
    return render(request, "enterprise/question.html", context, status=problem.status if problem else 200)


@signed_in(level=LEVEL)
def act(request: HttpRequest, id: uuid.UUID, move: str) -> HttpResponse:
    """The enterprise's word: solved or not."""
    if move not in (Move.CONFIRM, Move.DECLINE):
        raise Http404
    back = reverse("key-question", args=[id])
    if request.method != "POST":
        return redirect(back)
    try:
        actions.say_solved(
            question_id=id, solved=move == Move.CONFIRM, words=request.POST.get("words", ""), by=request.actor
        )
    except NoSuchQuestion:
        raise
    except Problem as problem:
        return _show(request, id, problem)
    return redirect(f"{back}?done={move}")
