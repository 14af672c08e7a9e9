"""Reads of the catalogue. Published versions never change, so each process keeps them compiled."""

import threading
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet

from tongban.foundation import time
from tongban.foundation.criteria import Criterion, FactType, parse
from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import Actor
from tongban.kernel.access.states import Permission
from tongban.kernel.catalogue import calc, rules
from tongban.kernel.catalogue.models import ItemDraft, ItemVersion, PackDocument, PackLoad, ServiceItem
from tongban.kernel.catalogue.states import OPEN_DRAFTS, DocumentKind, DraftState
from tongban.kernel.places import queries as places


class NoSuchItem(Problem):
    """No item has this code."""

    code = "item.unknown"
    status = 404


@dataclass(frozen=True)
class Published:
    """A version with its definition and the compiled form."""

    version_id: uuid.UUID
    item_id: uuid.UUID
    code: str
    version: int
    definition: calc.Definition
    validator: Any


@dataclass(frozen=True)
class Snapshot:
    """The catalogue of one revision, held in memory: everything a page needs without a query."""

    revision: uuid.UUID | None
    day: date
    items: dict[str, Published]
    documents: dict[str, dict[str, dict[str, Any]]]  # kind → code → data

    @property
    def pack(self) -> dict[str, Any]:
        return self.documents.get(DocumentKind.PACK, {}).get("pack", {})

    @property
    def fact_types(self) -> dict[str, FactType]:
        return {
            name: FactType(data["type"]) for name, data in self.documents.get(DocumentKind.FACT, {}).items()
        }


_lock = threading.Lock()
_held: dict[str, Snapshot] = {}
_compiled: dict[uuid.UUID, Published] = {}


def forget() -> None:
    """Drop what this process holds; the next read compiles anew."""
    with _lock:
        _held.clear()
        _compiled.clear()


def snapshot() -> Snapshot:
    """The catalogue in force today; compares the revision with one small query."""
    revision = PackLoad.objects.order_by("-id").values_list("pk", flat=True).first()
    now = revision, time.today()
    held = _held.get("now")
    if held is None or (held.revision, held.day) != now:
        with _lock:
            held = _held.get("now")
            if held is None or (held.revision, held.day) != now:
                held = _held["now"] = _build(*now)
    return held


def in_force(item: ServiceItem, day: date) -> ItemVersion | None:
    """The version that holds on a day: the scheduled one from its day on, with or without anybody doing something."""
    if item.scheduled is not None and item.scheduled.valid_from <= day:
        return item.scheduled
    return item.current


def _build(revision: uuid.UUID | None, day: date) -> Snapshot:
    documents: dict[str, dict[str, dict[str, Any]]] = {}
    for row in PackDocument.objects.order_by("order"):
        documents.setdefault(row.kind, {})[row.code] = row.data
    facts = {name: FactType(data["type"]) for name, data in documents.get(DocumentKind.FACT, {}).items()}
    items = {}
    for item in ServiceItem.objects.select_related("current", "scheduled").order_by("code"):
        row = in_force(item, day)
        if row is not None:
            items[item.code] = _compile(row, item.code, facts)
    return Snapshot(revision, day, items, documents)


def _compile(row: ItemVersion, code: str, facts: dict[str, FactType]) -> Published:
    held = _compiled.get(row.pk)
    if held is None:
        definition = calc.compile_definition(row.definition, facts)
        held = Published(
            row.pk,
            row.item_id,
            code,
            row.version,
            definition,
            calc.validator_for_form(definition, _place_codes()),
        )
        _compiled[row.pk] = held
    return held


def trial(data: Mapping[str, Any]) -> calc.Definition:
    """A draft's definition as it would be compiled. Raises CriteriaProblem; only for what passed the checks."""
    return calc.compile_definition(data, snapshot().fact_types)


def _place_codes() -> frozenset[str]:
    return frozenset(places.names())


def item(code: str) -> Published:
    """The current version of an item; raises NoSuchItem."""
    found = snapshot().items.get(code)
    if found is None:
        raise no_such_item(code)
    return found


def no_such_item(code: str) -> NoSuchItem:
    """The answer for an item that is not there, or not for this actor."""
    return NoSuchItem(
        sentence_zh="没有找到这个事项。",
        sentence_en=f"There is no item '{code}'.",
        todo_zh="请用搜索查找，或者从目录进入。",
        todo_en="Search for it, or start from the catalogue.",
        about=code,
    )


