"""Files of a project's documents: read by whoever may read that line of its book."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tongban.kernel.documents import queries as documents
from tongban.modules.projects.models import Project, ProjectEntry, ProjectFile
from tongban.modules.projects.queries.rows import NoSuchProject
from tongban.modules.projects.states import TO_FIRM, EntryKind, Share


@dataclass(frozen=True)
class Attached:
    """A file of a document with its row of the store: name, size, verdict."""

    id: uuid.UUID
    stored: Any


def shown_to_firm(row: Project) -> list[ProjectEntry]:
    """The documents of a project that its enterprise reads, the newest first; the oldest of more than 200 are left out."""
    rows = ProjectEntry.objects.filter(project=row, kind=EntryKind.DOCUMENT, share__in=TO_FIRM)
    return list(rows.order_by("-day", "-id")[:200])


def supplied(row: Project) -> int:
    """How many documents of a project its enterprise has handed in."""
    return ProjectEntry.objects.filter(project=row, share=Share.BY_FIRM).count()


def files_of(entries: Sequence[ProjectEntry]) -> dict[uuid.UUID, list[Attached]]:
    """The files by line of the book, in two queries; in none where no line is a document."""
    ids = [one.pk for one in entries if one.kind == EntryKind.DOCUMENT]
    rows = list(ProjectFile.objects.filter(entry_id__in=ids).order_by("id")) if ids else []
    held = documents.files(one.file_id for one in rows)
    found: dict[uuid.UUID, list[Attached]] = {}
    for one in rows:
        found.setdefault(one.entry_id, []).append(Attached(one.pk, held[one.file_id]))
    return found


def file_of(row: Project, id: uuid.UUID, *, firm: bool) -> Attached:
    """One file of a project that the actor may see; for the enterprise of what it reads. Raises NoSuchProject."""
    rows = ProjectFile.objects.filter(entry__project=row, pk=id)
    found = (rows.filter(entry__share__in=TO_FIRM) if firm else rows).first()
    if found is None:
        raise NoSuchProject(
            sentence_zh="没有找到这个文件。",
            sentence_en="There is no such file.",
            todo_zh="请从项目页面打开。",
            todo_en="Open it from the project's page.",
        )
    return Attached(found.pk, documents.file(found.file_id))
