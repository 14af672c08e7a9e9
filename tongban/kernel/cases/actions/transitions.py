"""The one way a case changes its state: table, clocks, work, event. Every verb's action goes through `move`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tongban.foundation import time
from tongban.kernel.access.calc import Actor
from tongban.kernel.cases import states
from tongban.kernel.cases.actions import gates, work
from tongban.kernel.cases.models import Case, CaseMaterial, CaseStep
from tongban.kernel.cases.queries import version_of
from tongban.kernel.cases.states import (
    ENDED_STATES,
    EXAMINED_STATES,
    CaseState,
    ClockEffect,
    ProposalState,
    Verb,
)
from tongban.kernel.deadlines import actions as deadlines
from tongban.kernel.deadlines import queries as clocks
from tongban.kernel.deadlines.calc import LEGAL_LIMITS, Legal
from tongban.kernel.deadlines.models import Clock
from tongban.kernel.deadlines.states import ClockKind, EntryKind, PauseReason, Unit
from tongban.kernel.events import actions as events
from tongban.kernel.records.actions import action

_STATUTORY, _PROMISED = ClockKind.DECISION_STATUTORY, ClockKind.DECISION_PROMISED


@dataclass(frozen=True)
class Effect:
    """What the clocks need to know of the verb: when, by whom, why, by how much."""

    day: date
    by: Actor
    values: Any = None  # rule values that pick the promised limit
    reason: PauseReason = PauseReason.SUPPLEMENT
    basis: str = ""
    value: int = 0
    until: date | None = None  # the day on which a pause is planned to end


# On acceptance nothing can have been proposed yet, so nobody needs to look.
_FRESH = {Verb.SUBMIT, Verb.ACCEPT, Verb.DEEM_ACCEPTED}


@action
def move(
    case: Case,
    verb: Verb,
    by: Actor,
    *,
    values: Any = None,
    payload: Mapping[str, Any] | None = None,
    steps: Sequence[CaseStep] | None = None,
    reason: PauseReason = PauseReason.SUPPLEMENT,
    basis: str = "",
    value: int = 0,
    until: date | None = None,
    meanwhile: Callable[[], None] | None = None,
    passing: bool = False,
) -> Case:
    """Take the row of the table for `verb`: new state, clocks, work, one event. Raises VerbNotPossible.

    Runs inside the caller's action, on a locked row. `values` are the rule values that pick the promised limit, `steps`
    the case's steps where the caller has them; `reason`, `basis`, `value` and `until` say why, by how much and how long
    clocks change; `meanwhile` is done when the clocks are right and before it is said whose turn it is; `passing`: another
    verb follows in the same breath, and the case is kept with that one.
    """
    row = states.require(case.state, verb)
    gates.ask(case, verb, by)
    now, examined = time.now(), case.state in EXAMINED_STATES
    still = case.state == CaseState.SUSPENDED
    if case.state == CaseState.SUPPLEMENT_REQUESTED and verb != Verb.RESUBMIT:
        forget_corrections(case)
    case.state = row.target or case.state
    if row.closing_code:
        case.closing_code = row.closing_code
    if row.target in ENDED_STATES:
        case.closed_at = now
    _CLOCKS[row.clock](case, Effect(now.date(), by, values, reason, basis, value, until))
    if examined and row.target in ENDED_STATES:
        end_measures(case)
    if meanwhile is not None:
        meanwhile()
    if not passing:
        woken = still and case.state != CaseState.SUSPENDED
        work.settle(case, steps, fresh=verb in _FRESH, first=verb == Verb.SUBMIT, woken=woken)
    events.record(name=row.event, about=case, by=by, payload=dict(payload or {}))
    # A grant counts for the case around this one when its licence is there: what issues it says so.
    if case.channel == states.CHILD_CHANNEL and row.closing_code and row.target != CaseState.GRANTED:
        events.record(name=states.CHILD_DECIDED, about=case, by=by)
    return case


@action
def forget_corrections(case: Case) -> None:
    """Corrections that were never handed in are no part of the application: it ends as its receipt says."""
    supplement = case.supplement
    case.answers = supplement.before
    CaseMaterial.objects.filter(case=case, added_at__gt=supplement.asked_at).delete()


@action
def end_measures(case: Case) -> None:
    """What was proposed or ran when a case came to its end has ended with it."""
    case.pauses.filter(state=ProposalState.RUNNING).update(state=ProposalState.ENDED, ended_at=time.now())
    case.pauses.filter(state=ProposalState.ASKED).update(state=ProposalState.ENDED)
    case.extensions.filter(state=ProposalState.ASKED).update(state=ProposalState.ENDED)


def show(case: Case, clock: Clock) -> None:
    """Put on the case what people look at: the date of this clock."""
    case.due_on, case.yellow_on = clock.due_on, clock.yellow_on
    case.provisional, case.paused = clock.provisional, clock.paused


def show_decision(case: Case, statutory: Clock, promised: Clock) -> None:
    """The promised date, or the law's where the promise says nothing: it stands still alone, or was not extended."""
    case.statutory_due_on = statutory.due_on
    alone = promised.paused and not statutory.paused
    # A promise on the spot has no days to add to, and a broken one stays broken: then the law's date counts.
    outlived = _extended(statutory) and not _extended(promised)
    show(case, statutory if alone or outlived else promised)


