"""Writes of calendars and clocks: facts are appended, what a clock shows is computed from them anew."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from tongban.foundation import time
from tongban.kernel.access.calc import SYSTEM, Actor
from tongban.kernel.deadlines import calc, queries
from tongban.kernel.deadlines.calc import (
    ImpossibleHistory,
    Limit,
    Thresholds,
    WorkCalendar,
    YearDays,
    require_basis,
    require_stoppable,
)
from tongban.kernel.deadlines.models import CalendarYear, Clock, ClockEntry, LightRule
from tongban.kernel.deadlines.states import (
    CALENDAR_LOADED,
    CLOCK_RECOMPUTED,
    CLOCKS_RECOMPUTED,
    EXTENDABLE,
    LIGHTS_LOADED,
    ClockKind,
    EntryKind,
    PauseReason,
)
from tongban.kernel.events import actions as events
from tongban.kernel.events.calc import digest
from tongban.kernel.records.actions import action
from tongban.kernel.records.queries import attach, forget

BATCH = 500  # clocks locked at a time while they are recomputed
_SHOWN = ["due_on", "yellow_on", "provisional", "paused"]


@action
def load_calendars(*, years: Sequence[Mapping[str, Any]], by: Actor) -> int:
    """Bring the calendar years in line with the pack; returns how many changed.

    Clocks that run are recomputed afterwards, by the job that follows the event. Raises BadCalendar.
    """
    known = {row.year: row for row in CalendarYear.objects.all()}
    changed = [data for data in years if digest(data) != getattr(known.get(data["year"]), "digest", "")]
    if changed:  # refused as a whole before a wrong day off can move a single date
        whole = {year: row.data for year, row in known.items()} | {data["year"]: data for data in changed}
        WorkCalendar({year: YearDays.of(data) for year, data in whole.items()})
    for data in changed:
        row = known.get(data["year"]) or CalendarYear(year=data["year"])
        row.source, row.data, row.digest, row.loaded_at = data["source"], data, digest(data), time.now()
        row.save()
        forget(queries.SETTINGS)
        events.record(
            name=CALENDAR_LOADED, about=row, by=by, payload={"year": row.year, "digest": row.digest}
        )
    return len(changed)


@action
def load_lights(*, lights: Mapping[str, Any], by: Actor) -> int:
    """Bring the settings of the lights in line with the pack; returns 1 when they changed. Raises BadLimit."""
    wanted = Thresholds.read(lights)
    if wanted == queries.thresholds():
        return 0
    row = LightRule.objects.first() or LightRule()
    row.yellow_share, row.yellow_left = str(wanted.yellow_share), wanted.yellow_left
    row.loaded_at = time.now()
    row.save()
    forget(queries.SETTINGS)
    payload = {"yellow_share": row.yellow_share, "yellow_left": row.yellow_left}
    events.record(name=LIGHTS_LOADED, about=row, by=by, payload=payload)
    return 1


@action
def recompute(*, because: CalendarYear | LightRule, after: uuid.UUID | None = None, most: int = BATCH) -> int:
    """Bring up to `most` running clocks, those that follow `after`, in line with calendar and lights.

    Returns how many changed; each gets an event `clock.recomputed`, and a line in its ledger when its due date moved
    or became firm. A second call finds nothing to do. The closing event says where the next batch goes on.
    """
    days, lights, version = queries.calendar(), queries.thresholds(), queries.calendar_digest()
    rows = Clock.objects.select_for_update().filter(stopped=False).order_by("id")
    if after is not None:
        rows = rows.filter(pk__gt=after)
    clocks = queries.with_entries(list(rows[:most]))
    lines, changed = [], []
    for clock in clocks:
        before = {name: getattr(clock, name) for name in _SHOWN}
        _show(clock, list(clock.entries.all()), days, lights)
        if before == {name: getattr(clock, name) for name in _SHOWN}:
            continue
        changed.append(clock)
        if (before["due_on"], before["provisional"]) != (clock.due_on, clock.provisional):
            basis = getattr(because, "source", "")
            lines.append(_entry(clock, EntryKind.RECOMPUTED, time.today(), basis=basis, due_on=clock.due_on))
        _tell(clock, before["due_on"], version)
    Clock.objects.bulk_update(changed, _SHOWN)
    ClockEntry.objects.bulk_create(lines)
    if clocks:
        last = str(clocks[-1].pk) if len(clocks) == most else None
        payload = {"after": last, "looked_at": len(clocks), "changed": len(changed)}
        events.record(name=CLOCKS_RECOMPUTED, about=because, by=SYSTEM, payload=payload)
    return len(changed)


def _tell(clock: Clock, old: date | None, version: str) -> None:
    payload = {
        "subject_id": str(clock.subject_id),
        "kind": clock.kind,
        "old": old.isoformat() if old else None,
        "new": clock.due_on.isoformat() if clock.due_on else None,
        "provisional": clock.provisional,
        "calendar": version,
    }
    events.record(name=CLOCK_RECOMPUTED, about=clock, by=SYSTEM, payload=payload)


@action
def start(*, subject_id: uuid.UUID, kind: ClockKind, limit: Limit, day: date, basis: str = "") -> Clock:
    """Start a clock for a subject on a day, which may lie back: what came in then was accepted then (art. 32)."""
    [clock] = start_all(subject_id=subject_id, limits={kind: limit}, day=day, basis=basis)
    return clock


@action
def start_all(
    *,
    subject_id: uuid.UUID,
    limits: Mapping[ClockKind, Limit],
    day: date,
    basis: str = "",
    after: Sequence[ClockKind] = (),
) -> list[Clock]:
    """Start clocks of several kinds on one day, as `start` does; in the order given.

    `after`: the clocks that they follow, which `stop` today; the facts of all are written together.
    """
    ended = queries.running(subject_id, after) if after else []
    clocks, entries = [], [_fact(clock, EntryKind.STOPPED, time.today()) for clock in ended]
    for kind, limit in limits.items():
        clock = Clock(subject_id=subject_id, kind=kind, value=limit.value, unit=limit.unit)
        entry = _entry(clock, EntryKind.STARTED, day, basis=basis)
        _show(clock, [entry])
        entry.due_on = clock.due_on
        clocks.append(clock)
        entries.append(entry)
    Clock.objects.bulk_create(clocks)
    ClockEntry.objects.bulk_create(entries)
    for clock in ended:
        clock.save()
    return clocks


@action
def pause(
    *,
    subject_id: uuid.UUID,
    kind: ClockKind,
    reason: PauseReason,
    day: date,
    by: Actor,
    basis: str = "",
    planned_until: date | None = None,
) -> Clock:
    """Pause a clock for a reason that the law lists for it; one that is paused for another reason as well.

    `planned_until` is the day on which it should go on, as the applicant is told (art. 45); nothing happens by
    itself on it. Raises PauseNotAllowed, ImpossibleHistory.
    """
    require_stoppable(kind, reason)
    require_basis(reason, basis)
    if planned_until is not None and planned_until < day:
        raise ImpossibleHistory("planned_early", day)
    values = {"reason": reason, "basis": basis, "approved_by": by.account_id, "planned_until": planned_until}
    return _append(_locked(subject_id, kind), EntryKind.PAUSED, day, **values)


@action
def resume(
    *, subject_id: uuid.UUID, kind: ClockKind, reason: PauseReason, day: date, basis: str = ""
) -> Clock:
    """End one pause for this reason; the clock runs on when no other is open. `basis` may say what came of it.

    Raises ImpossibleHistory.
    """
    return _append(_locked(subject_id, kind), EntryKind.RESUMED, day, reason=reason, basis=basis)


@action
def extend(*, subject_id: uuid.UUID, kind: ClockKind, value: int, day: date, by: Actor, basis: str) -> Clock:
    """Add days of the limit's own unit, with who approved it and why (art. 42), also to one that is paused.

    Raises ImpossibleHistory: the law extends no limit but the decision's, and that one only before it has ended; a
    promise that was broken stays broken.
    """
    clock = _locked(subject_id, kind)
    if kind not in EXTENDABLE:
        raise ImpossibleHistory("bad_extension", day)
    if queries.state_of(clock, list(clock.entries.all()), day).overdue_on(day):
        raise ImpossibleHistory("extended_late", day)
    return _append(clock, EntryKind.EXTENDED, day, value=value, basis=basis, approved_by=by.account_id)


@action
def stop(*, subject_id: uuid.UUID, kinds: Sequence[ClockKind], day: date) -> None:
    """Stop those of the clocks that still run or are paused; a paused one keeps an unknown due date."""
    for clock in queries.running(subject_id, kinds):
        _append(clock, EntryKind.STOPPED, day)


def _entry(clock: Clock, kind: EntryKind, day: date, **values: Any) -> ClockEntry:
    return ClockEntry(clock=clock, kind=kind, day=day, at=time.now(), **values)


def _locked(subject_id: uuid.UUID, kind: ClockKind) -> Clock:
    found = queries.clock(subject_id, kind, lock=True)
    if found is None:
        raise Clock.DoesNotExist
    return found


def _append(clock: Clock, kind: EntryKind, day: date, **values: Any) -> Clock:
    _fact(clock, kind, day, **values).save(force_insert=True)
    clock.save()
    return clock


def _fact(clock: Clock, kind: EntryKind, day: date, **values: Any) -> ClockEntry:
    """The next fact of a clock, which shows it from now on; neither is written yet."""
    entries = list(clock.entries.all())
    entry = _entry(clock, kind, day, **values)
    _show(clock, [*entries, entry])
    entry.due_on = clock.due_on
    attach([clock], "entries", "clock_id", [*entries, entry])
    return entry


def _show(
    clock: Clock,
    entries: list[ClockEntry],
    days: WorkCalendar | None = None,
    lights: Thresholds | None = None,
) -> None:
    state = queries.state_of(clock, entries, time.today(), days)
    clock.due_on, clock.provisional = state.due, state.provisional
    clock.paused, clock.stopped = state.paused, state.stopped
    # The scan for lights compares days in the database, so the day of the change of light is stored with the due date.
    clock.yellow_on = None if state.stopped else calc.yellow_day(state, lights or queries.thresholds())
