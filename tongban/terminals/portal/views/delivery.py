"""Choosing how the result shall reach the applicant."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from tongban.foundation.errors import Problem
from tongban.kernel.cases import queries as cases
from tongban.kernel.cases.queries import NoSuchCase
from tongban.kernel.cases.states import CaseState
from tongban.kernel.outcomes import actions
from tongban.kernel.outcomes import queries as outcomes
from tongban.kernel.parties import queries as parties
from tongban.terminals.portal import handing, words
from tongban.terminals.ui.rights import signed_in
from tongban.terminals.ui.texts import language

_FIELDS = ("way", "hall", "recipient", "phone", "address")


@signed_in()
def delivery(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """The ways that the item offers; what was chosen is kept, and can be changed until the paper has left the office."""
    case = cases.case_for(request.actor, id, "edit")
    row = outcomes.handover_of(case)
    back = "application-check" if case.state == CaseState.DRAFT else "case"
    if not handing.may_choose(case, row):
        return redirect(back, id)
    typed, problem = _kept(case, row), ""
    if request.method == "POST":
        typed = {name: request.POST.get(name, "") for name in _FIELDS}
        try:
            actions.choose_delivery(case_id=id, by=request.actor, **typed)
        except NoSuchCase:
            raise
        except Problem as failed:
            problem = f"{failed.sentence(language())} {failed.todo(language())}"
        else:
            return redirect(back, id)
    context = {
        "case": case,
        "name": words.item_name(case),
        "choices": handing.choices(case),
        "halls": handing.halls(),
        "typed": typed,
        "error": problem,
        "back": back,
    }
    return render(request, "portal/delivery.html", context, status=422 if problem else 200)


def _kept(case: Any, row: Any) -> dict[str, str]:
    """What was chosen before; else what is known of the applicant."""
    if row is not None:
        return {name: getattr(row, name) or "" for name in _FIELDS}
    person = parties.person(case.person_id)
    known = cases.profile_of(case, case.saved_at.date()).values()
    address = known.get("org.address" if case.organisation_id else "person.address", "")
    return {"way": "", "hall": "", "recipient": person.name, "phone": person.phone or "", "address": address}
