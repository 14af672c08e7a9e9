"""Prepares dossiers, and deletes what was kept long enough."""

import hashlib
import uuid
from datetime import date
from typing import Any, NamedTuple

from tongban.kernel.events.states import daily, subscribe
from tongban.modules.dossiers import actions, queries, states
from tongban.modules.dossiers.states import DossierState


class Written(NamedTuple):
    """A file that lies there."""

    size: int
    sha256: str


def write(event: Any) -> Written | None:
    """Read section after section, pack them, and write the file encrypted; None when it may not be given any more."""
    row = queries.dossier(event.subject_id)
    actor = queries.asker(row)
    if row.state != DossierState.RUNNING or actor is None:
        return None
    found = {}
    for number, (name, rows) in enumerate(queries.sections(row, actor), 1):
        found[name] = rows
        actions.note(dossier_id=row.pk, done=number)
    content = queries.archive(row, actor, found)
    path = queries.path(row.pk)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Under another name first: a file that exists is whole.
    unfinished = path.with_suffix(f".{uuid.uuid4().hex}")
    unfinished.write_bytes(queries.sealed(row.pk, content))
    unfinished.replace(path)
    return Written(len(content), hashlib.sha256(content).hexdigest())


@subscribe(states.DOSSIER_REQUESTED, prepare=write)
def finish(event: Any, written: Written | None) -> None:
    """Say that it is ready, or that there will be none."""
    if written is None:
        actions.forget(dossier_id=event.subject_id)
    else:
        actions.finish(dossier_id=event.subject_id, size=written.size, sha256=written.sha256)


@daily
def every_day(day: date) -> None:
    """Delete the files that were kept long enough."""
    for row in queries.expired(day):
        queries.path(row.pk).unlink(missing_ok=True)
        actions.forget(dossier_id=row.pk)
