"""Per request: who is acting, and foreseen failures as pages or as JSON."""

import logging
import uuid
from collections.abc import Callable

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import GZipMiddleware

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.foundation.readers import reading_as, reading_everything
from tongban.kernel.access.calc import ANONYMOUS, Actor
from tongban.kernel.access.rules import reader_for
from tongban.kernel.parties import queries as parties
from tongban.kernel.records.queries import remembering
from tongban.site import pacing
from tongban.terminals.ui import session

log = logging.getLogger(__name__)


class ActorMiddleware:
    """Sets `request.actor` from the database on every request, so that a right withdrawn is gone at once."""

    def __init__(self, get_response: Callable) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with reading_everything():  # whoever it is, nobody knows yet
            request.actor = self._actor(request)
        with reading_as(reader_for(request.actor)):
            if request.method not in ("GET", "HEAD"):
                return self.get_response(request)
            with remembering():  # a page looks at the same counts and settings in several places
                return self.get_response(request)

    def _actor(self, request: HttpRequest) -> Actor:
        request.actor = ANONYMOUS
        # An anonymous user again where a session is over, so that nothing below takes it for one.
        if request.user.is_authenticated and not session.holds(request, request.user):
            request.user = AnonymousUser()
        if not request.user.is_authenticated:
            return ANONYMOUS
        chosen = request.session.get("acting_for")
        return parties.actor_for(request.user, time.today(), uuid.UUID(chosen) if chosen else None)


class CompressionMiddleware(GZipMiddleware):
    """Pages cross the wire compressed; papers are compressed already, answers to programs are short.

    Each answer gets a random length on top, so that its size says little about what stands beside a searched word.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Compress HTML for browsers that can read it."""
        if response.streaming or not response.headers.get("Content-Type", "").startswith("text/html"):
            return response
        return super().process_response(request, response)


class ProblemMiddleware:
    """Turns a `Problem` into an explained answer with its own status; everything else stays a fault of ours."""

    def __init__(self, get_response: Callable) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer foreseen failures; log their code, never their content."""
        if not isinstance(error, Problem):
            return None
        log.info("%s %s: %s", request.method, request.path, error.code)
        return pacing.answer(request, error)
