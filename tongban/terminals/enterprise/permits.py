"""The permits of a project, applied for together: one button begins all that are left, each goes on where it was left."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from tongban.kernel.access.calc import Actor
from tongban.kernel.access.states import Area
from tongban.kernel.cases import queries as cases
from tongban.modules.projects import actions, queries
from tongban.modules.projects.states import ProjectState
from tongban.terminals.ui.addresses import address
from tongban.terminals.ui.rights import signed_in


def begun(actor: Actor, row: Any, permits: Sequence[queries.Progress]) -> dict[str, str]:
    """The addresses of the drafts for permits that have no case yet, by item, for whoever acts for the enterprise; one query."""
    left = [one.item.item for one in permits if one.case is None]
    if not left or not _applies(actor, row):
        return {}
    found = cases.drafts_for(actor, row.organisation_id, left)
    return {item: address("application", pk) for item, pk in found.items()}


def can_begin(actor: Actor, row: Any, permits: Sequence[queries.Progress], drafts: dict[str, str]) -> bool:
    """Whether the button that begins what is left is offered."""
    left = [one for one in permits if one.case is None and one.item.item not in drafts]
    return bool(left) and row.state == ProjectState.OPEN and _applies(actor, row)


def _applies(actor: Actor, row: Any) -> bool:
    firm = actor.organisation_id
    return firm is not None and firm == row.organisation_id and firm in actor.firms(Area.CASES)


@require_POST
@signed_in()
def begin(request: HttpRequest, project_id: uuid.UUID) -> HttpResponse:
    """Begin the applications for all permits that are left."""
    actions.begin_permits(project_id=project_id, by=request.actor)
    return redirect("enterprise-project", project_id)
