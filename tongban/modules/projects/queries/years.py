"""The investment of a project by calendar years."""

from django.db.models import Sum
from django.db.models.functions import ExtractYear

from tongban.modules.projects import calc
from tongban.modules.projects.models import Project, ProjectEntry, ProjectYear
from tongban.modules.projects.states import EntryKind


def planned(row: Project) -> dict[int, int]:
    """What is planned for which year, in fen."""
    return dict(ProjectYear.objects.filter(project=row).order_by("year").values_list("year", "planned_fen"))


def years_of(row: Project) -> tuple[calc.Year, ...]:
    """Planned against done, year by year: done is what was noted as invested, by its day. In two queries."""
    rows = ProjectEntry.objects.filter(project=row, kind=EntryKind.MONEY).order_by()
    done = dict(rows.values_list(ExtractYear("day")).annotate(sum=Sum("fen")))
    return calc.by_year(planned(row), done)
