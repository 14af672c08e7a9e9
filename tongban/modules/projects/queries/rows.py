"""Projects within the actor's reach: lists, one project with what was written about it, figures."""

import uuid
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import Actor, covers
from tongban.kernel.access.states import Permission
from tongban.kernel.places import queries as places
from tongban.modules.projects import calc, rules
from tongban.modules.projects.models import Project, ProjectEntry, ProjectItem, ProjectMeeting, ProjectStage
from tongban.modules.projects.queries.kinds import kinds, settings
from tongban.modules.projects.states import FOLLOWED, EntryKind, Light, ProjectState, Role

MOST_COUNTED = 1000
CHECK = "check"  # in the place of a light: whose contract is to be checked


class NoSuchProject(Problem):
    """No project that the actor may see, or may change, has this identifier."""

    code = "project.unknown"
    status = 404


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


def by_id(project_id: uuid.UUID) -> Project:
    """A project for the machinery. Raises Project.DoesNotExist."""
    return Project.objects.get(pk=project_id)


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
    elif light == CHECK:
        rows = rows.filter(state=ProjectState.OPEN, check_on__lte=today)
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
        raise no_such_matter()
    return found


def no_such_matter() -> NoSuchProject:
    """The failure for what waits in a project, when it is not there or not for this actor."""
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
        raise no_such_matter()
    return found


def of_firm(actor: Actor, organisation_id: uuid.UUID) -> QuerySet[Project]:
    """The projects of one enterprise that the actor may see, the newest first."""
    return Project.objects.filter(rules.reach(actor), organisation_id=organisation_id).order_by("-id")


def with_subsidy(actor: Actor, organisation_id: uuid.UUID, item: str, most: int = 5) -> list[Project]:
    """The projects of an enterprise for which a subsidy is meant, newest first; those that the actor may see."""
    rows = of_firm(actor, organisation_id).filter(items__role=Role.SUBSIDY, items__item=item)
    return list(rows[:most])
