"""Who may open a page. Every view carries one of these three; a guard walks all routes and demands it.

    @open_to_all("the guide is public by law")
    @signed_in(level=3)
    @staff("case.review", "case.decide")

They read `request.actor`: is_signed_in, level (of assurance, 1 to 4), can(permission).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Literal
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from tongban.terminals.ui import pages, texts

View = Callable[..., HttpResponseBase]

# By the number of the level: 0 for who has shown nothing yet, then as the province names them.
LEVELS = (
    texts.later("未实名"),
    texts.later("二级实名"),
    texts.later("三级实名"),
    texts.later("四级实名"),
    texts.later("五级实名"),
)

# The named URL of the page to sign in: the site has exactly one.
SIGN_IN = "sign-in"
# And one to raise the level of one's account.
LEVEL = "level"


@dataclass(frozen=True)
class Right:
    """What a view demands. `why` says why a page is open, in English, for the reader of the list of routes."""

    kind: Literal["open", "signed_in", "staff"]
    why: str = ""
    level: int = 0
    permissions: tuple[str, ...] = ()


class MissingReason(ValueError):
    """An open page without a reason, or a staff page without a permission: a mistake of whoever wrote the view."""


def open_to_all(why: str) -> Callable[[View], View]:
    """Anyone may open it; `why` must say why."""
    if not why.strip():
        raise MissingReason("open_to_all needs the reason why the page is open to all.")
    return _guarded(Right("open", why=why), lambda request: None)


def signed_in(level: int = 2) -> Callable[[View], View]:
    """Signed in with at least this level of assurance; otherwise to sign-in, or an explained 403."""

    def refuse(request: HttpRequest) -> HttpResponseBase | None:
        actor = getattr(request, "actor", None)
        if actor is None or not actor.is_signed_in:
            return _to_sign_in(request)
        if (actor.level or 0) < level:
            return _too_low(request, level)
        return None

    return _guarded(Right("signed_in", level=level), refuse)


def staff(*permissions: str) -> Callable[[View], View]:
    """Signed in and holding at least one of `permissions`; for all others the page does not exist (404)."""
    if not permissions:
        raise MissingReason("staff needs at least one permission.")

    def refuse(request: HttpRequest) -> HttpResponseBase | None:
        actor = getattr(request, "actor", None)
        if actor is None or not actor.is_signed_in:
            return _to_sign_in(request)
        if any(actor.can(permission) for permission in permissions):
            return None
        # Not 403: whether a staff page exists is nobody else's business.
        return render(request, "ui/errors/404.html", status=404)

    return _guarded(Right("staff", permissions=tuple(permissions)), refuse)


def _guarded(
    right: Right, refuse: Callable[[HttpRequest], HttpResponseBase | None]
) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            refusal = refuse(request)
            return view(request, *args, **kwargs) if refusal is None else refusal

        guarded.tongban_right = right  # type: ignore[attr-defined]  # read by the guard over all routes
        return guarded

    return decorate


def _to_sign_in(request: HttpRequest, **also: str) -> HttpResponse:
    """To sign in, and back to this page; after a form was posted, back to where it stood."""
    back = request.get_full_path() if request.method in ("GET", "HEAD") else request.path
    url = f"{reverse(SIGN_IN)}?{urlencode({'next': back, **also})}"
    if request.headers.get("HX-Request"):
        # htmx would swap the sign-in page into a corner of this one.
        return HttpResponse(status=200, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


def _too_low(request: HttpRequest, level: int) -> HttpResponse:
    back = request.get_full_path() if request.method in ("GET", "HEAD") else request.path
    return step_up(request, level, back)


def step_up(request: HttpRequest, level: int, back: str, what: str = "") -> HttpResponse:
    """The page for whoever needs a higher level: for what, why, and the way there and back. `what` names the item."""
    question = urlencode({"next": back, "level": level})
    return pages.explain(
        request,
        status=403,
        title=texts._("需要更高的实名等级"),
        sentence=texts._(
            "{what}涉及您的重要权益，要确认是您本人，需要“{level}”。",
            what=f"“{what}”" if what else texts._("这项服务"),
            level=LEVELS[level],
        ),
        todo=texts._(
            "去认证只要几分钟，不一定要人脸，认证后自动回到这里；也可以带身份证到任一服务大厅办理。"
        ),
        code="access.level_too_low",
        ways=(pages.WayOut(texts._("去认证"), f"{reverse(LEVEL)}?{question}"),),
    )
