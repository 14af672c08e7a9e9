"""The steps inside a case (data of the item): made on acceptance, opened in their order, completed with findings."""

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import SYSTEM, Actor
from tongban.kernel.access.states import Permission
from tongban.kernel.cases import calc, queries, states
from tongban.kernel.cases.actions import gates, work
from tongban.kernel.cases.actions.transitions import move, show_decision
from tongban.kernel.cases.models import Case, CaseStep, StepFile
from tongban.kernel.cases.states import StepState, StepType, Verb, Verdict
from tongban.kernel.catalogue.calc import Definition, Step
from tongban.kernel.deadlines import actions as clocks
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.deadlines.calc import ClockFact, Limit, WorkCalendar, due
from tongban.kernel.deadlines.states import ClockFactKind, ClockKind, PauseReason
from tongban.kernel.documents.models import StoredFile
from tongban.kernel.events import actions as events
from tongban.kernel.places import queries as places
from tongban.kernel.records.actions import action


class NotYourStep(Problem):
    """No open step of the case is for this officer."""

    code = "case.not_your_step"
    status = 409


class FindingMissing(Problem):
    """A step lacks what its kind asks for: an opinion, a verdict, the second officer."""

    code = "case.finding_missing"
    status = 422


def made_steps(case: Case, values: Mapping[str, Any]) -> list[CaseStep]:
    """The steps of the case's situation, waiting and not written yet."""
    root = case.place_path.split("/")[0] + "/"  # paths begin with the city
    definition = queries.version_of(case).definition
    made = [
        CaseStep(
            case=case,
            step=step.id,
            order=order,
            type=step.type,
            permission=step.permission,
            agency=step.agency or case.agency,
            place_path=root if step.at == "city" else _town_path(case, definition, root),
            after=list(step.after),
        )
        for order, step in enumerate(definition.steps_for(values))
    ]
    for one in made:
        one.elsewhere = one.agency != case.agency or not case.place_path.startswith(one.place_path)
    return made


def _town_path(case: Case, definition: Definition, root: str) -> str:
    """Where a step of the town is done: at the case's place, or in the town that a case of the city names."""
    if case.place_path != root:
        return case.place_path
    named = [id for id, field in definition.fields.items() if field.type == "place" and case.answers.get(id)]
    named.sort(key=lambda id: case.sources.get(id, {}).get("source") != calc.SELF)
    place = places.by_code(str(case.answers[named[0]])) if named else None
    return place.path if place is not None else root


@action
def begin(case: Case, steps: Sequence[CaseStep], by: Actor) -> None:
    """Write the steps made on acceptance, those open that wait for no other."""
    opened = _open(case, steps)
    CaseStep.objects.bulk_create(steps)
    _announce_children(case, opened)
    _stop_promise(case, steps, by)


@action
def go_on(case: Case, steps: Sequence[CaseStep], by: Actor) -> None:
    """Open the steps that can begin now, and stop or restart the promised clock as they say."""
    opened = _open(case, steps)
    for step in opened:
        step.save(update_fields=["state", "opened_at", "due_on"])
    _announce_children(case, opened)
    _stop_promise(case, steps, by)


def _open(case: Case, steps: Sequence[CaseStep]) -> list[CaseStep]:
    """Open what can begin, and say until when: no standstill before now takes a day from it."""
    opened = calc.next_open(steps)
    if opened:
        definition, days, now = queries.version_of(case).definition, deadlines.calendar(), time.now()
        for step in opened:
            step.state, step.opened_at = StepState.OPEN, now
            if step.type != StepType.CHILD_CASE:  # which has clocks of its own
                step.due_on = _due(step, _defined(definition, step).limit, (), days)
    return opened


def _announce_children(case: Case, opened: Sequence[CaseStep]) -> None:
    for step in opened:
        if step.type == StepType.CHILD_CASE:
            payload = {"step": step.step}
            events.record(name=states.CHILD_STEP_OPENED, about=case, by=SYSTEM, payload=payload)


def _defined(definition: Definition, step: CaseStep) -> Step:
    return next(one for one in definition.steps if one.id == step.step)


def _standstills(case: Case) -> list[ClockFact]:
    """When the case stood still by law: the pauses of its statutory clock and their ends."""
    statutory = deadlines.clock(case.pk, ClockKind.DECISION_STATUTORY)
    facts = deadlines.facts_of(list(statutory.entries.all())) if statutory is not None else []
    return [fact for fact in facts if fact.kind in {ClockFactKind.PAUSED, ClockFactKind.RESUMED}]


