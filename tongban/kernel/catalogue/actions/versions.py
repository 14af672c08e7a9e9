"""The one way in which a version comes into being, whoever publishes it. Joined by the actions beside it."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from tongban.foundation import time
from tongban.kernel.catalogue import calc, queries
from tongban.kernel.catalogue.models import ItemVersion, PackLoad, ServiceItem
from tongban.kernel.events.calc import digest
from tongban.kernel.places import queries as places
from tongban.kernel.records.actions import action
from tongban.kernel.search import actions as search
from tongban.kernel.search.states import ITEM


@action
def add_version(
    *, item: ServiceItem, data: Mapping[str, Any], published_by: uuid.UUID | None = None
) -> ItemVersion:
    """Write a version and put it in force, or on the schedule when its day is still to come."""
    day, today = date.fromisoformat(data["valid_from"]), time.today()
    row = ItemVersion(
        item=item,
        version=data["version"],
        kind=data["kind"],
        definition=dict(data),
        digest=digest(dict(data)),
        valid_from=day,
        published_at=time.now(),
        published_by=published_by,
    )
    row.save(force_insert=True)
    if day > today:
        item.current, item.scheduled = queries.in_force(item, today), row
    else:
        item.current, item.scheduled = row, None
    item.save(update_fields=["current", "scheduled"])
    return row


@action
def note_change(*, item: ServiceItem, row: ItemVersion | None, report: str) -> None:
    """Tell every process that the catalogue changed, and keep the search index in step with what is in force."""
    last = PackLoad.objects.order_by("-id").first()
    PackLoad(
        code=last.code if last else "console",
        version=last.version if last else "0",
        digest=row.digest if row else "",
        changed=1,
        report=[report],
        loaded_at=time.now(),
    ).save(force_insert=True)
    now = queries.in_force(item, time.today())
    if now is None or "subsidy" not in now.definition:  # those are found among the policies
        index([now.definition] if now else [], code=item.code)
    queries.forget()


@action
def index(items: Iterable[Mapping[str, Any]], code: str = "") -> None:
    """Write the search entry of one item, or of everything that a pack says."""
    entries = [calc.item_entry(data) for data in items]
    if code:
        search.replace_one(kind=ITEM, code=code, entry=entries[0] if entries else None)
        return
    held = queries.snapshot()
    search.replace(kind=ITEM, entries=entries, speech=calc.speech_of(held.documents, places.names()))
    search.replace(kind=calc.NOTICE, entries=calc.notice_entries(held.pack))
