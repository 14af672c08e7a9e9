"""Signing in by QR code: the screen that shows it, and the telephone that answers."""

import secrets
import uuid

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from tongban.kernel.identities import actions
from tongban.kernel.identities.states import Way
from tongban.kernel.parties.actions import TooManyTries
from tongban.kernel.parties.states import Step
from tongban.terminals.portal import entering
from tongban.terminals.portal.views.signing import count
from tongban.terminals.ui import codes, session
from tongban.terminals.ui.fresh import demand
from tongban.terminals.ui.rights import open_to_all, signed_in
from tongban.terminals.ui.views import local_path
from tongban.terminals.ui.whence import address_of

_KEY = "pairing"
_WHY = "signing in comes before everything else"


@open_to_all(_WHY)
@never_cache  # a code that works, while nobody is signed in yet
def scan(request: HttpRequest) -> HttpResponse:
    """Show a QR code for the telephone; the button on the sign-in page asks for it, and for the next when it is over."""
    held = request.session.get(_KEY)
    if request.method != "POST":
        if held is None:
            return redirect("sign-in")
        asked = settings.PUBLIC_URL + reverse("scanned", args=[held["secret"]])
        context = {**held, "picture": entering.picture_of(asked), "seconds": actions.PAIRING_SECONDS}
        return render(request, "portal/scan.html", context)
    browser = secrets.token_hex(16)
    try:
        count(request, Step.ASK, f"scan:{browser}", None)
    except TooManyTries as problem:
        return codes.too_many(request, problem, reverse("sign-in"))
    row, secret = actions.ask_pairing(
        browser=browser, device=session.device_of(request), address=address_of(request)
    )
    request.session[_KEY] = {
        "id": str(row.pk),
        "browser": browser,
        "secret": secret,
        "number": row.check_number,
        "next": local_path(request.POST.get("next", "")),
    }
    return redirect("sign-in-scan")


@open_to_all(_WHY)
@require_POST
def scan_taken(request: HttpRequest) -> HttpResponse:
    """Whether the telephone has said yes: then in. Asked by htmx every other second, and by a button without script."""
    held, part = request.session.get(_KEY), bool(request.headers.get("HX-Request"))
    if held is None:
        return HttpResponse(headers={"HX-Redirect": reverse("sign-in")}) if part else redirect("sign-in")
    try:
        account = actions.take_pairing(pairing_id=uuid.UUID(held["id"]), browser=held["browser"])
    except actions.CodeOver:
        return _over(request, held, part=part)
    if account is None:
        return HttpResponse(status=204) if part else redirect("sign-in-scan")
    request.session.pop(_KEY)
    response = entering.begin(request, account, [Way.PAIRED], held["next"])
    if part:
        answer = HttpResponse(headers={"HX-Redirect": response.url})
        answer.cookies.update(response.cookies)
        return answer
    return response


def _over(request: HttpRequest, held: dict[str, str], *, part: bool) -> HttpResponse:
    request.session.pop(_KEY)
    name = "portal/scan_over.html" if part else "portal/scan.html"
    return render(request, name, {"over": True, "next": held["next"]}, status=200 if part else 410)


@signed_in(level=0)
def scanned(request: HttpRequest, secret: str) -> HttpResponse:
    """On the telephone: which device asks, from where; yes or no. An officer shows a second factor again before a yes."""
    row = actions.scanned(secret)
    if request.method != "POST":
        return render(request, "portal/scanned.html", {"row": row})
    approved = request.POST.get("answer") == "yes"
    if approved and request.user.agency and (asked := demand(request)) is not None:
        return asked
    actions.answer_pairing(secret=secret, approved=approved, by=request.actor)
    return render(request, "portal/scanned.html", {"row": row, "answered": True, "approved": approved})
