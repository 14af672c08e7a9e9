"""Signing in by one-time code, signing out, choosing for whom one acts."""

import secrets
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from tongban.foundation import time
from tongban.kernel.access.states import Permission
from tongban.kernel.parties import actions, queries
from tongban.kernel.parties.actions import TooManyTries, WrongCode
from tongban.kernel.parties.states import Step
from tongban.terminals.portal import codes, devices
from tongban.terminals.portal.views.sections import deliver
from tongban.terminals.ui import sessions
from tongban.terminals.ui.rights import open_to_all, signed_in
from tongban.terminals.ui.texts import language
from tongban.terminals.ui.views import local_path
from tongban.terminals.ui.whence import address_of

_KEY = "signing_in"
# Where an officer begins, by what they may do.
_OFFICES = {
    Permission.CASE_VIEW: "desk-queue",
    Permission.CASE_RECEIVE: "counter",
    Permission.SUPERVISE: "desk-supervision",
    Permission.CONSOLE_VIEW: "console-home",
    Permission.ITEM_EDIT: "console-drafts",
    Permission.ITEM_PUBLISH: "console-publishing",
    Permission.POLICY_DRAFT: "console-policies",
    Permission.POLICY_PUBLISH: "console-policies",
    Permission.SIGNON_MANAGE: "console-systems",
}
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
    username = "".join(c for c in request.POST.get("username", "") if c.isprintable()).strip()[:60]
    account = queries.account_by_username(username)
    try:
        _count(request, Step.ASK, username, account)
    except TooManyTries as problem:
        return codes.too_many(request, problem, reverse("sign-in"))
    asker = request.session.get(_KEY, {}).get("asker") or secrets.token_hex(16)
    code = actions.ask_code(account=account, asker=asker) if account else ""
    if account:
        codes.send(account, code)
    shown = code if settings.DEMO else ""
    request.session[_KEY] = {"username": username, "next": next_url, "code": shown, "asker": asker}
    return redirect("sign-in-code")


def _count(request: HttpRequest, step: Step, username: str, account: Any | None) -> None:
    actions.admit(
        step=step,
        who=username,
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
    account = queries.account_by_username(asked["username"])
    try:
        _count(request, Step.TRY, asked["username"], account)
        if account is None:  # an unknown name must not be told from a wrong code
            raise WrongCode
        actions.use_code(account=account, code=request.POST.get("code", ""), asker=asked.get("asker", ""))
    except TooManyTries as problem:
        return codes.too_many(request, problem, reverse("sign-in-code"))
    except WrongCode as problem:
        context["error"] = f"{problem.sentence(language())} {problem.todo(language())}"
        return render(request, "portal/sign_in_code.html", context, status=422)
    return _begin(request, account, asked["next"])


def _begin(request: HttpRequest, account: Any, next_url: str) -> HttpResponse:
    """Begin the session, and let the browser be known by its next time."""
    actions.forgive(
        who=account.username, address=address_of(request), device=devices.known_device(request, account)
    )
    sessions.begin(request, account, "otp")
    request.session.pop(_KEY, None)
    actor = queries.actor_for(account, time.today())
    deliver(request, actor)
    office = next((page for right, page in _OFFICES.items() if actor.can(right)), "home")
    response = redirect(next_url if next_url != "/" else office)
    devices.remember(request, response, account)
    return response


@open_to_all("a session that has ended already is no mistake")
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session, and the sign-ons at departments' systems that began in it."""
    sessions.end(request)
    return redirect("home")


@signed_in()
@require_POST
def act_for(request: HttpRequest) -> HttpResponse:
    """From now on act for one of those whom a live mandate names, organisation or person, or for oneself again."""
    wanted, actor = request.POST.get("for", ""), request.actor
    principals = [*actor.represents, *(one.principal_id for one in actor.mandates)]
    request.session["acting_for"] = wanted if wanted in map(str, principals) else ""
    return redirect(local_path(request.POST.get("next") or reverse("home")))
