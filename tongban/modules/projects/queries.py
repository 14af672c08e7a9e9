"""Reads of projects: the kinds in force, lists, one project with everything about it, figures."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from tongban.foundation.criteria import FactType
from tongban.foundation.errors import Problem
from tongban.foundation.readers import reading_everything
from tongban.foundation.time import SHANGHAI
from tongban.kernel.access.calc import Actor, covers
from tongban.kernel.access.states import Permission
from tongban.kernel.bundles.calc import ordinary
from tongban.kernel.cases import queries as cases
from tongban.kernel.cases.states import CaseState
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.catalogue.states import DocumentKind
from tongban.kernel.deadlines.states import Unit
from tongban.kernel.parties import queries as parties
from tongban.kernel.places import queries as places
from tongban.kernel.records.queries import once
from tongban.modules.projects import calc, rules
from tongban.modules.projects.models import Project, ProjectEntry, ProjectItem, ProjectMeeting, ProjectStage
from tongban.modules.projects.states import FOLLOWED, EntryKind, Light, ProjectState, Role

MOST_COUNTED = 1000
FRESH = timedelta(days=3)  # a day that no worker ran is made up for
GRANTED = (CaseState.GRANTED, CaseState.DELIVERED, CaseState.CLOSED)
_KINDS = "projects.kinds"
_held: dict[str, Any] = {}


class NoSuchProject(Problem):
    """No project that the actor may see, or may change, has this identifier."""

    code = "project.unknown"
    status = 404


class NoSuchKind(Problem):
    """The pack has no kind of project of this name."""

    code = "project.unknown_kind"
    status = 404


def _kinds() -> tuple[dict[str, calc.Kind], calc.Settings | None]:
    return once(_KINDS, _read_kinds)


def _read_kinds() -> tuple[dict[str, calc.Kind], calc.Settings | None]:
    """The pack's kinds and settings, read once for each revision of the catalogue."""
    held = catalogue.snapshot()
    if _held.get("of") is not held:
        data = held.documents.get(DocumentKind.PACK, {}).get("projects")
        facts = {
            name: FactType(fact["type"]) for name, fact in held.documents.get(DocumentKind.FACT, {}).items()
        }
        kinds = {one["code"]: calc.read_kind(one, facts) for one in data["kinds"]} if data else {}
        settings = calc.read_settings(data["settings"]) if data else None
        _held.update(of=held, kinds=kinds, settings=settings)
    return _held["kinds"], _held["settings"]


def kinds() -> dict[str, calc.Kind]:
    """The kinds of projects by code, in the pack's order of names."""
    return _kinds()[0]


def kind(code: str) -> calc.Kind:
    """One kind; raises NoSuchKind."""
    found = kinds().get(code)
    if found is None:
        raise NoSuchKind(
            sentence_zh="没有这一类投资项目。",
            sentence_en="There is no such kind of project.",
            todo_zh="请从项目类型中选择一种。",
            todo_en="Choose one of the kinds.",
            about=code[:60],
        )
    return found


def settings() -> calc.Settings:
    """Months of the lights and of the contract check."""
    found = _kinds()[1]
    return found if found is not None else calc.Settings(2, 3, 6, 12, {})


