"""Reads of the catalogue. Published versions never change, so each process keeps them compiled."""

import threading
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

from tongban.foundation import time
from tongban.foundation.criteria import Criterion, FactType, parse
from tongban.foundation.errors import Problem
from tongban.kernel.catalogue import calc
from tongban.kernel.catalogue.models import ItemVersion, PackDocument, PackLoad, ServiceItem
from tongban.kernel.catalogue.states import DocumentKind
from tongban.kernel.deadlines.calc import Limit
from tongban.kernel.deadlines.states import Unit
from tongban.kernel.places import queries as places
from tongban.kernel.records import queries as records
from tongban.kernel.records.queries import Kept, once

_PACK = "the newest load of the pack"
_REVISION: Kept[tuple[uuid.UUID]] = Kept(lambda: PackLoad.objects.order_by("-id").values_list("pk")[:1])


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
    # Made from policies: people find them among the policies, so no directory and no list of all items holds them.
    derived: Mapping[str, Published]

    @property
    def pack(self) -> dict[str, Any]:
        return self.documents.get(DocumentKind.PACK, {}).get("pack", {})

    @property
    def fact_types(self) -> dict[str, FactType]:
        return _fact_types(self.documents)


_lock = threading.Lock()
_held: dict[str, Snapshot] = {}
_source: dict[str, tuple[Any, ...]] = {}
_compiled: dict[uuid.UUID, Published] = {}


def forget() -> None:
    """Drop what this process holds; the next read compiles anew."""
    records.forget(_PACK)
    with _lock:
        for held in (_held, _source, _compiled):
            held.clear()


def snapshot() -> Snapshot:
    """The catalogue in force today; compares the revision with one small query."""
    now = next(iter(once(_PACK, _REVISION.first) or ()), None), time.today()
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
    """A revision on a day. Only which version is in force depends on the day: the rest is read once."""
    held = _source.get("now")
    if held is None or held[0] != revision or revision is None:
        held = _source["now"] = _read(revision)
    _revision, documents, facts, rows = held
    items: dict[str, Published] = {}
    derived: dict[str, ItemVersion] = {}
    for item in rows:
        row = in_force(item, day)
        if row is not None and "subsidy" in row.definition:
            derived[item.code] = row
        elif row is not None:
            items[item.code] = compiled(row, item.code, facts)
    return Snapshot(revision, day, items, documents, _Derived(derived, facts))


class _Derived(Mapping[str, Published]):
    """Items made from policies, compiled when somebody asks for one: most processes need few of them."""

    def __init__(self, rows: Mapping[str, ItemVersion], facts: dict[str, FactType]) -> None:
        self._rows, self._facts = rows, facts

    def __getitem__(self, code: str) -> Published:
        return compiled(self._rows[code], code, self._facts)

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)


def _fact_types(documents: Mapping[str, Mapping[str, Any]]) -> dict[str, FactType]:
    return {name: FactType(data["type"]) for name, data in documents.get(DocumentKind.FACT, {}).items()}


def _read(revision: uuid.UUID | None) -> tuple[Any, ...]:
    """What the tables hold of one revision: itself, documents, types of facts, items."""
    documents: dict[str, dict[str, dict[str, Any]]] = {}
    for row in PackDocument.objects.order_by("order"):
        documents.setdefault(row.kind, {})[row.code] = row.data
    facts = _fact_types(documents)
    items = list(ServiceItem.objects.select_related("current", "scheduled").order_by("code"))
    return revision, documents, facts, items


def compiled(row: ItemVersion, code: str, facts: dict[str, FactType]) -> Published:
    """A version with its compiled definition and the validator of its form; each is compiled once."""
    held = _compiled.get(row.pk)
    if held is None:
        definition = replace(calc.compile_definition(row.definition, facts), promise_of=_promise_of)
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


def _promise_of(code: str, values: Mapping[str, Any]) -> Limit:
    """What an item promises today for these values; nothing for one that is no longer there."""
    found = snapshot().items.get(code)
    return found.definition.promised(values) if found else Limit(0, Unit.INSTANT)


def trial(data: Mapping[str, Any]) -> calc.Definition:
    """A draft's definition as it would be compiled. Raises CriteriaProblem; only for what passed the checks."""
    return replace(calc.compile_definition(data, snapshot().fact_types), promise_of=_promise_of)


def _place_codes() -> frozenset[str]:
    return frozenset(places.names())


def item(code: str) -> Published:
    """The current version of an item; raises NoSuchItem."""
    held = snapshot()
    found = held.items.get(code) or held.derived.get(code)
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
        held = compiled(row, row.item.code, snapshot().fact_types)
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


def derived() -> list[Published]:
    """The current versions of the items made from policies, by code; `items` leaves them out."""
    return list(snapshot().derived.values())


def document(kind: str, code: str) -> dict[str, Any]:
    """One document of the pack; raises KeyError."""
    return snapshot().documents[kind][code]


def documents(kind: str) -> dict[str, dict[str, Any]]:
    """All documents of a kind by code, in the pack's order."""
    return snapshot().documents.get(kind, {})


def fresh_days() -> dict[str, int]:
    """After how many days each fact counts as stale, where the pack says so.

    From what this process holds, without asking for the revision: half of all pages need it, and days are patient.
    """
    held = _held.get("now") or snapshot()
    facts = held.documents.get(DocumentKind.FACT, {})
    return {name: data["fresh_days"] for name, data in facts.items() if "fresh_days" in data}


def kept_days(kind: str) -> int | None:
    """After how many days records of a kind that no law keeps are deleted; None where the pack does not say."""
    lines = snapshot().pack.get("data_use", {}).get("retention", [])
    return next((one["days"] for one in lines if one["kind"] == kind), None)


def agency(code: str) -> dict[str, Any]:
    """An agency's document; raises KeyError."""
    return document(DocumentKind.AGENCY, code)


def body_of(place: str) -> str:
    """The code of the village's or community's own body at a place; empty where it has none here."""
    bodies = documents(DocumentKind.AGENCY).values()
    return next((one["code"] for one in bodies if one["level"] == "village" and one["place"] == place), "")


def loads():
    """What was loaded, newest first."""
    return PackLoad.objects.order_by("-id")
