"""Loading a pack: documents are brought in line, items get a new immutable version when they say something new."""

from typing import Any

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.foundation.packs import PackProblem
from tongban.kernel.access.calc import Actor
from tongban.kernel.catalogue import queries, states
from tongban.kernel.catalogue.actions.versions import add_version, index
from tongban.kernel.catalogue.calc import PackReading
from tongban.kernel.catalogue.models import ItemVersion, PackDocument, PackLoad, ServiceItem
from tongban.kernel.events import actions as events
from tongban.kernel.events.calc import digest
from tongban.kernel.records.actions import action
from tongban.kernel.search import queries as search
from tongban.kernel.search.states import ITEM


class VersionTaken(Problem):
    """A published version would have to change: what was published stays."""

    code = "item.version_taken"
    status = 409


@action
def load(*, reading: PackReading, by: Actor) -> PackLoad | None:
    """Bring the catalogue in line with a pack that was read without faults; None when nothing changed.

    Raises PackProblem when the reading has faults, VersionTaken when a published version was edited in place.
    """
    if reading.errors:
        raise PackProblem(reading.errors)
    changed = _bring_documents(reading)
    for data in reading.items:
        changed += _publish(data, by)
    whole = digest({"items": reading.items, "documents": [list(row) for row in reading.documents()]})
    last = PackLoad.objects.order_by("-id").first()
    if not changed and last is not None:
        if not search.is_current(ITEM):
            index(one.definition.data for one in queries.items())
        return None
    row = PackLoad(
        code=reading.pack["code"],
        version=str(reading.pack["version"]),
        digest=whole,
        changed=changed,
        report=[
            f"{len(reading.items)} 个事项",
            f"{len(reading.credentials)} 种证照",
            f"{len(reading.places)} 个区划",
            *queries.ahead_of_pack(reading.items),
        ],
        loaded_at=time.now(),
    )
    row.save(force_insert=True)
    queries.forget()
    index(one.definition.data for one in queries.items())
    events.record(name=states.PACK_LOADED, about=row, by=by, payload={"changed": changed, "digest": whole})
    return row


def _bring_documents(reading: PackReading) -> int:
    known = {(row.kind, row.code): row for row in PackDocument.objects.all()}
    changed = 0
    for order, (kind, code, data) in enumerate(reading.documents()):
        new = digest(data)
        row = known.get((kind, code))
        if row is not None and row.digest == new and row.order == order:
            continue
        row = row or PackDocument(kind=kind, code=code)
        row.data, row.digest, row.order = dict(data), new, order
        row.save()
        changed += 1
    return changed


def _publish(data: dict[str, Any], by: Actor) -> int:
    item = queries.service_item(data["code"], lock=True)
    if item is None:
        item = ServiceItem(code=data["code"])
        item.save(force_insert=True)
    new = digest(data)
    newest = item.versions.order_by("-version").first()
    if newest is not None and (newest.digest == new or newest.version > data["version"]):
        return 0  # the same, or the console has gone on: what it published stays, and the report says so
    if newest is not None and newest.version == data["version"]:
        raise _taken(data["code"], newest)
    row = add_version(item=item, data=data)
    payload = {"version": row.version, "digest": new, "valid_from": data["valid_from"]}
    events.record(name=states.ITEM_PUBLISHED, about=item, by=by, payload=payload)
    return 1


def _taken(code: str, newest: ItemVersion) -> VersionTaken:
    number, following = newest.version, newest.version + 1
    if newest.published_by is None:
        return VersionTaken(
            sentence_zh=f"事项“{code}”的第 {number} 版已经发布，内容却变了。",
            sentence_en=f"Version {number} of '{code}' is published, and its content changed.",
            todo_zh=f"已发布的版本不能修改，请把 version 改为 {following}。",
            todo_en=f"A published version stays as it is; set `version` to {following}.",
            about=code,
        )
    return VersionTaken(
        sentence_zh=f"事项“{code}”的第 {number} 版已在管理台发布，与城市包中的第 {number} 版内容不同。",
        sentence_en=f"Version {number} of '{code}' was published in the console and differs from the pack's.",
        todo_zh=f"要保留管理台的内容，请导出后覆盖城市包中的文件；要用城市包的内容，请把 version 改为 {following}。",
        todo_en=f"Export the console's version over the pack's file, or set `version` to {following} in the pack.",
        about=code,
    )
