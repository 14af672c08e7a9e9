"""What the enterprise or the person at the window can get, what they lack and by how much: the same as they see themselves."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.foundation.readers import reading_as
from tongban.kernel.access.calc import Actor
from tongban.kernel.access.rules import reader_for
from tongban.kernel.access.states import Permission
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.parties import queries as parties
from tongban.kernel.places import queries as places
from tongban.kernel.receptions import actions, queries
from tongban.kernel.receptions.states import PROOF_NAMES, Proof, Purpose
from tongban.modules.claims import queries as claims
from tongban.modules.looks.states import Whose
from tongban.modules.policies.calc import Match
from tongban.modules.policies.queries import published
from tongban.terminals.counter import words
from tongban.terminals.ui import factwords, looking, pages, told
from tongban.terminals.ui.rights import staff

_TYPED = ("name", "id_no", "uscc", "proof", "hall")
_APPLIED = ("can", "needs")  # what data are missing for is asked in the form


@staff(Permission.CASE_RECEIVE)
def offers(request: HttpRequest) -> HttpResponse:
    """Ask who is at the window, by POST alone; then everything there is for them. That it was looked at is recorded."""
    typed = {name: request.POST.get(name, "") for name in _TYPED}
    problem = None
    if request.method == "POST":
        try:
            acting = actions.show(purpose=Purpose.POLICIES, by=request.actor, **typed)
        except Problem as refused:
            problem = refused
        else:
            looking.at(request, None, about=None, whose=_whose(acting))
            with reading_as(reader_for(acting)):  # for whoever stands in front of the window
                return _shown(request, acting, typed["hall"])
    context = {
        "halls": [(one.code, words.hall(one)) for one in queries.halls_of(request.actor)],
        "proofs": [(one.value, words.pick(PROOF_NAMES[one])) for one in Proof],
        "typed": typed,
        "problem": pages.said(problem),
    }
    return render(request, "counter/offers.html", context, status=problem.status if problem else 200)


def _whose(acting: Actor) -> tuple[Whose, Any]:
    firm = acting.organisation_id
    return (Whose.ORGANISATION, firm) if firm else (Whose.PERSON, acting.person_id)


def _shown(request: HttpRequest, acting: Actor, hall: str) -> HttpResponse:
    held, today = published.in_force(), time.today()
    firm = acting.organisation_id
    audience = "organisation" if firm else "person"
    profile = published.profile_of(person_id=None if firm else acting.person_id, organisation_id=firm)
    groups = told.grouped(published.matches(profile, audience))
    point = places.hall(hall)
    shown = [
        {
            "name": str(label),
            "rows": [
                told.row(one, profile, held.policies, today, apply=_apply(request.actor, point, one, today))
                for one in sorted(groups[name], key=told.by_day)
            ],
        }
        for name, label in told.GROUPS.items()
    ]
    context = {
        "name": parties.organisation(firm).name if firm else request.POST["name"].strip(),
        "groups": shown,
        "first": next((one["name"] for one in shown if one["rows"]), ""),
        "total": factwords.money(sum(one.amount or 0 for one in groups["can"] if not one.outdone_by)),
        "many": len(groups["can"]),
        "hall": words.hall(point),
    }
    response = render(request, "counter/offered.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


def _apply(actor: Actor, hall: Any, match: Match, today: date) -> str:
    """Where this window takes the application in; empty where it is not applied for here and now."""
    code = match.offer.code
    if told.group_of(match) not in _APPLIED or match.outdone_by or not claims.is_open(code, today):
        return ""
    if not queries.offer(actor, hall, catalogue.item(code)).allowed:
        return ""
    return f"{reverse('counter-begin', args=[code])}?hall={hall.code}"
