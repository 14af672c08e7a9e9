"""Writes about child cases: open them as their steps open, note how they end, draw the consequence for the parent.

Everything here is called by listeners and safe to repeat: each call looks at what is there and does what is missing.
"""

import functools
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from tongban.foundation import time
from tongban.kernel.access.calc import SYSTEM, Actor
from tongban.kernel.bundles import queries, states
from tongban.kernel.bundles.models import ChildCase
from tongban.kernel.bundles.states import ChildOutcome, Consequence
from tongban.kernel.cases import queries as cases
from tongban.kernel.cases import states as case_states
from tongban.kernel.cases.actions import promises
from tongban.kernel.cases.actions.deciding import note_benefit
from tongban.kernel.cases.actions.filing import NotForYou, new_case
from tongban.kernel.cases.actions.handling import values_of
from tongban.kernel.cases.actions.procedure import finish, go_on
from tongban.kernel.cases.actions.signing import adopt_signatures
from tongban.kernel.cases.actions.submitting import hand_in_for
from tongban.kernel.cases.actions.transitions import move
from tongban.kernel.cases.models import Case, CaseMaterial, CaseStep
from tongban.kernel.cases.states import CaseState, StepState, StepType, Verb, Verdict
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.catalogue.calc import Child
from tongban.kernel.credentials import queries as credentials
from tongban.kernel.events import actions as events
from tongban.kernel.events.states import ActorKind
from tongban.kernel.records.actions import action
from tongban.kernel.signatures import actions as signatures


@action
def advance(*, case_id: uuid.UUID) -> Case:
    """Bring a case with child cases as far as it can come now: open children, close steps whose child has ended.

    Changes nothing in a case without children, or one that stands still; its listeners call again when it goes on.
    """
    case = cases.case(case_id)
    defined = {step.id: step.child for step in cases.version_of(case).definition.steps if step.child}
    if not defined:
        return case
    case = Case.objects.select_for_update().get(pk=case_id)
    while case.state in case_states.TRANSITIONS[Verb.COMPLETE_STEP].sources and _one_step(case, defined):
        pass  # a step that is done may let the next ones begin
    if case.state in case_states.TRANSITIONS[Verb.GRANT].sources:
        _conclude(case)
    return case


def _one_step(case: Case, defined: Mapping[str, Child]) -> bool:
    """Open all children that can be opened, and close one step; False when nothing more can be done now."""
    steps = cases.steps_of(case)
    rows = {row.step: row for row in ChildCase.objects.select_for_update().filter(parent=case)}
    waiting = [one for one in steps if one.type == StepType.CHILD_CASE and one.state == StepState.OPEN]
    for step in waiting:
        row = rows.get(step.step) or _open(case, step, defined[step.step], rows)
        if row.outcome != ChildOutcome.OPEN or not defined[step.step].waits:
            _close(case, steps, step, row, defined[step.step])
            return True
    return False


def _open(case: Case, step: CaseStep, child: Child, rows: Mapping[str, ChildCase]) -> ChildCase:
    """Open the child case for the same applicant, filled from this one and handed in where nothing is missing."""
    values, now = {**values_of(case), **_results(rows)}, time.now()
    by = _applicant(case, child, rows)
    try:
        other = new_case(
            catalogue.item(child.item), by, child.situation_from(values), case_states.CHILD_CHANNEL, None
        )
    except NotForYou:  # nobody can apply in it: as good as not granted
        row = ChildCase(parent=case, step=step.step, item_code=child.item, opened_at=now, ended_at=now)
        row.outcome = ChildOutcome.DENIED
        row.save(force_insert=True)
        return row
    fields = cases.version_of(other).definition.fields
    given = {**case.answers, **{f"answer.{id}": value for id, value in case.answers.items()}}
    told = child.answers_from({**values, **given})
    other.answers = {id: value for id, value in told.items() if id in fields}
    other.deferred = sorted(id for id, own in child.defers.items() if own in case.signed)
    other.signed = sorted(id for id, own in child.signs.items() if own in case.signed)
    other.save(force_insert=True)
    events.record(
        name=case_states.CASE_OPENED,
        about=other,
        by=by,
        payload={"item": child.item, "channel": case_states.CHILD_CHANNEL},
    )
    _share_materials(case, other, child)
    if child.signatures:
        adopt_signatures(case, other)
    row = ChildCase(parent=case, step=step.step, child=other, item_code=child.item, opened_at=now)
    row.save(force_insert=True)
    complete = hand_in_for(other, by)
    payload = {"step": step.step, "child": str(other.pk), "complete": complete}
    events.record(name=states.CHILD_OPENED, about=case, by=SYSTEM, payload=payload)
    return row


def _results(rows: Mapping[str, ChildCase]) -> dict[str, str]:
    """The numbers of what earlier child cases brought about, under the names by which mappings know them."""
    found = {row.step: credentials.of_case(row.child_id) for row in rows.values() if row.child_id is not None}
    return {f"result.{step}": one.number for step, one in found.items() if one is not None}


