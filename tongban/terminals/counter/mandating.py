"""Mandates on paper and guardians: both persons are at the window, the paper is scanned, and it holds at once."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from tongban.foundation.errors import Problem
from tongban.kernel.access.states import Permission
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.documents import actions as documents
from tongban.kernel.documents.states import MEGABYTE
from tongban.kernel.parties import actions
from tongban.kernel.parties.actions import Terms
from tongban.kernel.parties.states import ON_PAPER, SOURCE_NAMES, MandateSource
from tongban.terminals.counter import words
from tongban.terminals.ui.pages import said
from tongban.terminals.ui.rights import staff

_TYPED = ("principal", "principal_no", "agent", "agent_no", "source", "item", "ends_on")
_FORMATS, _MOST = ("jpg", "jpeg", "png", "pdf"), 10 * MEGABYTE


@staff(Permission.CASE_RECEIVE)
def page(request: HttpRequest) -> HttpResponse:
    """Note a mandate given on paper, or who is somebody's guardian. Numbers go by POST alone."""
    typed = {name: request.POST.get(name, "").replace("\x00", "")[:60] for name in _TYPED}
    problem = None
    if request.method == "POST":
        try:
            _note(request, typed)
        except Problem as refused:
            problem = refused
        else:
            return redirect(f"{reverse('counter-mandates')}?done=1")
    context = {
        "typed": typed | {"source": typed["source"] or MandateSource.WINDOW.value},
        "sources": [(one.value, words.pick(SOURCE_NAMES[one])) for one in sorted(ON_PAPER)],
        "items": [
            (one.code, words.said(one.definition.name), one.code == typed["item"])
            for one in catalogue.items()
            if "person" in one.definition.data["audience"]
        ],
        "done": "done" in request.GET,
        "problem": said(problem),
    }
    return render(request, "counter/mandates.html", context, status=problem.status if problem else 200)


def _note(request: HttpRequest, typed: dict[str, str]) -> Any:
    principal = actions.known_person(typed["principal"], typed["principal_no"])
    agent = actions.known_person(typed["agent"], typed["agent_no"])
    items = (typed["item"],) if typed["item"] in catalogue.snapshot().items else ()
    ends_on = actions.day_of(typed["ends_on"])
    file = request.FILES.get("file")
    stored = documents.take_in(
        chunks=file.chunks() if file is not None else [],
        name=file.name if file is not None else "",
        formats=_FORMATS,
        most_bytes=_MOST,
        by=request.actor,
    )
    terms = Terms(source=typed["source"], items=items, ends_on=ends_on)
    return actions.give_on_paper(
        principal=principal, agent=agent, terms=terms, file_id=stored.pk, by=request.actor
    )
