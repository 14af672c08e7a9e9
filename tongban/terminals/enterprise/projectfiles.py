"""Documents of the enterprise's own project: what it handed in, what offices show it, and what it is asked for."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from tongban.kernel.parties import queries as parties
from tongban.modules.projects import queries
from tongban.modules.projects.states import ProjectState, Share
from tongban.terminals.ui import attached, sending
from tongban.terminals.ui import projectwords as said
from tongban.terminals.ui.rights import signed_in
from tongban.terminals.ui.templatetags.ui import cndate
from tongban.terminals.ui.texts import _


def listed(row: Any) -> list[dict[str, Any]]:
    """The documents that the enterprise reads, with their files; an officer is named by the office that leads."""
    rows = queries.shown_to_firm(row)
    files = queries.files_of(rows)
    people = parties.account_names(one.by for one in rows if one.share == Share.BY_FIRM)
    return [
        {
            "name": said.document_name(row.kind, one.about) or _("资料"),
            "words": one.words,
            "number": one.number,
            "stage": said.stage_name(row.kind, one.stage),
            "who": people.get(one.by) or said.office(row.agency),
            "day": cndate(one.day),
            "files": attached.lines(
                files.get(one.pk, ()), lambda id: reverse("enterprise-project-file", args=[row.pk, id])
            ),
        }
        for one in rows
    ]


def asked(row: Any) -> list[tuple[str, str]]:
    """What the stages of a project under way ask the enterprise for: name and words."""
    if row.state != ProjectState.OPEN:
        return []
    return [
        (id, f"{said.say(stage.name)}：{said.say(stage.documents[id])}")
        for id, stage in queries.asked_of_firm(row.kind).items()
    ]


@require_GET
@signed_in()
def file(request: HttpRequest, project_id: uuid.UUID, file: uuid.UUID) -> HttpResponse:
    """A file of a document that the enterprise reads."""
    row = queries.project(request.actor, project_id, "own")
    return sending.file(request, queries.file_of(row, file, firm=True).stored, inline=True)
