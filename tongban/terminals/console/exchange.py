"""The line to other platforms: who is there, what waits, what was refused and why, and whether both sides count the same."""

import json
import uuid
from datetime import date, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.states import Permission
from tongban.kernel.exchange import actions, queries
from tongban.kernel.exchange.states import OutState
from tongban.kernel.parties import queries as parties
from tongban.terminals.console import exchangewords as words
from tongban.terminals.ui import factwords, texts
from tongban.terminals.ui.pages import said
from tongban.terminals.ui.rights import staff

PAGE, DAYS, TICKETS, NOTICES, LATEST = 30, 14, 20, 20, 10


@staff(Permission.EXCHANGE_MANAGE)
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Peers with their state, open tickets, the days that were counted, what the province told, the newest messages."""
    return _home(request)


def _home(request: HttpRequest, problem: Problem | None = None, ticket: str = "") -> HttpResponse:
    actor, today = request.actor, time.today()
    figures, now = queries.figures(), time.now()
    tickets = list(queries.tickets(actor)[:TICKETS])
    people = parties.account_names(row.closed_by for row in tickets if row.closed_by)
    told = queries.holdings(actor, ("item.published", "item.changed", "item.ended", "award.result"))
    context = {
        "peers": [words.peer(one, figures.get(one.pk, {}), now) for one in queries.peers()],
        "tickets": [words.ticket(row, people) for row in tickets],
        "totals": [words.total(row) for row in queries.day_totals(actor, today - timedelta(days=DAYS))],
        "days": DAYS,
        "told": [words.holding(row) for row in told[:NOTICES]],
        "latest": [words.message(row) for row in queries.messages(actor)[:LATEST]],
        "own_key": queries.own_public_key(),
        "problem": said(problem),
        "failed": ticket,
        "typed": request.POST.get("words", ""),
    }
    return render(request, "console/exchange.html", context, status=problem.status if problem else 200)


@staff(Permission.EXCHANGE_MANAGE)
@require_GET
def records(request: HttpRequest) -> HttpResponse:
    """All records, newest first, narrowed by state, kind and words of the key."""
    asked = {name: request.GET.get(name, "") for name in ("state", "kind", "q")}
    state = asked["state"] if asked["state"] in set(OutState) else ""
    kind = asked["kind"] if asked["kind"] in words.KINDS else ""
    text = asked["q"].replace("\x00", "").strip()[:100]
    rows = queries.records(request.actor, state=state, kind=kind, words=text)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "page": page,
        "page_query": query.urlencode(),
        "rows": [words.record(row) for row in page.object_list],
        "filters": words.filters(state, kind),
        "q": text,
        "narrowed": bool(state or kind or text),
    }
    return render(request, "console/exchange_records.html", context)


@staff(Permission.EXCHANGE_MANAGE)
@require_GET
def record(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """One record: what was said, the signed envelope, the signed receipt, and the messages before it."""
    return _record(request, id)


def _record(request: HttpRequest, id: uuid.UUID, problem: Problem | None = None) -> HttpResponse:
    row = queries.record(request.actor, id)
    payload: dict[str, Any] = json.loads(row.envelope)["payload"]
    context = {
        "row": words.record(row),
        "id": row.pk,
        "said": [(name, _shown(name, value)) for name, value in payload.items()],
        "evidence": [
            (texts._("信封（签名覆盖的原文）"), row.envelope),
            (texts._("本平台的签名"), row.signature),
            (texts._("对端的回执"), row.receipt),
        ],
        "earlier": row.earlier,
        "can_replay": row.state != OutState.ACKNOWLEDGED,
        "refused": row.state == OutState.REFUSED,
        "problem": said(problem),
    }
    return render(request, "console/exchange_record.html", context, status=problem.status if problem else 200)


def _shown(name: str, value: Any) -> str:
    if name == "fen" and isinstance(value, int):
        return factwords.money(value)
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


@staff(Permission.EXCHANGE_MANAGE)
@require_POST
def replay(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Send a record again."""
    try:
        actions.replay(record_id=id, by=request.actor)
    except actions.NotToBeReplayed as problem:
        return _record(request, id, problem)
    return redirect("console-exchange-record", id=id)


@staff(Permission.EXCHANGE_MANAGE)
@require_POST
def close_ticket(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Close a ticket with what was found."""
    try:
        actions.close_ticket(ticket_id=id, words=request.POST.get("words", ""), by=request.actor)
    except actions.WordsMissing as problem:
        return _home(request, problem, str(id))
    return redirect(f"{reverse('console-exchange')}#tickets")


@staff(Permission.EXCHANGE_MANAGE)
@require_POST
def compare(request: HttpRequest) -> HttpResponse:
    """Have a day counted on both sides once more."""
    try:
        day = date.fromisoformat(request.POST.get("day", ""))
    except ValueError:
        raise Http404 from None
    actions.compare_again(peer_code=request.POST.get("peer", ""), day=day, by=request.actor)
    return redirect(f"{reverse('console-exchange')}#days")
