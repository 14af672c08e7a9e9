"""Files of an appeal: read by whoever may read the step with which they go."""

import uuid
from collections.abc import Sequence

from tongban.modules.appeals import rules
from tongban.modules.appeals.models import Appeal, AppealEntry, AppealFile
from tongban.modules.appeals.states import TO_FIRM, Verb

_CHECKED = (Verb.ANSWER, Verb.DELIVER)


def for_firm(entries: Sequence[AppealEntry]) -> set[uuid.UUID]:
    """The steps whose files the firm reads: those that are said to it, and the answers that passed the check."""
    found: set[uuid.UUID] = set()
    answer: AppealEntry | None = None
    for one in entries:
        if one.verb in _CHECKED:
            answer = one
        elif one.verb == Verb.APPROVE and answer is not None:
            found.add(answer.pk)
        elif one.verb == Verb.SEND_BACK:
            answer = None
        if one.verb in TO_FIRM:
            found.add(one.pk)
    return found


def files_of(entries: Sequence[AppealEntry], *, firm: bool) -> dict[uuid.UUID, list[AppealFile]]:
    """The files by step, in one query; for the firm those that it may read."""
    seen = for_firm(entries) if firm else {one.pk for one in entries}
    found: dict[uuid.UUID, list[AppealFile]] = {}
    for row in AppealFile.objects.filter(entry_id__in=seen).order_by("id"):
        found.setdefault(row.entry_id, []).append(row)
    return found


def file_of(appeal: Appeal, entries: Sequence[AppealEntry], id: uuid.UUID, *, firm: bool) -> AppealFile:
    """One file of an appeal that the actor may see. Raises NoSuchAppeal."""
    rows = [one for files in files_of(entries, firm=firm).values() for one in files if one.pk == id]
    if not rows:
        raise rules.no_such()
    return rows[0]
