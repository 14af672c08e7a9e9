"""The cases of projects: how their permits and subsidies stand, and what was handed in for them."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from typing import Any

from django.db.models import Case, QuerySet, Value, When

from tongban.foundation.readers import reading_everything
from tongban.foundation.time import SHANGHAI
from tongban.kernel.cases import queries as cases
from tongban.kernel.cases.states import CaseState
from tongban.modules.projects import calc
from tongban.modules.projects.models import Project, ProjectItem
from tongban.modules.projects.states import ProjectState

FRESH = timedelta(days=3)  # a day that no worker ran is made up for
GRANTED = (CaseState.GRANTED, CaseState.DELIVERED, CaseState.CLOSED)


@dataclass(frozen=True)
class Progress:
    """How an item of a project stands: its case where there is one, and whether it was granted."""

    item: ProjectItem
    case: Any
    granted: bool


@reading_everything()  # of the cases that were linked to a project: how they stand
def progress(rows: Sequence[ProjectItem]) -> list[Progress]:
    """The items with their cases, in one query for all of them.

    An application that was begun for a project counts from the moment it is handed in, before it is linked.
    """
    named = {one.pk: one.case_id or one.draft_id for one in rows}
    wanted = [pk for pk in named.values() if pk]
    found = {one.pk: one for one in cases.all_submitted().filter(pk__in=wanted)} if wanted else {}
    return [Progress(one, found.get(named[one.pk]), _granted(found.get(named[one.pk]))) for one in rows]


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


def waiting_items(case: Any) -> QuerySet[ProjectItem]:
    """Items of open projects for which a case may be: that for which it was begun, then those of its enterprise that have
    none, the oldest project first.
    """
    return (
        ProjectItem.objects.filter(
            project__organisation_id=case.organisation_id,
            project__state=ProjectState.OPEN,
            item=case.item_code,
            case_id__isnull=True,
        )
        .alias(other=Case(When(draft_id=case.pk, then=Value(0)), default=Value(1)))
        .order_by("other", "project_id", "id")
    )


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
