"""Meetings about a project with what they decided, and the appeal into which a blocking issue went."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tongban.foundation import time
from tongban.kernel.access.calc import Actor
from tongban.kernel.events import actions as events
from tongban.kernel.records.actions import action
from tongban.modules.projects import queries, states
from tongban.modules.projects.actions.writing import NotPossible, bad, enter, still_open
from tongban.modules.projects.models import ProjectEntry, ProjectMeeting
from tongban.modules.projects.states import EntryKind

MOST_DECISIONS = 20


@dataclass(frozen=True)
class Decision:
    """What a meeting decided: which office does what by which day."""

    words: str
    office: str
    due_on: date | None


@action
def hold_meeting(
    *,
    project_id: uuid.UUID,
    day: date | None,
    chair: str,
    offices: Sequence[str],
    decisions: Sequence[Decision],
    by: Actor,
) -> ProjectMeeting:
    """Write down a meeting with its decisions; each waits for its office from then on. `chair` is a post, not a name.

    Raises NoSuchProject, NotPossible, BadEntry.
    """
    row, today = still_open(project_id, by), time.today()
    known = {row.agency, *(one.office for one in queries.stages_of(row))}
    present = [one for one in dict.fromkeys(offices) if one in known]
    if day is None or day > today or not chair.strip() or not present:
        raise bad(
            "没有写清会议的日期、主持人或者参加单位。",
            "Day, chair or offices of the meeting are missing.",
            "请填写今天或者以前的日期、主持人职务，并至少选择一个参加单位。",
            "Write a day up to today and the chair's post, and choose at least one office.",
        )
    if not 1 <= len(decisions) <= MOST_DECISIONS:
        raise bad(
            "没有写会议决定了什么。",
            "It is not said what was decided.",
            f"请填写 1 至 {MOST_DECISIONS} 项决定。",
            f"Write one to {MOST_DECISIONS} decisions.",
        )
    for number, one in enumerate(decisions, start=1):
        if not one.words.strip() or one.office not in known or one.due_on is None or one.due_on < day:
            raise bad(
                f"第 {number} 项决定不完整。",
                f"Decision {number} is not complete.",
                "请写明内容、责任单位和会议当天或者以后的期限。",
                "Write what, which office, and a day from that of the meeting on.",
            )
    met = ProjectMeeting(
        project=row,
        day=day,
        chair=chair.strip()[:60],
        offices=present,
        by=by.account_id,
        at=time.now(),
    )
    met.save(force_insert=True)
    for one in decisions:
        words = one.words.strip()[:2000]
        enter(row, EntryKind.DECISION, words, by, day=day, office=one.office, due_on=one.due_on, meeting=met)
    asked = list(dict.fromkeys(one.office for one in decisions))
    payload = {"meeting": str(met.pk), "on": str(day), "decisions": len(decisions), "offices": asked}
    events.record(name=states.PROJECT_REVIEWED, about=row, by=by, payload=payload)
    return met


@action
def note_appeal(*, project_id: uuid.UUID, entry_id: uuid.UUID, number: str, by: Actor) -> ProjectEntry:
    """Keep the number of the appeal into which a blocking issue went; the same number again changes nothing.

    Raises NoSuchProject, NotPossible.
    """
    row = still_open(project_id, by)
    entry = queries.entry_of(row, entry_id, lock=True)
    if entry.number == number:
        return entry
    if entry.kind != EntryKind.ISSUE or entry.settled_on is not None or entry.number:
        raise NotPossible(
            sentence_zh="这一事项不能转为诉求。",
            sentence_en="This cannot become an appeal.",
            todo_zh="只有还没有办结、没有关联诉求的堵点问题可以转为诉求。",
            todo_en="Only a blocking issue that is open and has no appeal can.",
        )
    entry.number = number.strip()[:60]
    entry.save()
    payload = {"entry": str(entry.pk), "appeal": entry.number}
    events.record(name=states.PROJECT_APPEALED, about=row, by=by, payload=payload)
    return entry
