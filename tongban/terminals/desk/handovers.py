"""Results on paper: what lies at the counter to be handed out or posted, and what has come back."""

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from tongban.foundation.errors import Problem
from tongban.kernel.access.states import Permission
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.deadlines.states import ClockKind
from tongban.kernel.outcomes import actions, queries
from tongban.kernel.outcomes.queries import LISTS, NoSuchHandover
from tongban.kernel.outcomes.states import (
    HANDOVER_NAMES,
    IDENTITY_NAMES,
    WAY_NAMES,
    HandoverState,
    Identity,
    Way,
)
from tongban.terminals.desk import words
from tongban.terminals.ui import looking, parts, texts
from tongban.terminals.ui.rights import staff
from tongban.terminals.ui.texts import _, later

PAGE = 20
_LABELS = {
    "collect": later("待领取"),
    "post": later("待寄出"),
    "returned": later("已退回"),
    "moving": later("寄递中"),
}
_TYPED = ("name", "relation", "identity")
_DONE = {"hand_out": later("发放并登记回证"), "post": later("交寄")}


@staff(Permission.CASE_ACCEPT)
@require_GET
def handovers(request: HttpRequest) -> HttpResponse:
    """The lists of the counter, longest waiting first."""
    which = request.GET.get("list", "")
    which = which if which in LISTS else next(iter(LISTS))
    counts = queries.handover_counts(request.actor)
    page = Paginator(queries.handovers(request.actor, which), PAGE).get_page(request.GET.get("page"))
    context = {
        "tabs": [
            {
                "label": str(_LABELS[name]),
                "count": counts[name],
                "url": f"?list={name}",
                "current": name == which,
            }
            for name in LISTS
        ],
        "page": page,
        "query": f"list={which}",
        "rows": [_row(one) for one in page],
    }
    return render(request, "desk/handovers.html", context)


def _row(row: Any) -> dict[str, Any]:
    clock = deadlines.clock(row.case_id, ClockKind.DELIVERY)
    hall = queries.hall(row.hall)
    return {
        "url": reverse("desk-handover", args=[row.pk]),
        "number": row.case.short_no,
        "item": row.case.item_name,
        "applicant": words.applicant(row.case),
        "way": words.pick(WAY_NAMES[Way(row.way)]),
        "state": words.pick(HANDOVER_NAMES[HandoverState(row.state)]),
        "hall": words.pick((hall.name_zh, hall.name_en)) if hall else "",
        "since": row.ready_at,
        "due_on": clock.due_on if clock is not None else None,
    }


@staff(Permission.CASE_ACCEPT)
@require_GET
def handover_page(request: HttpRequest, handover_id: uuid.UUID) -> HttpResponse:
    """One result: to whom, how, where it is, and what the clerk can do now."""
    context = _context(request, handover_id)
    done = request.GET.get("done", "")
    context["done"] = str(_DONE[done]) if done in _DONE else ""
    return render(request, "desk/handover.html", context)


def _context(
    request: HttpRequest, handover_id: uuid.UUID, failed: str = "", problem: Problem | None = None
) -> dict[str, Any]:
    row, language = queries.handover_for(request.actor, handover_id), texts.language()
    looking.at(request, row.case)
    here = row.state in {HandoverState.READY, HandoverState.RETURNED}
    said = {"sentence": problem.sentence(language), "todo": problem.todo(language)} if problem else None
    return {
        "handover": row,
        "head": _row(row),
        "can_hand_out": here,
        "can_post": here and row.way == Way.POST,
        "sees_case": request.actor.can(Permission.CASE_VIEW),
        "identities": [(one.value, words.pick(IDENTITY_NAMES[one])) for one in Identity],
        "identity": words.pick(IDENTITY_NAMES[Identity(row.identity)]) if row.identity else "",
        "parcels": [_parcel(one) for one in queries.parcels_of(row)],
        "failed": failed,
        "typed": {name: request.POST.get(name, "") if failed else "" for name in _TYPED},
        "problem": said,
        "done": "",
    }


def _parcel(row: Any) -> dict[str, Any]:
    track = [
        parts.TimelineEntry(
            words.pick((one["zh"], one["en"])),
            words.moment(datetime.fromisoformat(one["at"])),
            one["at"],
            "done",
        )
        for one in row.track
    ]
    failure = _("被退回") if row.failure == "returned" else row.failure
    return {
        "courier": queries.courier_label(row.courier),
        "waybill": row.waybill,
        "failure": failure,
        "track": track,
    }


def _act(request: HttpRequest, handover_id: uuid.UUID, verb: str, perform: Callable[[], Any]) -> HttpResponse:
    back = reverse("desk-handover", args=[handover_id])
    if request.method != "POST":  # after signing in again the browser comes back by GET
        return HttpResponseRedirect(back)
    try:
        perform()
    except NoSuchHandover:
        raise
    except Problem as problem:
        context = _context(request, handover_id, verb, problem)
        return render(request, "desk/handover.html", context, status=problem.status)
    return HttpResponseRedirect(f"{back}?done={verb}")


@staff(Permission.CASE_ACCEPT)
def hand_out(request: HttpRequest, handover_id: uuid.UUID) -> HttpResponse:
    """Hand it over the counter against receipt."""
    typed = {name: request.POST.get(name, "") for name in _TYPED}

    def perform() -> object:
        return actions.hand_out(handover_id=handover_id, by=request.actor, **typed)

    return _act(request, handover_id, "hand_out", perform)


@staff(Permission.CASE_ACCEPT)
def post(request: HttpRequest, handover_id: uuid.UUID) -> HttpResponse:
    """Give it to the courier."""
    return _act(request, handover_id, "post", lambda: actions.post(handover_id=handover_id, by=request.actor))