def days_of(item: str) -> int:
    """How many natural days an item takes in the usual situation by its promise; at least one."""
    published = catalogue.snapshot().items.get(item)
    if published is None:
        return 1
    definition = published.definition
    limit = definition.promised(definition.values({}, ordinary(definition), {}))
    # Five working days are a week; the calendar would say more exactly, but nobody knows yet when it will begin.
    days = -(-limit.value * 7 // 5) if limit.unit == Unit.WORKDAYS else limit.value
    return max(1, days)


def diagnosis(
    code: str, answers: Mapping[str, Any], organisation_id: uuid.UUID, today: date
) -> calc.Diagnosis:
    """What a project of an enterprise would need, by its answers and by what is known of it."""
    known = parties.profile(None, organisation_id, today)
    facts = {name: fact.value for name, fact in known.facts.items()}
    return calc.diagnose(kind(code), answers, facts)


def may_open(actor: Actor, firm: uuid.UUID, place_path: str, agency: str, code: str) -> bool:
    """Whether an officer's grants reach a project of that place, lead office and kind, and nothing keeps them from the firm."""
    return firm not in actor.recused and any(
        Permission.PROJECT_MANAGE in grant.permissions
        and covers(grant, agency=agency, place_path=place_path, item=code)
        for grant in actor.grants
    )


def projects(actor: Actor, verb: str = "view") -> QuerySet[Project]:
    """The projects that the actor may see, those that have not moved for longest first."""
    return Project.objects.filter(rules.reach(actor, verb)).order_by("moved_on", "id")


def project(actor: Actor, project_id: uuid.UUID, verb: str = "view", *, lock: bool = False) -> Project:
    """One project that the actor may `verb`; raises NoSuchProject."""
    rows = Project.objects.filter(rules.reach(actor, verb), pk=project_id)
    found = (rows.select_for_update() if lock else rows).first()
    if found is None:
        raise NoSuchProject(
            sentence_zh="没有找到这个项目。",
            sentence_en="There is no such project.",
            todo_zh="请从项目列表进入。",
            todo_en="Open it from the list of projects.",
        )
    return found


def may(actor: Actor, row: Project, verb: str) -> bool:
    """Whether the actor may do this to a project; for offering only."""
    return Project.objects.filter(rules.reach(actor, verb), pk=row.pk).exists()


def narrowed(
    rows: QuerySet[Project], today: date, *, light: str = "", kind: str = "", town: str = "", words: str = ""
) -> QuerySet[Project]:
    """The projects that are left; an unknown value is no filter."""
    if kind in kinds():
        rows = rows.filter(kind=kind)
    place = places.by_code(town) if town else None
    if place is not None:
        rows = rows.filter(place_path__within=place.path)
    if light in set(Light):
        rows = rows.filter(by_light(Light(light), today))
    elif light in set(ProjectState):
        rows = rows.filter(state=light)
    if words := words.replace("\x00", "").strip()[:60]:
        rows = rows.filter(Q(name__contains=words) | Q(organisation_name__contains=words) | Q(number=words))
    return rows


def by_light(light: Light, today: date) -> Q:
    """Open projects of a light, as the database finds them: the same rule as `calc.light_of`."""
    held = settings()
    out, red, yellow = (calc.months_before(today, one) for one in (held.out, held.red, held.yellow))
    spans = {
        Light.OUT: Q(moved_on__lt=out),
        Light.RED: Q(moved_on__gte=out, moved_on__lte=red),
        Light.YELLOW: Q(moved_on__gte=out, moved_on__gt=red, moved_on__lte=yellow),
        Light.GREEN: Q(moved_on__gt=yellow),
    }
    return Q(state=ProjectState.OPEN) & spans[light]


def count(rows: QuerySet[Any]) -> int:
    """How many there are, up to one more than is shown."""
    return rows.order_by()[: MOST_COUNTED + 1].count()


def by_stage(rows: QuerySet[Project]) -> dict[tuple[str, str], int]:
    """How many open projects stand at each stage of each kind, in one query."""
    found = (
        rows.filter(state=ProjectState.OPEN).order_by().values_list("kind", "stage").annotate(n=Count("pk"))
    )
    return {(kind, stage): n for kind, stage, n in found}


def by_town(rows: QuerySet[Project]) -> dict[str, int]:
    """How many of these projects lie in each place, by its path, in one query."""
    return dict(rows.order_by().values_list("place_path").annotate(n=Count("pk")))


def money(rows: QuerySet[Project]) -> tuple[int, int]:
    """Promised and invested by the open projects together, in fen."""
    found = (
        rows.filter(state=ProjectState.OPEN).order_by().aggregate(p=Sum("promised_fen"), d=Sum("done_fen"))
    )
    return found["p"] or 0, found["d"] or 0


def stages_of(row: Project) -> list[ProjectStage]:
    """Its stages in their order."""
    return list(ProjectStage.objects.filter(project=row).order_by("order"))


def items_of(row: Project, role: Role) -> list[ProjectItem]:
    """Its permits or its subsidies."""
    return list(ProjectItem.objects.filter(project=row, role=role).order_by("id"))


def entries_of(row: Project, *kinds: EntryKind) -> list[ProjectEntry]:
    """What was written down about it, the newest first; the oldest of more than 200 are left out."""
    rows = ProjectEntry.objects.filter(project=row)
    if kinds:
        rows = rows.filter(kind__in=kinds)
    return list(rows.order_by("-day", "-id")[:200])


def meetings_of(row: Project) -> list[ProjectMeeting]:
    """The meetings about it, the newest first; the oldest of more than 50 are left out."""
    return list(ProjectMeeting.objects.filter(project=row).order_by("-day", "-id")[:50])


def issue_of(row: Project, entry_id: uuid.UUID) -> ProjectEntry:
    """One of its blocking issues; raises NoSuchProject."""
    found = entry_of(row, entry_id)
    if found.kind != EntryKind.ISSUE:
        raise _no_such_matter()
    return found


def _no_such_matter() -> NoSuchProject:
    return NoSuchProject(
        sentence_zh="没有找到这一事项。",
        sentence_en="There is no such matter.",
        todo_zh="请从项目页面办理。",
        todo_en="Settle it from the project's page.",
    )


def entry_of(row: Project, entry_id: uuid.UUID, *, lock: bool = False) -> ProjectEntry:
    """One thing that waits for an office; raises NoSuchProject."""
    rows = ProjectEntry.objects.filter(project=row, pk=entry_id, kind__in=FOLLOWED)
    found = (rows.select_for_update() if lock else rows).first()
    if found is None:
        raise _no_such_matter()
    return found


@dataclass(frozen=True)
class Progress:
    """How an item of a project stands: its case where there is one, and whether it was granted."""

    item: ProjectItem
    case: Any
    granted: bool


@reading_everything()  # of the cases that were linked to a project: how they stand
def progress(rows: Sequence[ProjectItem]) -> list[Progress]:
    """The items with their cases, in one query for all of them."""
    wanted = [one.case_id for one in rows if one.case_id]
    found = {one.pk: one for one in cases.all_submitted().filter(pk__in=wanted)} if wanted else {}
    return [Progress(one, found.get(one.case_id), _granted(found.get(one.case_id))) for one in rows]


def _granted(case: Any) -> bool:
    # Closing code 1 is a refusal of what was asked for; the other endings of these states are grants.
    return case is not None and case.state in GRANTED and case.closing_code != "1"


def way(rows: Sequence[Progress]) -> calc.Way:
    """The critical way through the permits that are left."""
    permits = {one.item.permit: one for one in rows}
    return calc.critical_way(
        {id: one.item.days for id, one in permits.items()},
        {id: one.item.after for id, one in permits.items()},
        frozenset(id for id, one in permits.items() if one.granted),
    )


def waiting_items(organisation_id: uuid.UUID, item: str) -> QuerySet[ProjectItem]:
    """Items of open projects of an enterprise that have no case yet, the oldest project first."""
    return ProjectItem.objects.filter(
        project__organisation_id=organisation_id,
        project__state=ProjectState.OPEN,
        item=item,
        case_id__isnull=True,
    ).order_by("project_id", "id")


def of_case(case_id: uuid.UUID) -> ProjectItem | None:
    """The item of a project for which a case was linked."""
    return ProjectItem.objects.select_related("project").filter(case_id=case_id).first()


def fresh_cases(day: date) -> list[Any]:
    """Cases of items that open projects of their enterprises wait for, handed in during the last days, the oldest first."""
    waiting = ProjectItem.objects.filter(project__state=ProjectState.OPEN, case_id__isnull=True)
    begin = datetime.combine(day - FRESH, clock_time.min, SHANGHAI)
    rows = cases.all_submitted().filter(
        submitted_at__gte=begin,
        item_code__in=waiting.order_by().values("item"),
        organisation_id__in=waiting.order_by().values("project__organisation_id"),
    )
    known = set(
        ProjectItem.objects.filter(case_id__in=rows.order_by().values("pk")).values_list("case_id", flat=True)
    )
    return [case for case in rows.order_by("submitted_at", "pk") if case.pk not in known]


def fresh_decisions(day: date) -> list[tuple[uuid.UUID, date]]:
    """Open projects and the days of the last days on which a case of theirs was decided."""
    begin = datetime.combine(day - FRESH, clock_time.min, SHANGHAI)
    linked = dict(
        ProjectItem.objects.filter(project__state=ProjectState.OPEN, case_id__isnull=False).values_list(
            "case_id", "project_id"
        )
    )
    decided = cases.all_submitted().filter(decided_at__gte=begin, organisation_id__isnull=False)
    found = decided.order_by("pk").values_list("pk", "decided_at")
    return [(linked[pk], at.astimezone(SHANGHAI).date()) for pk, at in found if pk in linked]


@reading_everything()  # of the firm's cases: a number for each item that waits
def candidates(row: Project) -> dict[str, str]:
    """The newest case of the enterprise that could be linked, by item: number only."""
    wanted = ProjectItem.objects.filter(project=row, case_id__isnull=True).values_list("item", flat=True)
    rows = cases.all_submitted().filter(
        organisation_id=row.organisation_id, item_code__in=list(wanted), submitted_at__gte=row.opened_at
    )
    found = dict(rows.order_by("submitted_at", "pk").values_list("item_code", "short_no"))
    taken = set(
        ProjectItem.objects.filter(short_no__in=list(found.values())).values_list("short_no", flat=True)
    )
    return {item: number for item, number in found.items() if number not in taken}


def case_named(number: str, organisation_id: uuid.UUID) -> Any:
    """The submitted case of an enterprise with this number, or None."""
    if "\x00" in number:
        return None
    return (
        cases.all_submitted().filter(short_no__iexact=number.strip(), organisation_id=organisation_id).first()
    )


def of_firm(actor: Actor, organisation_id: uuid.UUID) -> QuerySet[Project]:
    """The projects of one enterprise that the actor may see, the newest first."""
    return Project.objects.filter(rules.reach(actor), organisation_id=organisation_id).order_by("-id")


def with_subsidy(actor: Actor, organisation_id: uuid.UUID, item: str, most: int = 5) -> list[Project]:
    """The projects of an enterprise for which a subsidy is meant, newest first; those that the actor may see."""
    rows = of_firm(actor, organisation_id).filter(items__role=Role.SUBSIDY, items__item=item)
    return list(rows[:most])


def overdue(rows: QuerySet[Project], today: date) -> int:
    """How many issues, decisions and needs of these projects are past their day."""
    open_entries = ProjectEntry.objects.filter(
        project__in=rows.order_by().values("pk"), settled_on__isnull=True, due_on__lt=today
    )
    return count(open_entries)


def to_check(day: date) -> QuerySet[Project]:
    """Open projects whose contract is to be checked by a day."""
    return Project.objects.filter(state=ProjectState.OPEN, check_on__lte=day).order_by("id")


def office_of(place: str) -> str:
    """The body of government of a place, by the pack; empty where it names none."""
    agencies = catalogue.snapshot().documents.get(DocumentKind.AGENCY, {})
    return next(
        (code for code, one in agencies.items() if one["place"] == place and one["level"] != "city"), ""
    )
