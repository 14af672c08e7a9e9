"""The coordinator's moves: who leads, who assists, who was right about an assignment."""

import uuid
from collections.abc import Sequence

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import Actor
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.catalogue.states import DocumentKind
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.records.actions import action
from tongban.modules.appeals import calc, queries, states
from tongban.modules.appeals.actions import moving
from tongban.modules.appeals.models import Appeal, AppealTask
from tongban.modules.appeals.states import Measure, TaskState, Verb


class NoSuchOffice(Problem):
    """The office that was named is none, or cannot take this part."""

    code = "appeal.no_office"
    status = 422


def known_office(code: str, zh: str = "主办单位", en: str = "the leading office") -> str:
    """The code of an office that there is; `zh` and `en` say what for. Raises NoSuchOffice."""
    if code not in catalogue.documents(DocumentKind.AGENCY):
        raise NoSuchOffice(
            sentence_zh=f"没有选择{zh}。",
            sentence_en=f"Nobody was chosen as {en}.",
            todo_zh="请从单位列表中选择。",
            todo_en="Choose from the list of offices.",
        )
    return code


@action
def assign(
    appeal: Appeal,
    verb: Verb,
    lead: str,
    assists: Sequence[str],
    by: Actor,
    words: str = "",
    *,
    filed: moving.Filing | None = None,
) -> Appeal:
    """Give the appeal to its lead, with the limits of contact and dispute, and tasks to those who assist.

    With `filed` it was filed by the same write: nobody has a task of it yet.
    """
    book, now = queries.rulebook(), time.now()
    calendar = deadlines.calendar()
    if filed is None:
        open_ = AppealTask.objects.filter(appeal=appeal, state=TaskState.OPEN)
        open_.exclude(agency__in=assists).update(state=TaskState.CANCELLED)
    appeal.agency = lead
    appeal.contact_by = calc.contact_by(now, queries.clocks_of(appeal).contact, book.hours, calendar)
    appeal.dispute_by = moving.workday(book.limits["dispute"])
    appeal.contacted_at = None
    for one in dict.fromkeys(assists):
        if one != lead and (filed is not None or not _assists(appeal, one)):
            _task(appeal, one)
    step_on = appeal.contact_by.astimezone(time.SHANGHAI).date()
    moving.move(appeal, verb, by, words=words, agency=lead, step_on=step_on, filed=filed)
    moving.count(
        appeal, Measure.ASSIGNED
    )  # last: everybody's appeals to this office wait for the row until the end
    return appeal


def _assists(appeal: Appeal, agency: str) -> bool:
    return AppealTask.objects.filter(appeal=appeal, agency=agency).exclude(state=TaskState.CANCELLED).exists()


def _task(appeal: Appeal, agency: str) -> None:
    AppealTask(
        appeal=appeal,
        agency=agency,
        place_path=appeal.place_path,
        category=appeal.category,
        due_on=moving.workday(queries.rulebook().limits["assist"]),
    ).save(force_insert=True)


@action
def route(
    *, appeal_id: uuid.UUID, lead: str, by: Actor, assists: Sequence[str] = (), words: str = ""
) -> Appeal:
    """Assign an appeal from the pool. Raises NoSuchAppeal, StepNotPossible, NoSuchOffice."""
    appeal = moving.locked(appeal_id, Verb.ROUTE, by)
    checked = [known_office(one, "协办单位", "an assisting office") for one in assists if one]
    return assign(appeal, Verb.ROUTE, known_office(lead), checked, by, words.strip()[: states.MOST_WORDS])


@action
def rule(*, appeal_id: uuid.UUID, lead: str, words: str, by: Actor, assists: Sequence[str] = ()) -> Appeal:
    """Decide a dispute: the same office keeps it, or another gets it, with reasons.

    The office that keeps it cannot dispute again. Raises NoSuchAppeal, StepNotPossible, NoSuchOffice, WordsMissing.
    """
    appeal = moving.locked(appeal_id, Verb.RULE, by)
    words = moving.required(words, "裁定理由", "the reasons of the ruling")
    before = appeal.agency
    checked = [known_office(one, "协办单位", "an assisting office") for one in assists if one]
    kept = [one.agency for one in queries.tasks_of(appeal)]
    assign(appeal, Verb.RULE, known_office(lead), [*kept, *checked], by, words)
    AppealTask.objects.filter(appeal=appeal, agency=lead, state=TaskState.OPEN).update(
        state=TaskState.CANCELLED
    )
    if lead == before:
        appeal.dispute_by = None
        appeal.save()
    return appeal


@action
def refuse(*, appeal_id: uuid.UUID, words: str, by: Actor) -> Appeal:
    """Take no appeal out of it, and say why and where it belongs. Raises NoSuchAppeal, StepNotPossible, WordsMissing."""
    appeal = moving.locked(appeal_id, Verb.REFUSE, by)
    words = moving.required(words, "不予受理的理由", "why it is not taken and where it belongs")
    return moving.move(appeal, Verb.REFUSE, by, words=words)


@action
def invite(*, appeal_id: uuid.UUID, agency: str, words: str, by: Actor) -> Appeal:
    """Ask another office to assist. Raises NoSuchAppeal, StepNotPossible, NoSuchOffice, WordsMissing."""
    appeal = moving.locked(appeal_id, Verb.INVITE, by)
    words = moving.required(words, "请协办的事项", "what the office is to do")
    if known_office(agency, "协办单位", "an assisting office") == appeal.agency:
        raise NoSuchOffice(
            sentence_zh="主办单位不能同时协办。",
            sentence_en="The leading office cannot assist itself.",
            todo_zh="请选择另一个单位。",
            todo_en="Choose another office.",
        )
    _task(appeal, agency)
    return moving.move(appeal, Verb.INVITE, by, words=words)
