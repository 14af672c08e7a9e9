"""Reads of exports: whose they are, of what, the rows they take, the lines they write, where the parts lie."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import translation

from tongban.foundation.errors import Problem
from tongban.foundation.ids import mask_name
from tongban.foundation.time import SHANGHAI
from tongban.kernel.access.calc import Actor
from tongban.kernel.access.states import Permission
from tongban.kernel.cases import queries as cases
from tongban.kernel.cases.states import OPEN_STATES, STATE_NAMES, CaseState
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.catalogue.states import DocumentKind
from tongban.kernel.parties import queries as parties
from tongban.kernel.places import queries as places
from tongban.kernel.places.calc import codes_on
from tongban.kernel.records.queries import remembering
from tongban.modules.exports import calc
from tongban.modules.exports.models import Export
from tongban.modules.exports.states import CASES, CHUNK, ExportState, Scope

FILTERS = ("scope", "state", "lamp", "item", "agency", "town", "from", "to", "q")
_COLUMNS = (
    "short_no",
    "case_no",
    "item_name",
    "agency",
    "place_path",
    "state",
    "applicant_name",
    "organisation_id",
    "submitted_at",
    "accepted_at",
    "decided_at",
    "due_on",
    "yellow_on",
    "paused",
    "closing_code",
)
_HEADS = (
    ("受理号", "Number"),
    ("办件编号", "Case number"),
    ("事项", "Item"),
    ("机关", "Agency"),
    ("镇街", "Place"),
    ("状态", "State"),
    ("时限", "Limit"),
    ("申请人", "Applicant"),
    ("提交", "Submitted"),
    ("受理", "Accepted"),
    ("决定", "Decided"),
    ("到期", "Due"),
    ("办结代码", "Closing code"),
)
LIGHTS = {
    "red": ("超期", "Overdue"),
    "yellow": ("临期", "Nearly due"),
    "green": ("时限内", "In time"),
    "paused": ("停表", "Stopped"),
    "done": ("已结束", "Ended"),
}


class NoSuchSource(Problem):
    """Nothing of this name can be exported by this actor."""

    code = "export.unknown_source"
    status = 404


class NoSuchExport(Problem):
    """No export of the actor has this identifier, or its file is not there."""

    code = "export.unknown"
    status = 404


def _no_such_export() -> NoSuchExport:
    return NoSuchExport(
        sentence_zh="没有找到这次导出，或者文件已经删除。",
        sentence_en="There is no such export, or its file has been deleted.",
        todo_zh="需要时请重新导出。",
        todo_en="Export again where you need it.",
    )


def mine(actor: Actor) -> QuerySet[Export]:
    """The exports that the actor asked for, newest first. Nobody sees another's."""
    return (
        Export.objects.filter(asked_by=actor.account_id).order_by("-id")
        if actor.account_id
        else Export.objects.none()
    )


def own(actor: Actor, export_id: uuid.UUID, *, lock: bool = False) -> Export:
    """One of the actor's exports; raises NoSuchExport."""
    rows = mine(actor).filter(pk=export_id)
    found = (rows.select_for_update() if lock else rows).first()
    if found is None:
        raise _no_such_export()
    return found


def export(export_id: uuid.UUID, *, lock: bool = False) -> Export:
    """One export for the machinery; raises Export.DoesNotExist."""
    rows = Export.objects.select_for_update() if lock else Export.objects
    return rows.get(pk=export_id)


def running(actor: Actor) -> int:
    """How many of the actor's exports are being written."""
    return mine(actor).filter(state=ExportState.RUNNING).count()


def expired(day: date) -> list[Export]:
    """Exports whose file is to be gone by a day; what a stopped one had written goes at once."""
    over = Q(state=ExportState.READY, delete_on__lte=day) | Q(state=ExportState.STOPPED)
    return list(Export.objects.filter(over).order_by("id"))


def _cases(actor: Actor, chosen: Mapping[str, str], today: date) -> QuerySet:
    """The cases that an actor may see and that were chosen; an unknown value of a filter is no filter."""
    rows = cases.desk(actor)
    if chosen.get("q"):
        rows = cases.find(actor, chosen["q"])
    elif chosen.get("scope") == Scope.QUEUE:
        rows = rows.filter(pk__in=cases.queue(actor).order_by().values("pk"))
    if chosen.get("item"):
        rows = rows.filter(item_code=chosen["item"])
    if chosen.get("agency"):
        rows = rows.filter(agency=chosen["agency"])
    if chosen.get("state") in STATE_NAMES:
        rows = rows.filter(state=chosen["state"])
    town = places.by_code(chosen["town"]) if chosen.get("town") else None
    if town is not None:
        rows = rows.filter(place_path__startswith=town.path)
    rows = _by_lamp(rows, chosen.get("lamp", ""), today)
    return _by_day(rows, _day(chosen.get("from", "")), _day(chosen.get("to", "")))


def _by_lamp(rows: QuerySet, lamp: str, today: date) -> QuerySet:
    if lamp == "done":
        return rows.exclude(state__in=OPEN_STATES)
    return cases.lamp(rows, lamp, today) if lamp in LIGHTS else rows


