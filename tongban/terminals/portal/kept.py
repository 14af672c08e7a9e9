"""What somebody typed into a form whose session had ended: kept, encrypted, through signing in."""

import base64
import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from tongban.kernel.records.calc import UnknownKey
from tongban.terminals.ui import pages
from tongban.terminals.ui.texts import _

_KEY = "kept"
_MOST = 60_000  # characters; a longer form is not kept, because anybody may send one


def through_sign_in(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Instead of losing what was posted signed out, keep it and explain. Stands above the view's right."""

    @wraps(view)
    def kept(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST" and not request.actor.is_signed_in:
            _put(request)
            return pages.explain(
                request,
                status=403,
                title=_("登录已过期"),
                sentence=_("为了您的安全，长时间没有操作后需要重新登录。您刚才填写的内容没有丢。"),
                todo=_("请用同一个账号重新登录，系统会把刚才填写的内容保存好，并回到这一页。"),
                ways=(
                    pages.WayOut(_("重新登录"), f"{reverse('sign-in')}?{urlencode({'next': request.path})}"),
                ),
            )
        return view(request, *args, **kwargs)

    return kept


def _place(path: str) -> str:
    return f"session|kept|{path}"


def _put(request: HttpRequest) -> None:
    values = {name: texts for name, texts in request.POST.lists() if name != "csrfmiddlewaretoken"}
    plain = json.dumps(values)
    if len(plain) <= _MOST:
        # Sessions lie in the database, where no personal data may be readable.
        sealed = settings.KEY_RING.encrypt(plain, _place(request.path))
        request.session[_KEY] = [request.path, base64.b64encode(sealed).decode()]


def take(request: HttpRequest) -> tuple[str, QueryDict] | None:
    """(path, values) of the form that was kept, once."""
    path, sealed = request.session.pop(_KEY, ("", ""))
    if not path:
        return None
    values = QueryDict(mutable=True)
    try:
        plain = settings.KEY_RING.decrypt(base64.b64decode(sealed), _place(path))
    except UnknownKey:  # the keys were exchanged since; what was typed is minutes old at most
        return None
    for name, texts in json.loads(plain).items():
        values.setlist(name, texts)
    return path, values
