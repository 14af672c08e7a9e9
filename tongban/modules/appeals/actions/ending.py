"""From the answer to the end: the check, the firm's rating, the second handling, the level above, what was promised."""

import uuid

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import Actor
from tongban.kernel.records.actions import action
from tongban.modules.appeals import queries
from tongban.modules.appeals.actions import moving
from tongban.modules.appeals.actions.working import on_time
from tongban.modules.appeals.models import Appeal, AppealTask
from tongban.modules.appeals.states import (
    DISSATISFIED,
    TOP_LEVEL,
    Measure,
    Outcome,
    State,
    TaskState,
    Verb,
)


class SamePerson(Problem):
    """Who wrote an answer does not check it."""

    code = "appeal.same_person"
    status = 409


class BadStars(Problem):
    """A rating is of one to five stars."""

    code = "appeal.bad_stars"
    status = 422


def _another(appeal: Appeal, by: Actor) -> None:
    written = [one for one in queries.entries(appeal) if one.verb in (Verb.ANSWER, Verb.DELIVER)]
    if written and written[-1].by == by.account_id:
        raise SamePerson(
            sentence_zh="写答复的人不能自己质检。",
            sentence_en="Who wrote the answer cannot check it.",
            todo_zh="请交由另一位统筹人员质检。",
            todo_en="Leave it to another coordinator.",
        )


@action
def approve(*, appeal_id: uuid.UUID, by: Actor, words: str = "") -> Appeal:
    """The answer goes to the firm, which rates it. Raises NoSuchAppeal, StepNotPossible, SamePerson."""
    appeal = moving.locked(appeal_id, Verb.APPROVE, by)
    _another(appeal, by)
    moving.count(appeal, Measure.ANSWERED, *((Measure.ON_TIME,) if on_time(appeal) else ()))
    step_on = moving.workday(queries.rulebook().limits["rate"])
    return moving.move(appeal, Verb.APPROVE, by, words=words.strip()[:500], step_on=step_on)


@action
def send_back(*, appeal_id: uuid.UUID, words: str, by: Actor) -> Appeal:
    """The answer is none yet. Raises NoSuchAppeal, StepNotPossible, WordsMissing, SamePerson."""
    appeal = moving.locked(appeal_id, Verb.SEND_BACK, by)
    _another(appeal, by)
    words = moving.required(words, "退回理由", "what the answer lacks")
    appeal.outcome, appeal.planned_on, appeal.answered_at = "", None, None
    return moving.move(appeal, Verb.SEND_BACK, by, words=words)


@action
def rate(*, appeal_id: uuid.UUID, stars: int, by: Actor, words: str = "") -> Appeal:
    """The firm rates. Satisfied: it ends, or is followed until what was planned is done.

    Dissatisfied (two stars or fewer, with words): the first time it is handled again, the second time it goes to the
    leader above, after that it ends as it is. Raises NoSuchAppeal, StepNotPossible, BadStars, WordsMissing.
    """
    appeal = moving.locked(appeal_id, Verb.RATE, by)
    if not 1 <= stars <= 5:
        raise BadStars(
            sentence_zh="没有选择星级。",
            sentence_en="No stars were chosen.",
            todo_zh="请选择一到五星。",
            todo_en="Choose one to five stars.",
        )
    bad = stars <= DISSATISFIED
    words = moving.required(words, "不满意的原因", "what is wrong") if bad else words.strip()[:500]
    appeal.stars = stars
    if bad and appeal.level < TOP_LEVEL:
        moving.note(appeal, Verb.RATE, by, words=words, value=stars)
        moving.tell(appeal, Verb.RATE, by)
        moving.count(appeal, Measure.REOPENED)
        return _again(appeal, by)
    if not bad and appeal.outcome == Outcome.PLANNED:
        moving.note(appeal, Verb.RATE, by, words=words, value=stars)
        moving.tell(appeal, Verb.RATE, by)
        return moving.move(appeal, Verb.FOLLOW, by, step_on=appeal.planned_on)
    ended(appeal, bad=bad, rated=True)
    return moving.move(appeal, Verb.RATE, by, words=words, value=stars)


def ended(appeal: Appeal, *, bad: bool, rated: bool) -> None:
    """Count the end: satisfied are those who said so, of all that ended."""
    measures = [Measure.ENDED]
    if appeal.outcome == Outcome.SOLVED:
        measures.append(Measure.SOLVED)
    moving.count_cause(appeal)
    if rated:
        measures.append(Measure.RATED)
        if not bad:
            measures.append(Measure.SATISFIED)
    moving.count(appeal, *measures)


def _again(appeal: Appeal, by: Actor) -> Appeal:
    """A new cycle with clocks of its own: at the same office, or a level up."""
    up = appeal.cycle > 1
    appeal.cycle += 1
    appeal.replied_at = appeal.answered_at = appeal.planned_on = appeal.extension = None
    appeal.outcome, appeal.extended, appeal.above = "", False, ""
    appeal.promise = queries.promised(appeal.category, appeal.town, appeal.level + up)
    if not up:
        moving.note(appeal, Verb.REOPEN, by)
        moving.show_dates(appeal)
        moving.put(appeal, State.WORKING)
        appeal.save()
        moving.tell(appeal, Verb.REOPEN, by)
        return appeal
    book = queries.rulebook()
    appeal.level += 1
    appeal.agency, appeal.desk = "", book.desk
    appeal.contact_by = appeal.contacted_at = appeal.dispute_by = None
    AppealTask.objects.filter(appeal=appeal).exclude(state=TaskState.CANCELLED).update(
        state=TaskState.CANCELLED, done_at=None
    )
    moving.note(appeal, Verb.RAISE, by)
    moving.show_dates(appeal)
    moving.put(appeal, State.POOL, moving.workday(book.limits["route"]))
    appeal.save()
    moving.tell(appeal, Verb.RAISE, by)
    return appeal


@action
def deliver(*, appeal_id: uuid.UUID, words: str, by: Actor) -> Appeal:
    """What was planned is done: the answer goes through the check to the firm once more.

    Raises NoSuchAppeal, StepNotPossible, WordsMissing.
    """
    appeal = moving.locked(appeal_id, Verb.DELIVER, by)
    words = moving.required(words, "兑现情况", "what was done")
    appeal.outcome, appeal.planned_on, appeal.answered_at = Outcome.SOLVED, None, time.now()
    step_on = moving.workday(queries.rulebook().limits["check"])
    return moving.move(appeal, Verb.DELIVER, by, words=words, step_on=step_on)


@action
def withdraw(*, appeal_id: uuid.UUID, by: Actor, words: str = "") -> Appeal:
    """The firm takes its appeal back. Raises NoSuchAppeal, StepNotPossible."""
    appeal = moving.locked(appeal_id, Verb.WITHDRAW, by)
    AppealTask.objects.filter(appeal=appeal, state=TaskState.OPEN).update(state=TaskState.CANCELLED)
    return moving.move(appeal, Verb.WITHDRAW, by, words=words.strip()[:500])
