"""Days of stages that a project had passed before anybody wrote them down."""

import uuid
from datetime import date

from tongban.foundation import time
from tongban.kernel.access.calc import Actor
from tongban.kernel.events import actions as events
from tongban.kernel.records.actions import action
from tongban.modules.projects import queries, states
from tongban.modules.projects.actions.writing import NotPossible, bad, still_open
from tongban.modules.projects.models import ProjectStage


@action
def register_stage(*, project_id: uuid.UUID, stage: str, on: date | None, by: Actor) -> ProjectStage:
    """Register the day on which a stage that was passed over had begun; what is known stands.

    It lies between the days of the stages around it. The light does not change: it is the past that is written down.
    Raises NoSuchProject, NotPossible, BadEntry.
    """
    row = still_open(project_id, by)
    rows = queries.stages_of(row)
    order = next(one.order for one in rows if one.stage == row.stage)
    found = next((one for one in rows if one.stage == stage), None)
    if found is None or found.order > order or found.actual_on is not None:
        raise NotPossible(
            sentence_zh="这个阶段还没有开始，或者日期已经登记。",
            sentence_en="This stage has not begun, or its day is known.",
            todo_zh="请选择已经过、还没有登记日期的阶段。",
            todo_en="Choose a stage that was passed and has no day.",
        )
    known = [(one.order, one.actual_on) for one in rows if one.actual_on is not None]
    first = max((day for place, day in known if place < found.order), default=date.min)
    last = min((day for place, day in known if place > found.order), default=time.today())
    if on is None or not first <= on <= last:
        raise bad(
            "这一天不在前后两个阶段之间。",
            "The day does not lie between the stages around it.",
            "请核对：不早于上一阶段，不晚于下一阶段。",
            "It is not before the stage ahead of it and not after the next.",
        )
    found.actual_on = on
    found.save()
    events.record(name=states.PROJECT_DATED, about=row, by=by, payload={"stage": stage, "on": str(on)})
    return found
