"""Writes of correspondence. None of them touches a case or a clock."""

import uuid

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import Actor
from tongban.kernel.cases import queries as cases
from tongban.kernel.events import actions as events
from tongban.kernel.records.actions import action
from tongban.modules.correspondence import queries, states
from tongban.modules.correspondence.models import Label, Message, Note
from tongban.modules.correspondence.states import LONGEST_LABEL, LONGEST_MESSAGE, MOST_LABELS, Side


class NothingWritten(Problem):
    """A message, a note or a label without words, or with too many."""

    code = "correspondence.nothing_written"
    status = 422


class LabelNotOffered(Problem):
    """A label that the city's pack does not have, where it lets nobody write others."""

    code = "correspondence.label_not_offered"
    status = 422


class TooManyLabels(Problem):
    """The agency has as many labels on the case as anybody reads."""

    code = "correspondence.too_many_labels"
    status = 409


def _checked(words: str, most: int) -> str:
    words = words.replace("\x00", "").strip()
    if not words or len(words) > most:
        raise NothingWritten(
            sentence_zh=f"内容应为 1 到 {most} 个字。",
            sentence_en=f"Write between 1 and {most} characters.",
            todo_zh="请修改后再提交。",
            todo_en="Change it and send it again.",
        )
    return words


@action
def send(*, case_id: uuid.UUID, words: str, by: Actor) -> Message:
    """Write to the other side; what it wrote before counts as read. Raises NoSuchCase, NothingWritten, BannedProof."""
    case, side = queries.case_of(by, case_id)
    words = _checked(words, LONGEST_MESSAGE)
    if side == Side.OFFICE:
        cases.require_no_banned_proof(words)
    now = time.now()
    queries.unread_rows(case.pk, side).update(read_at=now, read_by=by.account_id)
    row = Message(case_id=case.pk, side=side, words=words, sent_by=by.account_id, sent_at=now)
    row.save(force_insert=True)
    events.record(name=states.MESSAGE_SENT, about=row, by=by, payload={"case": str(case.pk), "side": side})
    return row


@action
def mark_read(*, case_id: uuid.UUID, by: Actor) -> int:
    """Mark what the other side wrote as read; returns how many were new. Raises NoSuchCase."""
    case, side = queries.case_of(by, case_id)
    count = queries.unread_rows(case.pk, side).update(read_at=time.now(), read_by=by.account_id)
    if count:
        events.record(name=states.MESSAGES_READ, about=case, by=by, payload={"count": count, "side": side})
    return count


@action
def note(*, case_id: uuid.UUID, words: str, by: Actor) -> Note:
    """Write a note that only officers of the case see. Raises NoSuchCase, NothingWritten."""
    case = queries.officers_case(by, case_id)
    words = _checked(words, LONGEST_MESSAGE)
    row = Note(case_id=case.pk, words=words, written_by=by.account_id, written_at=time.now())
    row.save(force_insert=True)
    events.record(name=states.NOTE_WRITTEN, about=row, by=by, payload={"case": str(case.pk)})
    return row


@action
def put_label(*, case_id: uuid.UUID, text: str, by: Actor) -> Label:
    """Put a label of the case's agency on it; one that is there stays. Raises NoSuchCase, NothingWritten, TooManyLabels,
    LabelNotOffered.
    """
    case = queries.officers_case(by, case_id)
    text = " ".join(_checked(text, LONGEST_LABEL).split())
    there = queries.labels(case.pk, case.agency)
    same = next((label for label in there if label.text == text), None)
    if same is not None:
        return same
    offered, free = queries.pack_labels()
    if not free and text not in offered:
        raise LabelNotOffered(
            sentence_zh="本市统一规定了标签，不能另写。",
            sentence_en="The city sets the labels; others cannot be written.",
            todo_zh=f"请从中选择：{'、'.join(offered)}。",
            todo_en=f"Choose one of {', '.join(offered)}.",
        )
    if len(there) >= MOST_LABELS:
        raise TooManyLabels(
            sentence_zh=f"一个办件最多贴 {MOST_LABELS} 个标签。",
            sentence_en=f"A case has {MOST_LABELS} labels at the most.",
            todo_zh="请先取下不用的标签。",
            todo_en="Take one off first.",
        )
    row = Label(case_id=case.pk, agency=case.agency, text=text, put_by=by.account_id, put_at=time.now())
    row.save(force_insert=True)
    events.record(name=states.LABEL_PUT, about=row, by=by, payload={"case": str(case.pk)})
    return row


@action
def remove_label(*, case_id: uuid.UUID, label_id: uuid.UUID, by: Actor) -> None:
    """Take a label off; one that is gone already stays gone. Raises NoSuchCase."""
    case = queries.officers_case(by, case_id)
    for row in queries.labels(case.pk, case.agency):
        if row.pk == label_id:
            events.record(name=states.LABEL_REMOVED, about=row, by=by, payload={"case": str(case.pk)})
            row.delete()
