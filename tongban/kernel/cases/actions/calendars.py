"""What a new calendar moves in cases: the dates they show, those of open steps, of hearings and of procedures."""

import uuid
from datetime import date, datetime

from tongban.foundation import time
from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.cases import queries, states
from tongban.kernel.cases.actions import work
from tongban.kernel.cases.actions.hearings import last_day_to_hold
from tongban.kernel.cases.actions.measures import planned_end
from tongban.kernel.cases.actions.procedure import redate_steps
from tongban.kernel.cases.actions.transitions import show, show_decision
from tongban.kernel.cases.models import Case
from tongban.kernel.cases.states import CaseState, ProposalState
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.deadlines.models import CalendarYear
from tongban.kernel.deadlines.states import ClockKind
from tongban.kernel.events import actions as events
from tongban.kernel.records.actions import action

BATCH = 200  # cases locked at a time while their dates are recomputed


@action
def follow_clock(*, case_id: uuid.UUID, kind: str) -> Case | None:
    """Show what a clock shows that was computed anew; the applicant is told when the date moved or became firm.

    Nothing happens for a clock of something else than a case, or of one that has ended.
    """
    case = Case.objects.select_for_update().filter(pk=case_id, state__in=states.OPEN_STATES).first()
    clock = deadlines.clock(case_id, ClockKind(kind))
    if case is None or clock is None:
        return None
    old, firm = case.due_on, not case.provisional
    received = case.state in {CaseState.SUBMITTED, CaseState.SUPPLEMENT_REQUESTED}
    if received:
        show(case, deadlines.clock(case_id, ClockKind.RECEIPT))
    else:
        show_decision(
            case,
            deadlines.clock(case_id, ClockKind.DECISION_STATUTORY),
            deadlines.clock(case_id, ClockKind.DECISION_PROMISED),
        )
    work.settle(case)
    # By when it is accepted is the agency's own limit; what the applicant was told is when it will be decided.
    if not received and (case.due_on != old or (not firm and not case.provisional)):
        payload = {"old": str(old or ""), "new": str(case.due_on or "")}
        events.record(name=states.DUE_CHANGED, about=case, by=SYSTEM, payload=payload)
    return case


@action
def follow_calendar(*, because: CalendarYear, after: uuid.UUID | None = None, most: int = BATCH) -> int:
    """Bring the other dates of up to `most` examined cases, those that follow `after`, in line with the calendar.

    Returns how many cases were looked at; the closing event says where the next batch goes on. A second call finds
    nothing to do. What an applicant was given by letter (a supplement's day, until when to ask for a hearing) stays.
    """
    rows = Case.objects.select_for_update().filter(state__in=states.EXAMINED_STATES).order_by("id")
    if after is not None:
        rows = rows.filter(pk__gt=after)
    cases = list(rows[:most])
    for case in cases:
        _redate(case)
    if cases:
        last = str(cases[-1].pk) if len(cases) == most else None
        payload = {"after": last, "looked_at": len(cases)}
        events.record(name=states.CASES_REDATED, about=because, by=SYSTEM, payload=payload)
    return len(cases)


def _day(moment: datetime) -> date:
    return moment.astimezone(time.SHANGHAI).date()


def _redate(case: Case) -> None:
    steps = queries.steps_of(case)
    redate_steps(case, steps)
    hearing = queries.hearing_of(case)
    if hearing is not None and hearing.asked_at is not None and hearing.held_at is None:
        hearing.hold_by = last_day_to_hold(_day(hearing.asked_at))
        hearing.save(update_fields=["hold_by"])
    for row in queries.live_pauses(case):
        if row.state == ProposalState.RUNNING:
            row.planned_end = planned_end(_day(row.decided_at), row.planned_days)
            row.save(update_fields=["planned_end"])
    work.settle(case, steps)
