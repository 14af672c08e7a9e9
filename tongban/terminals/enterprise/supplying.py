"""An enterprise hands in a document that a stage of its project asks for."""

import uuid

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from tongban.foundation.errors import Problem
from tongban.modules.projects import actions, queries
from tongban.modules.projects.queries import NoSuchProject
from tongban.terminals.enterprise.home import show
from tongban.terminals.ui import attached
from tongban.terminals.ui.rights import signed_in


@require_POST
@signed_in()
def supply(request: HttpRequest, project_id: uuid.UUID) -> HttpResponse:
    """Hand it in and go back to the page; a foreseen failure shows it with its sentence and what was typed."""
    # Asked before the action asks: of a stranger no file is looked at and kept.
    queries.project(request.actor, project_id, "own")
    try:
        actions.supply(
            project_id=project_id,
            document=request.POST.get("document", "")[:40],
            words=request.POST.get("words", ""),
            files=attached.taken(request),
            by=request.actor,
        )
    except NoSuchProject:
        raise
    except Problem as problem:
        return show(request, project_id, problem)
    return HttpResponseRedirect(reverse("enterprise-project", args=[project_id]) + "#documents")
