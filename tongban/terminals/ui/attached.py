"""Files that go with a step of something (an appeal, a project): taken in from a form, and sent to whoever may read them."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse

from tongban.kernel.documents import actions as documents
from tongban.kernel.documents import queries as stored
from tongban.kernel.documents.states import MEGABYTE, MOST_ATTACHED
from tongban.terminals.ui import sending

FORMATS, MOST_MB = ("jpg", "png", "pdf"), 10


def taken(request: HttpRequest) -> list[uuid.UUID]:
    """The files of a form, looked at and kept. Raises FileRefused; more than may go with a step are refused there."""
    found = request.FILES.getlist("files")[: MOST_ATTACHED + 1]
    return [take(one, request.actor) for one in found]


def take(file: Any, by: Any) -> uuid.UUID:
    """One file, looked at and kept. Raises FileRefused."""
    row = documents.take_in(
        chunks=file.chunks(), name=file.name, formats=FORMATS, most_bytes=MOST_MB * MEGABYTE, by=by
    )
    return row.pk


def sent(request: HttpRequest, row: Any) -> HttpResponse:
    """The file itself; never cached, never guessed at."""
    return sending.file(request, stored.file(row.file_id), inline=True)
