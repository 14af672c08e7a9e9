"""Numbers of people do not stay in addresses, which browsers, proxies and links keep (decision 0055).

One place for every route: whoever comes with an identity number or a mobile number behind the question mark is led to
the same address without it, and reads why. What the number was is neither used nor kept.
"""

from collections.abc import Callable
from urllib.parse import parse_qsl, urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.http import escape_leading_slashes

from tongban.foundation.errors import Problem
from tongban.site import pacing
from tongban.terminals.ui import numbers


class NumberInAddress(Problem):
    """A program put somebody's number into an address."""

    code = "address.number"
    status = 400

    def __init__(self) -> None:
        super().__init__(
            sentence_zh="网址里有身份证号码或者手机号码，没有处理：网址会留在沿途的日志里。",
            sentence_en="There is an identity or mobile number in the address, so it was not answered: addresses stay in logs on their way.",
            todo_zh="号码只能放在 POST 请求的正文里；按号码找人用 POST /desk/search/，字段 q。",
            todo_en="Numbers go into the body of a POST only; to find somebody by number use POST /desk/search/ with the field q.",
        )


class AddressMiddleware:
    """Leads away from addresses with numbers of people; programs get 400. Sets `request.number_cut` for the page after."""

    def __init__(self, get_response: Callable) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        query = request.META.get("QUERY_STRING", "")
        kept = numbers.without(request.path, query)
        if kept != query and request.path.startswith("/api/"):
            return pacing.answer(request, NumberInAddress())
        if kept != query and request.method in ("GET", "HEAD"):
            to = numbers.marked(escape_leading_slashes(request.path), kept)
            return HttpResponseRedirect(to, headers={"Cache-Control": "no-store"})
        pairs = parse_qsl(kept, keep_blank_values=True)
        request.number_cut = numbers.MARK in pairs
        if request.number_cut:  # said once: no link of the page carries it on
            kept = urlencode([pair for pair in pairs if pair != numbers.MARK])
        if kept != query:
            request.META["QUERY_STRING"], request.GET = kept, QueryDict(kept, encoding=request.encoding)
        response = self.get_response(request)
        to, _, typed = response.headers.get("Location", "").partition("?")
        if (
            to.startswith("/") and (clean := numbers.without(to, typed)) != typed
        ):  # typed into a form that leads on
            response.headers["Location"] = numbers.marked(to, clean)
        return response
