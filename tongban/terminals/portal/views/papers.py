"""Files: letters, materials, credentials. Each is fetched through what the actor may see; for others it does not exist."""

import uuid
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header

from tongban.kernel.cases import queries as cases
from tongban.kernel.credentials import queries as credentials
from tongban.kernel.documents import queries as documents
from tongban.kernel.documents.calc import qr_svg
from tongban.terminals.ui.rights import signed_in


def _answer(file: Any, *, inline: bool) -> HttpResponse:
    response = HttpResponse(documents.content(file), content_type=file.media_type)
    response.headers["Content-Disposition"] = content_disposition_header(not inline, file.name)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@signed_in()
def letter(request: HttpRequest, id: uuid.UUID, letter: uuid.UUID) -> HttpResponse:
    """A letter about a case, as its sealed PDF."""
    case = cases.case_for(request.actor, id)
    found = next((one for one in documents.letters_about(case.pk) if one.pk == letter), None)
    if found is None:
        raise Http404
    return _answer(found.file, inline="download" not in request.GET)


@signed_in()
def material(request: HttpRequest, id: uuid.UUID, row: uuid.UUID) -> HttpResponse:
    """A material of a case, as a download: what somebody uploaded is never shown as a page of this site."""
    case = cases.case_for(request.actor, id)
    found = next((one for one in cases.materials_of(case) if one.pk == row and one.file_id), None)
    if found is None:
        raise Http404
    return _answer(found.file, inline=False)


def own_credential(request: HttpRequest, id: uuid.UUID) -> Any:
    """The credential from the actor's wallet; raises Http404 for any other."""
    found = credentials.visible(request.actor).filter(pk=id).first()
    if found is None:
        raise Http404
    return found


@signed_in()
def credential(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """A credential of one's own, as its sealed PDF."""
    return _answer(own_credential(request, id).file, inline="download" not in request.GET)


@signed_in()
def credential_qr(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """The code by which anybody can check a credential."""
    found = own_credential(request, id)
    svg = qr_svg(settings.PUBLIC_URL + reverse("verify-code", args=[found.verify_code]))
    return HttpResponse(svg, content_type="image/svg+xml", headers={"Cache-Control": "no-store"})
