"""Reads of the catalogue. Published versions never change, so each process keeps them compiled."""

import threading
import uuid
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import connection

from tongban.foundation.criteria import Criterion, FactType, parse
from tongban.foundation.errors import Problem
from tongban.kernel.catalogue import calc
from tongban.kernel.catalogue.models import ItemVersion, PackDocument, PackLoad, ServiceItem
from tongban.kernel.catalogue.states import DocumentKind
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
    """The catalogue in force; compares the revision with one small query."""
    revision = PackLoad.objects.order_by("-id").values_list("pk", flat=True).first()
    held = _held.get("now")
    if held is None or held.revision != revision:
        with _lock:
            held = _held.get("now")
            if held is None or held.revision != revision:
                held = _held["now"] = _build(revision)
    return held


def _build(revision: uuid.UUID | None) -> Snapshot:
    documents: dict[str, dict[str, dict[str, Any]]] = {}
    for row in PackDocument.objects.order_by("order"):
        documents.setdefault(row.kind, {})[row.code] = row.data
    facts = {name: FactType(data["type"]) for name, data in documents.get(DocumentKind.FACT, {}).items()}
    items = {}
    for item in ServiceItem.objects.filter(current__isnull=False).select_related("current").order_by("code"):
        items[item.code] = _compile(item.current, item.code, facts)
    return Snapshot(revision, items, documents)


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


def _place_codes() -> frozenset[str]:
    return frozenset(places.names())


def item(code: str) -> Published:
    """The current version of an item; raises NoSuchItem."""
    found = snapshot().items.get(code)
    if found is None:
        raise NoSuchItem(
            sentence_zh="没有找到这个事项。",
            sentence_en=f"There is no item '{code}'.",
            todo_zh="请用搜索查找，或者从目录进入。",
            todo_en="Search for it, or start from the catalogue.",
            about=code,
        )
    return found


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


def replace_search_index(rows: list[tuple[str, str, str, str, str]]) -> None:
    """Write the search index anew inside the caller's transaction: (item, title, words, body, pinyin)."""
    with connection.cursor() as cursor:
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
