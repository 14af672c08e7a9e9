"""Paying a fee: to the cashier and back. We show what it is for; the money goes to the body that handles the case."""

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from tongban.kernel.cases import queries as cases
from tongban.kernel.outcomes import actions
from tongban.kernel.outcomes import queries as outcomes
from tongban.terminals.portal import words
from tongban.terminals.ui.rights import signed_in


def of_case(case: Any, *, mine: bool) -> dict[str, Any]:
    """What the page of a case says of its fee."""
    row = outcomes.payment_of(case)
    if row is None:
        return {"payment": None}
    return {
        "payment": row,
        "payment_amount": words.format_yuan(row.amount_fen),
        "payee": words.agency(row.payee),
        "can_pay": mine and outcomes.payable(case, row),
    }


@signed_in()
@require_POST
def pay(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """To the cashier."""
    case = cases.case_for(request.actor, id, "edit")
    row = outcomes.payment_of(case)
    if row is None or not outcomes.payable(case, row):
        return redirect("case", id)
    address = outcomes.cashier(row.cashier).open(
        number=row.number,
        fen=row.amount_fen,
        payee=words.agency(row.payee),
        title=row.name,
        back=request.build_absolute_uri(reverse("case-paid", args=[id])),
    )
    return redirect(address)


@signed_in()
@require_GET
def paid(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Back from the cashier, who is asked what became of it."""
    case = cases.case_for(request.actor, id, "edit")
    row = outcomes.payment_of(case)
    if row is not None:
        found = outcomes.cashier(row.cashier).look(row.number)
        if found is not None:
            actions.note_payment(payment_id=row.pk, paid=found)
    return redirect(f"{reverse('case', args=[id])}#payment")


@signed_in()
def demo(request: HttpRequest, number: str) -> HttpResponse:
    """The made-up cashier of a demonstration; there is none where a real one is connected."""
    row = outcomes.payment_by_number(number)
    if row is None or row.cashier != outcomes.FAKE:
        raise Http404
    case = cases.case_for(request.actor, row.case_id, "edit")
    if request.method == "POST":
        if request.POST.get("result") == "paid":
            outcomes.FakeCashier().settle(row.number)
        return redirect("case-paid", case.pk)
    context = {
        "case": case,
        "payment": row,
        "amount": words.format_yuan(row.amount_fen),
        "payee": words.agency(row.payee),
    }
    return render(request, "portal/cashier.html", context)
