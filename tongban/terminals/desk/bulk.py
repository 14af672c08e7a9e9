"""Many cases at once: choose, do, and read for each what became of it. One refused case stops no other."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.states import Permission
from tongban.kernel.cases import actions, queries
from tongban.kernel.cases.states import CaseState
from tongban.terminals.desk.rows import queue_rows
from tongban.terminals.ui import texts
from tongban.terminals.ui.rights import staff

MOST = 50


@dataclass(frozen=True)
class Result:
    """What became of one case: its row, and the sentence where it was refused."""

    row: Any
    ok: bool
    why: str = ""


def _waiting(actor: Any) -> list[Any]:
    rows = queries.queue(actor).filter(state=CaseState.SUBMITTED)
    return list(rows.select_related("supplement").prefetch_related("steps")[:MOST])


@staff(Permission.CASE_ACCEPT)
def accept(request: HttpRequest) -> HttpResponse:
    """Accept many applications: the list to choose from, and after that what became of each."""
    results: list[Result] = []
    if request.method == "POST":
        chosen = request.POST.getlist("case")[:MOST]
        results = [result for text in chosen if (result := _accept(request, text)) is not None]
    cases = _waiting(request.actor)
    rows = queue_rows(cases, time.today())
    context = {
        "choices": list(zip([case.pk for case in cases], rows, strict=True)),
        "results": results,
        "done": sum(result.ok for result in results),
        "most": MOST,
    }
    return render(request, "desk/bulk.html", context)


def _accept(request: HttpRequest, text: str) -> Result | None:
    """Accept one case in a transaction of its own; None for an identifier that is nobody's business here."""
    try:
        case_id = uuid.UUID(text)
        case = queries.case_for(request.actor, case_id)
    except (ValueError, queries.NoSuchCase):
        return None
    row = queue_rows([case], time.today())[0]
    try:
        actions.accept(case_id=case_id, by=request.actor)
    except Problem as problem:
        return Result(row, ok=False, why=problem.sentence(texts.language()))
    return Result(row, ok=True)
