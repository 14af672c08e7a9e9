"""Loading a pack: documents are brought in line, items get a new immutable version when they say something new."""

from typing import Any

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.foundation.packs import PackProblem
from tongban.kernel.access.calc import Actor
from tongban.kernel.catalogue import calc, queries, states
from tongban.kernel.catalogue.calc import PackReading
from tongban.kernel.catalogue.models import ItemVersion, PackDocument, PackLoad, ServiceItem
from tongban.kernel.events import actions as events
from tongban.kernel.events.calc import digest
from tongban.kernel.records.actions import action


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
        ],
        loaded_at=time.now(),
    )
    row.save(force_insert=True)
    _index(reading)
    events.record(name=states.PACK_LOADED, about=row, by=by, payload={"changed": changed, "digest": whole})
    queries.forget()
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
    item = ServiceItem.objects.filter(code=data["code"]).select_related("current").first()
    if item is None:
        item = ServiceItem(code=data["code"])
        item.save(force_insert=True)
    new = digest(data)
    if item.current is not None and item.current.digest == new:
        return 0
    if ItemVersion.objects.filter(item=item, version=data["version"]).exists():
        raise VersionTaken(
            sentence_zh=f"事项“{data['code']}”的第 {data['version']} 版已经发布，内容却变了。",
            sentence_en=f"Version {data['version']} of '{data['code']}' is published, and its content changed.",
            todo_zh="已发布的版本不能修改，请把 version 加 1。",
            todo_en="A published version stays as it is; add 1 to `version`.",
            about=data["code"],
        )
    version = ItemVersion(
        item=item,
        version=data["version"],
        kind=data["kind"],
        definition=data,
        digest=new,
        valid_from=data["valid_from"],
        published_at=time.now(),
    )
    version.save(force_insert=True)
    item.current = version
    item.save(update_fields=["current"])
    events.record(
        name=states.ITEM_PUBLISHED, about=item, by=by, payload={"version": data["version"], "digest": new}
    )
    return 1


def _index(reading: PackReading) -> None:
    rows = []
    for data in reading.items:
        titles = [data["name"]["zh"]]
        words = list(data["words"])
        body = [data["summary"]["zh"], *(m["name"]["zh"] for m in data["materials"])]
        body += [
            entry["q"]["zh"] if isinstance(entry["q"], dict) else entry["q"] for entry in data["guide"]["faq"]
        ]
        rows.append(
            (
                data["code"],
                calc.index_words([*titles, data["name"].get("en", "")]),
                calc.index_words(words),
                calc.index_words(body),
                calc.pinyin_of([*titles, *words]),
            )
        )
    queries.replace_search_index(rows)
