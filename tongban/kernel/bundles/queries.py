"""Reads of child cases: what belongs to a case, what a case belongs to."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from tongban.kernel.bundles import calc
from tongban.kernel.bundles.models import ChildCase
from tongban.kernel.bundles.states import ChildOutcome
from tongban.kernel.cases import queries as cases
from tongban.kernel.cases.models import Case
from tongban.kernel.cases.states import CHILD_CHANNEL, CaseState, StepState
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.catalogue.calc import Child, Definition, Step, Text


@dataclass(frozen=True)
class Part:
    """One of the cases of which a case consists: its step, its item, the case where it was opened, its end."""

    step: Step
    child: Child
    item: Text
    case: Case | None
    outcome: ChildOutcome | None  # None before it is opened


def catalogued() -> list[catalogue.Published]:
    """The items of the catalogue that are one thing, by code."""
    return [item for item in catalogue.items() if calc.is_bundle(item.definition)]


def definition_of(code: str) -> Definition | None:
    """What an item says today; None for one that is no longer there."""
    found = catalogue.snapshot().items.get(code)
    return found.definition if found else None


def spared(definition: Definition, situation: Mapping[str, str] | None = None) -> calc.Saving:
    """What a bundle spares in a situation, whose open questions count as answered the usual way."""
    values = definition.values({}, calc.ordinary(definition, situation), {})
    return calc.saving(definition, definition_of, values)


def children_of(case: Case) -> list[Part]:
    """The cases that belong to a case, in the order of its procedure; those of other situations are left out.

    No query for a case whose item opens none.
    """
    defined = [step for step in cases.version_of(case).definition.steps if step.child is not None]
    if not defined or case.submitted_at is None:
        return []
    steps = cases.steps_of(case)
    present = {step.step for step in steps}
    rows = {row.step: row for row in ChildCase.objects.filter(parent=case).select_related("child")}
    found = []
    for step in defined:
        if steps and step.id not in present:
            continue
        row, item = rows.get(step.id), catalogue.snapshot().items.get(step.child.item)
        found.append(
            Part(
                step,
                step.child,
                item.definition.name if item else step.title,
                row.child if row else None,
                ChildOutcome(row.outcome) if row else None,
            )
        )
    return found


def parent_of(case: Case) -> Case | None:
    """The case to which a case belongs. No query for one that was not opened by another."""
    if case.channel != CHILD_CHANNEL:
        return None
    row = ChildCase.objects.filter(child=case).select_related("parent").first()
    return row.parent if row is not None else None


def row_of(child_id: uuid.UUID, *, lock: bool = False) -> ChildCase | None:
    """The line that says to which case a case belongs."""
    rows = ChildCase.objects.filter(child_id=child_id)
    return (rows.select_for_update() if lock else rows).first()


def thrown_away() -> list[ChildCase]:
    """Children whose draft the applicant deleted, and whose parent has not been told yet."""
    return list(ChildCase.objects.filter(child__isnull=True, outcome=ChildOutcome.OPEN).order_by("id"))


def outcome_of(case: Case) -> ChildOutcome:
    """What a case has become, as its parent sees it."""
    match case.state:
        case CaseState.DENIED | CaseState.REFUSED:
            return ChildOutcome.DENIED
        case CaseState.WITHDRAWN | CaseState.TERMINATED:
            return ChildOutcome.WITHDRAWN
        case CaseState.DELIVERED | CaseState.CLOSED:
            return ChildOutcome.DENIED if case.closing_code == "1" else ChildOutcome.GRANTED
    return ChildOutcome.OPEN


def consists_of_children(case: Case) -> bool:
    """Whether no officer has a step in the case: it is what its child cases are, and done when they are."""
    steps = cases.steps_of(case)
    return bool(steps) and all(step.type == "child_case" for step in steps)


def all_done(case: Case) -> bool:
    """Whether every step of the case is done."""
    return all(step.state == StepState.DONE for step in cases.steps_of(case))
