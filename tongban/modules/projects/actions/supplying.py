"""Documents that an enterprise hands in for the stages of its own project."""

import uuid
from collections.abc import Sequence

from tongban.foundation import time
from tongban.kernel.access.calc import Actor
from tongban.kernel.events import actions as events
from tongban.kernel.records.actions import action
from tongban.modules.projects import queries, states
from tongban.modules.projects.actions.writing import attach, bad, enter, still_open
from tongban.modules.projects.models import ProjectEntry
from tongban.modules.projects.states import EntryKind, Share

MOST_WORDS = 500
MOST_SUPPLIED = 60  # documents of one project: more would push what officers wrote off the page of its book


@action
def supply(
    *, project_id: uuid.UUID, document: str, words: str, files: Sequence[uuid.UUID], by: Actor
) -> ProjectEntry:
    """Hand in a document that a stage of one's enterprise's project asks for, with its files; it shows that the project moves.

    Raises NoSuchProject, NotPossible, BadEntry.
    """
    row, today = still_open(project_id, by, "own"), time.today()
    if document not in queries.asked_of_firm(row.kind):
        raise bad(
            "没有选择是哪份资料。",
            "It is not said which document this is.",
            "请从列表中选择。",
            "Choose one of the list.",
        )
    if not files:
        raise bad(
            "没有选择文件。", "No file was chosen.", "请选择要提交的文件。", "Choose the files to hand in."
        )
    if queries.supplied(row) >= MOST_SUPPLIED:
        raise bad(
            f"这个项目已经提交了 {MOST_SUPPLIED} 份资料。",
            f"{MOST_SUPPLIED} documents of this project were handed in.",
            "还要补充的，请与项目专员联系。",
            "Ask the project's officer how to hand in more.",
        )
    words = words.strip()[:MOST_WORDS]
    entry = enter(row, EntryKind.DOCUMENT, words, by, about=document, share=Share.BY_FIRM)
    attach(entry, files, by)
    row.moved_on = max(row.moved_on, today)
    row.save()
    payload = {"entry": str(entry.pk), "document": document, "files": len(files)}
    events.record(name=states.PROJECT_SUPPLIED, about=row, by=by, payload=payload)
    return entry
