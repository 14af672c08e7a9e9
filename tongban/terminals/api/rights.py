"""Rights of the interface for programs: the same marks as on pages, but a refusal is JSON."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase

from tongban.terminals.ui import texts
from tongban.terminals.ui.rights import Right

View = Callable[..., HttpResponseBase]


def signed_in(level: int = 2) -> Callable[[View], View]:
    """Signed in with at least this level of assurance; otherwise 401 or 403 with a sentence."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            actor = request.actor
            if not actor.is_signed_in:
                return _sign_in()
            if actor.level < level:
                todo = texts._("请以更高的实名等级登录。")
                return error(403, "access.level_too_low", texts._("实名等级不够。"), todo)
            return view(request, *args, **kwargs)

        guarded.tongban_right = Right("signed_in", level=level)
        return guarded

    return decorate


def staff(*permissions: str) -> Callable[[View], View]:
    """Signed in and holding one of `permissions`; for everybody else there is nothing here."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            actor = request.actor
            if not actor.is_signed_in:
                return _sign_in()
            if not any(actor.can(permission) for permission in permissions):
                return error(404, "api.unknown", texts._("没有找到"), texts._("请核对地址。"))
            return view(request, *args, **kwargs)

        guarded.tongban_right = Right("staff", permissions=tuple(permissions))
        return guarded

    return decorate


def _sign_in() -> JsonResponse:
    return error(401, "api.sign_in", texts._("请先登录。"), texts._("登录后带上会话 Cookie 再调用。"))


def error(status: int, code: str, sentence: str, todo: str, **more: Any) -> JsonResponse:
    """The one shape of an error: code for programs, sentence and what to do for people."""
    body = {"code": code, "sentence": sentence, "todo": todo, **more}
    return JsonResponse({"error": body}, status=status, json_dumps_params={"ensure_ascii": False})
