"""Money that was paid and comes back (追回): found by payee, noted with amount and reason by who looks after the books."""

import uuid
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from tongban.foundation.errors import Problem
from tongban.foundation.money import parse_yuan
from tongban.kernel.access.states import Permission
from tongban.kernel.ledger import actions, queries, rules
from tongban.kernel.parties import queries as parties
from tongban.terminals.desk import words
from tongban.terminals.ui import factwords, looking
from tongban.terminals.ui.fresh import fresh
from tongban.terminals.ui.pages import said
from tongban.terminals.ui.rights import staff

PAGE = 20


@staff(Permission.LEDGER_FINANCE)
@require_GET
def paid(request: HttpRequest) -> HttpResponse:
    """What was paid out of the officer's funds, by payee."""
    text = request.GET.get("q", "").strip()[:60]
    page = Paginator(queries.paid_payouts(request.actor, text), PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {"q": text, "page": page, "rows": [_row(one) for one in page], "query": query.urlencode()}
    return render(request, "desk/paid.html", context)


def _row(payout: Any) -> dict[str, Any]:
    return {
        "url": reverse("desk-payout", args=[payout.pk]),
        "name": payout.payee_name,
        "amount": factwords.money(payout.fen),
        "fund": payout.fund_code,
        "account": f"**** {payout.account[-4:]}",
        "bank": payout.bank,
    }


@staff(Permission.LEDGER_FINANCE)
@require_GET
def payout(request: HttpRequest, payout_id: uuid.UUID) -> HttpResponse:
    """One payment: what of it came back and why, and the form to note more."""
    return _show(request, payout_id)


def _show(request: HttpRequest, payout_id: uuid.UUID, problem: Problem | None = None) -> HttpResponse:
    row = rules.found(queries.paid_payouts(request.actor).filter(pk=payout_id).first())
    looking.at(request, row)
    back = queries.clawings_of(row.pk)
    people = parties.account_names(one.made_by for one in back if one.made_by)
    clawed = queries.clawed_of(row.pk)
    context = {
        "row": _row(row),
        "id": row.pk,
        "clawed": factwords.money(clawed) if clawed else "",
        "left": row.fen - clawed,
        "left_said": factwords.money(row.fen - clawed),
        "back": [(words.moment(one.at), people.get(one.made_by, ""), one.reason) for one in back],
        # The number of what came back so far: a form that is sent twice is noted once.
        "key": len(back),
        "typed": {name: request.POST.get(name, "") for name in ("amount", "reason")},
        "problem": said(problem),
    }
    return render(request, "desk/payout.html", context, status=problem.status if problem else 200)


@staff(Permission.LEDGER_FINANCE)
@fresh
def claw_back(request: HttpRequest, payout_id: uuid.UUID) -> HttpResponse:
    """Note that a payee gave money back."""
    if request.method == "POST":
        try:
            actions.claw_back(
                payout_id=payout_id,
                fen=parse_yuan(request.POST.get("amount", "").strip()),
                key=request.POST.get("key", "")[:20],
                reason=request.POST.get("reason", "")[:400],
                by=request.actor,
            )
        except rules.NoSuchMoney:
            raise
        except Problem as problem:
            return _show(request, payout_id, problem)
    return HttpResponseRedirect(reverse("desk-payout", args=[payout_id]))
