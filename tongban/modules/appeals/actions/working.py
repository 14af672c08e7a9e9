"""The moves of the leading and the assisting offices, and the firm's part while the appeal is worked on."""

import uuid
from collections.abc import Sequence

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import Actor
from tongban.kernel.access.states import Permission
from tongban.kernel.records.actions import action
from tongban.modules.appeals import calc, queries
from tongban.modules.appeals.actions import moving
from tongban.modules.appeals.actions.moving import TooLate
from tongban.modules.appeals.models import Appeal, AppealTask
from tongban.modules.appeals.states import Measure, Outcome, TaskState, Verb


class NotReady(Problem):
    """Something must come first: the assisting offices, the outcome, the firm's consent."""

    code = "appeal.not_ready"
    status = 422


@action
def dispute(*, appeal_id: uuid.UUID, words: str, by: Actor) -> Appeal:
    """Say that another office is competent, with reasons, within the limit.

    Raises NoSuchAppeal, StepNotPossible, WordsMissing, TooLate.
    """
    appeal = moving.locked(appeal_id, Verb.DISPUTE, by)
    if appeal.dispute_by is None or time.today() > appeal.dispute_by:
        raise TooLate(
            sentence_zh="提出分派异议的期限已过，或者已经裁定由本单位办理。",
            sentence_en="The limit for disputing the assignment has passed, or it was ruled on already.",
            todo_zh="请联系企业，开始办理。",
            todo_en="Contact the firm and begin.",
        )
    words = moving.required(words, "异议理由和建议的主办单位", "the reasons and which office is competent")
    moving.count(appeal, Measure.DISPUTED)
    step_on = moving.workday(queries.rulebook().limits["rule"])
    return moving.move(appeal, Verb.DISPUTE, by, words=words, step_on=step_on)


@action
def contact(*, appeal_id: uuid.UUID, words: str, by: Actor) -> Appeal:
    """Note that the firm was contacted and what was agreed. Raises NoSuchAppeal, StepNotPossible, WordsMissing."""
    appeal = moving.locked(appeal_id, Verb.CONTACT, by)
    words = moving.required(words, "联系情况", "what was said")
    appeal.contacted_at = time.now()
    moving.count(appeal, Measure.CONTACTED)
    if appeal.contact_by is not None and appeal.contacted_at <= appeal.contact_by:
        moving.count(appeal, Measure.CONTACT_ON_TIME)
    return moving.move(appeal, Verb.CONTACT, by, words=words)


@action
def reply(*, appeal_id: uuid.UUID, words: str, by: Actor, files: Sequence[uuid.UUID] = ()) -> Appeal:
    """Tell the firm how far it is. Raises NoSuchAppeal, StepNotPossible, WordsMissing."""
    appeal = moving.locked(appeal_id, Verb.REPLY, by)
    words = moving.required(words, "阶段进展", "how far it is")
    appeal.replied_at = time.now()
    return moving.move(appeal, Verb.REPLY, by, words=words, files=files)


@action
def ask(*, appeal_id: uuid.UUID, words: str, by: Actor, files: Sequence[uuid.UUID] = ()) -> Appeal:
    """Ask the firm for what only it knows; the clocks stand still until it answers or its time is over.

    Raises NoSuchAppeal, StepNotPossible, WordsMissing.
    """
    appeal = moving.locked(appeal_id, Verb.ASK, by)
    words = moving.required(words, "需要企业补充的内容", "what the firm is to add")
    step_on = moving.workday(queries.rulebook().limits["wait"])
    return moving.move(appeal, Verb.ASK, by, words=words, step_on=step_on, files=files)


@action
def supply(*, appeal_id: uuid.UUID, words: str, by: Actor, files: Sequence[uuid.UUID] = ()) -> Appeal:
    """The firm answers; the clocks run on. Raises NoSuchAppeal, StepNotPossible, WordsMissing."""
    appeal = moving.locked(appeal_id, Verb.SUPPLY, by)
    words = moving.required(words, "补充内容", "what was asked for")
    return moving.move(appeal, Verb.SUPPLY, by, words=words, files=files)


