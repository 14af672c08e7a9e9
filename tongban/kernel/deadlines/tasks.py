"""A new calendar or other lights move the dates of running clocks: batch after batch, each its own transaction.

Each batch ends with an event that says where the next one goes on, so a worker that dies loses one batch and no more,
and none runs longer than its lease.
"""

import uuid
from typing import Any

from tongban.kernel.deadlines import actions, queries
from tongban.kernel.deadlines.states import CALENDAR_LOADED, CLOCKS_RECOMPUTED, LIGHTS_LOADED
from tongban.kernel.events.states import subscribe


@subscribe(CALENDAR_LOADED)
def calendar_loaded(event: Any, prepared: None) -> None:
    """Begin with the first clocks that run."""
    actions.recompute(because=queries.year(event.subject_id))


@subscribe(LIGHTS_LOADED)
def lights_loaded(event: Any, prepared: None) -> None:
    """Begin with the first clocks that run."""
    actions.recompute(because=queries.light_rule())


@subscribe(CLOCKS_RECOMPUTED)
def batch_recomputed(event: Any, prepared: None) -> None:
    """Go on after the last clock of the batch, unless it was the last one."""
    if event.payload["after"] is None:
        return
    by_calendar = event.subject_kind == "calendaryear"
    because = queries.year(event.subject_id) if by_calendar else queries.light_rule()
    actions.recompute(because=because, after=uuid.UUID(event.payload["after"]))
