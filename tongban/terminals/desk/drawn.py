"""What people uploaded as an officer sees it: each page a picture drawn anew, marked with who looks; never the file itself."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tongban.foundation import time
from tongban.foundation.time import SHANGHAI
from tongban.kernel.documents import calc
from tongban.kernel.documents import queries as documents
from tongban.terminals.ui import parts, sending
from tongban.terminals.ui.texts import _

WIDTH = 1000  # pixels of a page's picture: A4 stays readable at the largest zoom of the viewer


def pages_of(file: Any) -> tuple[int, str]:
    """How many pages a file has; where none can be drawn, 0 and the sentence that says so."""
    try:
        return documents.pages(file), ""
    except FileNotFoundError:
        return 0, _("文件不在存储中，请联系运维人员核对。")
    except calc.FileRefused:
        return 0, _("这个文件画不出页面。请材料查证员查看原始文件，或者请对方重新提交。")


def number(page: str, pages: int) -> int:
    """The page that an address asks for, within the file."""
    return min(max(int(page), 1), pages) if page.isdecimal() and len(page) < 6 else 1


def mark(request: HttpRequest, what_for: str) -> str:
    """Who looks, when and for what: a photograph of the screen says from whose it is."""
    who = f"{request.actor.name}（{request.user.username}）"
    return f"{who} {time.now().astimezone(SHANGHAI):%Y-%m-%d %H:%M}\n仅供{what_for}使用"


def picture(request: HttpRequest, file: Any, page: int, mark: str) -> HttpResponse:
    """One page as WebP; 404 for a page that there is not."""
    return sending.picture(
        request,
        lambda: calc.page_picture(documents.content(file), file.media_type, page - 1, WIDTH, mark)[0],
    )


def sheet(
    request: HttpRequest, file: Any, *, name: str, back: parts.Link, page: Callable[[int], str], original: str
) -> HttpResponse:
    """A file by itself, one page at a time. `page` gives the address of a page's picture; `original` is empty without the right."""
    pages, why = pages_of(file)
    now = number(request.GET.get("page", ""), pages)
    context = {
        "name": name,
        "back": back,
        "why": why,
        "page": now,
        "pages": pages,
        "picture_url": "" if why else page(now),
        "previous": now - 1 if now > 1 else 0,
        "following": now + 1 if now < pages else 0,
        "original_url": original,
    }
    return render(request, "desk/drawn.html", context)
