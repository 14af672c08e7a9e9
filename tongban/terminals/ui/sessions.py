"""What a session keeps of how it began, and by what the systems that were signed on to from it are known."""

import secrets
from datetime import datetime
from typing import Any

from django.contrib.auth import login, logout
from django.http import HttpRequest

from tongban.foundation import time
from tongban.modules.signon import actions, queries

_AT, _BY, _BROWSER = "signed_in_at", "signed_in_by", "signon"


def begin(request: HttpRequest, account: Any, *methods: str) -> None:
    """Begin the session of somebody who has just shown who they are, and keep when and how.

    `methods` by their names in RFC 8176 (`otp`, `mfa`, `hwk`, …). Where another account was signed in, its sign-ons end.
    """
    if request.actor.account_id not in (None, account.pk):
        actions.end_browser(browser=browser_of(request), by=request.actor)
    login(request, account)
    request.session[_AT] = time.now().isoformat()
    request.session[_BY] = list(methods)


def signed_in_at(request: HttpRequest) -> datetime | None:
    """When the visitor showed who they are; None where the session does not know."""
    kept = request.session.get(_AT, "")
    return time.moment(kept) if kept else None


def methods(request: HttpRequest) -> tuple[str, ...]:
    """How the visitor showed who they are."""
    return tuple(request.session.get(_BY, ()))


def browser_of(request: HttpRequest, *, make: bool = False) -> str:
    """The keyed digest by which sign-ons of this session are known; empty where it has none, unless one is made."""
    if make and _BROWSER not in request.session:
        request.session[_BROWSER] = secrets.token_hex(16)
    key = request.session.get(_BROWSER, "")
    return queries.digest("browser", key) if key else ""


def end(request: HttpRequest) -> None:
    """End the session, and with it every sign-on at a department's system that began in it."""
    actions.end_browser(browser=browser_of(request), by=request.actor)
    logout(request)
