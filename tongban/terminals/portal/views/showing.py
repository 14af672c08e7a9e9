"""Showing a licence: the code of a minute that its holder makes, and the page of whoever scans it."""

import base64
import uuid

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from tongban.foundation import time
from tongban.kernel.credentials import calc
from tongban.kernel.disclosures import actions
from tongban.kernel.disclosures.states import CodeVerdict
from tongban.kernel.documents.calc import qr_svg
from tongban.terminals.portal import words
from tongban.terminals.portal.views.papers import own_credential
from tongban.terminals.portal.views.wallet import face
from tongban.terminals.ui.rights import open_to_all, signed_in
from tongban.terminals.ui.texts import _


@signed_in()
def present(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Make a code and show it, once: on another visit there is a new one."""
    row = own_credential(request, id)
    if request.method != "POST":  # after signing in the browser comes back by GET
        return redirect("credential", id)
    code, shown = actions.present(credential=row, by=request.actor)
    svg = qr_svg(settings.PUBLIC_URL + reverse("present-code", args=[code]))
    context = {
        "credential": row,
        "name": words.either(row.name_zh, row.name_en),
        "picture": f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}",
        "code": " ".join(code[at : at + 4] for at in range(0, len(code), 4)),
        "seconds": settings.PRESENT_SECONDS,
        "expires_at": shown.expires_at.astimezone(time.SHANGHAI),
    }
    return render(request, "portal/present.html", context)


@open_to_all("whoever is shown a licence must be able to check it, without an account")
@require_safe
def presented(request: HttpRequest, code: str) -> HttpResponse:
    """What a one-time code opens: the masked fields and the state at this moment, once."""
    hint = f"{request.headers.get('Purpose', '')} {request.headers.get('Sec-Purpose', '')}"
    if request.method == "HEAD" or "prefetch" in hint:
        return HttpResponse(status=204)  # a program that looks ahead must not use the code up
    verdict, row = actions.look(code=code, by=request.actor, purpose=_("出示证照"))
    context = {"verdict": str(verdict), "found": None, "row": row}
    if verdict == CodeVerdict.GOOD and row is not None:
        context["found"] = face(row.credential, calc.masked(row.credential.fields))
    status = {CodeVerdict.GOOD: 200, CodeVerdict.UNKNOWN: 404}.get(verdict, 410)
    response = render(request, "portal/presented.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response
