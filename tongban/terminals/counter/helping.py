"""Helping a resident at a village station: their agreement comes in, and they leave."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from tongban.kernel.access.states import Permission
from tongban.kernel.receptions import actions, queries
from tongban.terminals.counter import consenting
from tongban.terminals.counter.views import then
from tongban.terminals.ui.rights import staff


@staff(Permission.CASE_RECEIVE)
@require_POST
def consent(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Send a code to the resident's telephone, take it, or take a photograph of what they signed."""
    queries.reception_for(request.actor, id)
    return then(request, id, lambda: consenting.take(request, id))


@staff(Permission.CASE_RECEIVE)
@require_POST
def end(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """The resident leaves."""
    actions.end_help(reception_id=id, by=request.actor)
    return redirect("counter")
