"""Moving a project on: stages, what is written down, cases, checks, its end."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tongban.foundation import time
from tongban.kernel.access.calc import SYSTEM, Actor
from tongban.kernel.events import actions as events
from tongban.kernel.parties import queries as parties
from tongban.kernel.records.actions import action
from tongban.modules.projects import calc, queries, states
from tongban.modules.projects.actions.writing import (
    LARGEST_FEN,
    NotPossible,
    attach,
    bad,
    enter,
    matter_to_settle,
    put_case,
    still_open,
)
from tongban.modules.projects.models import Project, ProjectEntry, ProjectItem, ProjectStage
from tongban.modules.projects.states import ENDINGS, FOLLOWED, MOVES, EntryKind, ProjectState, Share


def _required(words: str) -> str:
    if not words.strip():
        raise bad("没有填写情况。", "Nothing was written.", "请写明情况。", "Write what there is to say.")
    return words.strip()[:2000]


@action
def advance(*, project_id: uuid.UUID, stage: str, on: date, by: Actor) -> Project:
    """Let a project go on to a later stage that began on a day. Stages in between are passed over with it.

    The last stage closes it. Raises NoSuchProject, NotPossible, BadEntry.
    """
    row = still_open(project_id, by)
    kind = queries.kind(row.kind)
    rows = {one.stage: one for one in queries.stages_of(row)}
    if stage not in rows or stage not in kind.order or rows[stage].order <= rows[row.stage].order:
        raise NotPossible(
            sentence_zh="项目不能进入这个阶段。",
            sentence_en="The project cannot go to this stage.",
            todo_zh="只能进入以后的阶段；可能有人刚刚推进过，请刷新页面。",
            todo_en="Only later stages can be entered. Somebody may have been faster; reload the page.",
        )
    last = max((one.actual_on for one in rows.values() if one.actual_on), default=on)
    if not last <= on <= time.today():
        raise bad(
            "进入阶段的日期不对。",
            "The day is not possible.",
            "日期不能早于上一阶段，也不能晚于今天。",
            "It lies between the stage before and today.",
        )
    entered = rows[stage]
    entered.actual_on = on
    entered.save()
    row.stage, row.moved_on = stage, max(row.moved_on, on)
    if stage == "contract" or (row.check_on is None and stage == "started"):
        row.check_on = _next_check(on)
    if entered.order == max(one.order for one in rows.values()):
        row.state, row.ended_on = ProjectState.DONE, on
    row.save()
    events.record(name=states.PROJECT_ADVANCED, about=row, by=by, payload={"stage": stage, "on": str(on)})
    return row


def _order(row: Project) -> int:
    """Where the stage at which a project stands comes among its stages."""
    return next(one.order for one in queries.stages_of(row) if one.stage == row.stage)


def _next_check(day: date) -> date:
    # Backwards from the day by a negative number of months is forwards.
    return calc.months_before(day, -queries.settings().check_months)


@action
def plan_stage(*, project_id: uuid.UUID, stage: str, planned_on: date, by: Actor) -> ProjectStage:
    """Move the day on which a stage is meant to begin. Raises NoSuchProject, NotPossible."""
    row = still_open(project_id, by)
    found = next((one for one in queries.stages_of(row) if one.stage == stage), None)
    if found is None or found.actual_on is not None or found.order <= _order(row):
        raise NotPossible(
            sentence_zh="这个阶段已经开始，不能再改计划。",
            sentence_en="This stage has begun; its plan stands.",
            todo_zh="请选择还没有开始的阶段。",
            todo_en="Choose a stage that has not begun.",
        )
    before, found.planned_on = found.planned_on, planned_on
    found.save()
    payload = {"stage": stage, "from": str(before), "to": str(planned_on)}
    events.record(name=states.PROJECT_PLANNED, about=row, by=by, payload=payload)
    return found


@dataclass(frozen=True)
class Said:
    """What is to be written down. `fen` is for money, `office` and `due_on` for what is followed up, `to_firm` for a
    document that the enterprise is to read too.
    """

    kind: str
    words: str
    day: date | None = None
    about: str = ""
    number: str = ""
    fen: int | None = None
    office: str = ""
    due_on: date | None = None
    to_firm: bool = False


@action
def note(*, project_id: uuid.UUID, said: Said, by: Actor, files: Sequence[uuid.UUID] = ()) -> ProjectEntry:
    """Write something down about a project: progress, money, a document with its files, an issue, a decision, a need.

    Raises NoSuchProject, NotPossible, BadEntry.
    """
    row, today = still_open(project_id, by), time.today()
    if said.kind not in set(EntryKind) - {EntryKind.CHECK}:
        raise bad("不知道登记的是什么。", "The kind is not known.", "请选择一种。", "Choose one.")
    kind, day, words = EntryKind(said.kind), said.day or today, _required(said.words)
    if day > today:
        raise bad(
            "日期还没有到。", "The day has not come.", "请填写今天或者以前。", "Write today or earlier."
        )
    if (files or said.to_firm) and kind is not EntryKind.DOCUMENT:
        raise bad(
            "只有资料可以附文件、给企业看。",
            "Only a document has files and is shown to the enterprise.",
            "请登记为资料。",
            "Note it as a document.",
        )
    more: dict[str, Any] = {"day": day, "about": said.about[:40], "number": said.number.strip()[:60]}
    if said.to_firm:
        more["share"] = Share.FIRM
    if kind is EntryKind.MONEY:
        if said.fen is None or not 0 < said.fen <= LARGEST_FEN:
            raise bad("金额不对。", "The sum is not possible.", "请填写大于 0 的金额。", "Write more than 0.")
        more["fen"] = said.fen
        row.done_fen += said.fen
    if kind in FOLLOWED:
        if not said.office or said.due_on is None or said.due_on < today:
            raise bad(
                "没有写由谁、在哪一天以前办。",
                "It is not said who does it by when.",
                "请选择责任单位和今天或者以后的日期。",
                "Choose an office and a day from today on.",
            )
        more |= {"office": said.office, "due_on": said.due_on}
    entry = enter(row, kind, words, by, **more)
    attach(entry, files, by)
    if kind in MOVES:
        row.moved_on = max(row.moved_on, day)
    row.save()
    payload = {"kind": kind, "entry": str(entry.pk), "office": entry.office, "firm": said.to_firm}
    events.record(name=states.PROJECT_NOTED, about=row, by=by, payload=payload)
    return entry


@action
def settle(*, project_id: uuid.UUID, entry_id: uuid.UUID, words: str, by: Actor) -> ProjectEntry:
    """Settle an issue, a decision or a need, with what came of it: for its office, or for who manages the project.

    Raises NoSuchProject, NotPossible, BadEntry.
    """
    row, entry = matter_to_settle(project_id, entry_id, by)
    if entry.settled_on is not None:
        raise NotPossible(
            sentence_zh="这一事项已经办结。",
            sentence_en="This is settled already.",
            todo_zh="请刷新页面查看。",
            todo_en="Reload the page.",
        )
    entry.settled_words = _required(words)
    entry.settled_on, entry.settled_by = time.today(), by.account_id
    entry.save()
    row.moved_on = max(row.moved_on, entry.settled_on)
    row.save()
    payload = {"entry": str(entry.pk), "kind": entry.kind, "office": entry.office}
    events.record(name=states.PROJECT_SETTLED, about=row, by=by, payload=payload)
    return entry


@action
def link(*, project_id: uuid.UUID, item_id: uuid.UUID, number: str, by: Actor) -> ProjectItem:
    """Link the enterprise's case of this number to a permit or subsidy. Raises NoSuchProject, NotPossible, BadEntry."""
    row = still_open(project_id, by)
    found = (
        ProjectItem.objects.select_for_update().filter(project=row, pk=item_id, case_id__isnull=True).first()
    )
    case = queries.case_named(number, row.organisation_id)
    if found is None or case is None or case.item_code != found.item or queries.of_case(case.pk):
        raise bad(
            "这个编号不能关联。",
            "This number cannot be linked.",
            "请核对：应是这家企业已经提交的同一事项，并且没有关联别的项目。",
            "It must be a submitted case of this firm and item that belongs to no other project.",
        )
    return put_case(found, row, case, by)


