"""Taking open cases along to the version in force, when the law has changed while they were being handled."""

import uuid

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import Actor
from tongban.kernel.cases import queries, states
from tongban.kernel.cases.actions import work
from tongban.kernel.cases.actions.handling import values_of
from tongban.kernel.cases.actions.procedure import go_on, made_steps
from tongban.kernel.cases.models import Case, CaseStep
from tongban.kernel.cases.states import StepState
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.events import actions as events
from tongban.kernel.records.actions import action


class NotMovable(Problem):
    """The case cannot go on under the new version: something is missing, or a finished step would be lost."""

    code = "case.not_movable"
    status = 409


@action
def migrate(*, case_id: uuid.UUID, reason: str, by: Actor) -> Case:
    """Go on with an open case under the version in force: what was handed in and done stays, new steps are added.

    The clocks run on as they are: a change of law shortens nobody's time. Raises NotMovable, NoSuchCase.
    """
    case = queries.case_to_migrate(by, case_id)
    if case is None:
        raise _not_movable(
            "办件已经办结，或者不在您的权限之内。", "The case is closed, or not within your reach."
        )
    target = catalogue.item(case.item_code)
    move = queries.move_of(case, target, time.today())
    if case.version_id == target.version_id or not move.possible or not reason.strip():
        raise _not_movable(
            "这个办件不能按新版本继续办理，或者没有写明理由。",
            "This case cannot go on under the new version, or there is no reason given.",
        )
    case.version_id = target.version_id
    steps = _fitted(case)
    if steps:
        go_on(case, steps, by)
    work.settle(case, steps)
    events.record(
        name=states.MIGRATED,
        about=case,
        by=by,
        payload={"from": move.version, "to": target.version, "new_steps": len(move.new_steps)},
    )
    return case


def _not_movable(zh: str, en: str) -> NotMovable:
    return NotMovable(
        sentence_zh=zh,
        sentence_en=en,
        todo_zh="请查看预览：缺什么、哪个环节会丢失；这样的办件按原版本办完。",
        todo_en="See the preview for what is missing; such a case is finished under its own version.",
    )


def _fitted(case: Case) -> list[CaseStep]:
    """The steps under the new version: what has begun stays, what waits is laid anew in the new order."""
    steps = queries.steps_of(case)
    if not steps:
        return []
    begun = {step.step: step for step in steps if step.state != StepState.WAITING}
    CaseStep.objects.filter(case=case, state=StepState.WAITING).delete()
    made = made_steps(case, values_of(case))
    fresh = [step for step in made if step.step not in begun]
    for step in made:
        if step.step in begun:
            begun[step.step].order = step.order
    CaseStep.objects.bulk_update(begun.values(), ["order"])
    CaseStep.objects.bulk_create(fresh)
    return sorted([*begun.values(), *fresh], key=lambda step: step.order)
