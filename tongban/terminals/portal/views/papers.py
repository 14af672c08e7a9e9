"""Files: letters, materials, credentials. Each is fetched through what the actor may see; for others it does not exist."""

import uuid
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from tongban.foundation import time
from tongban.kernel.cases import queries as cases
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.credentials import queries as credentials
from tongban.kernel.disclosures import queries as disclosures
from tongban.kernel.documents import queries as documents
from tongban.kernel.documents.calc import qr_svg
from tongban.kernel.documents.calc.ofd import Licence, licence_ofd
from tongban.terminals.ui import sending
from tongban.terminals.ui.rights import signed_in


@signed_in()
def letter(request: HttpRequest, id: uuid.UUID, letter: uuid.UUID) -> HttpResponse:
    """A letter about a case, as its sealed PDF; officers read it on the desk, where the look is on record."""
    case = cases.case_for(request.actor, id, "edit")
    found = next((one for one in documents.letters_about(case.pk) if one.pk == letter), None)
    if found is None:
        raise Http404
    return sending.file(request, found.file, inline="download" not in request.GET)


@signed_in()
def material(request: HttpRequest, id: uuid.UUID, row: uuid.UUID) -> HttpResponse:
    """A material of a case, as a download: what somebody uploaded is never shown as a page of this site.

    For the applicant alone: officers have pages drawn anew on the desk, and the file by a right of its own there.
    """
    case = cases.case_for(request.actor, id, "edit")
    found = next((one for one in cases.materials_of(case) if one.pk == row and one.file_id), None)
    if found is None:
        raise Http404
    return sending.file(request, found.file)


def own_credential(request: HttpRequest, id: uuid.UUID) -> Any:
    """The credential from the actor's wallet; raises Http404 for any other."""
    found = credentials.visible(request.actor).filter(pk=id).first()
    if found is None:
        raise Http404
    return found


@signed_in()
def credential(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """A credential of one's own, as its sealed PDF."""
    return sending.file(request, own_credential(request, id).file, inline="download" not in request.GET)


@signed_in()
def credential_ofd(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """A credential of one's own in the national layout format, set from the same fields as its PDF."""
    row = own_credential(request, id)
    document = catalogue.documents("credential").get(row.type, {})
    licence = Licence(
        title=document.get("front_title", row.name_zh),
        lines=[(field["label"]["zh"], str(field["value"])) for field in row.fields],
        issuer=row.issuer_name,
        issued_on=row.issued_at.astimezone(time.SHANGHAI).date(),
        identifier=row.identifier,
        qr=_qr_text(row),
        notes=document.get("notes", []),
        sample=" · ".join(document.get("sample_note", {}).values()) if settings.DEMO else "",
    )
    return sending.made(
        request,
        lambda: licence_ofd(licence),
        media_type="application/ofd",
        name=f"{row.number}.ofd",
        inline=False,
    )


def _qr_text(row: Any) -> str:
    address = settings.PUBLIC_URL + reverse("verify-code", args=[row.verify_code])
    return f"{address}#{row.signed}" if row.signed else address


@signed_in()
def credential_qr(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """The code by which anybody can check a credential."""
    found = own_credential(request, id)
    svg = qr_svg(_qr_text(found))
    return HttpResponse(svg, content_type="image/svg+xml", headers={"Cache-Control": "no-store"})


@signed_in()
def copy(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """An annotated copy, for the holder, or for the receiver as long as the lending holds."""
    found = disclosures.copy_for(request.actor, id)
    if found is None:
        raise Http404
    return sending.file(request, found.file, inline="download" not in request.GET)


@signed_in()
def act_letter(request: HttpRequest, id: uuid.UUID, act: uuid.UUID) -> HttpResponse:
    """The letter about an act on one's credential."""
    row = own_credential(request, id)
    letters = documents.letters_about(act) if any(one.pk == act for one in credentials.acts_on(row)) else []
    if not letters:
        raise Http404
    return sending.file(request, letters[0].file, inline="download" not in request.GET)
