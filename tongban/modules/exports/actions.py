"""Writes of exports. The rows of a part are written to disk before its action: no transaction is open meanwhile."""

import uuid
from collections.abc import Mapping
from datetime import timedelta

from django.conf import settings

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import SYSTEM, Actor
from tongban.kernel.events import actions as events
from tongban.kernel.records.actions import action
from tongban.modules.exports import queries, states
from tongban.modules.exports.models import Export
from tongban.modules.exports.states import CASES, ExportState, Purpose

MOST_RUNNING = 3  # of one person at a time, so that nobody keeps the workers from everybody else's letters


class PurposeMissing(Problem):
    """Names in full without what they are for."""

    code = "export.purpose_missing"
    status = 422


class NothingChosen(Problem):
    """The selection holds nothing that the actor may see."""

    code = "export.nothing_chosen"
    status = 422


class TooMany(Problem):
    """The person has exports running already."""

    code = "export.too_many"
    status = 409


@action
def request(
    *,
    chosen: Mapping[str, str],
    by: Actor,
    language: str,
    purpose: str = "",
    words: str = "",
    source: str = CASES,
) -> Export:
    """Ask for an export of what of a source the actor may see and chose; with a purpose, names are written in full.

    The purpose stands in the log, the words about it only here. Raises NoSuchSource, NothingChosen, PurposeMissing,
    TooMany.
    """
    if purpose and (purpose not in set(Purpose) or not words.strip()):
        raise PurposeMissing(
            sentence_zh="导出完整姓名需要选择用途并说明。",
            sentence_en="Names in full need a purpose and a word about it.",
            todo_zh="请选择用途并写明用在哪里；或者导出脱敏的表格。",
            todo_en="Choose the purpose and say where it is used, or export masked names.",
        )
    if queries.running(by) >= MOST_RUNNING:
        raise TooMany(
            sentence_zh=f"您已经有 {MOST_RUNNING} 个导出正在进行。",
            sentence_en=f"{MOST_RUNNING} of your exports are being written.",
            todo_zh="请等其中一个完成后再导出。",
            todo_en="Wait until one of them is ready.",
        )
    kept = {name: chosen[name] for name in queries.source_for(by, source).filters if chosen.get(name)}
    total = queries.selection(by, kept, time.today(), source).count()
    if not total:
        raise NothingChosen(
            sentence_zh="没有符合条件的记录。",
            sentence_en="Nothing fits what was chosen.",
            todo_zh="请换一个条件；只能导出您权限范围内的记录。",
            todo_en="Choose something else; only what you may see can be exported.",
        )
    row = Export(
        source=source,
        asked_by=by.account_id,
        asked_at=time.now(),
        as_of=time.today(),
        chosen=kept,
        language=language,
        purpose=purpose,
        words=words.strip() if purpose else None,
        total=total,
    )
    row.save(force_insert=True)
    payload = {"source": source, "total": total, "purpose": purpose, "masked": not purpose}
    events.record(name=states.EXPORT_REQUESTED, about=row, by=by, payload=payload)
    return row


@action
def advance(*, export_id: uuid.UUID, part: int, count: int, last_id: uuid.UUID | None) -> None:
    """Take note of a part that lies on disk; one that was noted already changes nothing. A short part is the last."""
    row = queries.export(export_id, lock=True)
    if row.state != ExportState.RUNNING or row.parts != part:
        return
    row.parts, row.done, row.last_id = part + 1, row.done + count, last_id or row.last_id
    if count < states.CHUNK:
        row.state, row.ended_at = ExportState.READY, time.now()
        row.delete_on = time.today() + timedelta(days=settings.EXPORT_DAYS)
        row.total = row.done
    row.save()
    name = states.EXPORT_FINISHED if row.state == ExportState.READY else states.EXPORT_ADVANCED
    events.record(name=name, about=row, by=SYSTEM, payload={"part": part, "done": row.done})


@action
def stop(*, export_id: uuid.UUID) -> None:
    """Stop an export whose asker is no officer any more."""
    row = queries.export(export_id, lock=True)
    if row.state != ExportState.RUNNING:
        return
    row.state, row.ended_at = ExportState.STOPPED, time.now()
    row.save()
    events.record(name=states.EXPORT_STOPPED, about=row, by=SYSTEM, payload={"done": row.done})


@action
def fetch(*, export_id: uuid.UUID, by: Actor) -> Export:
    """Log that the file was fetched, by who asked for it. Raises NoSuchExport."""
    row = queries.own(by, export_id, lock=True)
    queries.content(row)
    payload = {"rows": row.done, "purpose": row.purpose}
    events.record(name=states.EXPORT_FETCHED, about=row, by=by, payload=payload)
    return row


@action
def forget(*, export_id: uuid.UUID, by: Actor = SYSTEM) -> None:
    """Note that the file of an export is gone: the caller has deleted its parts."""
    row = queries.export(export_id, lock=True)
    if row.state == ExportState.DELETED:
        return
    row.state, row.ended_at = ExportState.DELETED, row.ended_at or time.now()
    row.save()
    events.record(name=states.EXPORT_DELETED, about=row, by=by, payload={"rows": row.done})
