"""Writes of calendars and clocks: facts are appended, what a clock shows is computed from them anew."""

import uuid
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from tongban.foundation import time
from tongban.kernel.access.calc import Actor
from tongban.kernel.deadlines import calc, queries
from tongban.kernel.deadlines.calc import Limit, require_stoppable
from tongban.kernel.deadlines.models import CalendarYear, Clock, ClockEntry
from tongban.kernel.deadlines.states import CALENDAR_LOADED, ClockFactKind, ClockKind, Light, PauseReason
from tongban.kernel.events import actions as events
from tongban.kernel.events.calc import digest
from tongban.kernel.records.actions import action


@action
def load_calendars(*, years: Sequence[dict[str, Any]], by: Actor) -> int:
    """Bring the calendar years in line with the pack; returns how many changed."""
    known = {row.year: row for row in CalendarYear.objects.all()}
    changed = 0
    for data in years:
        new = digest(data)
        row = known.get(data["year"]) or CalendarYear(year=data["year"])
        if row.digest == new:
            continue
        row.source, row.data, row.digest, row.loaded_at = data["source"], data, new, time.now()
        row.save()
        events.record(name=CALENDAR_LOADED, about=row, by=by, payload={"year": data["year"], "digest": new})
        changed += 1
    return changed


@action
def start(*, subject_id: uuid.UUID, kind: ClockKind, limit: Limit, day: date) -> Clock:
    """Start a clock for a subject on a day."""
    clock = Clock(subject_id=subject_id, kind=kind, value=limit.value, unit=limit.unit)
    entry = _entry(clock, ClockFactKind.STARTED, day)
    _show(clock, [entry], day)
    clock.save(force_insert=True)
    entry.save(force_insert=True)
    return clock


@action
def pause(
    *, subject_id: uuid.UUID, kind: ClockKind, reason: PauseReason, day: date, by: Actor, basis: str = ""
) -> Clock:
    """Pause a clock for a reason that the law lists for it. Raises PauseNotAllowed, ImpossibleHistory."""
    require_stoppable(kind, reason)
    return _append(
        subject_id, kind, ClockFactKind.PAUSED, day, reason=reason, basis=basis, approved_by=by.account_id
    )


@action
def resume(*, subject_id: uuid.UUID, kind: ClockKind, reason: PauseReason, day: date) -> Clock:
    """Let a paused clock run on. Raises ImpossibleHistory."""
    return _append(subject_id, kind, ClockFactKind.RESUMED, day, reason=reason)


@action
def extend(*, subject_id: uuid.UUID, kind: ClockKind, value: int, day: date, by: Actor, basis: str) -> Clock:
    """Add days of the limit's own unit, with who approved it and why (art. 42). Raises ImpossibleHistory."""
    return _append(
        subject_id, kind, ClockFactKind.EXTENDED, day, value=value, basis=basis, approved_by=by.account_id
    )


@action
def stop(*, subject_id: uuid.UUID, kinds: Sequence[ClockKind], day: date) -> None:
    """Stop those of the clocks that still run."""
    for clock in Clock.objects.filter(subject_id=subject_id, kind__in=kinds, stopped=False):
        _append(subject_id, ClockKind(clock.kind), ClockFactKind.STOPPED, day)


def _entry(clock: Clock, kind: ClockFactKind, day: date, **values: Any) -> ClockEntry:
    return ClockEntry(clock=clock, kind=kind, day=day, at=time.now(), **values)


def _append(subject_id: uuid.UUID, kind: ClockKind, fact: ClockFactKind, day: date, **values: Any) -> Clock:
    clock = Clock.objects.select_for_update().get(subject_id=subject_id, kind=kind)
    entries = list(clock.entries.all())
    entry = _entry(clock, fact, day, **values)
    _show(clock, [*entries, entry], day)
    entry.save(force_insert=True)
    clock.save()
    return clock


def _show(clock: Clock, entries: list[ClockEntry], day: date) -> None:
    state = queries.state_of(clock, entries, day)
    clock.due_on, clock.provisional = state.due, state.provisional
    clock.paused, clock.stopped = state.paused, state.stopped
    clock.yellow_on = _first_yellow(state, day)


def _first_yellow(state: calc.ClockState, day: date) -> date | None:
    # The scan for lights compares days in the database, so the day of the change of light is stored with the due date.
    if state.due is None or state.stopped:
        return None
    while day < state.due and calc.light(state, day) is Light.GREEN:
        day += timedelta(days=1)
    return min(day, state.due)
