"""Whose turn it is, and which steps can begin. Pure."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tongban.kernel.access.states import Permission
from tongban.kernel.cases.states import (
    OPEN_STATES,
    STATUTORY_PAUSES,
    CaseState,
    ProposalState,
    StepState,
    StepType,
    WorkKind,
)


@dataclass(frozen=True)
class Turn:
    """Somebody's turn: what for, which right it takes, of which agency and place."""

    kind: WorkKind
    permission: str
    agency: str
    place_path: str
    due_on: date | None = None
    step: Any = None

    @property
    def key(self) -> tuple[str, uuid.UUID | None]:
        """What tells two turns of one case apart."""
        return self.kind, self.step.pk if self.step is not None else None


@dataclass(frozen=True)
class Situation:
    """What decides whose turn it is: the state and the rows that can hold somebody's attention."""

    state: CaseState
    agency: str
    place_path: str
    due_on: date | None
    steps: Sequence[Any] = ()
    pauses: Sequence[Any] = ()
    asked_extension: Any = None
    hearing: Any = None
    checks: Sequence[Any] = ()


def turns(now: Situation) -> list[Turn]:
    """Everybody whose turn it is now; two parallel steps are two turns. Empty while the applicant is to act."""

    def turn(kind: WorkKind, permission: Permission, due_on: date | None = now.due_on) -> Turn:
        return Turn(kind, permission, now.agency, now.place_path, due_on)

    if now.state == CaseState.SUBMITTED:
        return [turn(WorkKind.ACCEPT, Permission.CASE_ACCEPT)]
    running = [pause for pause in now.pauses if pause.state == ProposalState.RUNNING]
    if now.state == CaseState.SUSPENDED:
        if now.hearing is not None and now.hearing.asked_at and now.hearing.held_at is None:
            return [turn(WorkKind.HEARING, Permission.CASE_REVIEW, now.hearing.hold_by)]
        until = [pause.planned_end for pause in running if pause.kind in STATUTORY_PAUSES]
        return [turn(WorkKind.END_PAUSE, Permission.CASE_REVIEW, next(iter(until), None))]
    if now.state in {CaseState.ACCEPTED, CaseState.IN_REVIEW}:
        found = [
            Turn(
                WorkKind.STEP, step.permission, step.agency or now.agency, step.place_path, step.due_on, step
            )
            for step in now.steps
            if step.state == StepState.OPEN and step.type != StepType.CHILD_CASE  # another case's turns
        ]
        if all(step.state == StepState.DONE for step in now.steps):
            found.append(turn(WorkKind.DECIDE, Permission.CASE_DECIDE))
        pause_asked = any(pause.state == ProposalState.ASKED for pause in now.pauses)
        if pause_asked or now.asked_extension is not None:
            found.append(turn(WorkKind.APPROVE, Permission.CASE_HEAD))
        found += [
            turn(WorkKind.END_PAUSE, Permission.CASE_REVIEW, pause.planned_end) for pause in running[:1]
        ]
        return found
    if now.checks:
        return [turn(WorkKind.CHECK, Permission.CASE_REVIEW, min(check.due_on for check in now.checks))]
    return []


Light = tuple[date | None, date | None, bool]


def light_kept(case: Any) -> Light:
    """What the light of a case follows, as its open work keeps it: (due, yellow from, paused); none once decided."""
    if case.state not in OPEN_STATES:
        return None, None, False
    return case.due_on, case.yellow_on, case.paused


def next_open(steps: Sequence[Any]) -> list[Any]:
    """The waiting steps all of whose predecessors are done; a predecessor that this case lacks does not hold it up."""
    present = {step.step: step for step in steps}
    return [
        step
        for step in steps
        if step.state == StepState.WAITING
        and all(present[name].state == StepState.DONE for name in step.after if name in present)
    ]
