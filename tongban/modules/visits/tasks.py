"""Renews the lists that rules fill, a part of the city at a time: each part is a job of its own."""

import uuid
from datetime import date
from typing import Any, NamedTuple

from tongban.foundation import time
from tongban.kernel.events.states import daily, subscribe
from tongban.modules.visits import actions, queries, states


class Part(NamedTuple):
    """Enterprises that were judged, and where the run stood before."""

    last: uuid.UUID | None
    judged: list[tuple[uuid.UUID, str, str, frozenset[str]]]


def judge(event: Any) -> Part | None:
    """Judge the next enterprises of the event's run, outside a transaction; None when it has ended."""
    row = queries.run(event.subject_id)
    if row.ended_at is not None:
        return None
    return Part(row.last_id, queries.judged(row.last_id, time.today()))


@subscribe(states.LIST_ASKED, prepare=judge)
def begin(event: Any, part: Part | None) -> None:
    """The first part."""
    _note(event, part)


@subscribe(states.LIST_ADVANCED, prepare=judge)
def go_on(event: Any, part: Part | None) -> None:
    """Every further part."""
    _note(event, part)


def _note(event: Any, part: Part | None) -> None:
    if part is not None:
        actions.renew_lists(run_id=event.subject_id, judged=part.judged, last=part.last)


@daily
def renew_lists(day: date) -> None:
    """Once a day."""
    actions.begin_lists(day=day)
