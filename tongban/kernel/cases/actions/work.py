"""Whose turn it is (待办): kept in line after every verb; claimed, given back, passed on."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access import actions as access
from tongban.kernel.access.calc import Actor
from tongban.kernel.cases import calc, queries, states
from tongban.kernel.cases.models import Absence, Case, CaseStep, SleepingClaim, WorkItem
from tongban.kernel.cases.states import EXAMINED_STATES, CaseState
from tongban.kernel.events import actions as events
from tongban.kernel.parties import queries as parties
from tongban.kernel.records.actions import action


@action
def settle(
    case: Case,
    steps: Sequence[CaseStep] | None = None,
    *,
    fresh: bool = False,
    first: bool = False,
    woken: bool = False,
) -> None:
    """Keep the case, saying whose turn it is now, and bring the open work in line with that.

    `steps` spare a query where the caller has them; `fresh`: nothing can have been proposed yet, and the work is other
    work; `first`: there was none; `woken`: the case stood still until now. What somebody has claimed stays theirs,
    through a standstill too.
    """
    wanted = calc.turns(_situation(case, steps, fresh=fresh))
    case.waiting_for = wanted[0].permission if wanted else ""
    case.save()
    if fresh and not first:
        WorkItem.objects.erase("case", case.pk)
    _write(case, wanted, {} if fresh else _present(case))
    if woken:
        _wake_claims(case)


def turns_of(case: Case) -> list[calc.Turn]:
    """Whose turn it is by what the database says, for comparing the open work with."""
    return calc.turns(_situation(case, None, fresh=False))


def _write(
    case: Case, wanted: Sequence[calc.Turn], present: dict[tuple[str, uuid.UUID | None], WorkItem]
) -> None:
    keys = {turn.key for turn in wanted}
    gone = [item.pk for key, item in present.items() if key not in keys]
    if gone and case.state == CaseState.SUSPENDED:
        _keep_claims(case, [item for key, item in present.items() if key not in keys and item.assignee])
    if gone:
        WorkItem.objects.filter(pk__in=gone).delete()
    now, light = time.now(), calc.light_kept(case)
    fresh, moved = [], []
    for turn in wanted:
        item = present.get(turn.key)
        if item is None:
            fresh.append(_item(case, turn, now, light))
        elif (item.due_on, *_light(item)) != (turn.due_on, *light):
            item.due_on = turn.due_on
            item.case_due_on, item.case_yellow_on, item.case_paused = light
            moved.append(item)
    if fresh:
        WorkItem.objects.bulk_create(fresh)
    if moved:
        WorkItem.objects.bulk_update(moved, ["due_on", "case_due_on", "case_yellow_on", "case_paused"])


def _light(item: WorkItem) -> calc.Light:
    return item.case_due_on, item.case_yellow_on, item.case_paused


def _keep_claims(case: Case, items: Sequence[WorkItem]) -> None:
    if items:
        SleepingClaim.objects.filter(case=case).delete()
        SleepingClaim.objects.bulk_create(
            [
                SleepingClaim(case=case, step_id=one.step_id, kind=one.kind, assignee=one.assignee)
                for one in items
            ]
        )


def _wake_claims(case: Case) -> None:
    claims = list(SleepingClaim.objects.filter(case=case))
    for one in claims:
        tasks = WorkItem.objects.filter(case=case, kind=one.kind, step_id=one.step_id, assignee__isnull=True)
        tasks.update(assignee=one.assignee)
    if claims:
        SleepingClaim.objects.filter(case=case).delete()


def _item(case: Case, turn: calc.Turn, now: datetime, light: calc.Light) -> WorkItem:
    due_on, yellow_on, paused = light
    return WorkItem(
        case=case,
        step=turn.step,
        kind=turn.kind,
        permission=turn.permission,
        agency=turn.agency,
        place_path=turn.place_path,
        item_code=case.item_code,
        due_on=turn.due_on,
        case_due_on=due_on,
        case_yellow_on=yellow_on,
        case_paused=paused,
        opened_at=now,
    )


def _present(case: Case) -> dict[tuple[str, uuid.UUID | None], WorkItem]:
    return {(item.kind, item.step_id): item for item in WorkItem.objects.filter(case=case)}


def _situation(case: Case, steps: Sequence[CaseStep] | None, *, fresh: bool) -> calc.Situation:
    examined = case.state in EXAMINED_STATES
    measured = examined and not fresh
    decided = case.state in {CaseState.DELIVERED, CaseState.CLOSED}
    return calc.Situation(
        state=CaseState(case.state),
        agency=case.agency,
        place_path=case.place_path,
        due_on=case.due_on,
        steps=(queries.steps_of(case) if steps is None else steps) if examined else (),
        pauses=queries.live_pauses(case) if measured else (),
        asked_extension=queries.asked_extension(case) if measured else None,
        hearing=queries.hearing_of(case) if case.state == CaseState.SUSPENDED else None,
        checks=queries.pending_checks(case) if decided else (),
    )


class NotYourWork(Problem):
    """The task is not, or no longer, within this officer's reach."""

    code = "case.not_your_work"
    status = 409


