"""The way in: from the first thing that somebody showed, over a second where one is due, to a session."""

import base64
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from tongban.foundation import time
from tongban.kernel.access.states import Permission
from tongban.kernel.documents.calc import qr_svg
from tongban.kernel.identities import queries as identities
from tongban.kernel.identities.states import SECOND, FactorKind, Way
from tongban.kernel.parties import actions as parties
from tongban.kernel.parties import queries
from tongban.kernel.records.calc import UnknownKey
from tongban.terminals.portal import devices
from tongban.terminals.portal.views.sections import deliver
from tongban.terminals.ui import session
from tongban.terminals.ui.whence import address_of

_KEY = "half_way"
_SECONDS = 600  # after which whoever stopped half way begins anew
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
    Permission.ACCOUNT_MANAGE: "console-officers",
    Permission.GRANT_MANAGE: "console-grants",
    Permission.AUDIT_VIEW: "console-audit",
}


@dataclass(frozen=True)
class HalfWay:
    """Somebody has shown the first factor: which account, in which ways, where to."""

    account: Any
    ways: list[Way]
    next_url: str
    kinds: set[str] = field(default_factory=set)


def proceed(request: HttpRequest, account: Any, ways: list[Way], next_url: str) -> HttpResponse:
    """A session, or first the second factor: always of officers, and of everybody who has an authenticator.

    An officer who has no second factor yet goes to get one, and sees nothing else before.
    """
    kinds = identities.kinds(account.pk)
    if SECOND & set(ways) or not (account.agency or FactorKind.TOTP in kinds):
        return begin(request, account, ways, next_url)
    request.session.cycle_key()
    request.session[_KEY] = {
        "account": str(account.pk),
        "ways": [one.value for one in ways],
        "next": next_url,
        "at": int(time.wall_clock().timestamp()),
    }
    return redirect("sign-in-second" if kinds else "sign-in-enrol")


def half_way(request: HttpRequest) -> HalfWay | None:
    """Who is half way in; None for whoever is not, or has taken too long."""
    held = request.session.get(_KEY)
    if held is None or time.wall_clock().timestamp() - held["at"] > _SECONDS:
        return None
    account = queries.account(uuid.UUID(held["account"]))
    if account is None:
        return None
    ways = [Way(one) for one in held["ways"]]
    return HalfWay(account, ways, held["next"], identities.kinds(account.pk))


def begin(request: HttpRequest, account: Any, ways: list[Way], next_url: str) -> HttpResponse:
    """Begin the session, and let the browser be known by its next time."""
    parties.forgive(
        who=account.username, address=address_of(request), device=devices.known_device(request, account)
    )
    for key in (_KEY, "signing_in", "new_secret"):
        request.session.pop(key, None)
    device = devices.name_of(request) or devices.new_name()
    actor = session.begin(request, account, ways, browser=devices.browser(request, device, account))
    deliver(request, actor)
    office = next((page for right, page in _OFFICES.items() if actor.can(right)), "home")
    response = redirect(next_url if next_url != "/" else office)
    devices.remember(request, response, device, account)
    return response


def picture_of(text: str) -> str:
    """A QR code as the address of a picture."""
    return f"data:image/svg+xml;base64,{base64.b64encode(qr_svg(text).encode()).decode()}"


def keep_secret(request: HttpRequest, secret: str, owner: Any) -> None:
    """Remember a secret until its first number is typed; sealed, because sessions lie in the database."""
    sealed = settings.KEY_RING.encrypt(secret, f"session|secret|{owner.pk}")
    request.session["new_secret"] = base64.b64encode(sealed).decode()


def kept_secret(request: HttpRequest, owner: Any) -> str:
    """The secret that was shown to this account in this session; empty when there is none."""
    try:
        sealed = base64.b64decode(request.session.get("new_secret", ""))
        return settings.KEY_RING.decrypt(sealed, f"session|secret|{owner.pk}") if sealed else ""
    except UnknownKey:  # the keys were exchanged since
        return ""
