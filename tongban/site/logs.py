"""How log lines are written: one JSON object each, or plain for people; numbers of persons are hidden in either (T20).

A line says in which request it was written, by a number that the answer carries too, by which account and on which route;
never what was typed or shown.
"""

import json
import logging
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse

from tongban.foundation.ids import veiled

HEADER = "X-Request-Id"
_request: ContextVar[HttpRequest | None] = ContextVar("tongban_request", default=None)


class RequestMiddleware:
    """Gives each request a number of its own: in every line that is logged for it, and in its answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.number = uuid.uuid4().hex[:10]  # short enough to be read out over the telephone
        token = _request.set(request)
        try:
            response = self.get_response(request)
        finally:
            _request.reset(token)
        response.headers[HEADER] = request.number
        return response


class Veiled(logging.Formatter):
    """Formats as usual, the trace too, then hides what may be an identity number, a telephone or an account."""

    def format(self, record: logging.LogRecord) -> str:
        return veiled(super().format(record))


class Structured(logging.Formatter):
    """One JSON object a line: time (UTC), level, logger, message, and where there is one request, trace.

    Whoever writes line breaks or quotes into an address writes them into a string, not into the log.
    """

    def format(self, record: logging.LogRecord) -> str:
        said = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": veiled(record.getMessage()),
        }
        # Django's own lines are written when the request is over, and bring it along.
        request = getattr(record, "request", None) or _request.get()
        if isinstance(request, HttpRequest):
            said |= _of(request)
        if status := getattr(record, "status_code", None):
            said["status"] = status
        if record.exc_info:
            said["trace"] = veiled(self.formatException(record.exc_info))
        return json.dumps(said, ensure_ascii=False)


def _of(request: HttpRequest) -> dict[str, str]:
    match, actor = request.resolver_match, getattr(request, "actor", None)
    said = {"request": getattr(request, "number", ""), "method": request.method or ""}
    if match is not None:
        said["route"] = match.view_name or ""
    if actor is not None and actor.account_id is not None:
        said["account"] = str(actor.account_id)
    return said
