"""Files that go with an appeal, on the desk: drawn anew for whoever may look at it, as they came for an examiner."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from tongban.kernel.access.states import Permission
from tongban.kernel.documents import queries as documents
from tongban.modules.appeals import queries
from tongban.modules.appeals.rules import POLICY, SEES
from tongban.modules.looks.states import Kind as Look
from tongban.terminals.desk import drawn, originals
from tongban.terminals.ui import looking, parts
from tongban.terminals.ui.rights import staff


def _row(appeal: Any, file: uuid.UUID) -> Any:
    return queries.file_of(appeal, queries.entries(appeal), file, firm=False)


def _back(appeal: Any) -> parts.Link:
    return parts.Link(appeal.number, reverse("desk-appeal", args=[appeal.pk]))


@staff(*SEES)
@require_GET
def file(request: HttpRequest, id: uuid.UUID, file: uuid.UUID) -> HttpResponse:
    """A file of a step, for whoever may look at the appeal: its pages."""
    appeal = queries.appeal_for(request.actor, id)
    row = _row(appeal, file)
    looking.at(request, appeal, Look.FILE)
    original = originals.offered() and POLICY.offers(request.actor, "original", appeal)
    return drawn.sheet(
        request,
        documents.file(row.file_id),
        name=row.name,
        back=_back(appeal),
        page=lambda number: reverse("desk-appeal-page", args=[id, file, number]),
        original=reverse("desk-appeal-original", args=[id, file]) if original else "",
    )


@staff(*SEES)
@require_GET
def page(request: HttpRequest, id: uuid.UUID, file: uuid.UUID, page: int) -> HttpResponse:
    """One page of it as a picture."""
    appeal = queries.appeal_for(request.actor, id)
    row = _row(appeal, file)
    looking.at(request, appeal, Look.FILE)
    mark = drawn.mark(request, f"诉求 {appeal.number} ")
    return drawn.picture(request, documents.file(row.file_id), page, mark)


@staff(Permission.MATERIAL_ORIGINAL)
@require_http_methods(["GET", "POST"])
def original(request: HttpRequest, id: uuid.UUID, file: uuid.UUID) -> HttpResponse:
    """The file as it came, to whoever may examine originals and says what for."""
    appeal = queries.appeal_for(request.actor, id, "original")
    row = _row(appeal, file)
    stored = documents.file(row.file_id)
    return originals.fetched(request, stored, about=appeal, name=row.name, back=_back(appeal))
