"""Papers between halls: what lies here for another one, bags on their way, a check for each paper on arrival."""

import uuid
from collections import defaultdict
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from tongban.foundation.errors import Problem
from tongban.kernel.access.states import Permission
from tongban.kernel.cases import queries as cases
from tongban.kernel.documents import queries as letters
from tongban.kernel.parties import queries as parties
from tongban.kernel.places import queries as places
from tongban.kernel.receptions import queries as receptions
from tongban.modules.halls import actions, queries
from tongban.modules.halls.states import (
    CHECKED,
    CONDITION_NAMES,
    PAPER_NAMES,
    Condition,
    PaperState,
)
from tongban.terminals.counter import words
from tongban.terminals.ui import sending, texts
from tongban.terminals.ui.rights import staff
from tongban.terminals.ui.views import not_found

PAGE = 20


@staff(Permission.CASE_RECEIVE)
@require_GET
def bags(request: HttpRequest) -> HttpResponse:
    """What lies here for other halls, by hall, and the bags of these halls."""
    return _list(request)


def _list(request: HttpRequest, problem: Problem | None = None) -> HttpResponse:
    page = Paginator(queries.bags(request.actor), PAGE).get_page(request.GET.get("page"))
    language = texts.language()
    context = {
        "waiting": _waiting(request.actor),
        "page": page,
        "query": "",
        "rows": [_row(one) for one in page],
        "conditions": [(one.value, words.pick(CONDITION_NAMES[one])) for one in Condition],
        "problem": {"sentence": problem.sentence(language), "todo": problem.todo(language)}
        if problem
        else None,
        "typed": {name: request.POST.get(name, "") for name in ("carrier", "waybill")},
    }
    return render(request, "counter/bags.html", context, status=problem.status if problem else 200)


def _waiting(actor: Any) -> list[dict[str, Any]]:
    """The papers held here, grouped by the way they go; those that stay where they are are left out."""
    held = list(queries.held(actor)[:500])
    handed_in = receptions.receptions_of({one.case_id for one in held})
    groups: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for one in held:
        if one.case_id not in handed_in:
            continue
        case = cases.case(one.case_id)
        end = queries.destination(case)
        if end and end != one.hall:
            groups[one.hall, end].append({"paper": one, "number": case.short_no, "item": case.item_name})
    return [
        {
            "from": start,
            "to": end,
            "from_name": words.hall(places.hall(start)),
            "to_name": words.hall(places.hall(end)),
            "papers": found,
        }
        for (start, end), found in groups.items()
    ]


def _row(bag: Any) -> dict[str, Any]:
    return {
        "url": reverse("counter-bag", args=[bag.pk]),
        "number": bag.number,
        "from": words.hall(places.hall(bag.from_hall)),
        "to": words.hall(places.hall(bag.to_hall)),
        "count": bag.count,
        "carrier": f"{bag.carrier} {bag.waybill}".strip(),
        "sent": words.moment(bag.sent_at),
        "received": words.moment(bag.received_at),
    }


@staff(Permission.CASE_RECEIVE)
@require_POST
def send(request: HttpRequest) -> HttpResponse:
    """Seal the chosen papers into a bag."""
    typed = request.POST
    try:
        bag = actions.send_bag(
            from_hall=typed.get("from", ""),
            to_hall=typed.get("to", ""),
            paper_ids=_ids(typed.getlist("paper")),
            carrier=typed.get("carrier", ""),
            waybill=typed.get("waybill", ""),
            condition=typed.get("condition", ""),
            by=request.actor,
        )
    except Problem as problem:
        return _list(request, problem)
    return redirect("counter-bag", bag.pk)


def _ids(texts_: list[str]) -> list[uuid.UUID]:
    found = []
    for text in texts_:
        try:
            found.append(uuid.UUID(text))
        except ValueError:
            continue
    return found


@staff(Permission.CASE_RECEIVE)
@require_GET
def bag(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """A bag with both its ends; at the receiving one, a check for each paper."""
    return _page(request, id)


def _page(request: HttpRequest, id: uuid.UUID, problem: Problem | None = None) -> HttpResponse:
    row = queries.bag_for(request.actor, id)
    language = texts.language()
    names = parties.account_names([one for one in (row.sent_by, row.received_by) if one])
    may_receive = row.received_at is None and queries.may_receive(request.actor, row)
    context = {
        "bag": row,
        "head": _row(row),
        "sender": names.get(row.sent_by, ""),
        "receiver": names.get(row.received_by, ""),
        "sent_condition": words.pick(CONDITION_NAMES[Condition(row.sent_condition)]),
        "received_condition": words.pick(CONDITION_NAMES[Condition(row.received_condition)])
        if row.received_condition
        else "",
        "papers": [
            {
                "id": one.pk,
                "number": cases.case(one.case_id).short_no,
                "name": one.name,
                "count": one.count,
                "original": one.original,
                "state": words.pick(PAPER_NAMES[PaperState(one.state)]),
                "chosen": request.POST.get(f"paper-{one.pk}", ""),
            }
            for one in queries.contents(row)
        ],
        "may_receive": may_receive,
        "conditions": [(one.value, words.pick(CONDITION_NAMES[one])) for one in Condition],
        "checks": [(one.value, words.pick(PAPER_NAMES[one])) for one in CHECKED],
        "has_list": bool(letters.letters_about(row.pk)),
        "problem": {"sentence": problem.sentence(language), "todo": problem.todo(language)}
        if problem
        else None,
        "typed": {name: request.POST.get(name, "") for name in ("condition", "remarks")},
    }
    return render(request, "counter/bag.html", context, status=problem.status if problem else 200)


@staff(Permission.CASE_RECEIVE)
@require_POST
def receive(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Receive the bag with a check for each paper."""
    row = queries.bag_for(request.actor, id, "receive")
    checks = {one.pk: request.POST.get(f"paper-{one.pk}", "") for one in queries.contents(row)}
    try:
        actions.receive_bag(
            bag_id=id,
            checks=checks,
            condition=request.POST.get("condition", ""),
            remarks=request.POST.get("remarks", ""),
            by=request.actor,
        )
    except Problem as problem:
        return _page(request, id, problem)
    return redirect("counter-bag", id)


@staff(Permission.CASE_RECEIVE)
@require_GET
def paper_list(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """The sealed hand-over list, to be printed and laid into the bag."""
    row = queries.bag_for(request.actor, id)
    found = letters.letters_about(row.pk)
    return sending.file(request, found[0].file, inline=True) if found else not_found(request)
