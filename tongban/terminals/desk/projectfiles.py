"""Files of a project's documents, on the desk: drawn anew for whoever sees the project, as they came for an examiner."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from tongban.kernel.access.states import Permission
from tongban.modules.looks.states import Kind as Look
from tongban.modules.projects import queries
from tongban.modules.projects.rules import POLICY
from tongban.modules.projects.states import EntryKind, Share
from tongban.terminals.desk import drawn, originals
from tongban.terminals.ui import attached, looking, parts
from tongban.terminals.ui import projectwords as said
from tongban.terminals.ui.rights import staff
from tongban.terminals.ui.texts import _


def about(row: Any, entries: Sequence[Any]) -> dict[uuid.UUID, dict[str, Any]]:
    """Of lines of the book: which document each is, whether the enterprise has to do with it, its files; in two queries."""
    files = queries.files_of(entries)
    return {
        one.pk: {
            "document": said.document_name(row.kind, one.about) if one.kind == EntryKind.DOCUMENT else "",
            "share": {Share.FIRM: _("企业可看"), Share.BY_FIRM: _("企业提交")}.get(one.share, ""),
            "files": attached.lines(
                files.get(one.pk, ()), lambda id: reverse("desk-project-file", args=[row.pk, id])
            ),
        }
        for one in entries
    }


def _back(row: Any) -> parts.Link:
    return parts.Link(row.number, reverse("desk-project", args=[row.pk]))


@staff(Permission.PROJECT_VIEW)
@require_GET
def file(request: HttpRequest, project_id: uuid.UUID, file: uuid.UUID) -> HttpResponse:
    """A file of a document, for whoever sees the project: its pages."""
    row = queries.project(request.actor, project_id)
    found = queries.file_of(row, file, firm=False)
    looking.at(request, row, Look.FILE)
    original = originals.offered() and POLICY.offers(request.actor, "original", row)
    return drawn.sheet(
        request,
        found.stored,
        name=found.stored.name,
        back=_back(row),
        page=lambda number: reverse("desk-project-page", args=[project_id, file, number]),
        original=reverse("desk-project-original", args=[project_id, file]) if original else "",
    )


@staff(Permission.PROJECT_VIEW)
@require_GET
def page(request: HttpRequest, project_id: uuid.UUID, file: uuid.UUID, page: int) -> HttpResponse:
    """One page of it as a picture."""
    row = queries.project(request.actor, project_id)
    found = queries.file_of(row, file, firm=False)
    looking.at(request, row, Look.FILE)
    return drawn.picture(request, found.stored, page, drawn.mark(request, f"项目 {row.number} "))


@staff(Permission.MATERIAL_ORIGINAL)
@require_http_methods(["GET", "POST"])
def original(request: HttpRequest, project_id: uuid.UUID, file: uuid.UUID) -> HttpResponse:
    """The file as it came, to whoever may examine originals and says what for."""
    row = queries.project(request.actor, project_id, "original")
    stored = queries.file_of(row, file, firm=False).stored
    return originals.fetched(request, stored, about=row, name=stored.name, back=_back(row))