def _due(step: CaseStep, limit: Limit, still: Sequence[ClockFact], days: WorkCalendar) -> date | None:
    """Until when a step should be done: its own limit from its opening, less the days on which the case stood still."""
    opened = step.opened_at.astimezone(time.SHANGHAI).date()
    facts = [ClockFact(ClockFactKind.STARTED, opened)]
    paused = False
    for fact in still:
        # A standstill that ended before the opening, or on its day before it, took nothing from this step.
        if fact.date >= opened and (fact.kind is ClockFactKind.PAUSED or paused):
            facts.append(fact)
            paused = fact.kind is ClockFactKind.PAUSED
    return due(facts, limit, days).due


@action
def resume_steps(case: Case, steps: Sequence[CaseStep], by: Actor) -> None:
    """After a standstill: the steps that were open all the while get its days back, and the work goes on."""
    redate_steps(case, steps)
    go_on(case, steps, by)


@action
def redate_steps(case: Case, steps: Sequence[CaseStep]) -> None:
    """Compute the dates of the open steps anew: the case stood still, or the calendar changed."""
    definition, days, still = queries.version_of(case).definition, deadlines.calendar(), _standstills(case)
    for step in steps:
        if step.state == StepState.OPEN and step.type != StepType.CHILD_CASE:
            due_on = _due(step, _defined(definition, step).limit, still, days)
            if due_on != step.due_on:
                step.due_on = due_on
                step.save(update_fields=["due_on"])


def _stop_promise(case: Case, steps: Sequence[CaseStep], by: Actor) -> None:
    """The promised clock stands still while a step is open that says so; no law stops the other one for it."""
    definition = queries.version_of(case).definition
    mentioned = {PauseReason(one.stops) for one in definition.steps if one.stops}
    if not mentioned:
        return
    clock = deadlines.clock(case.pk, ClockKind.DECISION_PROMISED)
    if clock is None or clock.stopped:
        return
    opened = [_defined(definition, step) for step in steps if step.state == StepState.OPEN]
    wanted = {PauseReason(one.stops) for one in opened if one.stops}
    # What the head stopped for the same reason ends by itself, not with the step.
    others = Counter(PauseReason(row.kind) for row in queries.live_pauses(case) if row.decided_at)
    open_now = set(queries.open_pauses(clock) - others) & mentioned
    day, changed = time.today(), wanted != open_now
    for reason in sorted(open_now - wanted):
        clock = clocks.resume(subject_id=case.pk, kind=ClockKind.DECISION_PROMISED, reason=reason, day=day)
    for reason in sorted(wanted - open_now):
        clock = clocks.pause(
            subject_id=case.pk, kind=ClockKind.DECISION_PROMISED, reason=reason, day=day, by=by
        )
    if changed:
        show_decision(case, deadlines.clock(case.pk, ClockKind.DECISION_STATUTORY), clock)


@action
def complete_step(
    *,
    case_id: uuid.UUID,
    opinion: str,
    by: Actor,
    step_id: uuid.UUID | None = None,
    verdict: str = Verdict.FITS,
    second_officer: uuid.UUID | None = None,
    findings: Mapping[str, str] | None = None,
) -> Case:
    """Complete an open step that is this officer's, with an opinion; without `step_id` the first of them.

    A check on site takes two officers (article 34). Raises NoSuchCase, FindingMissing, NotYourStep, VerbNotPossible.
    """
    case = queries.case_for(by, case_id, "review", lock=True)
    states.require(case.state, Verb.COMPLETE_STEP)
    steps = queries.steps_of(case)
    step = queries.open_step(case, steps, by, Permission.CASE_REVIEW, step_id)
    if step is None:
        raise not_your_step()
    _check_findings(step, opinion, verdict, second_officer, by)
    _check_second(case, step, second_officer)
    step.verdict, step.done_with, step.findings = verdict, second_officer, dict(findings or {})
    finish(step, by, opinion)
    return move(
        case,
        Verb.COMPLETE_STEP,
        by,
        steps=steps,
        payload={"step": step.step, "verdict": verdict},
        meanwhile=lambda: go_on(case, steps, by),
    )


def _check_findings(
    step: CaseStep, opinion: str, verdict: str, second_officer: uuid.UUID | None, by: Actor
) -> None:
    if not opinion.strip():
        raise FindingMissing(
            sentence_zh="没有填写审查意见。",
            sentence_en="There is no opinion.",
            todo_zh="请写明审查了什么、是否符合条件；决定的同事会看到。",
            todo_en="Write what was examined and whether the conditions are met; the colleague who decides reads it.",
        )
    if verdict not in {Verdict.FITS, Verdict.FAULTS}:
        raise FindingMissing(
            sentence_zh="没有选择结论。",
            sentence_en="There is no verdict.",
            todo_zh="请选择“符合”或者“不符合”。",
            todo_en="Choose whether it fits or not.",
        )
    if step.type == StepType.SITE_CHECK and second_officer in (None, by.account_id):
        raise FindingMissing(
            sentence_zh="现场核查应当由两名以上工作人员进行。",
            sentence_en="A check on site takes two officers or more.",
            todo_zh="请填写另一名到场的工作人员（行政许可法第三十四条）。",
            todo_en="Name the other officer who was there (Administrative Licence Law, art. 34).",
        )


