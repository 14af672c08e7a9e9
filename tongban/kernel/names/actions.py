"""Writes of names: keep one free for somebody."""

import uuid
from datetime import timedelta

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import Actor
from tongban.kernel.events import actions as events
from tongban.kernel.names import calc, queries, states
from tongban.kernel.names.models import ReservedName
from tongban.kernel.records.actions import action


class NameTaken(Problem):
    """Somebody else has the name, or it breaks the rules."""

    code = "name.taken"
    status = 409


@action
def reserve(*, name: str, person_id: uuid.UUID, case_id: uuid.UUID | None, by: Actor) -> ReservedName | None:
    """Keep a name for a person for as many days as the pack says; None where the pack has no rules of names.

    Two at the same moment: the unique key lets one of them have it. Raises NameTaken.
    """
    data, today = queries.rules(), time.today()
    if not data:
        return None
    wrong = queries.faults(name, today, person_id)
    if wrong:
        raise _taken(wrong[0])
    key, until = calc.key(calc.apart(name, data), data), today + timedelta(days=data["reserve_days"] - 1)
    fresh = ReservedName(
        key=key, name=name, person_id=person_id, case_id=case_id, until=until, reserved_at=time.now()
    )
    ReservedName.objects.bulk_create([fresh], ignore_conflicts=True)
    row = ReservedName.objects.select_for_update().get(key=key)
    if row.pk != fresh.pk:
        if row.person_id != person_id and row.until >= today:
            raise _taken(
                calc.Fault(
                    "reserved", f"与已保留的名称“{row.name}”相同", f"The same as a reserved name: {row.name}"
                )
            )
        row.name, row.person_id, row.case_id, row.until = name, person_id, case_id, until
        row.reserved_at = time.now()
        row.save()
        events.record(name=states.EXTENDED, about=row, by=by, payload={"until": until.isoformat()})
        return row
    events.record(name=states.NAME_RESERVED, about=row, by=by, payload={"until": until.isoformat()})
    return row


def _taken(fault: calc.Fault) -> NameTaken:
    return NameTaken(
        sentence_zh=f"{fault.zh}。",
        sentence_en=f"{fault.en}.",
        todo_zh="请换一个字号，或者换一种行业表述。",
        todo_en="Choose another trade name, or another wording of the trade.",
    )