@action
def propose(*, appeal_id: uuid.UUID, days: int, words: str, by: Actor) -> Appeal:
    """Ask the firm for more working days, once, at least one working day before the limit.

    Raises NoSuchAppeal, StepNotPossible, WordsMissing, TooLate, NotReady.
    """
    appeal = moving.locked(appeal_id, Verb.PROPOSE, by)
    words = moving.required(words, "延期的理由", "why more time is needed")
    most = queries.rulebook().limits["extension"]
    if not 1 <= days <= most:
        raise _not_ready(f"延期为 1 至 {most} 个工作日。", f"An extension is of 1 to {most} working days.")
    if appeal.extension is not None or appeal.extended:
        raise _not_ready("已经征求过一次延期。", "An extension was proposed already.")
    if appeal.close_on is None or moving.workday(1) > appeal.close_on:
        raise TooLate(
            sentence_zh="延期应在到期前至少一个工作日征求企业意见。",
            sentence_en="An extension is proposed at least one working day before the limit.",
            todo_zh="请按期答复。",
            todo_en="Answer in time.",
        )
    appeal.extension = days
    return moving.move(appeal, Verb.PROPOSE, by, words=words, value=days)


@action
def consent(*, appeal_id: uuid.UUID, agreed: bool, by: Actor, words: str = "") -> Appeal:
    """The firm agrees to the extension, or not. Raises NoSuchAppeal, StepNotPossible, NotReady."""
    verb = Verb.CONSENT if agreed else Verb.DECLINE
    appeal = moving.locked(appeal_id, verb, by)
    days = appeal.extension
    if days is None:
        raise _not_ready("没有待答复的延期。", "No extension waits for an answer.")
    appeal.extension, appeal.extended = None, agreed
    return moving.move(appeal, verb, by, words=words.strip()[:500], value=days)


def _not_ready(zh: str, en: str) -> NotReady:
    return NotReady(
        sentence_zh=zh, sentence_en=en, todo_zh="请核对后再办理。", todo_en="Check it and try again."
    )


@action
def finish(*, appeal_id: uuid.UUID, words: str, by: Actor) -> Appeal:
    """An assisting office gives its part to the lead. Raises NoSuchAppeal, StepNotPossible, WordsMissing, NotReady."""
    appeal = moving.locked(appeal_id, Verb.FINISH, by)
    words = moving.required(words, "协办意见", "what was done or found")
    mine = {grant.agency for grant in by.grants if Permission.APPEAL_HANDLE in grant.permissions}
    if by.can(Permission.APPEAL_TOWN):  # the policy let them in by the town's own task
        mine.add(appeal.town_agency)
    rows = AppealTask.objects.select_for_update().filter(appeal=appeal, state=TaskState.OPEN)
    task = (rows if "" in mine else rows.filter(agency__in=mine)).order_by("id").first()
    if task is None:
        raise _not_ready("没有待完成的协办任务。", "No task of yours is open.")
    task.state, task.words, task.done_at = TaskState.DONE, words, time.now()
    task.save()
    return moving.move(appeal, Verb.FINISH, by, words=words, agency=task.agency)


@action
def answer(
    *,
    appeal_id: uuid.UUID,
    words: str,
    outcome: str,
    cause: str,
    by: Actor,
    planned_on: str = "",
    files: Sequence[uuid.UUID] = (),
) -> Appeal:
    """Write the answer with what came of it and why it came to the appeal; somebody else checks it.

    Raises NoSuchAppeal, StepNotPossible, WordsMissing, NotReady, BadDay.
    """
    appeal = moving.locked(appeal_id, Verb.ANSWER, by)
    words = moving.required(words, "答复内容", "the answer")
    book = queries.rulebook()
    if outcome not in set(Outcome):
        raise _not_ready("没有选择办理结果。", "What came of it was not chosen.")
    if cause not in book.causes:
        raise _not_ready("没有选择问题成因。", "The cause was not chosen.")
    if any(one.state == TaskState.OPEN for one in queries.tasks_of(appeal)):
        raise _not_ready("还有协办单位没有完成。", "An assisting office has not finished.")
    appeal.planned_on = calc.require_day(planned_on, time.today()) if outcome == Outcome.PLANNED else None
    appeal.outcome, appeal.cause = outcome, cause
    appeal.answered_at, appeal.extension = time.now(), None
    step_on = moving.workday(book.limits["check"])
    return moving.move(appeal, Verb.ANSWER, by, words=words, step_on=step_on, files=files)


def on_time(appeal: Appeal) -> bool:
    """Whether the answer that was passed came within the closing limit."""
    if appeal.answered_at is None or appeal.close_on is None:
        return False
    return appeal.answered_at.astimezone(time.SHANGHAI).date() <= appeal.close_on
