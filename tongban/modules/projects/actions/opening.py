"""Opening a project: one intake, and everything that follows from its answers is laid out at once."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from tongban.foundation import time
from tongban.kernel.access.calc import Actor
from tongban.kernel.access.rules import NotAllowed
from tongban.kernel.access.states import Area
from tongban.kernel.events import actions as events
from tongban.kernel.parties import queries as parties
from tongban.kernel.places import queries as places
from tongban.kernel.records.actions import action
from tongban.modules.projects import calc, queries, states
from tongban.modules.projects.actions.writing import LARGEST_FEN, bad, enter
from tongban.modules.projects.models import Project, ProjectItem, ProjectSerial, ProjectStage
from tongban.modules.projects.states import EntryKind, Role

OWN_OFFICE = "town"
DAYS_FOR_NEED = 30  # until an office says what becomes of a need that the diagnosis found


@dataclass(frozen=True)
class Plan:
    """What an intake says of a project: its kind, name, whose it is, what is promised, the answers of the diagnosis."""

    kind: str
    name: str
    organisation_id: uuid.UUID
    promised_fen: int
    answers: Mapping[str, Any] = field(default_factory=dict)
    place_path: str = ""  # where it will stand; without one, where the enterprise is
    lead: str = ""  # the lead office; without one, the town's own


@action
def open_project(*, plan: Plan, by: Actor) -> Project:
    """Open a project with its stages, permits, subsidies and needs. An officer becomes its officer; an enterprise's own
    has none until an officer of the place takes it.

    Raises NoSuchKind, BadEntry, NotAllowed, WrongValue.
    """
    kind, today = queries.kind(plan.kind), time.today()
    organisation = parties.organisation(plan.organisation_id)
    path = plan.place_path or organisation.place_path
    lead = plan.lead or _own_office(path) or kind.stages[0].office
    own = plan.organisation_id in by.firms(Area.PROJECTS)
    if not own and not queries.may_open(by, organisation.pk, path, lead, kind.code):
        raise NotAllowed(
            sentence_zh="您的岗位不能在这个镇街建立项目。",
            sentence_en="Your role does not reach projects of this town.",
            todo_zh="请由该镇街的项目专员建立。",
            todo_en="Leave it to an officer of that town.",
        )
    name = plan.name.strip()
    if not 2 <= len(name) <= 120:
        raise bad(
            "没有写项目名称。",
            "The project has no name.",
            "请写 2 至 120 个字。",
            "Write 2 to 120 characters.",
        )
    if not 0 < plan.promised_fen <= LARGEST_FEN:
        raise bad(
            "计划总投资不对。", "The investment is not possible.", "请填写大于 0 的数。", "Write more than 0."
        )
    found = queries.diagnosis(kind.code, plan.answers, plan.organisation_id, today)
    row = Project(
        number=_number(today.year),
        kind=kind.code,
        name=name,
        organisation_id=organisation.pk,
        organisation_name=organisation.name,
        agency=lead,
        place_path=path,
        stage=kind.stages[0].id,
        officer_id=None if own else by.account_id,
        promised_fen=plan.promised_fen,
        answers=dict(plan.answers),
        undecided=[one.id for one, _needs in found.open],
        moved_on=today,
        opened_by=by.account_id,
        opened_at=time.now(),
    )
    row.save(force_insert=True)
    _lay_out(row, kind, found, today, by)
    payload = {"kind": kind.code, "permits": [one.id for one in found.permits]}
    events.record(name=states.PROJECT_OPENED, about=row, by=by, payload=payload)
    return row


def _own_office(path: str) -> str:
    town = places.town_of(path)
    return queries.office_of(town.code if town else places.city().code)


def _number(year: int) -> str:
    """The next number of a year; the row is locked until the project is there."""
    serial, _made = ProjectSerial.objects.select_for_update().get_or_create(year=year)
    serial.last += 1
    serial.save()
    return f"XM{year}{serial.last:05}"


def _lay_out(row: Project, kind: calc.Kind, found: calc.Diagnosis, today: date, by: Actor) -> None:
    """The stages with the days on which they would begin, the items, and a need for each that was found."""
    begins, stages = today, []
    for order, one in enumerate(kind.stages):
        office = row.agency if one.office == OWN_OFFICE else one.office
        stages.append(
            ProjectStage(
                project=row,
                stage=one.id,
                order=order,
                office=office,
                planned_on=begins,
                actual_on=None if order else today,
            )
        )
        begins += timedelta(days=one.days)
    ProjectStage.objects.bulk_create(stages)
    items = [
        ProjectItem(
            project=row,
            role=Role.PERMIT,
            permit=one.id,
            item=one.item,
            stage=one.stage,
            after=list(one.after),
            days=queries.days_of(one.item),
        )
        for one in found.permits
    ]
    items += [ProjectItem(project=row, role=Role.SUBSIDY, item=one.item) for one in found.subsidies]
    ProjectItem.objects.bulk_create(items)
    for need in found.needs:
        office = row.agency if need.office == OWN_OFFICE else need.office
        due = today + timedelta(days=DAYS_FOR_NEED)
        enter(row, EntryKind.NEED, need.text.zh, by, about=need.id, office=office, due_on=due)
