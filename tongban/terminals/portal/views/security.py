"""Signing in and security: with what one signs in, where one is signed in, and ending what one does not know."""

import uuid
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from tongban.foundation.errors import Problem
from tongban.kernel.identities import actions
from tongban.kernel.identities import queries as identities
from tongban.kernel.identities.queries import passkeys
from tongban.kernel.identities.states import WAY_NAMES, Ended, FactorKind, Way
from tongban.kernel.parties import actions as parties
from tongban.kernel.parties.states import Step
from tongban.terminals.portal import devices, entering, words
from tongban.terminals.portal.views.second import authenticator
from tongban.terminals.ui import proving, session
from tongban.terminals.ui.fresh import fresh
from tongban.terminals.ui.rights import signed_in
from tongban.terminals.ui.texts import _, language, later, listed
from tongban.terminals.ui.whence import address_of

_ENDED = {
    Ended.OUT: later("已退出"),
    Ended.REMOTE: later("在别处结束"),
    Ended.TIME: later("到时结束"),
    Ended.FACTOR: later("移除登录方式时结束"),
    Ended.PASSWORD: later("密码变动时结束"),
    Ended.CLOSED: later("账号停用时结束"),
}


@signed_in(level=0)
def security(request: HttpRequest) -> HttpResponse:
    """With what the visitor signs in, and where they are signed in."""
    return page(request)


def page(request: HttpRequest, problem: Problem | None = None) -> HttpResponse:
    """The page, with what was refused on it."""
    open_, over = identities.sign_ins(request.actor)
    own = session.row_of(request)
    rows = identities.factors(request.actor)
    context = {
        "authenticators": [row for row in rows if row.kind == FactorKind.TOTP],
        "passkeys": [row for row in rows if row.kind == FactorKind.PASSKEY],
        "recovery": identities.recovery_codes_left(request.user.pk),
        "staff": bool(request.user.agency),
        "has_password": request.user.has_usable_password(),
        "password_changed_at": request.user.password_changed_at,
        "open": [(row, _ways(row), str(row.pk) == own) for row in open_],
        "known": _known(request),
        "known_days": settings.KNOWN_DEVICE_DAYS,
        "over": [(row, _ways(row), _ENDED[Ended(row.ended)]) for row in over],
        "error": f"{problem.sentence(language())} {problem.todo(language())}" if problem else "",
    }
    return render(request, "portal/security.html", context, status=problem.status if problem else 200)


def _ways(row: Any) -> str:
    return listed(words.either(*WAY_NAMES[Way(one)]) for one in row.ways)


def _known(request: HttpRequest) -> list[tuple[Any, bool]]:
    """The devices on which the account was used, each with whether it is this one."""
    here = devices.digest_of(devices.name_of(request), request.user)
    return [(row, bool(here) and row.digest == here) for row in identities.known_devices(request.actor)]


@signed_in(level=0)
@fresh
def add_authenticator(request: HttpRequest) -> HttpResponse:
    """Show a secret to the visitor's authenticator and take its first number; fresh recovery codes come with it."""
    account = request.user
    secret = entering.kept_secret(request, account)
    if request.method != "POST" or "code" not in request.POST or not secret:
        secret = secret or actions.new_secret()
        entering.keep_secret(request, secret, account)
        return render(request, "portal/authenticator_new.html", authenticator(account, secret))
    try:
        parties.admit(step=Step.TRY, who=str(account.pk), address=address_of(request), device="authenticator")
        actions.add_authenticator(
            account=account,
            secret=secret,
            number=request.POST["code"],
            name=_("验证器"),
            by=request.actor,
        )
    except actions.WrongNumber as problem:
        context = authenticator(account, secret)
        context["error"] = f"{problem.sentence(language())} {problem.todo(language())}"
        return render(request, "portal/authenticator_new.html", context, status=problem.status)
    request.session.pop("new_secret", None)
    return _recovery(request)


def _recovery(request: HttpRequest) -> HttpResponse:
    made = actions.make_recovery_codes(account=request.user, by=request.actor)
    return render(request, "portal/recovery_codes.html", {"codes": made, "onward": reverse("security")})


@signed_in(level=0)
@require_POST
@fresh
def recovery(request: HttpRequest) -> HttpResponse:
    """Fresh recovery codes; the earlier ones end."""
    return _recovery(request)


@signed_in(level=0)
@require_POST
def passkey_asked(request: HttpRequest) -> HttpResponse:
    """What a browser is asked so that it makes a passkey for this account, as JSON; works once."""
    known = identities.credentials(request.user.pk)
    options, request.session["new_passkey"] = passkeys.asked_to_make(request.user, known)
    return JsonResponse(options)


@signed_in(level=0)
@require_POST
@fresh
def add_passkey(request: HttpRequest) -> HttpResponse:
    """Keep the passkey that the browser has made."""
    state = request.session.pop("new_passkey", None)
    try:
        actions.add_passkey(
            account=request.user,
            name=session.device_of(request),
            state=state or {},
            answer=proving.answer_of(request),
            by=request.actor,
        )
    except (passkeys.BadPasskey, actions.TooManyFactors) as problem:
        return page(request, problem)
    return redirect("security")


@signed_in(level=0)
@require_POST
@fresh
def remove(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Remove a way to sign in, and end all other sessions: one of them may be why it is removed."""
    try:
        actions.remove_factor(factor_id=id, by=request.actor)
    except actions.NotRemovable as problem:
        return page(request, problem)
    actions.end_others(
        account=request.user,
        keep=request.session.session_key,
        why=Ended.FACTOR,
        by=request.actor,
    )
    return redirect("security")


@signed_in(level=0)
@require_POST
def end_session(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """End one of the visitor's sessions at once, wherever it is."""
    try:
        actions.end(sign_in_id=id, why=Ended.REMOTE, by=request.actor)
    except actions.NoSuchSession as problem:
        return page(request, problem)
    return redirect("security")


@signed_in(level=0)
@require_POST
def end_sessions(request: HttpRequest) -> HttpResponse:
    """End all of the visitor's sessions but this one."""
    actions.end_others(
        account=request.user, keep=request.session.session_key, why=Ended.REMOTE, by=request.actor
    )
    return redirect(f"{reverse('security')}#open")


@signed_in(level=0)
@require_POST
def forget_device(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Forget one device: the next time that somebody signs in on it, its owner is told."""
    try:
        actions.forget_device(device_id=id, by=request.actor)
    except actions.NoSuchDevice as problem:
        return page(request, problem)
    return redirect(f"{reverse('security')}#known")


@signed_in(level=0)
@require_POST
def forget_devices(request: HttpRequest) -> HttpResponse:
    """Forget all devices on which the visitor's account was used, this one too."""
    actions.forget_devices(by=request.actor)
    return redirect(f"{reverse('security')}#known")
