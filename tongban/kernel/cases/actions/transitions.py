"""The one way a case changes its state: table, clocks, event. Every verb's action goes through `move`."""

from datetime import date
from typing import Any

from tongban.foundation import time
from tongban.kernel.access.calc import Actor
from tongban.kernel.access.states import Permission
from tongban.kernel.cases import states
from tongban.kernel.cases.models import Case
from tongban.kernel.cases.queries import version_of
from tongban.kernel.cases.states import CLOSING_CODES, CaseState, ClockEffect, Verb
from tongban.kernel.deadlines import actions as deadlines
from tongban.kernel.deadlines.calc import Limit
from tongban.kernel.deadlines.models import Clock
from tongban.kernel.deadlines.states import ClockKind, PauseReason, Unit
from tongban.kernel.events import actions as events
from tongban.kernel.records.actions import action

# 行政许可法 article 32: five working days to ask for all supplements at once; article 44: ten to deliver.
RECEIPT_LIMIT = Limit(5, Unit.WORKDAYS)
DELIVERY_LIMIT = Limit(10, Unit.WORKDAYS)
_DECISION = (ClockKind.DECISION_STATUTORY, ClockKind.DECISION_PROMISED)


@action
def move(
    case: Case, verb: Verb, by: Actor, *, values: Any = None, payload: dict[str, Any] | None = None
) -> Case:
    """Take the row of the table for `verb`: new state, clocks, one event. Raises VerbNotPossible.

    Runs inside the caller's action, on a locked row. `values` are the rule values that pick the promised limit.
    """
    row = states.require(case.state, verb)
    now = time.now()
    case.state = row.target
    if row.target in CLOSING_CODES:
        case.closing_code = CLOSING_CODES[CaseState(row.target)]
    if row.target in {CaseState.CLOSED, CaseState.WITHDRAWN, CaseState.REFUSED}:
        case.closed_at = now
    _CLOCKS[row.clock](case, now.date(), by, values)
    case.save()
    events.record(name=row.event, about=case, by=by, payload=payload)
    return case


def wait_for(case: Case, permission: Permission | str, path: str = "") -> None:
    """Say whose turn it is; an empty permission takes the case out of every queue."""
    case.waiting_for = permission
    case.waiting_path = path if permission else ""


def _show(case: Case, clock: Clock) -> None:
    case.due_on, case.yellow_on = clock.due_on, clock.yellow_on
    case.provisional, case.paused = clock.provisional, clock.paused


def _none(case: Case, day: date, by: Actor, values: Any) -> None:
    """The verb leaves the clocks alone."""


def _start_receipt(case: Case, day: date, by: Actor, values: Any) -> None:
    _show(case, deadlines.start(subject_id=case.pk, kind=ClockKind.RECEIPT, limit=RECEIPT_LIMIT, day=day))


def _pause_receipt(case: Case, day: date, by: Actor, values: Any) -> None:
    reason = PauseReason.SUPPLEMENT
    _show(case, deadlines.pause(subject_id=case.pk, kind=ClockKind.RECEIPT, reason=reason, day=day, by=by))


def _resume_receipt(case: Case, day: date, by: Actor, values: Any) -> None:
    reason = PauseReason.SUPPLEMENT
    _show(case, deadlines.resume(subject_id=case.pk, kind=ClockKind.RECEIPT, reason=reason, day=day))


def _start_decision(case: Case, day: date, by: Actor, values: Any) -> None:
    deadlines.stop(subject_id=case.pk, kinds=[ClockKind.RECEIPT], day=day)
    definition = version_of(case).definition
    statutory = deadlines.start(
        subject_id=case.pk, kind=ClockKind.DECISION_STATUTORY, limit=definition.statutory, day=day
    )
    promised = deadlines.start(
        subject_id=case.pk, kind=ClockKind.DECISION_PROMISED, limit=definition.promised(values or {}), day=day
    )
    case.statutory_due_on = statutory.due_on
    _show(case, promised)


def _stop_all(case: Case, day: date, by: Actor, values: Any) -> None:
    deadlines.stop(subject_id=case.pk, kinds=list(ClockKind), day=day)
    case.paused = False
    wait_for(case, "")


def _start_delivery(case: Case, day: date, by: Actor, values: Any) -> None:
    deadlines.stop(subject_id=case.pk, kinds=_DECISION, day=day)
    deadlines.start(subject_id=case.pk, kind=ClockKind.DELIVERY, limit=DELIVERY_LIMIT, day=day)
    wait_for(case, "")


_CLOCKS = {
    ClockEffect.NONE: _none,
    ClockEffect.START_RECEIPT: _start_receipt,
    ClockEffect.PAUSE_RECEIPT: _pause_receipt,
    ClockEffect.RESUME_RECEIPT: _resume_receipt,
    ClockEffect.START_DECISION: _start_decision,
    ClockEffect.STOP_ALL: _stop_all,
    ClockEffect.START_DELIVERY: _start_delivery,
}
if set(_CLOCKS) != set(ClockEffect):
    raise AssertionError("every ClockEffect needs its function in _CLOCKS")