def _check_second(case: Case, step: CaseStep, second_officer: uuid.UUID | None) -> None:
    if step.type == StepType.SITE_CHECK and second_officer in queries.kept_away(case):
        raise FindingMissing(
            sentence_zh="这名工作人员已经登记回避。",
            sentence_en="This officer is recused from the case.",
            todo_zh="请另选一名到场的工作人员。",
            todo_en="Name another officer who was there.",
        )


def not_your_step() -> NotYourStep:
    """The refusal for somebody whose turn it is not."""
    return NotYourStep(
        sentence_zh="现在没有轮到您的环节。",
        sentence_en="No open step of this case is yours.",
        todo_zh="请查看办理进度，等待前一环节完成。",
        todo_en="See the progress; an earlier step must be completed first.",
    )


@action
def finish(step: CaseStep, by: Actor, opinion: str) -> None:
    """Close a step."""
    step.state, step.done_at = StepState.DONE, time.now()
    step.done_by, step.opinion = by.account_id, opinion.strip()
    step.save(update_fields=["state", "done_at", "done_by", "done_with", "verdict", "opinion", "findings"])


@action
def let_silence_speak(*, step_id: uuid.UUID) -> CaseStep:
    """Close a consultation that was not answered in time, where the item says that silence is agreement.

    A public notice ends the same way: nobody has objected by its last day. Anything else stays open.
    """
    step = CaseStep.objects.select_related("case").get(pk=step_id)
    case = Case.objects.select_for_update().get(pk=step.case_id)
    steps = queries.steps_of(case)
    step = next(one for one in steps if one.pk == step_id)
    defined = _defined(queries.version_of(case).definition, step)
    speaks = step.type == StepType.PUBLIC_NOTICE or (
        step.type == StepType.CONSULT and defined.silence == "agree"
    )
    late = step.due_on is not None and step.due_on < time.today()
    if (
        step.state != StepState.OPEN
        or not speaks
        or not late
        or case.state not in states.TRANSITIONS[Verb.COMPLETE_STEP].sources
        or gates.held_back(case, StepType(step.type))
    ):
        return step
    step.verdict = Verdict.SILENT
    finish(step, SYSTEM, "")
    events.record(name=states.STEP_LAPSED, about=case, by=SYSTEM, payload={"step": step.step})
    go_on(case, steps, SYSTEM)
    work.settle(case, steps)
    return step


@action
def end_notice(*, case_id: uuid.UUID, opinion: str, by: Actor) -> Case | None:
    """End a public notice before its day because what was published was taken off; the decision comes next.

    Whoever may take it off, the caller knows. None, and nothing changes, where no notice is open.
    """
    case = Case.objects.select_for_update().get(pk=case_id)
    steps = queries.steps_of(case)
    step = next((s for s in steps if s.type == StepType.PUBLIC_NOTICE and s.state == StepState.OPEN), None)
    if step is None or case.state not in states.TRANSITIONS[Verb.COMPLETE_STEP].sources:
        return None
    step.verdict = Verdict.FAULTS
    finish(step, by, opinion)
    payload = {"step": step.step, "verdict": Verdict.FAULTS}
    return move(
        case,
        Verb.COMPLETE_STEP,
        by,
        steps=steps,
        payload=payload,
        meanwhile=lambda: go_on(case, steps, by),
    )


@action
def attach_to_step(*, case_id: uuid.UUID, step_id: uuid.UUID, file: StoredFile, by: Actor) -> StepFile:
    """Attach a photo or paper to the open step that is this officer's. Raises NoSuchCase, NotYourStep."""
    case = queries.case_for(by, case_id, "review", lock=True)
    step = queries.open_step(case, queries.steps_of(case), by, Permission.CASE_REVIEW, step_id)
    if step is None:
        raise not_your_step()
    row = StepFile(step=step, file=file, added_by=by.account_id, added_at=time.now())
    row.save(force_insert=True)
    events.record(
        name=states.MATERIAL_ADDED, about=case, by=by, payload={"step": step.step, "sha256": file.sha256}
    )
    return row
