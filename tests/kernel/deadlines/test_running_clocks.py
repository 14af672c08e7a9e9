"""Clocks in the database: every verb appends one fact, and what is stored is always what the facts say."""

import datetime as dt
import random
import uuid

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.catalogue.forms import read_pack
from tongban.kernel.deadlines import actions, calc, queries
from tongban.kernel.deadlines.calc import ImpossibleHistory, Limit, PauseNotAllowed
from tongban.kernel.deadlines.models import CalendarYear, Clock, ClockEntry
from tongban.kernel.deadlines.states import ClockKind, Light, PauseReason, Unit
from tongban.kernel.events import queries as events
from tongban.kernel.records.actions import action

pytestmark = pytest.mark.django_db
MONDAY, DAY = dt.date(2026, 3, 2), dt.timedelta(days=1)
STATUTORY = ClockKind.DECISION_STATUTORY


def start(value=10, unit=Unit.WORKDAYS, kind=STATUTORY, day=MONDAY) -> Clock:
    """A clock of a subject of its own."""
    return actions.start(subject_id=uuid.uuid4(), kind=kind, limit=Limit(value, unit), day=day)


def of(clock: Clock) -> dict:
    """The arguments by which a clock is found."""
    return {"subject_id": clock.subject_id, "kind": ClockKind(clock.kind)}


def kinds(clock: Clock) -> list[str]:
    """The facts of a clock in the order of their writing."""
    return [fact.kind for fact in queries.facts_of(list(clock.entries.all()))]


def again(clock: Clock) -> Clock:
    """The clock as it is stored."""
    return Clock.objects.get(pk=clock.pk)


def test_a_clock_starts_with_one_fact_and_its_dates(clock):
    row = again(start())
    assert (row.due_on, row.yellow_on, row.provisional, row.paused, row.stopped) == (
        dt.date(2026, 3, 16),
        dt.date(2026, 3, 12),
        False,
        False,
        False,
    )
    assert kinds(row) == ["started"]
    assert queries.wrong() == []


def test_pause_and_resumption(clock):
    row = start()
    paused = actions.pause(
        **of(row), reason=PauseReason.INSPECTION, day=MONDAY + 2 * DAY, by=SYSTEM, basis="送检"
    )
    assert (paused.due_on, paused.yellow_on, paused.paused) == (None, None, True)
    resumed = actions.resume(**of(row), reason=PauseReason.INSPECTION, day=MONDAY + 9 * DAY)
    assert (resumed.due_on, resumed.paused) == (dt.date(2026, 3, 23), False)
    assert kinds(row) == ["started", "paused", "resumed"]
    assert [(e.reason, e.basis, e.approved_by) for e in row.entries.order_by("id")][1] == (
        "inspection",
        "送检",
        None,
    )
    assert queries.wrong() == []


def test_extension_and_stop(clock):
    row = start()
    longer = actions.extend(**of(row), value=5, day=MONDAY + DAY, by=SYSTEM, basis="经批准")
    assert longer.due_on == dt.date(2026, 3, 23)
    actions.stop(subject_id=row.subject_id, kinds=[STATUTORY], day=MONDAY + 3 * DAY)
    actions.stop(subject_id=row.subject_id, kinds=[STATUTORY], day=MONDAY + 4 * DAY)
    stopped = again(row)
    assert (stopped.stopped, stopped.yellow_on, stopped.due_on) == (True, None, dt.date(2026, 3, 23))
    assert kinds(row) == ["started", "extended", "stopped"]
    assert queries.wrong() == []


def test_stopping_reaches_exactly_the_clocks_named(clock):
    subject = uuid.uuid4()
    for kind in (ClockKind.RECEIPT, ClockKind.DELIVERY, STATUTORY):
        actions.start(subject_id=subject, kind=kind, limit=Limit(5, Unit.WORKDAYS), day=MONDAY)
    other = start(kind=ClockKind.RECEIPT)
    actions.stop(subject_id=subject, kinds=[ClockKind.RECEIPT, ClockKind.DELIVERY], day=MONDAY)
    assert [(row.kind, row.stopped) for row in queries.clocks_of(subject)] == [
        ("receipt", True),
        ("delivery", True),
        ("decision_statutory", False),
    ]
    assert not again(other).stopped


def test_no_law_lets_a_site_check_stop_the_statutory_clock(clock):
    row = start()
    with pytest.raises(PauseNotAllowed):
        actions.pause(**of(row), reason=PauseReason.SITE_CHECK, day=MONDAY, by=SYSTEM)
    assert kinds(row) == ["started"]


@pytest.mark.parametrize(
    "verb",
    [
        lambda row: actions.resume(**of(row), reason=PauseReason.HEARING, day=MONDAY),
        lambda row: actions.extend(**of(row), value=0, day=MONDAY, by=SYSTEM, basis=""),
        lambda row: actions.pause(**of(row), reason=PauseReason.HEARING, day=MONDAY - DAY, by=SYSTEM),
    ],
)
def test_what_cannot_have_happened_leaves_no_fact(clock, verb):
    row = start()
    with pytest.raises(ImpossibleHistory):
        verb(row)
    assert kinds(row) == ["started"]
    assert again(row).due_on == row.due_on


