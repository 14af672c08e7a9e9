"""The host that serves files and nothing else: no page, no cookie read or set, one kind of address.

The signed word in an address says who may fetch what. The account, its rights, the sign-in and the object are looked up
anew, by the same view that serves the file where there is one host only.
"""

import logging
import uuid
from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import SessionBase
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.request import split_domain_port
from django.urls import Resolver404, resolve

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.foundation.readers import reading_as, reading_everything
from tongban.kernel.access.calc import ANONYMOUS
from tongban.kernel.access.rules import reader_for
from tongban.kernel.identities import queries as identities
from tongban.kernel.parties import queries as parties
from tongban.kernel.records.queries import remembering
from tongban.site.pacing import PacingMiddleware
from tongban.terminals.ui import preferences, sending

log = logging.getLogger(__name__)

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
}
NOT_HERE = (
    "这里没有这个文件，或者地址已经失效。请回到原来的页面再打开一次。\n"
    "There is no such file here, or its address is over. Open it again from the page that you came from.\n"
)
TOO_MANY = "短时间内打开的文件太多了，请一分钟后再试。\nToo many files were opened in a short time. Try again in a minute.\n"


class FilesMiddleware:
    """Answers for the host of TONGBAN_FILES_URL by itself. Stands above sessions, so that no cookie is looked at."""

    def __init__(self, get_response: Callable) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not settings.FILES_URL or _name_of(request) != urlsplit(settings.FILES_URL).hostname:
            return self.get_response(request)
        response = self._answer(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    def _answer(self, request: HttpRequest) -> HttpResponse:
        ticket = None
        if request.method in ("GET", "HEAD") and request.path.startswith(sending.FOLDER):
            ticket = sending.ticket_in(request.path.removeprefix(sending.FOLDER))
        if ticket is None:
            return _plain(NOT_HERE, 404)
        most = settings.REQUEST_LIMITS.get("account")
        now = time.wall_clock().timestamp()
        if most and not PacingMiddleware.counts.within(f"files {ticket.account}", most, now, known=True):
            return _plain(TOO_MANY, 429)
        with reading_everything():  # whoever it is, nobody knows yet
            _dress(request, ticket)
        with reading_as(reader_for(request.actor)), remembering():
            return _send(request, ticket)


def _name_of(request: HttpRequest) -> str:
    """The host name asked for: with any port and a dot at its end it is the same, or it would serve pages there."""
    return split_domain_port(request.get_host())[0].removesuffix(".").lower()


def _dress(request: HttpRequest, ticket: sending.Ticket) -> None:
    """Give the request what a view reads: the account of the ticket, its rights of this moment, an empty session."""
    account = parties.account(uuid.UUID(ticket.account))
    live = account is not None and (
        identities.is_open(uuid.UUID(ticket.sign_in), account.pk) if ticket.sign_in else not account.agency
    )
    request.ticket = ticket
    request.session = SessionBase()
    request.prefs = preferences.of({})
    request.COOKIES = {}
    request.user = account if live else AnonymousUser()
    request.actor = (
        parties.actor_for(account, time.today(), sending.principal_of(ticket)) if live else ANONYMOUS
    )
    parts = urlsplit(ticket.path)
    request.path = request.path_info = parts.path
    request.GET = QueryDict(parts.query)


def _send(request: HttpRequest, ticket: sending.Ticket) -> HttpResponse:
    try:
        if not request.actor.is_signed_in:
            raise Http404
        match = request.resolver_match = resolve(request.path)
        response = match.func(request, *match.args, **match.kwargs)
    except (Http404, Resolver404):
        return _plain(NOT_HERE, 404)
    except Problem as problem:
        log.info("%s: %s", match.url_name, problem.code)
        return _plain(NOT_HERE, 404)
    # Pages, refusals and ways elsewhere are not for this host.
    return response if getattr(response, "is_file", False) else _plain(NOT_HERE, 404)


def _plain(text: str, status: int) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