def _applicant(case: Case, child: Child, rows: Mapping[str, ChildCase]) -> Actor:
    """Who applies: as in the parent, or for the organisation that an earlier child case brought into being."""
    organisation = case.organisation_id
    earlier = rows.get(child.holder_of)
    if earlier is not None and earlier.child_id is not None:
        credential = credentials.of_case(earlier.child_id)
        if credential is not None and credential.holder_kind == "organisation":
            organisation = credential.holder_id
    return Actor(
        kind=ActorKind.PERSON,
        account_id=case.account_id,
        person_id=case.person_id,
        organisation_id=organisation,
        represents=(organisation,) if organisation else (),
    )


def _share_materials(case: Case, other: Case, child: Child) -> None:
    """Give the child the very files of the parent: the same digests, asked for once."""
    given = [row for row in cases.materials_of(case) if row.file_id]
    CaseMaterial.objects.bulk_create(
        [
            CaseMaterial(
                case=other,
                material=material,
                file=row.file,
                digest=row.digest,
                grade=row.grade,
                checked_by=row.checked_by,
                checked_at=row.checked_at,
                added_at=time.now(),
            )
            for material, own in child.materials.items()
            for row in given
            if row.material == own
        ]
    )


def _close(case: Case, steps: Sequence[CaseStep], step: CaseStep, row: ChildCase, child: Child) -> None:
    """The step is done with what the item says follows from this end of the child case."""
    outcome = ChildOutcome(row.outcome)
    then = Consequence(child.then.get(outcome, Consequence.GO_ON)) if child.waits else Consequence.GO_ON
    number = row.child.short_no if row.child is not None else None
    title = f"{catalogue.item(row.item_code).definition.name.zh}{f'（{number}）' if number else ''}"
    said = f"{title}：{states.OUTCOME_NAMES[outcome][0]}"
    if then is Consequence.END:
        case.reasons = f"所含办件没有办成，按事项规定终止办理。{said}。"
        move(case, Verb.TERMINATE, SYSTEM, steps=steps, payload={"child": step.step, "outcome": outcome})
        return
    granted = Verdict.FITS if outcome == ChildOutcome.GRANTED else ""
    step.verdict = Verdict.FAULTS if then is Consequence.NO_GRANT else granted
    finish(step, SYSTEM, said)
    move(
        case,
        Verb.COMPLETE_STEP,
        SYSTEM,
        steps=steps,
        payload={"step": step.step, "verdict": step.verdict, "outcome": outcome},
        meanwhile=functools.partial(go_on, case, steps, SYSTEM),
    )


def _conclude(case: Case) -> None:
    """Grant a case that consists of child cases alone when they are all done and none stands in the way."""
    if not queries.consists_of_children(case) or not queries.all_done(case):
        return
    if cases.obstacles(case, time.today()):
        return  # an officer decides what cannot be granted
    values: Mapping[str, Any] = values_of(case)
    case.decided_at = time.now()
    note_benefit(case, values)
    promises.open_checks(case, values)
    move(case, Verb.GRANT, SYSTEM, payload={"children": True})


@action
def note_end(*, child_id: uuid.UUID) -> ChildCase | None:
    """Note what became of a child case; the parent goes on by `advance`. None for a case that belongs to none."""
    row = queries.row_of(child_id, lock=True)
    if row is None or row.outcome != ChildOutcome.OPEN:
        return row
    outcome = queries.outcome_of(row.child)
    if row.child.state == CaseState.GRANTED and credentials.of_case(child_id) is not None:
        outcome = ChildOutcome.GRANTED  # the licence is there; how its paper is handed over holds nothing up
    if outcome != ChildOutcome.OPEN:
        _ended(row, outcome)
    return row


def _ended(row: ChildCase, outcome: ChildOutcome) -> None:
    row.outcome, row.ended_at = outcome, time.now()
    row.save(update_fields=["outcome", "ended_at"])
    payload = {"step": row.step, "child": str(row.child_id or ""), "outcome": outcome}
    events.record(name=states.CHILD_CLOSED, about=row.parent, by=SYSTEM, payload=payload)


@action
def note_thrown_away() -> list[ChildCase]:
    """Note child cases whose draft the applicant threw away: withdrawn, for the parent."""
    rows = queries.thrown_away()
    for row in rows:
        _ended(row, ChildOutcome.WITHDRAWN)
    return rows


@action
def withdraw_children(*, parent_id: uuid.UUID, by: Actor) -> None:
    """Who takes the whole back takes back what is still open of it; what was decided stays.

    Drafts go, open cases are withdrawn. A second call finds nothing to do.
    """
    rows = ChildCase.objects.select_for_update().filter(parent_id=parent_id, outcome=ChildOutcome.OPEN)
    for row in list(rows.order_by("id")):
        child = Case.objects.select_for_update().filter(pk=row.child_id).first()
        if child is None or child.state == CaseState.DRAFT:
            row.child = None
            row.save(update_fields=["child"])
            _ended(row, ChildOutcome.WITHDRAWN)
            if child is not None:
                signatures.forget(case_id=child.pk)
                events.record(
                    name=case_states.CASE_DELETED, about=child, by=by, payload={"item": child.item_code}
                )
                child.delete()
        elif child.state in case_states.TRANSITIONS[Verb.WITHDRAW].sources:
            move(child, Verb.WITHDRAW, by, payload={"with": str(parent_id)})
            _ended(row, ChildOutcome.WITHDRAWN)