def test_a_subject_has_one_clock_of_a_kind(clock):
    row = start()
    with pytest.raises(DatabaseError, match=r"clock_once|UNIQUE"):
        actions.start(**of(row), limit=Limit(3, Unit.DAYS), day=MONDAY)


def test_past_the_last_calendar_year_a_date_is_provisional(clock):
    assert start(value=250).provisional
    assert start(value=30, day=dt.date(2026, 12, 20)).provisional
    assert not start().provisional


@pytest.mark.parametrize(
    "statement", ["UPDATE deadlines_clockentry SET day = '2026-01-01'", "DELETE FROM deadlines_clockentry"]
)
def test_facts_of_clocks_are_never_changed(clock, statement):
    row = start()
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    with pytest.raises(DatabaseError, match="append-only"):
        action(row.entries.all().delete)()
    assert kinds(row) == ["started"]


def test_whatever_happens_the_stored_dates_are_the_recomputed_ones(clock):
    """Sixty clocks, each with a random life of up to thirteen facts, on any day of the year."""
    dice = random.Random(42)
    units = [Unit.WORKDAYS, Unit.DAYS, Unit.INSTANT]
    for _ in range(60):
        unit = dice.choice(units)
        day = dt.date(2026, 1, 1) + dice.randint(0, 330) * DAY
        value = 0 if unit is Unit.INSTANT else dice.randint(1, 40)
        row = start(value=value, unit=unit, day=day)
        for _ in range(dice.randint(0, 12)):
            day += dice.randint(0, 12) * DAY
            verb = dice.choice(["pause", "resume", "extend", "stop"])
            try:
                if verb == "pause":
                    actions.pause(
                        **of(row),
                        reason=dice.choice([PauseReason.HEARING, PauseReason.TESTING]),
                        day=day,
                        by=SYSTEM,
                    )
                elif verb == "resume":
                    actions.resume(
                        **of(row), reason=dice.choice([PauseReason.HEARING, PauseReason.TESTING]), day=day
                    )
                elif verb == "extend":
                    actions.extend(**of(row), value=dice.randint(1, 9), day=day, by=SYSTEM, basis="x")
                else:
                    actions.stop(subject_id=row.subject_id, kinds=[STATUTORY], day=day)
            except ImpossibleHistory:
                continue
    assert ClockEntry.objects.count() > 150  # most of what the dice say can happen
    assert queries.wrong() == []
    for row in Clock.objects.all():
        state = queries.state_of(row, list(row.entries.all()), MONDAY)
        assert (row.due_on, row.paused, row.stopped, row.provisional) == (
            state.due,
            state.paused,
            state.stopped,
            state.provisional,
        )


def test_the_yellow_day_is_the_first_on_which_the_light_is_yellow(clock):
    for value, unit in [
        (1, Unit.WORKDAYS),
        (5, Unit.WORKDAYS),
        (20, Unit.WORKDAYS),
        (7, Unit.DAYS),
        (60, Unit.DAYS),
    ]:
        row = start(value=value, unit=unit)
        state = queries.state_of(row, list(row.entries.all()), MONDAY)
        lights = [(MONDAY + n * DAY, calc.light(state, MONDAY + n * DAY)) for n in range(90)]
        assert next(day for day, light in lights if light is Light.YELLOW) == row.yellow_on
        assert next(day for day, light in lights if light is Light.RED) == row.due_on + DAY


def test_a_clock_that_was_tampered_with_is_found(clock):
    row, shifted, saturday = start(), start(), start()
    action(Clock.objects.filter(pk=shifted.pk).update)(due_on=row.due_on + DAY)
    action(Clock.objects.filter(pk=saturday.pk).update)(due_on=None)
    assert {fault.split(":")[0] for fault in queries.wrong()} == {
        f"clock {shifted.pk}",
        f"clock {saturday.pk}",
    }


class TestCalendars:
    """Loading the years of the pack."""

    def test_loading_twice_changes_nothing(self):
        years = read_pack(settings.PACK).calendars
        before = list(CalendarYear.objects.order_by("id").values())
        assert actions.load_calendars(years=years, by=SYSTEM) == 0
        assert list(CalendarYear.objects.order_by("id").values()) == before
        assert {row.year for row in queries.years()} == {data["year"] for data in years}

    def test_a_changed_year_is_in_force_at_once_and_logged(self, clock):
        (data,) = [dict(year) for year in read_pack(settings.PACK).calendars if year["year"] == 2026]
        row = start()
        data["off"] = [*data["off"], "2026-03-16"]
        assert actions.load_calendars(years=[data], by=SYSTEM) == 1
        assert events.by_name("calendar.loaded")[0].payload["year"] == 2026
        assert start().due_on == dt.date(2026, 3, 17)
        # A clock that ran before is not silently moved: the check says so, and a person decides.
        assert [fault.split(":")[0] for fault in queries.wrong()] == [f"clock {row.pk}"]