def _task(work_id: uuid.UUID, by: Actor) -> WorkItem:
    """The open task, locked, when it is within the officer's reach. Raises NotYourWork."""
    item = queries.work_for(by).select_for_update(of=("self",)).filter(pk=work_id).first()
    if item is None:
        raise NotYourWork(
            sentence_zh="这项待办已经办完，或者不在您的权限之内。",
            sentence_en="This task is done, or it is not within your reach.",
            todo_zh="请刷新待办列表。",
            todo_en="Reload the list of tasks.",
        )
    return item


@action
def claim(*, work_id: uuid.UUID, by: Actor) -> WorkItem:
    """Take a task out of the pool for oneself. Raises NotYourWork, also when a colleague was faster."""
    item = _task(work_id, by)
    item.assignee = by.account_id
    item.save(update_fields=["assignee"])
    events.record(name=states.WORK_CLAIMED, about=item.case, by=by, payload={"kind": item.kind})
    return item


class TransferNotPossible(Problem):
    """The other person could not do this task, or the reason is missing."""

    code = "case.transfer_not_possible"
    status = 422


@action
def transfer(*, work_id: uuid.UUID, to: Actor | None, reason: str, by: Actor) -> WorkItem:
    """Pass a task on to a colleague who may do it, or with `to` None back into the pool, saying why.

    Raises NotYourWork, TransferNotPossible.
    """
    item = _task(work_id, by)
    if not reason.strip():
        raise TransferNotPossible(
            sentence_zh="没有填写转交的原因。",
            sentence_en="There is no reason for passing it on.",
            todo_zh="请写明原因，会记入办理过程。",
            todo_en="Write the reason; it is kept with the case.",
        )
    if to is not None and not queries.may_do(to, item):
        raise TransferNotPossible(
            sentence_zh="对方没有办理这项待办的权限。",
            sentence_en="The other person may not do this task.",
            todo_zh="请选择同一机关、镇街有此权限的同事。",
            todo_en="Choose a colleague of the same agency and place with that right.",
        )
    item.assignee = to.account_id if to else None
    item.save(update_fields=["assignee"])
    events.record(
        name=states.WORK_TRANSFERRED,
        about=item.case,
        by=by,
        payload={"kind": item.kind, "to": str(to.account_id) if to else ""},
    )
    return item


class BadAbsence(Problem):
    """Days or stand-in of an absence that cannot be."""

    code = "case.bad_absence"
    status = 422


@action
def set_absence(
    *, stand_in: uuid.UUID, starts_on: date, ends_on: date, by: Actor, lend: bool = False
) -> Absence:
    """Let a colleague see and do what is assigned to oneself, for some days. They need the right themselves.

    With `lend` they get it, too: one's rights of work as grants for these days, to a colleague of the same agency.
    Raises BadAbsence, GrantNotPossible, SidesMixed.
    """
    if lend and not _colleagues(stand_in, by):
        raise BadAbsence(
            sentence_zh="岗位权限只能委托给本机关的同事。",
            sentence_en="Rights are lent to colleagues of the same agency only.",
            todo_zh="请换一位同事，或者不委托权限。",
            todo_en="Choose another colleague, or lend no rights.",
        )
    if ends_on < starts_on or ends_on < time.today() or stand_in == by.account_id:
        raise BadAbsence(
            sentence_zh="外出代理的日期或者代理人不对。",
            sentence_en="The days or the stand-in are not possible.",
            todo_zh="结束日期不早于开始日期和今天，代理人应当是另一位同事。",
            todo_en="The last day must not lie before the first or before today; choose another person.",
        )
    row = Absence(
        account_id=by.account_id, stand_in=stand_in, starts_on=starts_on, ends_on=ends_on, set_at=time.now()
    )
    row.save(force_insert=True)
    events.record(name=states.ABSENCE_SET, about=row, by=by, payload={"lend": lend})
    if lend:
        access.delegate(to=stand_in, starts_on=starts_on, ends_on=ends_on, by=by)
    return row


def _colleagues(stand_in: uuid.UUID, by: Actor) -> bool:
    own, other = (parties.account(one) if one else None for one in (by.account_id, stand_in))
    return own is not None and other is not None and own.agency == other.agency != ""
