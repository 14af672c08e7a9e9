"""Files leave by here: from this host, or from one that serves nothing but files, by a signed address that is soon over.

A page links to the same address in either case. Where TONGBAN_FILES_URL names another host, the address asks for the
rights, puts the look on record and answers with a redirect; the other host (`site.files`) looks the reader up anew, asks
for the rights again and sends. What somebody uploaded then never stands where a cookie of ours reaches.
"""

import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Final

from django.conf import settings
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import content_disposition_header

from tongban.foundation import time
from tongban.kernel.documents import queries as documents
from tongban.terminals.ui import session

SECONDS: Final = 120  # a browser follows at once; what lies in a history opens nothing
FOLDER: Final = "/f/"
PICTURE: Final = "image/webp"
_SALT: Final = "files from another host"


@dataclass(frozen=True)
class Ticket:
    """Who may fetch what, for whom they act, from which sign-in, what for. Identifiers only: addresses get into logs."""

    account: str
    principal: str
    sign_in: str
    path: str
    purpose: str = ""


class _Signer(signing.TimestampSigner):
    """Django's, by the clock of the machine as sessions are: a clock moved for a demonstration lengthens nothing."""

    def timestamp(self) -> str:
        return signing.b62_encode(int(time.wall_clock().timestamp()))


def ticket_in(word: str) -> Ticket | None:
    """What a signed word says; None for one that is not ours, was changed or is over."""
    try:
        said = _Signer(salt=_SALT).unsign(word)
        made = signing.b62_decode(word.rsplit(":", 2)[1])
        if not 0 <= time.wall_clock().timestamp() - made <= SECONDS:
            return None
        return Ticket(**signing.JSONSerializer().loads(signing.b64_decode(said.encode())))
    except (signing.BadSignature, ValueError, TypeError):
        return None


def ticket_of(request: HttpRequest) -> Ticket | None:
    """The ticket with which this request came to the host of files; None at the host of pages."""
    return getattr(request, "ticket", None)


def file(request: HttpRequest, row: Any, *, inline: bool = False, purpose: str = "") -> HttpResponse:
    """A stored file, to keep, or to look at where it comes from the host of pages. Whoever calls has checked the right."""
    return made(
        request,
        lambda: documents.content(row),
        media_type=row.media_type,
        name=row.name,
        inline=inline,
        purpose=purpose,
    )


def picture(request: HttpRequest, draw: Callable[[], bytes]) -> HttpResponse:
    """A page that we draw of a file. 404 where there is no such page."""
    return made(request, draw, media_type=PICTURE, name="", inline=True)


def made(
    request: HttpRequest,
    make: Callable[[], bytes],
    *,
    media_type: str,
    name: str,
    inline: bool,
    purpose: str = "",
) -> HttpResponse:
    """What `make` gives, under this name; made only where it is sent. Raises Http404 where nothing is stored."""
    at_files = ticket_of(request) is not None
    if settings.FILES_URL and not at_files:
        return _redirect(request, purpose)
    try:
        content = make()
    except (IndexError, FileNotFoundError) as missing:
        raise Http404 from missing
    drawn = media_type == PICTURE
    response = HttpResponse(content, content_type=media_type)
    if not drawn:
        keep = at_files or not inline
        response["Content-Disposition"] = content_disposition_header(keep, name)
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response.is_file = True  # type: ignore[attr-defined]  # nothing else leaves the host of files
    if at_files:
        # Pages of the other host show pictures; nobody's page has anything else in it.
        response["Cross-Origin-Resource-Policy"] = "cross-origin" if drawn else "same-origin"
    return response


def _redirect(request: HttpRequest, purpose: str) -> HttpResponse:
    ticket = Ticket(
        account=str(request.actor.account_id),
        principal=str(request.session.get("acting_for") or ""),
        sign_in=session.row_of(request),
        path=request.get_full_path(),
        purpose=purpose,
    )
    said = signing.b64_encode(signing.JSONSerializer().dumps(asdict(ticket))).decode()
    url = f"{settings.FILES_URL}{FOLDER}{_Signer(salt=_SALT).sign(said)}"
    return HttpResponseRedirect(url, headers={"Cache-Control": "no-store"})


def principal_of(ticket: Ticket) -> uuid.UUID | None:
    """For whom the reader acts."""
    return uuid.UUID(ticket.principal) if ticket.principal else None
