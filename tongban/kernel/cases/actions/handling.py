"""What officers do: accept, ask once for supplements, refuse, complete steps, decide."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import Actor
from tongban.kernel.access.states import Permission
from tongban.kernel.cases import calc, queries, states
from tongban.kernel.cases.actions.transitions import move, wait_for
from tongban.kernel.cases.models import Case, CaseStep, Supplement
from tongban.kernel.cases.states import Verb
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.deadlines.calc import ClockFact, due
from tongban.kernel.deadlines.states import ClockFactKind
from tongban.kernel.places import queries as places
from tongban.kernel.records.actions import action


class AlreadyAsked(Problem):
    """The one-time notice has been given; the law knows no second one (article 32)."""

    code = "case.already_asked"
    status = 409


class ReasonMissing(Problem):
    """A decision against the applicant needs its reasons (article 38), a notice its points."""

    code = "case.reason_missing"
    status = 422


class NotYourStep(Problem):
    """No open step of the case is for this officer."""

    code = "case.not_your_step"
    status = 409


class SamePerson(Problem):
    """Who handled a case may not decide it."""

    code = "case.same_person"
    status = 409


def _reason_missing(zh: str, en: str) -> ReasonMissing:
    return ReasonMissing(
        sentence_zh=f"没有填写{zh}。",
        sentence_en=f"There is no {en}.",
        todo_zh=f"请写明{zh}，申请人会在通知书上看到。",
        todo_en=f"Write the {en}; the applicant reads it in the letter.",
    )


def values_of(case: Case) -> Mapping[str, Any]:
    """The rule values of a submitted case: what was handed in, and what is known of the subjects today."""
    definition = queries.version_of(case).definition
    facts = queries.profile_of(case, time.today()).values()
    return definition.values(facts, case.situation, case.answers)


@action
def accept(*, case_id: uuid.UUID, by: Actor) -> Case:
    """Accept the application: the decision clocks start, the steps of its situation open.

    Raises NoSuchCase, VerbNotPossible.
    """
    case = queries.case_for(by, case_id, "accept", lock=True)
    states.require(case.state, Verb.ACCEPT)
    values = values_of(case)
    case.accepted_at, case.accepted_by = time.now(), by.account_id
    steps = _make_steps(case, values)
    _open_next(case, steps)
    return move(case, Verb.ACCEPT, by, values=values)


def _make_steps(case: Case, values: Mapping[str, Any]) -> list[CaseStep]:
    root = places.city().path
    steps = [
        CaseStep(
            case=case,
            step=step.id,
            order=order,
            type=step.type,
            permission=step.permission,
            place_path=root if step.at == "city" else case.place_path,
            after=list(step.after),
        )
        for order, step in enumerate(queries.version_of(case).definition.steps_for(values))
    ]
    CaseStep.objects.bulk_create(steps)
    return steps


def _open_next(case: Case, steps: Sequence[CaseStep]) -> None:
    """Open the steps that can begin, each with its own due date, and say whose turn it is."""
    limits = {step.id: step.limit for step in queries.version_of(case).definition.steps}
    now = time.now()
    fact = ClockFact(ClockFactKind.STARTED, now.date())
    for step in calc.next_open(steps):
        step.state, step.opened_at = "open", now
        step.due_on = due([fact], limits[step.step], deadlines.calendar()).due
        step.save(update_fields=["state", "opened_at", "due_on"])
    opened = [step for step in steps if step.state == "open"]
    if opened:
        wait_for(case, opened[0].permission, opened[0].place_path)
    else:
        wait_for(case, Permission.CASE_DECIDE, case.place_path)


@action
def request_supplement(
    *, case_id: uuid.UUID, points: Sequence[Mapping[str, str]], message: str, by: Actor
) -> Case:
    """Ask once, completely, for corrections, each tied to a field or a material; the receipt clock pauses.

    `points` are {kind: field|material, id, note}. Raises NoSuchCase, ReasonMissing, AlreadyAsked, VerbNotPossible.
    """
    case = queries.case_for(by, case_id, "accept", lock=True)
    states.require(case.state, Verb.REQUEST_SUPPLEMENT)
    if not points:
        raise _reason_missing("需要补正的内容", "point to correct")
    if queries.supplement_of(case) is not None:
        raise AlreadyAsked(
            sentence_zh="这个办件已经一次性告知过补正，不能再次要求。",
            sentence_en="A supplement was asked for already; it cannot be asked a second time.",
            todo_zh="请根据现有材料受理或者不予受理（行政许可法第三十二条）。",
            todo_en="Accept, or refuse acceptance, on what there is (Administrative Licence Law, art. 32).",
        )
    Supplement(
        case=case,
        points=[dict(point) for point in points],
        message=message,
        asked_at=time.now(),
        asked_by=by.account_id,
        before=case.answers,
    ).save(force_insert=True)
    wait_for(case, "")
    return move(
        case, Verb.REQUEST_SUPPLEMENT, by, payload={"points": [f"{p['kind']}:{p['id']}" for p in points]}
    )


@action
def refuse(*, case_id: uuid.UUID, reasons: str, by: Actor) -> Case:
    """Refuse acceptance in writing, with reasons (article 32). Raises NoSuchCase, ReasonMissing, VerbNotPossible."""
    case = queries.case_for(by, case_id, "accept", lock=True)
    states.require(case.state, Verb.REFUSE)
    if not reasons.strip():
        raise _reason_missing("不予受理的理由", "reason for not accepting")
    case.reasons = reasons.strip()
    return move(case, Verb.REFUSE, by)


def _step_for(case: Case, by: Actor, permission: Permission) -> tuple[CaseStep | None, list[CaseStep]]:
    """The open step with this permission within the reach of a grant of the actor, and all steps of the case."""
    steps = queries.steps_of(case)
    return queries.open_step(case, steps, by, permission), steps


@action
def complete_step(*, case_id: uuid.UUID, opinion: str, by: Actor) -> Case:
    """Complete the open step that is this officer's, with an opinion.

    Raises NoSuchCase, ReasonMissing, NotYourStep, VerbNotPossible.
    """
    case = queries.case_for(by, case_id, "review", lock=True)
    states.require(case.state, Verb.COMPLETE_STEP)
    if not opinion.strip():
        raise ReasonMissing(
            sentence_zh="没有填写审查意见。",
            sentence_en="There is no opinion.",
            todo_zh="请写明审查了什么、是否符合条件；决定的同事会看到。",
            todo_en="Write what was examined and whether the conditions are met; the colleague who decides reads it.",
        )
    step, steps = _step_for(case, by, Permission.CASE_REVIEW)
    if step is None:
        raise _not_your_step()
    _finish(step, by, opinion)
    _open_next(case, steps)
    return move(case, Verb.COMPLETE_STEP, by, payload={"step": step.step})


def _not_your_step() -> NotYourStep:
    return NotYourStep(
        sentence_zh="现在没有轮到您的环节。",
        sentence_en="No open step of this case is yours.",
        todo_zh="请查看办理进度，等待前一环节完成。",
        todo_en="See the progress; an earlier step must be completed first.",
    )


def _finish(step: CaseStep, by: Actor, opinion: str) -> None:
    step.state, step.done_at, step.done_by, step.opinion = "done", time.now(), by.account_id, opinion.strip()
    step.save(update_fields=["state", "done_at", "done_by", "opinion"])


def _decide(case_id: uuid.UUID, verb: Verb, by: Actor, opinion: str) -> tuple[Case, Mapping[str, Any]]:
    case = queries.case_for(by, case_id, "decide", lock=True)
    states.require(case.state, verb)
    step, steps = _step_for(case, by, Permission.CASE_DECIDE)
    if step is None and any(other.state != "done" for other in steps):
        raise _not_your_step()
    # Separation of examination and decision: maker is never checker.
    if by.account_id in queries.handlers(case, steps):
        raise SamePerson(
            sentence_zh="您受理或者审查过这个办件，不能再由您决定。",
            sentence_en="You accepted or reviewed this case, so you cannot decide it.",
            todo_zh="请交由另一位有决定权限的同事。",
            todo_en="Leave it to a colleague who may decide.",
        )
    if step is not None:
        _finish(step, by, opinion)
    case.decided_at, case.decided_by = time.now(), by.account_id
    return case, values_of(case)


@action
def grant(*, case_id: uuid.UUID, by: Actor, opinion: str = "") -> Case:
    """Decide for the applicant (article 38). Raises NoSuchCase, VerbNotPossible, NotYourStep, SamePerson."""
    case, values = _decide(case_id, Verb.GRANT, by, opinion)
    note_benefit(case, values)
    return move(case, Verb.GRANT, by)


def note_benefit(case: Case, values: Mapping[str, Any]) -> None:
    """Fix the amount that the item's rules give for these values, in fen."""
    benefit = queries.version_of(case).definition.benefit(values)
    if benefit is not None:
        case.benefit_fen, case.benefit_per = benefit


@action
def deny(*, case_id: uuid.UUID, reasons: str, by: Actor) -> Case:
    """Decide against the applicant, with reasons and remedies (article 38).

    Raises NoSuchCase, ReasonMissing, VerbNotPossible, NotYourStep, SamePerson.
    """
    if not reasons.strip():
        raise _reason_missing("不予许可的理由", "reason for the denial")
    case, _ = _decide(case_id, Verb.DENY, by, reasons)
    case.reasons = reasons.strip()
    return move(case, Verb.DENY, by)
