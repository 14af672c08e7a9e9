"""A visit that makes an appeal: what the enterprise asked for goes into the pool, and its number stays with the visit."""

import uuid

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from tongban.foundation.errors import Problem
from tongban.kernel.access.states import Permission
from tongban.modules.appeals.states import Channel
from tongban.modules.visits import actions, queries
from tongban.terminals.desk import appealform
from tongban.terminals.ui import looking
from tongban.terminals.ui.rights import staff


@staff(Permission.ENTERPRISE_SERVE)
def new(request: HttpRequest, visit_id: uuid.UUID) -> HttpResponse:
    """First the category, then its questions; a visit makes one appeal, however often the form is sent."""
    row = queries.visit(request.actor, visit_id)
    looking.at(request, row)
    back = reverse("desk-visit", args=[visit_id])
    if row.appeal_no:
        return HttpResponseRedirect(back)
    problem = None
    if request.method == "POST":
        try:
            number = appealform.filed(request, row, row.organisation_id, Channel.VISIT)
            actions.note_appeal(visit_id=row.pk, number=number, by=request.actor)
            return HttpResponseRedirect(back)
        except Problem as refused:
            problem = refused
    context = appealform.shown(request, row.organisation_id, problem)
    context |= {"row": row, "here": reverse("desk-visit-appeal", args=[visit_id])}
    return render(request, "desk/visit_appeal.html", context, status=problem.status if problem else 200)
