"""Reads of calendars and clocks."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from django.db.models import OuterRef, QuerySet, Subquery

from tongban.kernel.deadlines import calc
from tongban.kernel.deadlines.calc import ClockFact, ClockState, Limit, Thresholds, WorkCalendar, YearDays
from tongban.kernel.deadlines.models import CalendarYear, Clock, ClockEntry, LightRule
from tongban.kernel.deadlines.states import ClockFactKind, ClockKind, EntryKind, PauseReason, Unit
from tongban.kernel.events.calc import digest
from tongban.kernel.records.queries import Kept, attach, once

# What a write asks once: which calendar and which lights are in force, in one query.
SETTINGS = "deadlines.settings"

_SETTINGS: Kept[tuple[str, str | None, int | None]] = Kept(
    lambda: CalendarYear.objects.order_by("year").values_list(
        "digest",
        *(Subquery(LightRule.objects.values(name)[:1]) for name in ("yellow_share", "yellow_left")),
    )
)
_LIGHTS: Kept[LightRule] = Kept(lambda: LightRule.objects.order_by("id")[:1])
_CLOCKS: Kept[Clock] = Kept(lambda subject_id: Clock.objects.filter(subject_id=subject_id).order_by("id"))
_CLOCK: Kept[Clock] = Kept(
    lambda subject_id, kind, lock: _locked(Clock.objects.filter(subject_id=subject_id, kind=kind), lock=lock)
)
_RUNNING: Kept[Clock] = Kept(
    lambda subject_id, kinds: _locked(
        Clock.objects.filter(subject_id=subject_id, kind__in=kinds, stopped=False).order_by("id"), lock=True
    )
)
_ENTRIES: Kept[ClockEntry] = Kept(
    lambda clock_ids: ClockEntry.objects.filter(clock_id__in=clock_ids).order_by("id")
)

_calendars: dict[tuple[str, ...], WorkCalendar] = {}


def calendar() -> WorkCalendar:
    """The working calendar of all loaded years; kept compiled until a year is loaded or changed."""
    key = _digests()
    if key not in _calendars:
        years = {row.year: YearDays.of(row.data) for row in CalendarYear.objects.all()}
        _calendars.clear()
        _calendars[key] = WorkCalendar(years)
    return _calendars[key]


def calendar_digest() -> str:
    """The version of the calendar: one digest over those of all loaded years."""
    return digest({"years": list(_digests())})


def _digests() -> tuple[str, ...]:
    return tuple(digest for digest, *_lights in _settings())


def _settings() -> list[tuple[str, str | None, int | None]]:
    return once(SETTINGS, _SETTINGS.all)


def thresholds() -> Thresholds:
    """When lights turn yellow: as the pack says, or the defaults."""
    years = _settings()
    if not years:  # the settings of the lights hang on no row of the calendar
        row = light_rule()
        return Thresholds(Fraction(row.yellow_share), row.yellow_left) if row else Thresholds()
    _digest, share, left = years[0]
    return Thresholds() if share is None or left is None else Thresholds(Fraction(share), left)


def light_rule() -> LightRule | None:
    """The loaded settings of the lights, None where the defaults hold."""
    return _LIGHTS.first()


def facts_of(entries: list[ClockEntry]) -> list[ClockFact]:
    """The entries of one clock as the calculation reads them, in the order of their writing.

    A recomputation is left out: the calendar changed, nothing happened to the clock.
    """
    return [
        ClockFact(
            kind=ClockFactKind(entry.kind),
            date=entry.day,
            reason=PauseReason(entry.reason) if entry.reason else None,
            value=entry.value,
        )
        for entry in sorted(entries, key=lambda entry: entry.pk.int)
        if entry.kind != EntryKind.RECOMPUTED
    ]


def state_of(
    clock: Clock, entries: list[ClockEntry], today: date, days: WorkCalendar | None = None
) -> ClockState:
    """How a clock stands today, computed from its facts; `days` saves asking for the calendar again."""
    limit = Limit(clock.value, Unit(clock.unit))
    return calc.due(facts_of(entries), limit, days or calendar(), today=today)


def clocks_of(subject_id: uuid.UUID) -> list[Clock]:
    """The clocks of one subject with their entries."""
    return with_entries(_CLOCKS.all(subject_id))


def _locked(rows: QuerySet[Clock], *, lock: bool) -> QuerySet[Clock]:
    return rows.select_for_update() if lock else rows


def running(subject_id: uuid.UUID, kinds: Sequence[ClockKind]) -> list[Clock]:
    """The clocks of these kinds that were not stopped, locked, with their entries."""
    return with_entries(_RUNNING.all(subject_id, [str(kind) for kind in kinds]))


def clock(subject_id: uuid.UUID, kind: ClockKind, *, lock: bool = False) -> Clock | None:
    """The clock of that kind with its entries, locked on request; None when it was never started."""
    found = _CLOCK.first(subject_id, str(kind), by=(lock,))
    return with_entries([found])[0] if found is not None else None


def with_entries(clocks: list[Clock]) -> list[Clock]:
    """The clocks with their entries, oldest first, in one query."""
    attach(clocks, "entries", "clock_id", _ENTRIES.all([row.pk for row in clocks]) if clocks else ())
    return clocks


@dataclass(frozen=True)
class LedgerLine:
    """What happened to a clock on a day, by whose approval, and when it was due from then on."""

    clock: ClockKind
    entry: EntryKind
    day: date
    at: datetime
    reason: PauseReason | None
    basis: str
    value: int | None
    """Days that a start gives and an extension adds, in `unit`."""
    unit: Unit
    planned_until: date | None
    approved_by: uuid.UUID | None
    due_on: date | None
    """None while a pause leaves it unknown."""


def ledger(subject_id: uuid.UUID) -> list[LedgerLine]:
    """Everything that happened to the clocks of a subject, in the order of its writing."""
    rows = ClockEntry.objects.filter(clock__subject_id=subject_id).select_related("clock").order_by("id")
    return [
        LedgerLine(
            clock=ClockKind(row.clock.kind),
            entry=EntryKind(row.kind),
            day=row.day,
            at=row.at,
            reason=PauseReason(row.reason) if row.reason else None,
            basis=row.basis,
            value=row.clock.value if row.kind == EntryKind.STARTED else row.value,
            unit=Unit(row.clock.unit),
            planned_until=row.planned_until,
            approved_by=row.approved_by,
            due_on=row.due_on,
        )
        for row in rows
    ]


def due_of(kind: ClockKind) -> Subquery:
    """The day on which a subject's clock of this kind ends or ended, beside each row of a query about subjects."""
    return Subquery(Clock.objects.filter(subject_id=OuterRef("pk"), kind=kind).values("due_on")[:1])


