"""What every write of a project shares: its refusals, and one line written down."""

import uuid
from collections.abc import Sequence
from typing import Any

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import Actor
from tongban.kernel.documents import queries as documents
from tongban.kernel.documents.states import MOST_ATTACHED
from tongban.kernel.events import actions as events
from tongban.kernel.records.actions import action
from tongban.modules.projects import queries, states
from tongban.modules.projects.models import Project, ProjectEntry, ProjectFile, ProjectItem
from tongban.modules.projects.states import EntryKind, ProjectState

LARGEST_FEN = 10**15


class BadEntry(Problem):
    """What was to be written down is not complete or not possible."""

    code = "project.bad_entry"
    status = 422


class NotPossible(Problem):
    """The project is not in the state for it; somebody may have been faster."""

    code = "project.not_possible"
    status = 409


def bad(zh: str, en: str, todo_zh: str, todo_en: str) -> BadEntry:
    """A refusal with its sentences."""
    return BadEntry(sentence_zh=zh, sentence_en=en, todo_zh=todo_zh, todo_en=todo_en)


def still_open(project_id: uuid.UUID, by: Actor, verb: str = "manage") -> Project:
    """The project, locked, when the actor may `verb` it and it has not ended. Raises NoSuchProject, NotPossible."""
    return _under_way(queries.project(by, project_id, verb, lock=True))


def matter_to_settle(project_id: uuid.UUID, entry_id: uuid.UUID, by: Actor) -> tuple[Project, ProjectEntry]:
    """The project and what waits in it, both locked, when the actor may settle that. Raises NoSuchProject, NotPossible."""
    queries.matter_for(by, project_id, entry_id)
    row = _under_way(Project.objects.select_for_update().get(pk=project_id))
    return row, queries.entry_of(row, entry_id, lock=True)


def _under_way(row: Project) -> Project:
    if row.state != ProjectState.OPEN:
        raise NotPossible(
            sentence_zh="项目已经结束。",
            sentence_en="The project has ended.",
            todo_zh="请刷新页面查看。",
            todo_en="Reload the page.",
        )
    return row


@action
def enter(row: Project, kind: EntryKind, words: str, by: Actor, **more: Any) -> ProjectEntry:
    """Write one line into a project's book, as of today unless `day` says otherwise."""
    entry = ProjectEntry(
        project=row,
        kind=kind,
        stage=row.stage,
        words=words,
        by=by.account_id,
        at=time.now(),
        **{"day": time.today(), **more},
    )
    entry.save(force_insert=True)
    return entry


@action
def put_case(found: ProjectItem, row: Project, case: Any, by: Actor) -> ProjectItem:
    """Link a case to an item of a project: the project has moved."""
    found.case_id, found.short_no = case.pk, case.short_no
    found.save()
    row.moved_on = max(row.moved_on, time.today())
    row.save()
    payload = {"case": str(case.pk), "item": found.item}
    events.record(name=states.PROJECT_LINKED, about=row, by=by, payload=payload)
    return found


@action
def attach(entry: ProjectEntry, files: Sequence[uuid.UUID], by: Actor) -> None:
    """Let stored files that the actor has just uploaded go with a document. Raises BadEntry."""
    held = documents.attachable(by, files) if files else []
    if held is None or ProjectFile.objects.filter(file_id__in=files).exists():
        raise bad(
            f"附件最多 {MOST_ATTACHED} 个，只能是自己刚上传、还没有用过的文件。",
            f"At most {MOST_ATTACHED} files, each uploaded by yourself and not used before.",
            "请重新选择文件。",
            "Choose the files again.",
        )
    ProjectFile.objects.bulk_create([ProjectFile(entry=entry, file_id=one.pk) for one in held])