def _extended(clock: Clock) -> bool:
    return any(entry.kind == EntryKind.EXTENDED for entry in clock.entries.all())


def _none(case: Case, effect: Effect) -> None:
    """The verb leaves the clocks alone."""


def _start_receipt(case: Case, effect: Effect) -> None:
    show(case, _start(case, ClockKind.RECEIPT, Legal.RECEIPT, effect))


def _start(case: Case, kind: ClockKind, legal: Legal, effect: Effect) -> Clock:
    law = LEGAL_LIMITS[legal]
    return deadlines.start(subject_id=case.pk, kind=kind, limit=law.limit, day=effect.day, basis=law.article)


def _pause_receipt(case: Case, effect: Effect) -> None:
    show(case, _pause(case, ClockKind.RECEIPT, effect))


def _resume_receipt(case: Case, effect: Effect) -> None:
    show(case, _resume(case, ClockKind.RECEIPT, effect))


def _pause(case: Case, kind: ClockKind, effect: Effect) -> Clock:
    return deadlines.pause(
        subject_id=case.pk,
        kind=kind,
        reason=effect.reason,
        day=effect.day,
        by=effect.by,
        basis=effect.basis,
        planned_until=effect.until,
    )


def _resume(case: Case, kind: ClockKind, effect: Effect) -> Clock:
    return deadlines.resume(subject_id=case.pk, kind=kind, reason=effect.reason, day=effect.day)


def _start_decision(case: Case, effect: Effect) -> None:
    _begin(case, effect, effect.day)


def _start_from_receipt(case: Case, effect: Effect) -> None:
    _begin(case, effect, case.submitted_at.astimezone(time.SHANGHAI).date())


def _begin(case: Case, effect: Effect, day: date) -> None:
    definition = version_of(case).definition
    limits = {_STATUTORY: definition.statutory, _PROMISED: definition.promised(effect.values or {})}
    statutory, promised = deadlines.start_all(
        subject_id=case.pk, limits=limits, day=day, after=[ClockKind.RECEIPT]
    )
    case.statutory_due_on = statutory.due_on
    show(case, promised)


def _pause_decision(case: Case, effect: Effect) -> None:
    show_decision(case, _pause(case, _STATUTORY, effect), _pause(case, _PROMISED, effect))


def _resume_decision(case: Case, effect: Effect) -> None:
    show_decision(case, _resume(case, _STATUTORY, effect), _resume(case, _PROMISED, effect))


def _pause_promise(case: Case, effect: Effect) -> None:
    show_decision(case, clocks.clock(case.pk, _STATUTORY), _pause(case, _PROMISED, effect))


def _resume_promise(case: Case, effect: Effect) -> None:
    show_decision(case, clocks.clock(case.pk, _STATUTORY), _resume(case, _PROMISED, effect))


def _extend_decision(case: Case, effect: Effect) -> None:
    def extend(kind: ClockKind) -> Clock:
        return deadlines.extend(
            subject_id=case.pk,
            kind=kind,
            value=effect.value,
            day=effect.day,
            by=effect.by,
            basis=effect.basis,
        )

    statutory, promised = extend(_STATUTORY), clocks.clock(case.pk, _PROMISED)
    entries = list(promised.entries.all())
    if promised.unit != Unit.INSTANT and not clocks.state_of(promised, entries, effect.day).overdue_on(
        effect.day
    ):
        promised = extend(_PROMISED)
    show_decision(case, statutory, promised)


def _stop_all(case: Case, effect: Effect) -> None:
    deadlines.stop(subject_id=case.pk, kinds=list(ClockKind), day=effect.day)
    case.paused = False


def _start_delivery(case: Case, effect: Effect) -> None:
    deadlines.stop(subject_id=case.pk, kinds=[_STATUTORY, _PROMISED], day=effect.day)
    _start(case, ClockKind.DELIVERY, Legal.DELIVERY, effect)
    case.paused = False


_CLOCKS = {
    ClockEffect.NONE: _none,
    ClockEffect.START_RECEIPT: _start_receipt,
    ClockEffect.PAUSE_RECEIPT: _pause_receipt,
    ClockEffect.RESUME_RECEIPT: _resume_receipt,
    ClockEffect.START_DECISION: _start_decision,
    ClockEffect.START_FROM_RECEIPT: _start_from_receipt,
    ClockEffect.PAUSE_DECISION: _pause_decision,
    ClockEffect.RESUME_DECISION: _resume_decision,
    ClockEffect.PAUSE_PROMISE: _pause_promise,
    ClockEffect.RESUME_PROMISE: _resume_promise,
    ClockEffect.EXTEND_DECISION: _extend_decision,
    ClockEffect.STOP_ALL: _stop_all,
    ClockEffect.START_DELIVERY: _start_delivery,
}
if set(_CLOCKS) != set(ClockEffect):
    raise AssertionError("every ClockEffect needs its function in _CLOCKS")
