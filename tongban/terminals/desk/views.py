"""Saved views of the queue: the chips above it, saving, deleting."""

import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from tongban.foundation.errors import Problem
from tongban.kernel.access.states import Permission
from tongban.modules.worklists import actions, queries
from tongban.modules.worklists.states import LONGEST_NAME
from tongban.terminals.ui import texts
from tongban.terminals.ui.rights import staff

# A view remembers which of the two lists it is of; everything else are the list's own filters.
_LIST = "list"
_LISTS = {"queue": "desk-queue", "all": "desk-all"}
_FORM = {"csrfmiddlewaretoken", "name", "shared", "then", "page", _LIST}


@dataclass(frozen=True)
class Chip:
    """A view above the queue. `own` ones can be deleted."""

    id: uuid.UUID
    name: str
    url: str
    own: bool
    shared: bool
    current: bool


def chips(request: HttpRequest, *, mine: bool) -> dict[str, Any]:
    """What `desk/saved_views.html` draws above a list (`mine`: the own queue); two queries."""
    here = {key: value for key, value in request.GET.items() if value and key != "page"}
    now = "queue" if mine else "all"
    drawn = []
    for row in queries.views(request.actor):
        filters = dict(row.filters)
        of = filters.pop(_LIST, "queue")
        drawn.append(
            Chip(
                row.pk,
                row.name,
                _address(of, filters),
                row.account_id == request.actor.account_id,
                row.shared,
                of == now and filters == here,
            )
        )
    known = any(chip.current and chip.own for chip in drawn)
    return {
        "chips": drawn,
        "list": now,
        "filters": list(here.items()) if not known else [],
        "longest": LONGEST_NAME,
    }


def _address(of: str, filters: dict[str, str]) -> str:
    query = urlencode(filters)
    return reverse(_LISTS.get(of, "desk-queue")) + (f"?{query}" if query else "")


@staff(Permission.CASE_VIEW)
def save_view(request: HttpRequest) -> HttpResponse:
    """Keep the filters of the list under a name, and go back to it."""
    of = request.POST.get(_LIST, "queue")
    filters = {key: value for key, value in request.POST.items() if key not in _FORM and value}
    back = _address(of, filters)
    if request.method != "POST":
        return HttpResponseRedirect(back)
    name, shared = request.POST.get("name", ""), request.POST.get("shared") == "1"
    try:
        kept = {**filters, _LIST: of} if filters else {}
        actions.save(name=name, filters=kept, shared=shared, by=request.actor)
    except Problem as problem:
        language = texts.language()
        context = {
            "problem": {"sentence": problem.sentence(language), "todo": problem.todo(language)},
            "name": name,
            "shared": shared,
            "list": of,
            "filters": list(filters.items()),
            "back": back,
            "longest": LONGEST_NAME,
        }
        return render(request, "desk/save_view.html", context, status=problem.status)
    return HttpResponseRedirect(back)


@staff(Permission.CASE_VIEW)
def delete_view(request: HttpRequest, view_id: uuid.UUID) -> HttpResponse:
    """Delete one of the own views, and go back to the queue."""
    if request.method == "POST":
        actions.delete(view_id=view_id, by=request.actor)
    return HttpResponseRedirect(reverse("desk-queue"))
