"""Money on its way: what funds have left, payment batches with their warnings, and the bank's statements."""

import csv
import io
import uuid
from collections.abc import Callable
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import Actor
from tongban.kernel.access.states import Permission
from tongban.kernel.ledger import actions, forms, queries, rules
from tongban.kernel.ledger.queries.treasuries import MadeUp, treasury
from tongban.kernel.ledger.states import (
    PAYMENT_NAMES,
    PAYOUT_NAMES,
    WARNING_NAMES,
    BatchState,
    PayoutState,
    WarningKind,
)
from tongban.kernel.parties import queries as parties
from tongban.terminals.desk import words
from tongban.terminals.desk.supervision import Names
from tongban.terminals.ui import factwords, looking, parts
from tongban.terminals.ui.fresh import demand
from tongban.terminals.ui.pages import said
from tongban.terminals.ui.rights import staff
from tongban.terminals.ui.texts import _

PAGE = 20
MOST_BYTES = 2_000_000
_TONES: dict[str, parts.Tone] = {
    PayoutState.PAID: "green",
    PayoutState.UNKNOWN: "amber",
    PayoutState.REFUSED: "red",
    PayoutState.RETURNED: "red",
}


@staff(Permission.LEDGER_VIEW)
@require_GET
def payments(request: HttpRequest) -> HttpResponse:
    """What each fund of the officer has left this year, and the payment batches, newest first."""
    actor, names, year = request.actor, Names(), time.today().year
    page = Paginator(queries.batches(actor), PAGE).get_page(request.GET.get("page"))
    context = {
        "year": year,
        "funds": [_fund(one) for one in queries.money_of(actor, year)],
        "page": page,
        "rows": [_row(one, names) for one in page.object_list],
        "finance": actor.can(Permission.LEDGER_FINANCE),
    }
    return render(request, "desk/payments.html", context)


def _fund(row: dict[str, Any]) -> dict[str, Any]:
    budget = row["sum_budget_fen"]
    kinds = (("paid", _("已付")), ("payable", _("应付")), ("reserved", _("预留")), ("available", _("可用")))
    return {
        "code": row["fund_code"],
        "budget": factwords.money(budget),
        "parts": [(label, factwords.money(row[f"sum_{name}_fen"])) for name, label in kinds],
        "spent": budget - row["sum_available_fen"],
        "total": budget or 1,
    }


def _row(batch: Any, names: Names) -> dict[str, Any]:
    return {
        "url": reverse("desk-payment", args=[batch.pk]),
        "number": str(batch.pk)[-12:].upper(),
        "fund": batch.fund_code,
        "agency": names.agency(batch.agency),
        "made": batch.made_at,
        "state": words.pick(PAYMENT_NAMES[BatchState(batch.state)]),
    }


@staff(Permission.LEDGER_VIEW)
@require_GET
def payment(request: HttpRequest, batch_id: uuid.UUID) -> HttpResponse:
    """One payment batch: what is paid to whom, what its checker is warned of, and what this officer can do."""
    return show_payment(request, batch_id)


def show_payment(request: HttpRequest, batch_id: uuid.UUID, problem: Problem | None = None) -> HttpResponse:
    """The batch; after a refused form with the reason."""
    actor, names = request.actor, Names()
    batch = queries.batch(batch_id, actor)
    looking.at(request, batch)
    rows = queries.payouts_in(batch)
    warnings = queries.warnings_of(batch)
    people = parties.account_names(one for one in (batch.maker, batch.checker, batch.finance) if one)
    page = Paginator(rows, 100).get_page(request.GET.get("page"))
    context = {
        "batch": batch,
        "head": _row(batch, names),
        "total": factwords.money(sum(one.fen for one in rows)),
        "many": len(rows),
        "page": page,
        "rows": [_payout(one) for one in page.object_list],
        "warnings": [_warning(one) for one in warnings],
        "open": sum(one.acknowledged_by is None for one in warnings),
        "persons": [
            (_("制单"), people.get(batch.maker, "")),
            (_("复核"), people.get(batch.checker, "")),
            (_("签发"), people.get(batch.finance, "")),
        ],
        "can": _can(actor, batch),
        "finance": actor.can(Permission.LEDGER_FINANCE),
        "sample": isinstance(treasury(batch.treasury), MadeUp),
        "problem": said(problem),
    }
    return render(request, "desk/payment.html", context, status=problem.status if problem else 200)