def version(version_id: uuid.UUID) -> Published:
    """Any published version, as a case keeps it; raises ItemVersion.DoesNotExist."""
    held = _compiled.get(version_id)
    if held is None:
        row = ItemVersion.objects.select_related("item").get(pk=version_id)
        held = _compile(row, row.item.code, snapshot().fact_types)
    return held


@lru_cache(maxsize=2000)
def _criterion(text: str, declared: tuple[tuple[str, FactType], ...]) -> Criterion:
    return parse(text, dict(declared))


def criterion(text: str, definition: calc.Definition) -> Criterion:
    """A rule outside the item's own data (a credential type's) that reads the item's values."""
    return _criterion(text, tuple(definition.data["_fact_types"].items()))


def items() -> list[Published]:
    """The current versions of all items, by code."""
    return list(snapshot().items.values())


def document(kind: str, code: str) -> dict[str, Any]:
    """One document of the pack; raises KeyError."""
    return snapshot().documents[kind][code]


def documents(kind: str) -> dict[str, dict[str, Any]]:
    """All documents of a kind by code, in the pack's order."""
    return snapshot().documents.get(kind, {})


def agency(code: str) -> dict[str, Any]:
    """An agency's document; raises KeyError."""
    return document(DocumentKind.AGENCY, code)


def pack_path():
    """The folder of the pack in use."""
    return settings.PACK


def loads():
    """What was loaded, newest first."""
    return PackLoad.objects.order_by("-id")


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
        found = _compile(row.scheduled, code, snapshot().fact_types)
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
    return calc.Known(
        held.documents.get(DocumentKind.AGENCY, {}),
        frozenset(held.documents.get(DocumentKind.CREDENTIAL, {})),
        held.fact_types,
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


def replace_search_index(rows: list[tuple[str, str, str, str, str]], code: str = "") -> None:
    """Write the search index of one item, or anew, inside the caller's transaction: (item, title, words, body, pinyin)."""
    with connection.cursor() as cursor:
        if code:
            cursor.execute("DELETE FROM catalogue_search WHERE item_code = %s", [code])
        else:
            cursor.execute("DELETE FROM catalogue_search")
        cursor.executemany(
            "INSERT INTO catalogue_search (item_code, title, words, body, pinyin) VALUES (%s, %s, %s, %s, %s)",
            rows,
        )


_FTS = """SELECT item_code, -bm25(catalogue_search, 0, 10.0, 8.0, 1.0, 0) AS score FROM catalogue_search
          WHERE catalogue_search MATCH %s ORDER BY score DESC LIMIT %s"""
_TSVECTOR = """SELECT item_code, ts_rank('{0.05, 0.1, 0.8, 1.0}', vector, query) AS score
               FROM catalogue_search, to_tsquery('simple', %s) query
               WHERE vector @@ query ORDER BY score DESC, item_code LIMIT %s"""


def search(query: str, most: int = 20) -> list[tuple[Published, float]]:
    """Items for a query in people's own words, best first, with their scores; pinyin works too."""
    query = query.strip()[:100]
    if not query:
        return []
    held = snapshot()
    found = _by_pinyin(query, most) if calc.is_pinyin(query) else []
    if not found:
        words = calc.query_words(query, held.pack.get("synonyms", {}))
        found = _by_words(words, most) if words else []
    return [(held.items[code], score) for code, score in found if code in held.items]


def _by_words(words: list[str], most: int) -> list[tuple[str, float]]:
    clean = ["".join(c for c in word if c.isalnum()) for word in words]
    clean = [word for word in clean if word]
    if not clean:
        return []
    if connection.vendor == "sqlite":
        sql, argument = _FTS, " OR ".join(f'"{word}"' for word in clean)
    else:
        sql, argument = _TSVECTOR, " | ".join(f"'{word}'" for word in clean)
    with connection.cursor() as cursor:
        cursor.execute(sql, [argument, most])
        return [(code, float(score)) for code, score in cursor.fetchall()]


def _by_pinyin(query: str, most: int) -> list[tuple[str, float]]:
    needle = "".join(query.lower().split())
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT item_code, pinyin FROM catalogue_search WHERE pinyin LIKE %s ORDER BY item_code LIMIT %s",
            [f"%{needle}%", most],
        )
        rows = cursor.fetchall()
    ranked = [
        (code, 2.0 if any(part.startswith(needle) for part in pinyin.split()) else 1.0)
        for code, pinyin in rows
    ]
    return sorted(ranked, key=lambda row: (-row[1], row[0]))
