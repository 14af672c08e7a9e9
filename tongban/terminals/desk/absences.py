"""Being away: who stands in, from when to when."""

import datetime as dt

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access import queries as access
from tongban.kernel.access.states import Permission
from tongban.kernel.cases import actions, queries
from tongban.kernel.parties import queries as parties
from tongban.terminals.desk.measured import account
from tongban.terminals.ui import texts
from tongban.terminals.ui.rights import staff
from tongban.terminals.ui.texts import _


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return dt.date.min


@staff(Permission.CASE_ACCEPT, Permission.CASE_REVIEW, Permission.CASE_DECIDE, Permission.CASE_HEAD)
def absence(request: HttpRequest) -> HttpResponse:
    """Name a colleague of one's own roles for some days; what is assigned to oneself shows in their queue too."""
    actor, error = request.actor, ""
    roles = sorted({grant.role for grant in actor.grants})
    holders = {row.account_id for row in access.holders(roles, time.today())}
    own = parties.account(actor.account_id)
    office = parties.officers().filter(agency=own.agency, is_active=True).values_list("pk", flat=True)
    holders = (holders | set(office)) - {actor.account_id}
    names = parties.account_names(sorted(holders))
    if request.method == "POST":
        stand_in = account(request.POST.get("stand_in", ""))
        if stand_in not in names:
            error = _("请选择代理人。")
        else:
            try:
                actions.set_absence(
                    stand_in=stand_in,
                    starts_on=_day(request.POST.get("starts_on", "")),
                    ends_on=_day(request.POST.get("ends_on", "")),
                    lend="lend" in request.POST,
                    by=actor,
                )
            except Problem as problem:
                error = f"{problem.sentence(texts.language())} {problem.todo(texts.language())}"
        if not error:
            return HttpResponseRedirect(reverse("desk-absence"))
    context = {
        "colleagues": sorted(((str(id), name) for id, name in names.items()), key=lambda pair: pair[1]),
        "absences": [(names.get(row.stand_in, ""), row) for row in queries.absences_of(actor)],
        "error": error,
        "typed": request.POST,
    }
    return render(request, "desk/absence.html", context, status=422 if error else 200)
