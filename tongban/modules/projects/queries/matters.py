"""What waits for an office in a project: issues, decisions of meetings, needs; and what a day makes due."""

import uuid
from datetime import date

from django.db.models import QuerySet

from tongban.kernel.access.calc import Actor
from tongban.modules.projects import rules
from tongban.modules.projects.models import Project, ProjectEntry
from tongban.modules.projects.queries.cases import FRESH
from tongban.modules.projects.queries.rows import by_light, no_such_matter
from tongban.modules.projects.states import FOLLOWED, Light, ProjectState


def matters(actor: Actor, verb: str = "view") -> QuerySet[ProjectEntry]:
    """What waits for an office within the actor's reach, in projects under way, the first due first."""
    rows = ProjectEntry.objects.filter(
        rules.matters(actor, verb),
        kind__in=FOLLOWED,
        settled_on__isnull=True,
        project__state=ProjectState.OPEN,
    )
    return rows.select_related("project").order_by("due_on", "id")


def matters_found(rows: QuerySet[ProjectEntry], asked: dict[str, str], today: date) -> QuerySet[ProjectEntry]:
    """Those of an office or a kind, or past their day; an unknown value is no filter."""
    if asked.get("office"):
        rows = rows.filter(office=asked["office"])
    if asked.get("kind") in set(FOLLOWED):
        rows = rows.filter(kind=asked["kind"])
    return rows.filter(due_on__lt=today) if asked.get("light") == "red" else rows


def offices_asked(actor: Actor) -> list[str]:
    """The offices for which something waits within the actor's reach, in one query."""
    return sorted(matters(actor).order_by().values_list("office", flat=True).distinct())


def matter_for(actor: Actor, project_id: uuid.UUID, entry_id: uuid.UUID) -> ProjectEntry:
    """A matter of the project, settled or not, that the actor may settle; raises NoSuchProject."""
    rows = ProjectEntry.objects.filter(
        rules.matters(actor, "settle"), project=project_id, pk=entry_id, kind__in=FOLLOWED
    )
    found = rows.first()
    if found is None:
        raise no_such_matter()
    return found


def settled_by(actor: Actor, project: Project) -> set[uuid.UUID]:
    """What of a project the actor may settle; for offering only."""
    return set(matters(actor, "settle").filter(project=project).values_list("pk", flat=True))


def overdue_since(day: date) -> list[ProjectEntry]:
    """What passed its day lately and is not settled, of projects under way."""
    rows = ProjectEntry.objects.filter(
        due_on__lt=day, due_on__gte=day - FRESH, settled_on__isnull=True, project__state=ProjectState.OPEN
    )
    return list(rows.select_related("project").order_by("id"))


def dimmed_since(day: date) -> list[tuple[Project, Light]]:
    """Projects whose light changed lately because they do not move, with what it is now."""
    found: list[tuple[Project, Light]] = []
    for light in (Light.YELLOW, Light.RED, Light.OUT):
        fresh = by_light(light, day) & ~by_light(light, day - FRESH)
        found += [(row, light) for row in Project.objects.filter(fresh).order_by("id")]
    return found


def to_check_since(day: date) -> list[Project]:
    """Projects under way whose yearly check came due lately."""
    rows = Project.objects.filter(state=ProjectState.OPEN, check_on__lte=day, check_on__gt=day - FRESH)
    return list(rows.order_by("id"))
