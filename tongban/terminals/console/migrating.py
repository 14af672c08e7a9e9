"""Open cases under an older version of an item: what it would mean to take them along, and doing it."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.states import Permission
from tongban.kernel.cases import actions
from tongban.kernel.cases import queries as cases
from tongban.kernel.cases.states import STATE_NAMES, CaseState
from tongban.kernel.catalogue import queries as catalogue
from tongban.terminals.console.drafts import changes
from tongban.terminals.ui import texts
from tongban.terminals.ui.rights import staff

MOST = 100


@staff(Permission.ITEM_PUBLISH)
def page(request: HttpRequest, code: str) -> HttpResponse:
    """The preview, case by case, by number only; after a choice, what became of each."""
    target = catalogue.item_for(request.actor, code, Permission.ITEM_PUBLISH)
    done, refused, problem = 0, [], ""
    reason = request.POST.get("reason", "").strip()
    if request.method == "POST":
        for text in request.POST.getlist("case")[:MOST]:
            why = _migrate(request, text, reason)
            done += not why
            refused += [why] if why else []
        problem = refused[0] if refused else ""
    rows = cases.on_older_versions(request.actor, target)
    moves = [cases.move_of(case, target, time.today()) for case in rows[:MOST]]
    oldest = min((move.version for move in moves), default=target.version)
    context = {
        "code": code,
        "name": target.definition.name.of(texts.language()),
        "version": target.version,
        "count": rows.count(),
        "moves": [
            (move, texts.local(dict(zip(("zh", "en"), STATE_NAMES[CaseState(move.case.state)], strict=True))))
            for move in moves
        ],
        "changes": changes(
            catalogue.definition_of(code, oldest), catalogue.definition_of(code, target.version)
        )
        if moves
        else [],
        "done": done,
        "refused": len(refused),
        "problem": problem,
        "reason": reason if problem else "",
    }
    return render(request, "console/migrating.html", context, status=409 if problem else 200)


def _migrate(request: HttpRequest, text: str, reason: str) -> str:
    """Take one case along; why not, where it cannot go."""
    try:
        actions.migrate(case_id=uuid.UUID(text), reason=reason, by=request.actor)
    except ValueError:
        return text
    except Problem as problem:
        return f"{problem.sentence(texts.language())} {problem.todo(texts.language())}"
    return ""
