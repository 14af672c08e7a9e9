"""Items that are made from other data (the editions of a policy): versions as of any item, and in no directory of items."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import Actor
from tongban.kernel.catalogue import queries, states
from tongban.kernel.catalogue.models import ItemVersion, PackLoad, ServiceItem
from tongban.kernel.events import actions as events
from tongban.kernel.events.calc import digest
from tongban.kernel.records.actions import action


@dataclass(frozen=True)
class Derived:
    """What an item says today, and what it will say from a later day on; None where it cannot be applied for."""

    code: str
    now: Mapping[str, Any] | None
    later: Mapping[str, Any] | None = None


@action
def publish_derived(*, wanted: Iterable[Derived], by: Actor) -> int:
    """Bring the derived items in line with what they were made from; returns how many changed. A second time changes nothing.

    A version is written once for each content and found again; cases keep theirs. What is wanted no more can be
    applied for no more. `wanted` are all derived items there are, as definitions without number.
    """
    known = {one.code: one for one in ServiceItem.objects.select_related("current", "scheduled")}
    changed, named = 0, set()
    for one in wanted:
        named.add(one.code)
        _require_own(known.get(one.code), one)
        changed += _bring(known.get(one.code), one, by)
    for code, item in known.items():
        shown = item.scheduled or item.current
        if code not in named and shown is not None and "subsidy" in shown.definition:
            changed += _bring(item, Derived(code, None), by)
    if changed:
        last = PackLoad.objects.order_by("-id").first()
        PackLoad(
            code=last.code if last else "derived",
            version=last.version if last else "0",
            digest="",
            changed=changed,
            report=[f"{changed} 个政策兑现事项"],
            loaded_at=time.now(),
        ).save(force_insert=True)
        queries.forget()
    return changed


class CodeTaken(Problem):
    """An item that is not made from other data has this code."""

    code = "item.code_taken_by_hand"
    status = 409


def _require_own(item: ServiceItem | None, one: Derived) -> None:
    shown = (item.scheduled or item.current) if item is not None else None
    if shown is not None and "subsidy" not in shown.definition:
        raise CodeTaken(
            sentence_zh=f"已有事项的编码是“{one.code}”，政策里的补贴项目不能同名。",
            sentence_en=f"An item is called '{one.code}' already; a subsidy item cannot have the same code.",
            todo_zh="请在政策文件里换一个编码。",
            todo_en="Choose another code in the policy.",
            about=one.code,
        )


def _bring(item: ServiceItem | None, one: Derived, by: Actor) -> int:
    if item is None:
        if one.now is None and one.later is None:
            return 0
        item = ServiceItem(code=one.code)
        item.save(force_insert=True)
    held = {digest(_content(row.definition)): row for row in item.versions.order_by("version")}
    current, scheduled = (_version(item, data, held, by) for data in (one.now, one.later))
    if (current, scheduled) == (item.current, item.scheduled):
        return 0
    item.current, item.scheduled = current, scheduled
    item.save(update_fields=["current", "scheduled"])
    return 1


def _content(data: Mapping[str, Any]) -> dict[str, Any]:
    """What a version says, without its number."""
    return {key: value for key, value in data.items() if key != "version"}


def _version(
    item: ServiceItem, data: Mapping[str, Any] | None, held: dict[str, ItemVersion], by: Actor
) -> ItemVersion | None:
    if data is None:
        return None
    key = digest(_content(data))
    if key not in held:
        number = max((row.version for row in held.values()), default=0) + 1
        whole = {**data, "version": number}
        row = ItemVersion(
            item=item,
            version=number,
            kind=data["kind"],
            definition=whole,
            digest=digest(whole),
            valid_from=dt.date.fromisoformat(data["valid_from"]),
            published_at=time.now(),
        )
        row.save(force_insert=True)
        held[key] = row
        payload = {"version": number, "digest": row.digest, "valid_from": data["valid_from"]}
        events.record(name=states.ITEM_PUBLISHED, about=item, by=by, payload=payload)
    return held[key]
