"""Snapshots of the city: asked for by a person or by the demonstration, made by a job."""

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import SYSTEM, Actor
from tongban.kernel.events import actions as events
from tongban.kernel.records.actions import action
from tongban.modules.policies.models import CitySnapshot
from tongban.modules.policies.queries import cities
from tongban.modules.policies.states import CITY_ASKED, CITY_MADE


class AlreadyMade(Problem):
    """A snapshot that is made is never made again: what was reckoned on it must stay true."""

    code = "policy_city.made"
    status = 409


@action
def ask_city(*, rows: int, stands_for: int, by: Actor) -> CitySnapshot:
    """Have an invented city of so many entities made, standing for so many; the one being made where there is one."""
    held = cities.being_made()
    if held is not None:
        return held
    now = time.now()
    row = CitySnapshot(
        rows=rows, stands_for=max(rows, stands_for), as_of=time.today(), synthetic=True, asked_at=now
    )
    row.save(force_insert=True)
    events.record(name=CITY_ASKED, about=row, by=by, payload={"rows": rows})
    return row


@action
def note_city(*, city_id: object, digest: str) -> CitySnapshot:
    """The files are written, and this is their digest. Raises AlreadyMade."""
    row = CitySnapshot.objects.select_for_update().get(pk=city_id)
    if row.made_at is not None:
        raise AlreadyMade(
            sentence_zh="这份快照已经生成。",
            sentence_en="This snapshot is made already.",
            todo_zh="请重新打开页面。",
            todo_en="Open the page again.",
        )
    row.made_at, row.digest = time.now(), digest
    row.save(update_fields=["made_at", "digest"])
    events.record(name=CITY_MADE, about=row, by=SYSTEM, payload={"digest": digest})
    return row