def wrong() -> list[str]:
    """Clocks whose stored date is not the recomputed one, or falls on a day off (invariant I9).

    A stopped clock was judged by the calendar of its time: it keeps the date that its last entry shows.
    """
    faults = []
    days = calendar()
    entries: dict[uuid.UUID, list[ClockEntry]] = defaultdict(list)
    for entry in ClockEntry.objects.order_by("id").iterator():
        entries[entry.clock_id].append(entry)
    for clock in Clock.objects.all().iterator():
        lines = entries[clock.pk]
        state = calc.due(facts_of(lines), Limit(clock.value, Unit(clock.unit)), days)
        # Entries from before the ledger kept dates have none; then the facts must do.
        due = (lines[-1].due_on or state.due) if state.stopped else state.due
        if due != clock.due_on:
            faults.append(f"clock {clock.pk}: stored {clock.due_on}, recomputed {due}")
        elif (state.paused, state.stopped) != (clock.paused, clock.stopped):
            faults.append(f"clock {clock.pk}: it does not stand still or stop as its facts say")
        elif not state.stopped and clock.due_on and not days.is_workday(clock.due_on):
            faults.append(f"clock {clock.pk}: {clock.due_on} is a day off")
    return faults


def years():
    """The loaded calendar years."""
    return CalendarYear.objects.order_by("year")


def year(pk: uuid.UUID) -> CalendarYear:
    """One loaded calendar year. Raises CalendarYear.DoesNotExist."""
    return CalendarYear.objects.get(pk=pk)