@action
def follow_cases(*, day: date) -> int:
    """Link what enterprises handed in lately to their projects that wait for it, and count decisions as progress.

    Once a day and not with each case: the city's cases are many, those of projects few. Returns how many were linked.
    """
    linked = 0
    for case in queries.fresh_cases(day):
        found = queries.waiting_items(case).select_for_update().first()
        if found is not None:
            row = Project.objects.select_for_update().get(pk=found.project_id)
            put_case(found, row, case, SYSTEM)
            linked += 1
    for project_id, decided in queries.fresh_decisions(day):
        Project.objects.filter(pk=project_id, moved_on__lt=decided).update(moved_on=decided)
    return linked


@action
def check(*, project_id: uuid.UUID, good: bool, words: str, by: Actor) -> ProjectEntry:
    """Note whether the enterprise keeps its contract, and when it is looked at next. Raises NoSuchProject, BadEntry."""
    row = still_open(project_id, by)
    entry = enter(row, EntryKind.CHECK, _required(words), by, good=good)
    row.check_on = _next_check(time.today())
    row.save()
    payload = {"good": good, "promised": row.promised_fen, "done": row.done_fen}
    events.record(name=states.PROJECT_CHECKED, about=row, by=by, payload=payload)
    return entry


@action
def hand_over(*, project_id: uuid.UUID, officer_id: uuid.UUID, by: Actor) -> Project:
    """Give a project to another officer whose grants reach it. Raises NoSuchProject, NotPossible, BadEntry."""
    row = still_open(project_id, by)
    account = parties.account(officer_id)
    actor = parties.actor_for(account, time.today()) if account else None
    if actor is None or not queries.may_open(
        actor, row.organisation_id, row.place_path, row.agency, row.kind
    ):
        raise bad(
            "这个人不能负责这个项目。",
            "This person cannot have the project.",
            "请选择权限包括该镇街项目的工作人员。",
            "Choose an officer who manages projects of this place.",
        )
    before, row.officer_id = row.officer_id, officer_id
    row.save()
    events.record(
        name=states.PROJECT_HANDED,
        about=row,
        by=by,
        payload={"from": str(before or ""), "to": str(officer_id)},
    )
    return row


@action
def end(*, project_id: uuid.UUID, ending: str, words: str, by: Actor) -> Project:
    """End a project that does not reach its goal, with the reason. Raises NoSuchProject, NotPossible, BadEntry."""
    row = still_open(project_id, by)
    if ending not in ENDINGS:
        raise bad("没有选择怎样结束。", "The ending is not known.", "请选择一种。", "Choose one.")
    row.state, row.ended_on, row.ended_because = ending, time.today(), _required(words)
    row.save()
    events.record(name=states.PROJECT_ENDED, about=row, by=by, payload={"state": ending})
    return row