def _by_day(rows: QuerySet, first: date | None, last: date | None) -> QuerySet:
    """Handed in from `first` to `last`, both included."""
    if first:
        rows = rows.filter(submitted_at__gte=datetime.combine(first, clock_time.min, SHANGHAI))
    if last:
        end = datetime.combine(last + timedelta(days=1), clock_time.min, SHANGHAI)
        rows = rows.filter(submitted_at__lt=end)
    return rows


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


_SOURCES: dict[str, calc.Source] = {}


def register(source: calc.Source) -> None:
    """Let something be exported; done once, when the product starts."""
    _SOURCES[source.code] = source


def source_for(actor: Actor, code: str) -> calc.Source:
    """What the actor may export under this name; raises NoSuchSource."""
    found = _SOURCES.get(code)
    if found is None or not any(actor.can(Permission(one)) for one in found.permissions):
        raise NoSuchSource(
            sentence_zh="没有这一类可以导出的数据。",
            sentence_en="There is nothing of this kind to export.",
            todo_zh="请从列表或者工作台点“导出”。",
            todo_en="Choose “Export” on a list or in the workspace.",
        )
    return found


def source_of(row: Export) -> calc.Source:
    """What an export was asked of."""
    return _SOURCES[row.source]


def selection(actor: Actor, chosen: Mapping[str, str], today: date, source: str = CASES) -> QuerySet:
    """The rows of a source that an actor may see and that were chosen. Raises NoSuchSource."""
    return source_for(actor, source).select(actor, chosen, today)


def asker(row: Export, today: date) -> Actor | None:
    """Who asked, with the grants they hold today; None when the account is closed or no officer's any more."""
    account = parties.account(row.asked_by)
    actor = parties.actor_for(account, today) if account else None
    return actor if actor is not None and actor.is_staff else None


def chunk(row: Export, actor: Actor) -> list[tuple[Any, ...]]:
    """The next rows of an export, in the order of their identifiers."""
    source = _SOURCES[row.source]
    rows = source.select(actor, row.chosen, row.as_of)
    if row.last_id is not None:
        rows = rows.filter(pk__gt=row.last_id)
    # As objects and not as values: what is encrypted opens only as an attribute.
    held = rows.select_related(None).only("pk", *source.columns).order_by("pk")[:CHUNK]
    return [(one.pk, *(getattr(one, name) for name in source.columns)) for one in held]


def table(row: Export, found: list[tuple[Any, ...]]) -> str:
    """These rows as lines of the file; the first part begins with mark and heads."""
    source = _SOURCES[row.source]
    english = row.language == "en"
    sheet = calc.Sheet(row.as_of, english, whole=bool(row.purpose))
    rows = [dict(zip(("pk", *source.columns), one, strict=True)) for one in found]
    # Nobody's request is under way here: what the lines say is in the language of who asked.
    with translation.override(row.language), remembering():
        lines = calc.lines(source.lines(rows, sheet))
    head = "" if row.parts else calc.BOM + calc.lines([[pair[english] for pair in source.heads]])
    return head + lines


def _case_lines(rows: Sequence[Mapping[str, Any]], sheet: calc.Sheet) -> Iterator[list[Any]]:
    held = catalogue.snapshot().documents.get(DocumentKind.AGENCY, {})
    names = {code: data["name"]["en" if sheet.english else "zh"] for code, data in held.items()}
    towns = places.names()
    return (_line(one, sheet, names, towns) for one in rows)


def _line(
    case: Mapping[str, Any],
    sheet: calc.Sheet,
    agencies: Mapping[str, str],
    towns: Mapping[str, tuple[str, str]],
) -> list[Any]:
    english = sheet.english
    code = codes_on(case["place_path"])[-1]
    whole = case["organisation_id"] is not None or sheet.whole
    return [
        case["short_no"],
        case["case_no"],
        case["item_name"],
        agencies.get(case["agency"], case["agency"]),
        towns[code][english] if code in towns else code,
        STATE_NAMES[CaseState(case["state"])][english],
        LIGHTS[_light(case, sheet.as_of)][english],
        case["applicant_name"] if whole else mask_name(case["applicant_name"]),
        case["submitted_at"],
        case["accepted_at"],
        case["decided_at"],
        case["due_on"],
        case["closing_code"],
    ]


def _light(case: Mapping[str, Any], today: date) -> str:
    if case["state"] not in OPEN_STATES:
        return "done"
    if case["paused"]:
        return "paused"
    if case["due_on"] is None or today < (case["yellow_on"] or case["due_on"]):
        return "green"
    return "yellow" if today <= case["due_on"] else "red"


def folder(export_id: uuid.UUID) -> Path:
    """Where the parts of an export lie."""
    return settings.FILES / "exports" / str(export_id)


def part(export_id: uuid.UUID, number: int) -> Path:
    """Where one part lies."""
    return folder(export_id) / f"{number:05}.csv"


def content(row: Export) -> Iterator[bytes]:
    """The finished file, part by part; raises NoSuchExport when it is not there."""
    paths = [part(row.pk, number) for number in range(row.parts)]
    if row.state != ExportState.READY or not all(path.exists() for path in paths):
        raise _no_such_export()
    return (path.read_bytes() for path in paths)


register(
    calc.Source(
        CASES,
        ("办件", "Cases"),
        "cases",
        (Permission.CASE_VIEW,),
        FILTERS,
        _HEADS,
        _COLUMNS,
        _cases,
        _case_lines,
    )
)
