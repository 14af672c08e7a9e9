"""Writes exports part by part, and deletes what is old.

Each part is a job of its own: what it reads and writes fits into a fraction of a lease, and a worker that dies
loses one part, which the next one writes again over it.
"""

import shutil
import uuid
from datetime import date
from typing import Any, NamedTuple

from tongban.foundation import time
from tongban.kernel.events.states import daily, subscribe
from tongban.modules.exports import actions, queries, states
from tongban.modules.exports.states import ExportState


class Part(NamedTuple):
    """A part that was written: its number, how many cases it holds, and which is the last."""

    number: int
    count: int
    last_id: uuid.UUID | None


def write_part(event: Any) -> Part | None:
    """Write the next part of the event's export to disk, outside a transaction; None when there is nothing to write.

    The rights are those that the asker has now: what was taken away in between is not written any more.
    """
    row = queries.export(event.subject_id)
    actor = queries.asker(row, time.today())
    if row.state != ExportState.RUNNING or actor is None:
        return None
    found = queries.chunk(row, actor)
    path = queries.part(row.pk, row.parts)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Under another name first: a part that exists is whole.
    unfinished = path.with_suffix(f".{uuid.uuid4().hex}")
    unfinished.write_text(queries.table(row, found), encoding="utf-8", newline="")
    unfinished.replace(path)
    return Part(row.parts, len(found), found[-1][0] if found else None)


def note_part(event: Any, part: Part | None) -> None:
    """Keep what was written; its event brings the next part."""
    if part is None:
        actions.stop(export_id=event.subject_id)
    else:
        actions.advance(export_id=event.subject_id, part=part.number, count=part.count, last_id=part.last_id)


@subscribe(states.EXPORT_REQUESTED, prepare=write_part)
def begin(event: Any, part: Part | None) -> None:
    """The first part."""
    note_part(event, part)


@subscribe(states.EXPORT_ADVANCED, prepare=write_part)
def go_on(event: Any, part: Part | None) -> None:
    """Every further part."""
    note_part(event, part)


@daily
def every_day(day: date) -> None:
    """Delete the files that were kept long enough."""
    for row in queries.expired(day):
        # The file first: if the second does not come to pass, tomorrow tries again.
        shutil.rmtree(queries.folder(row.pk), ignore_errors=True)
        actions.forget(export_id=row.pk)
