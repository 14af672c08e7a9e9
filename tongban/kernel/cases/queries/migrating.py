"""Open cases under an older version of their item: which could go on under the one in force, and what keeps the others."""

import uuid
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from tongban.kernel.access.calc import Actor
from tongban.kernel.cases import calc, rules
from tongban.kernel.cases.models import Case
from tongban.kernel.cases.queries.reading import case_subject, held_by, materials_of, profile_of, version_of
from tongban.kernel.cases.queries.work import steps_of
from tongban.kernel.cases.states import StepState
from tongban.kernel.catalogue.queries import Published


@dataclass(frozen=True)
class Move:
    """What taking one case along would mean. It can go when nothing is missing and no finished step is lost."""

    case: Case
    version: int
    missing: tuple[str, ...]
    lost_steps: tuple[str, ...]
    new_steps: tuple[str, ...]

    @property
    def possible(self) -> bool:
        """Whether the case can go on under the new version."""
        return not self.missing and not self.lost_steps


def on_older_versions(actor: Actor, target: Published) -> QuerySet[Case]:
    """The open cases of an item that are not under `target`, and that the actor may take along."""
    rows = rules.visible(actor, "migrate").filter(item_code=target.code)
    return rows.exclude(version_id=target.version_id).order_by("id")


def move_of(case: Case, target: Published, today: date) -> Move:
    """What it would mean for one case. Nothing is written."""
    definition = target.definition
    materials = materials_of(case)
    application = calc.assemble(
        definition,
        target.validator,
        profile_of(case, today),
        case.situation,
        case.answers,
        held=frozenset(held_by(case_subject(case), today)),
        uploaded=frozenset(row.material for row in materials if row.file_id or row.waived),
        signed=case.signed,
        deferred=case.deferred,
    )
    labels = {question.id: question.question.zh for question in definition.questions}
    labels |= {id: field.label.zh for id, field in definition.fields.items()}
    labels |= {material.id: material.name.zh for material in definition.materials}
    labels |= {data["id"]: data["title"]["zh"] for data in definition.data["commitments"]}
    missing = [
        *application.unanswered,
        *(error.field for error in application.errors),
        *application.missing_materials,
        *application.unsigned,
    ]
    steps = steps_of(case)
    wanted = {step.id: step.title.zh for step in definition.steps_for(application.values)}
    old = {step.id: step.title.zh for step in version_of(case).definition.steps}
    begun = [step.step for step in steps if step.state != StepState.WAITING]
    present = {step.step for step in steps}
    return Move(
        case=case,
        version=version_of(case).version,
        missing=tuple(labels.get(one, one) for one in dict.fromkeys(missing)),
        lost_steps=tuple(old.get(step, step) for step in begun if step not in wanted),
        new_steps=tuple(title for id, title in wanted.items() if steps and id not in present),
    )


def case_to_migrate(actor: Actor, case_id: uuid.UUID) -> Case | None:
    """The open case, locked, when the actor may take it along."""
    rows = rules.visible(actor, "migrate").filter(pk=case_id)
    return rows.select_for_update(of=("self",)).first()
