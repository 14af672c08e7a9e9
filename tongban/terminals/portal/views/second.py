"""The second factor on the way in: typing its number, getting one for the first time, passkeys."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from tongban.foundation import time
from tongban.kernel.identities import actions
from tongban.kernel.identities import queries as identities
from tongban.kernel.identities.actions import WrongNumber
from tongban.kernel.identities.calc import totp
from tongban.kernel.identities.queries import passkeys
from tongban.kernel.identities.states import FactorKind, Way
from tongban.kernel.parties import queries
from tongban.kernel.parties.actions import TooManyTries
from tongban.kernel.parties.states import Step
from tongban.terminals.portal import entering
from tongban.terminals.portal.views.signing import count
from tongban.terminals.ui import city, codes, proving
from tongban.terminals.ui.rights import open_to_all
from tongban.terminals.ui.texts import _, language
from tongban.terminals.ui.views import local_path

_WHY = "half way in there is no session yet; without the first factor it leads back to the beginning"


@open_to_all(_WHY)
@never_cache  # secrets and numbers, while nobody is signed in yet
def second(request: HttpRequest) -> HttpResponse:
    """Take the number of the authenticator, or a recovery code; the right one begins the session."""
    half = entering.half_way(request)
    if half is None:
        return redirect("sign-in")
    if not half.kinds:
        return redirect("sign-in-enrol")
    context = {
        "account": half.account,
        "number": identities.number_now(half.account.pk) if settings.DEMO else "",
        "passkey": FactorKind.PASSKEY in half.kinds,
        "password": Way.PASSWORD in half.ways,
        "next": half.next_url,
        "error": "",
    }
    if request.method != "POST":
        return render(request, "portal/sign_in_second.html", context)
    try:
        count(request, Step.TRY, half.account.username, half.account)
        way = proving.by_number(half.account, request.POST.get("code", ""))
    except TooManyTries as problem:
        return codes.too_many(request, problem, reverse("sign-in-second"))
    except WrongNumber as problem:
        context["error"] = f"{problem.sentence(language())} {problem.todo(language())}"
        return render(request, "portal/sign_in_second.html", context, status=problem.status)
    return entering.begin(request, half.account, [*half.ways, way], half.next_url)


@open_to_all(_WHY)
@never_cache  # secrets and numbers, while nobody is signed in yet
def enrol(request: HttpRequest) -> HttpResponse:
    """An officer's first second factor: scan, type the number, keep the recovery codes; then the session begins."""
    half = entering.half_way(request)
    if half is None:
        return redirect("sign-in")
    if half.kinds:  # who has one shows it, and does not add another by the first factor alone
        return redirect("sign-in-second")
    secret = entering.kept_secret(request, half.account)
    if request.method != "POST" or not secret:
        secret = secret or actions.new_secret()
        entering.keep_secret(request, secret, half.account)
        return render(request, "portal/sign_in_enrol.html", authenticator(half.account, secret))
    by = queries.actor_for(half.account, time.today())
    try:
        count(request, Step.TRY, half.account.username, half.account)
        actions.add_authenticator(
            account=half.account,
            secret=secret,
            number=request.POST.get("code", ""),
            name=_("验证器"),
            by=by,
        )
    except TooManyTries as problem:
        return codes.too_many(request, problem, reverse("sign-in-enrol"))
    except WrongNumber as problem:
        context = authenticator(half.account, secret)
        context["error"] = f"{problem.sentence(language())} {problem.todo(language())}"
        return render(request, "portal/sign_in_enrol.html", context, status=problem.status)
    made = actions.make_recovery_codes(account=half.account, by=by)
    into = entering.begin(request, half.account, [*half.ways, Way.TOTP], half.next_url)
    request.actor = by
    response = render(request, "portal/recovery_codes.html", {"codes": made, "onward": into.url})
    response.cookies.update(into.cookies)
    return response


def authenticator(account: Any, secret: str) -> dict[str, Any]:
    """What a page shows so that an authenticator learns a secret; in a demonstration also the number it would show."""
    now = totp.step_at(time.wall_clock().timestamp())
    return {
        "picture": entering.picture_of(totp.address(secret, account.username, city.current().brand_zh)),
        "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        "number": totp.number(secret, now) if settings.DEMO else "",
        "error": "",
    }


@open_to_all("a browser asks it before anybody is known; it says nothing of anybody")
@require_POST
def passkey_asked(request: HttpRequest) -> HttpResponse:
    """What a browser has to sign with a passkey, as JSON; works once."""
    options, request.session["passkey"] = passkeys.asked_to_sign()
    return JsonResponse(options)


@open_to_all("signing in comes before everything else")
@require_POST
def passkey(request: HttpRequest) -> HttpResponse:
    """Sign in with a passkey alone: it is something that one has, and its device has made sure whose hand holds it."""
    next_url = local_path(request.POST.get("next", ""))
    try:
        account = proving.by_passkey(request)
    except passkeys.BadPasskey as problem:
        said = f"{problem.sentence(language())} {problem.todo(language())}"
        context = {"next": next_url, "demo": [], "passkey_error": said}
        return render(request, "portal/sign_in.html", context, status=problem.status)
    return entering.begin(request, account, [Way.PASSKEY], next_url)
