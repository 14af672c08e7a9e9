"""How a promised investment is spread over the years."""

import uuid
from collections.abc import Mapping

from tongban.foundation import time
from tongban.kernel.access.calc import Actor
from tongban.kernel.events import actions as events
from tongban.kernel.records.actions import action
from tongban.modules.projects import queries, states
from tongban.modules.projects.actions.writing import bad, still_open
from tongban.modules.projects.models import Project, ProjectYear

MOST_YEARS = 20  # ahead


@action
def plan_years(*, project_id: uuid.UUID, years: Mapping[int, int | None], by: Actor) -> Project:
    """Plan how much is invested in which calendar year, in fen, from this year on: 0 takes a plan away, years that are not
    named keep theirs. What was planned for years that are over stands. All plans together stay within the promise.

    Raises NoSuchProject, NotPossible, BadEntry.
    """
    row, now = still_open(project_id, by), time.today().year
    if not years or not all(now <= year <= now + MOST_YEARS for year in years):
        raise bad(
            "只能计划今年和以后的年度。",
            "Only this year and later ones can be planned.",
            "已经过去的年度，计划不再改变。",
            "The plan of a year that is over stands.",
        )
    if any(fen is None or fen < 0 for fen in years.values()):
        raise bad("金额不对。", "The sum is not possible.", "请填写不小于 0 的金额。", "Write 0 or more.")
    before = queries.planned(row)
    after = {year: fen for year, fen in {**before, **years}.items() if fen}
    if sum(after.values()) > row.promised_fen:
        raise bad(
            "各年度合计超过计划总投资。",
            "The years together exceed the promised investment.",
            "请减少一些年度的金额。",
            "Plan less for some of the years.",
        )
    ProjectYear.objects.filter(project=row, year__in=years).delete()
    ProjectYear.objects.bulk_create(
        [ProjectYear(project=row, year=year, planned_fen=after[year]) for year in years if year in after]
    )
    row.planned_fen = sum(after.values())
    row.save()
    payload = {"from": _said(before), "to": _said(after)}
    events.record(name=states.PROJECT_BUDGETED, about=row, by=by, payload=payload)
    return row


def _said(years: Mapping[int, int]) -> dict[str, int]:
    return {str(year): years[year] for year in sorted(years)}