def _payout(row: Any) -> dict[str, Any]:
    return {
        "id": row.pk,
        "url": reverse("desk-payout", args=[row.pk]) if row.state == PayoutState.PAID else "",
        "name": row.payee_name,
        "account": f"**** {row.account[-4:]}",
        "bank": row.bank,
        "amount": factwords.money(row.fen),
        "state": words.pick(PAYOUT_NAMES[PayoutState(row.state)]),
        "tone": _TONES.get(row.state, ""),
        "refusal": row.refusal,
    }


def _warning(row: Any) -> dict[str, Any]:
    return {
        "id": row.pk,
        "name": row.payout.payee_name,
        "kind": words.pick(WARNING_NAMES[WarningKind(row.kind)]),
        "reason": row.reason,
        "open": row.acknowledged_by is None,
    }


def _can(actor: Actor, batch: Any) -> dict[str, bool]:
    """What the officer may do, by state, grants and who did what before; the action decides."""

    def may(verb: str) -> bool:
        return rules.batches(actor, verb).filter(pk=batch.pk).exists()

    return {
        "check": batch.state == BatchState.MADE and actor.account_id != batch.maker and may("check"),
        "send": batch.state == BatchState.APPROVED
        and actor.account_id not in (batch.maker, batch.checker)
        and may("finance"),
        "state": batch.state in (BatchState.SENT, BatchState.DELIVERED) and may("finance"),
    }


def _verbs(request: HttpRequest, batch_id: uuid.UUID) -> dict[str, Callable[[], Any]]:
    common: dict[str, Any] = {"batch_id": batch_id, "by": request.actor}
    reason = request.POST.get("reason", "")
    return {
        "approve": lambda: actions.approve_batch(**common),
        "reject": lambda: actions.reject_batch(reason=reason, **common),
        "send": lambda: actions.send_batch(**common),
        "acknowledge": lambda: actions.acknowledge(
            warning_id=identifier(request.POST.get("warning", "")), reason=reason, by=request.actor
        ),
        "statement": lambda: actions.reconcile(
            fund_id=queries.batch(batch_id, request.actor).fund_id,
            lines=forms.read_statement(_uploaded(request)),
            by=request.actor,
        ),
    }


def identifier(text: str) -> uuid.UUID:
    """An identifier that was posted; anything else is not found."""
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Http404 from None


def _uploaded(request: HttpRequest) -> str:
    file = request.FILES.get("statement")
    if file is None or (file.size or 0) > MOST_BYTES:
        return ""
    return str(file.read(MOST_BYTES).decode("utf-8", errors="replace"))


@staff(Permission.LEDGER_CHECK, Permission.LEDGER_FINANCE)
def act(request: HttpRequest, batch_id: uuid.UUID, verb: str) -> HttpResponse:
    """Check, send or reconcile; what does not fit is said on the page."""
    verbs, back = _verbs(request, batch_id), reverse("desk-payment", args=[batch_id])
    if verb not in verbs:
        raise Http404
    if request.method != "POST":  # after signing in again the browser comes back by GET
        return HttpResponseRedirect(back)
    # A statement only says what the bank did; its file would not come a second time.
    if not request.FILES and (asked := demand(request)) is not None:
        return asked
    try:
        verbs[verb]()
    except rules.NoSuchMoney:
        raise
    except Problem as problem:
        return show_payment(request, batch_id, problem)
    return HttpResponseRedirect(back)


@staff(Permission.LEDGER_FINANCE)
@require_GET
def sample_statement(request: HttpRequest, batch_id: uuid.UUID) -> HttpResponse:
    """The statement that a made-up treasury gives of a batch; a real bank sends its own."""
    batch = queries.batch(batch_id, request.actor)
    source = treasury(batch.treasury)
    if not isinstance(source, MadeUp):
        raise Http404
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(forms.COLUMNS)
    for reference, payout, fen in source.statement(str(batch.pk)):
        table.writerow([reference, payout, fen, time.today().isoformat(), "out"])
    name = f"sample-statement-{str(batch.pk)[-12:]}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)
