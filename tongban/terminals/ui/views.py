"""Preferences, the gallery of components, and the pages for errors. No business here."""

import logging
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from tongban.terminals.ui import numbers, pages, preferences, samples, shell, texts
from tongban.terminals.ui.rights import open_to_all

log = logging.getLogger(__name__)

YEAR_IN_SECONDS = 365 * 24 * 3600


@open_to_all("how the site looks is chosen before signing in")
@require_POST
def set_preferences(request: HttpRequest) -> HttpResponse:
    """Keep what the form names in cookies and go back to the local path in `next`. Unknown values change nothing."""
    back = local_path(request.POST.get("next", ""))
    chosen = {name: value for name in preferences.CHOICES if (value := request.POST.get(name)) is not None}
    if chosen.get("language") == texts.CHINESE and back == shell.current().english_address:
        back = "/"  # the entry page in English would turn the language round again
    response = HttpResponseRedirect(back)
    keep(request, response, **chosen)
    return response


def keep(request: HttpRequest, response: HttpResponse, **chosen: str) -> None:
    """Keep choices by which pages look (name of CHOICES = value) in cookies; unknown values change nothing."""
    for name, value in chosen.items():
        cookie, allowed = preferences.CHOICES[name]
        if value in allowed:
            response.set_cookie(
                preferences.named(cookie),
                value,
                max_age=YEAR_IN_SECONDS,
                samesite="Lax",
                httponly=True,
                secure=settings.SESSION_COOKIE_SECURE,
            )


def local_path(wanted: str) -> str:
    """`wanted`, without numbers of people, when it is a path of this site, else "/". Nobody may send our visitors elsewhere."""
    if wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return numbers.clean(wanted)
    return "/"


@open_to_all("shows components with invented samples only")
@require_GET
def gallery(request: HttpRequest) -> HttpResponse:
    """Every component once, for eyes and for the accessibility tests."""
    return render(request, "ui/gallery.html", samples.gallery())


@open_to_all("shows the frame of the workbench with invented samples only")
@require_GET
def gallery_desk(request: HttpRequest) -> HttpResponse:
    """The components of the workbench in its frame."""
    return render(request, "ui/gallery_desk.html", samples.gallery_desk())


def _for_programs(
    request: HttpRequest | None, status: int, code: str, title: str, todo: str
) -> HttpResponse | None:
    """The same as JSON where a program called, in the one shape of its errors; None for people."""
    if request is None or not request.path.startswith("/api/"):
        return None
    return JsonResponse({"error": {"code": code, "sentence": title, "todo": todo}}, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler400."""
    said = _for_programs(request, 400, "api.bad_request", texts._("请求没有读懂"), texts._("请核对后再发。"))
    return said or render(request, "ui/errors/400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler403."""
    return render(request, "ui/errors/403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler404."""
    said = _for_programs(request, 404, "api.unknown", texts._("没有找到"), texts._("请核对地址。"))
    return said or render(request, "ui/errors/404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """handler500. Falls back to a page without context: what broke may be what the frame needs."""
    said = {"number": getattr(request, "number", "")}
    try:
        return render(request, "ui/errors/500.html", said, status=500)
    except Exception:
        log.exception("The error page itself could not be drawn.")
        return render(None, "ui/errors/500_bare.html", said, status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """CSRF_FAILURE_VIEW: nearly always a page that stood open too long, so say that and keep calm."""
    log.info("A form was refused: %s", reason)
    todo = texts._("请带上 Cookie 和 X-CSRFToken 再调用。")
    if said := _for_programs(request, 403, "csrf", texts._("缺少防伪造的令牌，没有处理。"), todo):
        return said
    return pages.explain(
        request,
        status=403,
        title=texts._("页面打开太久了"),
        sentence=texts._("为了您的安全，这次提交没有处理。您已保存的草稿还在。"),
        todo=texts._("请返回上一页并刷新，再提交一次；如果浏览器关闭了 Cookie，请打开后重试。"),
        code="csrf",
        ways=(
            pages.WayOut(texts._("回到刚才的页面"), _came_from(request)),
            pages.WayOut(texts._("回到首页"), "/"),
        ),
    )


def _came_from(request: HttpRequest) -> str:
    """The path of the page that sent this request, when it is ours: what was posted to may not answer GET."""
    origin = urlsplit(request.headers.get("Referer", ""))
    if origin.netloc != request.get_host():
        return "/"
    return local_path(urlunsplit(("", "", origin.path, origin.query, "")))
