"""A new calendar moves due dates: the case shows the new ones, its steps follow, and whoever waits is told."""

import uuid

from tongban.kernel.cases import actions
from tongban.kernel.cases.states import CASES_REDATED
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.deadlines.states import CALENDAR_LOADED, CLOCK_RECOMPUTED
from tongban.kernel.events.models import Event
from tongban.kernel.events.states import subscribe


@subscribe(CLOCK_RECOMPUTED)
def moved(event: Event, prepared: None) -> None:
    """Bring the case in line with its clock."""
    actions.follow_clock(case_id=uuid.UUID(event.payload["subject_id"]), kind=event.payload["kind"])


@subscribe(CALENDAR_LOADED)
def redated(event: Event, prepared: None) -> None:
    """Begin with the first cases that are examined."""
    actions.follow_calendar(because=deadlines.year(event.subject_id))


@subscribe(CASES_REDATED)
def batch_redated(event: Event, prepared: None) -> None:
    """Go on after the last case of the batch, unless it was the last one."""
    if event.payload["after"] is not None:
        year = deadlines.year(event.subject_id)
        actions.follow_calendar(because=year, after=uuid.UUID(event.payload["after"]))
