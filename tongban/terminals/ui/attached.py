"""Files that go with a step of something (an appeal, a project): taken in from a form, and sent to whoever may read them."""

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse

from tongban.kernel.documents import actions as documents
from tongban.kernel.documents import queries as stored
from tongban.kernel.documents.states import MEGABYTE, MOST_ATTACHED, FileVerdict
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


@dataclass(frozen=True)
class Line:
    """A file as it stands in a list; `size` in bytes. Without having been checked it has no link."""

    name: str
    size: int
    url: str
    checked: bool


def lines(files: Iterable[Any], url: Callable[[uuid.UUID], str]) -> list[Line]:
    """Files with their rows of the store, as they are listed."""
    return [
        Line(one.stored.name, one.stored.size, url(one.id), one.stored.verdict == FileVerdict.CLEAN)
        for one in files
    ]
