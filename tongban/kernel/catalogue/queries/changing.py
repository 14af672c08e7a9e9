"""Reads for those who change items: drafts, what an actor may work on, versions, what a pack may refer to."""

import uuid
from datetime import date
from typing import Any

from django.db.models import QuerySet

from tongban.foundation.errors import Problem
from tongban.foundation.guides import Guided
from tongban.kernel.access.calc import Actor
from tongban.kernel.access.states import Permission
from tongban.kernel.catalogue import calc, rules
from tongban.kernel.catalogue.models import ItemDraft, ItemVersion, ServiceItem
from tongban.kernel.catalogue.queries.held import Published, compiled, no_such_item, snapshot
from tongban.kernel.catalogue.states import OPEN_DRAFTS, DocumentKind, DraftState
from tongban.kernel.places import queries as places


class NoSuchDraft(Problem):
    """No draft that the actor may see has this identifier; says nothing of whether another's has."""

    code = "item_draft.unknown"
    status = 404


def draft_for(actor: Actor, draft_id: uuid.UUID, verb: str = "view", *, lock: bool = False) -> ItemDraft:
    """The draft when the actor may `verb` it (view, edit, publish); raises NoSuchDraft otherwise."""
    rows = rules.visible(actor, verb).filter(pk=draft_id)
    if lock:
        rows = rows.select_for_update(of=("self",))
    found = rows.first()
    if found is None:
        raise NoSuchDraft(
            sentence_zh="没有找到这份事项草稿。",
            sentence_en="There is no such draft.",
            todo_zh="请从“事项编辑”或者“事项发布”的列表进入。",
            todo_en="Open it from the list of drafts.",
        )
    return found


def drafts(actor: Actor, verb: str = "view") -> QuerySet[ItemDraft]:
    """The open drafts that the actor may `verb`, last changed first; without their contents."""
    rows = rules.visible(actor, verb).filter(state__in=[state.value for state in OPEN_DRAFTS])
    return rows.order_by("-changed_at", "-id").defer("definition", "text")


def proposed(actor: Actor) -> QuerySet[ItemDraft]:
    """The drafts that wait for this actor to publish or return them, longest waiting first; never the actor's own."""
    rows = rules.visible(actor, "publish").filter(state=DraftState.PROPOSED)
    return rows.exclude(author_id=actor.account_id).order_by("proposed_at", "id").defer("definition", "text")


def open_draft_of(code: str) -> ItemDraft | None:
    """The one open draft of an item."""
    return ItemDraft.objects.filter(item_code=code, state__in=[state.value for state in OPEN_DRAFTS]).first()


def items_of(actor: Actor, *permissions: Permission) -> list[Published]:
    """The items in force on which the actor holds one of the permissions, by code."""
    held, place = snapshot(), places.city().path
    return [one for one in held.items.values() if _reached(actor, one, place, permissions)]


def item_for(actor: Actor, code: str, *permissions: Permission) -> Published:
    """An item on which the actor holds one of the permissions, as it is or will be; raises NoSuchItem otherwise."""
    found = snapshot().items.get(code)
    if found is None:  # a new item whose first day is still to come
        row = service_item(code)
        if row is None or row.scheduled is None:
            raise no_such_item(code)
        found = compiled(row.scheduled, code, snapshot().fact_types)
    if not _reached(actor, found, places.city().path, permissions):
        raise no_such_item(code)
    return found


def _reached(actor: Actor, one: Published, place: str, permissions: tuple[Permission, ...]) -> bool:
    agency = one.definition.data["agency"]
    return any(
        rules.reaches(actor, permission, agency=agency, place_path=place, item=one.code)
        for permission in permissions
    )


def service_item(code: str, *, lock: bool = False) -> ServiceItem | None:
    """The row of an item with its version in force and the scheduled one."""
    rows = ServiceItem.objects.filter(code=code).select_related("current", "scheduled")
    return (rows.select_for_update(of=("self",)) if lock else rows).first()


def versions(code: str) -> list[ItemVersion]:
    """All versions of an item, newest first, without their contents."""
    return list(ItemVersion.objects.filter(item__code=code).order_by("-version").defer("definition"))


def definition_of(code: str, number: int) -> dict[str, Any]:
    """What a version of an item says; raises NoSuchItem."""
    found = ItemVersion.objects.filter(item__code=code, version=number).first()
    if found is None:
        raise no_such_item(f"{code} {number}")
    return dict(found.definition)


def published_ids_of(draft: ItemDraft) -> frozenset[tuple[str, str]]:
    """The identifiers of a draft that were published before it: (kind of place, identifier)."""
    if draft.base_version is None:
        return frozenset()
    return calc.published_ids(definition_of(draft.item_code, draft.base_version))


def due_items(day: date) -> list[ServiceItem]:
    """Items whose scheduled version has come into force and is not yet noted as the current one."""
    rows = ServiceItem.objects.filter(scheduled__valid_from__lte=day).order_by("code")
    return list(rows.select_related("current", "scheduled").select_for_update(of=("self",)))


def known() -> calc.Known:
    """What the items of the loaded pack may refer to."""
    held = snapshot()
    credentials = held.documents.get(DocumentKind.CREDENTIAL, {})
    village = held.documents.get(DocumentKind.PACK, {}).get("village-proofs", {})
    return calc.Known(
        held.documents.get(DocumentKind.AGENCY, {}),
        frozenset(credentials),
        held.fact_types,
        {code: one.definition.data for code, one in held.items.items()},
        Guided.of(held.pack, list(credentials.values()), village),
    )


def ahead_of_pack(items: list[dict[str, Any]]) -> list[str]:
    """Sentences on items of a pack that stay as the console published them, because the pack's version is older."""
    newest: dict[str, ItemVersion] = {}
    for row in ItemVersion.objects.order_by("version").select_related("item").defer("definition"):
        newest[row.item.code] = row
    return [
        f"事项 {data['code']}：保留第 {newest[data['code']].version} 版（城市包是第 {data['version']} 版）；"
        "请从管理台导出后放进城市包"
        for data in items
        if data["code"] in newest and newest[data["code"]].version > data["version"]
    ]
