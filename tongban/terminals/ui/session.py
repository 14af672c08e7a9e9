"""Sessions: how one begins, how long it lasts, and whether whoever sits there has shown lately who they are.

What a session knows of that stands in the session itself, so that a request asks the database nothing more. All of it
goes by the machine's time: a demonstration that moves its clock signs nobody out.
"""

import contextlib
import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, login, logout
from django.http import HttpRequest

from tongban.foundation import time
from tongban.kernel.access.calc import Actor
from tongban.kernel.identities import actions
from tongban.kernel.identities.states import SECOND, Ended, Way
from tongban.kernel.parties import queries as parties
from tongban.modules.signon import actions as signon
from tongban.modules.signon import queries as sign_ons
from tongban.terminals.ui.texts import _
from tongban.terminals.ui.whence import address_of

_KEY = "shown"
_SEEN_SECONDS = 60  # more exactly nobody needs to know when a session was last used
_SYSTEMS = {
    "HarmonyOS": "HarmonyOS",
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS": "macOS",
    "Linux": "Linux",
}
_BROWSERS = {
    "MicroMessenger": "微信",
    "Edg/": "Edge",
    "Firefox/": "Firefox",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
}


def device_of(request: HttpRequest) -> str:
    """The kind of device and browser, as far as it says: enough for its owner to know it again."""
    said = request.headers.get("User-Agent", "")
    found = [
        next((name for mark, name in names.items() if mark in said), "") for names in (_SYSTEMS, _BROWSERS)
    ]
    return " · ".join(filter(None, found)) or _("未知设备")


def _now() -> int:
    return int(time.wall_clock().timestamp())


def begin(request: HttpRequest, account: Any, ways: list[Way], browser: str | None = None) -> Actor:
    """Begin a fresh session of this account, entered in these ways; returns who acts in it.

    `browser` says by which digest the device is known again: see `identities.actions.begin`.

    Somebody who is here already and has shown again who they are stays in their session, which knows the new ways.
    """
    if row_of(request) and request.user.is_authenticated:
        if request.user.pk == account.pk:
            for way in ways:
                renew(request, way)
            return request.actor
        end(request, request.user, Ended.OUT)
    login(request, account)
    if not request.session.session_key:
        request.session.create()
    actor = parties.actor_for(account, time.today())
    row = actions.begin(
        account=account,
        session_key=request.session.session_key,
        ways=ways,
        device=device_of(request),
        address=address_of(request),
        by=actor,
        browser=browser,
    )
    mark(request, row.pk, ways)
    return actor


def mark(request: HttpRequest, row: uuid.UUID, ways: list[Way]) -> None:
    """Write into the session how and when it was begun.

    A password alone is no fresh check: somebody else can know it for years, and it must not lead on to other ways in.
    """
    now = _now()
    request.session[_KEY] = {
        "row": str(row),
        "ways": [one.value for one in ways],
        "begun": now,
        "seen": now,
        "checked": 0 if {*ways} == {Way.PASSWORD} else now,
        "at": time.now().isoformat(),  # by our clock, as systems that are signed on to are told
    }


def row_of(request: HttpRequest) -> str:
    """The row of this session; empty for one that began without."""
    return request.session.get(_KEY, {}).get("row", "")


def shown_at(request: HttpRequest) -> datetime | None:
    """When the visitor last showed who they are; None where the session does not know."""
    kept = request.session.get(_KEY, {}).get("at")
    return time.moment(kept) if kept else None


def ways_of(request: HttpRequest) -> tuple[str, ...]:
    """How the visitor showed who they are, by the names of RFC 8176."""
    found = tuple(request.session.get(_KEY, {}).get("ways", ()))
    return (*found, "mfa") if len(found) > 1 else found


def holds(request: HttpRequest, account: Any) -> bool:
    """Whether the session may go on: in time and, of an officer, entered with two factors. Else it is over after this.

    A session without marks opens nothing of an officer; of anybody else it lasts as long as its cookie.
    """
    shown = request.session.get(_KEY)
    staff = bool(account.agency)
    if shown is None or (staff and not SECOND & set(shown["ways"])):
        return not staff
    idle = (settings.STAFF_IDLE_MINUTES if staff else settings.PERSON_IDLE_MINUTES) * 60
    whole = (settings.STAFF_HOURS if staff else settings.PERSON_HOURS) * 3600
    now = _now()
    if now - shown["seen"] >= idle or now - shown["begun"] >= whole:
        end(request, account, Ended.TIME)
        return False
    if now - shown["seen"] >= _SEEN_SECONDS:
        request.session[_KEY] = {**shown, "seen": now}
        actions.seen(sign_in_id=uuid.UUID(shown["row"]))
    return True


def end(request: HttpRequest, account: Any, why: Ended) -> None:
    """End this session; it is as good as never begun afterwards."""
    if row := row_of(request):
        actor = parties.actor_for(account, time.today())
        signon.end_browser(browser=sign_ons.browser(row), by=actor)
        with contextlib.suppress(actions.NoSuchSession):  # ended from elsewhere at the same moment
            actions.end(sign_in_id=uuid.UUID(row), why=why, by=actor)
    request.session.flush()


def leave(request: HttpRequest) -> None:
    """Sign out whoever is signed in here."""
    if request.actor.is_signed_in:
        end(request, request.user, Ended.OUT)
    logout(request)


def stays(request: HttpRequest, account: Any) -> None:
    """Let this session go on although the account's password was changed; all others hold only the older state."""
    request.session[HASH_SESSION_KEY] = account.get_session_auth_hash()


def is_fresh(request: HttpRequest) -> bool:
    """Whether somebody has shown who they are within the minutes of the setting."""
    shown = request.session.get(_KEY)
    return shown is not None and _now() - shown["checked"] < settings.FRESH_MINUTES * 60


def renew(request: HttpRequest, way: Way) -> None:
    """Whoever sits there has just shown again who they are."""
    shown = request.session[_KEY]
    ways = [*shown["ways"], *({way.value} - {*shown["ways"]})]
    checked = shown["checked"] if way == Way.PASSWORD else _now()
    request.session[_KEY] = {**shown, "ways": ways, "checked": checked, "at": time.now().isoformat()}
    actions.checked(sign_in_id=uuid.UUID(shown["row"]), way=way, by=request.actor)
