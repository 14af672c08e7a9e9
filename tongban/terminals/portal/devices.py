"""Browsers that have signed in before. Knowing one opens nothing: it has a share of its own when codes are limited, and
whoever signs in on one is not told of it.
"""

import secrets
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac

from tongban.terminals.ui import preferences
from tongban.terminals.ui.whence import in_a_hall

COOKIE = "tb_known"
_SALT = "known device"
_MOST_ACCOUNTS = 8  # those of a family on one telephone; the oldest goes when one more comes


def known_device(request: HttpRequest, account: Any | None) -> str:
    """What counts this browser's tries for the account; empty when it has not signed in to it before."""
    device, marks = _read(request)
    if account is None or not any(constant_time_compare(one, _mark(device, account)) for one in marks):
        return ""
    return device


def name_of(request: HttpRequest) -> str:
    """The random name of a browser that has signed in to some account here; empty for all others."""
    return _read(request)[0]


def new_name() -> str:
    """A random name for a browser that has none."""
    return secrets.token_hex(16)


def digest_of(device: str, account: Any) -> str:
    """By what the account knows this device: two accounts of one device have nothing in common. Empty for no device."""
    return settings.KEY_RING.digest("known device", f"{device}:{account.pk}") if device else ""


def browser(request: HttpRequest, device: str, account: Any) -> str | None:
    """What the account keeps of the browser with this name; nothing of a shared computer.

    That it is shared is the browser's own word, which a thief can say too: only in the networks of the halls nobody is told.
    """
    if not preferences.of(request.COOKIES).shared:
        return digest_of(device, account)
    return None if in_a_hall(request) else ""


def remember(request: HttpRequest, response: HttpResponse, device: str, account: Any) -> None:
    """Let the browser carry its name, and that it has signed in to this account; a shared computer carries nothing.

    The cookie holds a random name of the device and keyed digests, no account, and no script can read it.
    """
    if preferences.of(request.COOKIES).shared:
        response.delete_cookie(preferences.named(COOKIE))
        return
    marks, mark = _read(request)[1], _mark(device, account)
    marks = [*(one for one in marks if one != mark), mark][-_MOST_ACCOUNTS:]
    response.set_cookie(
        preferences.named(COOKIE),
        signing.dumps({"device": device, "marks": marks}, salt=_SALT),
        max_age=_seconds(),
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def _read(request: HttpRequest) -> tuple[str, list[str]]:
    try:
        kept = signing.loads(
            request.COOKIES.get(preferences.named(COOKIE), ""), salt=_SALT, max_age=_seconds()
        )
    except signing.BadSignature:
        return "", []
    return kept["device"], kept["marks"]


def _seconds() -> int:
    return settings.KNOWN_DEVICE_DAYS * 24 * 3600


def _mark(device: str, account: Any) -> str:
    return salted_hmac(_SALT, f"{device}:{account.pk}", algorithm="sha256").hexdigest()[:24]
