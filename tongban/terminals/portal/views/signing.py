"""Signing in by one-time code, signing out, choosing for whom one acts."""

import secrets
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from tongban.kernel.identities import actions as raising
from tongban.kernel.identities import queries as identities
from tongban.kernel.identities.states import Way
from tongban.kernel.parties import actions, queries
from tongban.kernel.parties.actions import TooManyTries, WrongCode
from tongban.kernel.parties.states import Step
from tongban.terminals.portal import devices, entering
from tongban.terminals.ui import codes, session
from tongban.terminals.ui.rights import open_to_all, signed_in
from tongban.terminals.ui.texts import language
from tongban.terminals.ui.views import local_path
from tongban.terminals.ui.whence import address_of

_KEY = "signing_in"
_MOST_DEMO_ACCOUNTS = 150


@open_to_all("signing in comes before everything else")
def sign_in(request: HttpRequest) -> HttpResponse:
    """Take the name of an account and send its code; an unknown name gets the same answer, so nobody can try names out.

    429 when codes were asked for too often; a browser that has signed in to the account before has a share of its own.
    """
    next_url = local_path(request.POST.get("next") or request.GET.get("next", ""))
    if request.method != "POST":
        if request.actor.is_signed_in and "level" not in request.GET:
            return redirect(next_url)
        return render(request, "portal/sign_in.html", {"next": next_url, "demo": _demo_accounts()})
    username = named(request)
    account = identities.account_named(username)
    try:
        count(request, Step.ASK, username, account)
    except TooManyTries as problem:
        return codes.too_many(request, problem, reverse("sign-in"))
    send_code(request, account, username, next_url)
    return redirect("sign-in-code")


def named(request: HttpRequest) -> str:
    """The account or telephone that was typed."""
    return "".join(c for c in request.POST.get("username", "") if c.isprintable()).strip()[:60]


def send_code(request: HttpRequest, account: Any | None, username: str, next_url: str) -> None:
    """Send a code to the account, where there is one, and remember who was named: the next page takes the code."""
    asker = request.session.get(_KEY, {}).get("asker") or secrets.token_hex(16)
    code = actions.ask_code(account=account, asker=asker) if account else ""
    if account:
        codes.send(account, code)
    shown = code if settings.DEMO else ""
    request.session[_KEY] = {"username": username, "next": next_url, "code": shown, "asker": asker}


def count(request: HttpRequest, step: Step, username: str, account: Any | None) -> None:
    """Count one more code asked for, or code or password tried. Raises TooManyTries."""
    actions.admit(
        step=step,
        who=account.username if account else username,  # one share, whether named or by telephone
        address=address_of(request),
        device=devices.known_device(request, account),
    )


def _demo_accounts() -> list[Any]:
    if not settings.DEMO:
        return []
    chosen = getattr(settings, "DEMO_ACCOUNTS", None)
    accounts = [one for one in queries.accounts() if chosen is None or one.username in chosen]
    return sorted(accounts, key=lambda one: (bool(one.agency), one.username))[:_MOST_DEMO_ACCOUNTS]


@open_to_all("signing in comes before everything else")
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """Take the code; the right one begins a fresh session and leads to where the visitor wanted to go."""
    asked = request.session.get(_KEY)
    if not asked:
        return redirect("sign-in")
    context = {**asked, "error": ""}
    if request.method != "POST":
        return render(request, "portal/sign_in_code.html", context)
    account = identities.account_named(asked["username"])
    try:
        count(request, Step.TRY, asked["username"], account)
        if account is None:  # an unknown name must not be told from a wrong code
            raise WrongCode
        actions.use_code(account=account, code=request.POST.get("code", ""), asker=asked.get("asker", ""))
    except TooManyTries as problem:
        return codes.too_many(request, problem, reverse("sign-in-code"))
    except WrongCode as problem:
        context["error"] = f"{problem.sentence(language())} {problem.todo(language())}"
        return render(request, "portal/sign_in_code.html", context, status=422)
    raising.reached(account=account)
    return entering.proceed(request, account, [Way.CODE], asked["next"])


@open_to_all("a session that has ended already is no mistake")
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session; what was signed on to from it ends with it."""
    session.leave(request)
    return redirect("home")


@signed_in()
@require_POST
def act_for(request: HttpRequest) -> HttpResponse:
    """From now on act for one of those whom a live mandate names, organisation or person, or for oneself again."""
    wanted, actor = request.POST.get("for", ""), request.actor
    principals = [*actor.represents, *(one.principal_id for one in actor.mandates)]
    request.session["acting_for"] = wanted if wanted in map(str, principals) else ""
    return redirect(local_path(request.POST.get("next") or reverse("home")))
