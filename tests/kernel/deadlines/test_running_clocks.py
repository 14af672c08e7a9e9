"""Clocks in the database: every verb appends one fact, and what is stored is always what the facts say."""

import datetime as dt
import random
import uuid

import pytest
from django.db import DatabaseError, connection, transaction

from tongban.foundation import time
from tongban.kernel.access.calc import SYSTEM, Actor
from tongban.kernel.deadlines import actions, calc, queries
from tongban.kernel.deadlines.calc import ImpossibleHistory, Limit, PauseNotAllowed
from tongban.kernel.deadlines.models import Clock, ClockEntry
from tongban.kernel.deadlines.states import ClockKind, Light, PauseReason, Unit
from tongban.kernel.events.states import ActorKind
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


class TestPauses:
    """Several reasons at once, planned ends, what they rest on."""

    def test_it_runs_on_when_the_last_of_several_pauses_ends(self, clock):
        row = start()
        for n, reason in enumerate((PauseReason.INSPECTION, PauseReason.HEARING, PauseReason.INSPECTION)):
            actions.pause(**of(row), reason=reason, day=MONDAY + n * DAY, by=SYSTEM)
        for n, reason in enumerate((PauseReason.INSPECTION, PauseReason.HEARING)):
            paused = actions.resume(**of(row), reason=reason, day=MONDAY + (4 + n) * DAY)
            assert (paused.paused, paused.due_on) == (True, None)
        with pytest.raises(ImpossibleHistory) as caught:
            actions.resume(**of(row), reason=PauseReason.HEARING, day=MONDAY + 8 * DAY)
        assert caught.value.code == "deadline.resumed_without_pause"
        running = actions.resume(**of(row), reason=PauseReason.INSPECTION, day=MONDAY + 9 * DAY)
        # Paused on the day of its start, so all ten days come after 11 March.
        assert (running.paused, running.due_on) == (False, dt.date(2026, 3, 25))
        assert queries.wrong() == []

    def test_extended_while_paused(self, clock):
        row = start()
        actions.pause(**of(row), reason=PauseReason.TESTING, day=MONDAY + 2 * DAY, by=SYSTEM)
        longer = actions.extend(**of(row), value=5, day=MONDAY + 60 * DAY, by=SYSTEM, basis="经批准")
        assert (longer.due_on, longer.paused) == (None, True)
        running = actions.resume(**of(row), reason=PauseReason.TESTING, day=dt.date(2026, 5, 6))
        # Two used; thirteen more: 7, 8, 9 (worked), 11 to 15, 18 to 22 May.
        assert running.due_on == dt.date(2026, 5, 22)
        assert queries.wrong() == []

    def test_stopped_while_paused(self, clock):
        row = start()
        actions.pause(**of(row), reason=PauseReason.TESTING, day=MONDAY, by=SYSTEM)
        actions.stop(subject_id=row.subject_id, kinds=list(ClockKind), day=MONDAY + DAY)
        stopped = again(row)
        assert (stopped.stopped, stopped.paused, stopped.due_on, stopped.yellow_on) == (
            True,
            False,
            None,
            None,
        )
        with pytest.raises(ImpossibleHistory) as caught:
            actions.resume(**of(row), reason=PauseReason.TESTING, day=MONDAY + 2 * DAY)
        assert caught.value.code == "deadline.after_stop"
        assert queries.wrong() == []

    def test_a_planned_end_is_told_and_does_nothing_by_itself(self, clock):
        row = start()
        paused = {"reason": PauseReason.APPRAISAL, "day": MONDAY, "by": SYSTEM}
        with pytest.raises(ImpossibleHistory) as caught:
            actions.pause(**of(row), **paused, planned_until=MONDAY - DAY)
        assert caught.value.code == "deadline.planned_early"
        actions.pause(**of(row), **paused, planned_until=MONDAY + 3 * DAY)
        clock.move(days=10)
        assert again(row).paused
        assert queries.ledger(row.subject_id)[-1].planned_until == MONDAY + 3 * DAY

    def test_another_statute_must_be_named(self, clock):
        row = start()
        given = {"reason": PauseReason.OTHER_STATUTE, "day": MONDAY, "by": SYSTEM}
        with pytest.raises(PauseNotAllowed):
            actions.pause(**of(row), **given, basis=" ")
        actions.pause(**of(row), **given, basis="种子法第十五条")
        assert kinds(row) == ["started", "paused"]


class TestExtensions:
    """Article 42."""

    def test_a_limit_that_has_ended_is_not_extended(self, clock):
        row, last = start(value=5), start(value=5)
        with pytest.raises(ImpossibleHistory) as caught:
            actions.extend(**of(row), value=10, day=MONDAY + 8 * DAY, by=SYSTEM, basis="经批准")
        assert caught.value.code == "deadline.extended_late"
        assert kinds(row) == ["started"]
        on_the_last_day = actions.extend(
            **of(last), value=10, day=MONDAY + 7 * DAY, by=SYSTEM, basis="经批准"
        )
        assert on_the_last_day.due_on == dt.date(2026, 3, 23)

    def test_a_broken_promise_stays_broken(self, clock):
        row = start(value=5, kind=ClockKind.DECISION_PROMISED)
        with pytest.raises(ImpossibleHistory):
            actions.extend(**of(row), value=10, day=MONDAY + 8 * DAY, by=SYSTEM, basis="经批准")
        assert again(row).due_on == dt.date(2026, 3, 9)

    @pytest.mark.parametrize("kind", [ClockKind.RECEIPT, ClockKind.DELIVERY])
    def test_receipt_and_delivery_have_no_extension(self, clock, kind):
        row = start(kind=kind)
        with pytest.raises(ImpossibleHistory):
            actions.extend(**of(row), value=5, day=MONDAY, by=SYSTEM, basis="")
        assert again(row).due_on == row.due_on


def test_nothing_drifts(clock):
    """Pauses that end on their own day, twenty times over, leave every date where it was."""
    row = start(value=20)
    before = (row.due_on, row.yellow_on, row.provisional)
    for n in range(20):
        actions.pause(**of(row), reason=PauseReason.TESTING, day=MONDAY + n * DAY, by=SYSTEM)
        actions.resume(**of(row), reason=PauseReason.TESTING, day=MONDAY + n * DAY)
    stored = again(row)
    assert (stored.due_on, stored.yellow_on, stored.provisional) == before


def test_the_ledger_tells_the_whole_story(clock):
    subject, head = uuid.uuid4(), uuid.uuid4()
    by = Actor(kind=ActorKind.STAFF, account_id=head)
    receipt = {"subject_id": subject, "kind": ClockKind.RECEIPT}
    actions.start(**receipt, limit=Limit(5, Unit.WORKDAYS), day=MONDAY)
    actions.stop(subject_id=subject, kinds=[ClockKind.RECEIPT], day=MONDAY + DAY)
    decision = {"subject_id": subject, "kind": STATUTORY}
    actions.start(**decision, limit=Limit(10, Unit.WORKDAYS), day=MONDAY + DAY, basis="第三十二条")
    actions.pause(
        **decision,
        reason=PauseReason.TESTING,
        day=MONDAY + 2 * DAY,
        by=by,
        basis="第四十五条",
        planned_until=MONDAY + 4 * DAY,
    )
    actions.resume(**decision, reason=PauseReason.TESTING, day=MONDAY + 4 * DAY, basis="合格")
    actions.extend(**decision, value=5, day=MONDAY + 7 * DAY, by=by, basis="案情复杂")
    start()  # another subject's
    lines = queries.ledger(subject)
    assert [(one.clock, one.entry, one.day, one.value, one.due_on) for one in lines] == [
        ("receipt", "started", MONDAY, 5, dt.date(2026, 3, 9)),
        ("receipt", "stopped", MONDAY + DAY, None, dt.date(2026, 3, 9)),
        ("decision_statutory", "started", MONDAY + DAY, 10, dt.date(2026, 3, 17)),
        ("decision_statutory", "paused", MONDAY + 2 * DAY, None, None),
        ("decision_statutory", "resumed", MONDAY + 4 * DAY, None, dt.date(2026, 3, 19)),
        ("decision_statutory", "extended", MONDAY + 7 * DAY, 5, dt.date(2026, 3, 26)),
    ]
    assert [(one.reason, one.basis, one.planned_until, one.approved_by) for one in lines[2:]] == [
        (None, "第三十二条", None, None),
        (PauseReason.TESTING, "第四十五条", MONDAY + 4 * DAY, head),
        (PauseReason.TESTING, "合格", None, None),
        (None, "案情复杂", None, head),
    ]
    assert {one.unit for one in lines} == {Unit.WORKDAYS}


def test_a_clock_is_found_by_subject_and_kind(clock):
    row = start()
    found = queries.clock(row.subject_id, STATUTORY)
    assert (found.pk, [entry.kind for entry in found.entries.all()]) == (row.pk, ["started"])
    assert queries.clock(row.subject_id, ClockKind.DELIVERY) is None
    assert queries.clock(uuid.uuid4(), STATUTORY) is None


@pytest.mark.parametrize(
    ("kind", "values", "name"),
    [
        ("lasted", {}, "clock_entry_kind"),
        ("extended", {"value": 0}, "clock_entry_value"),
        ("extended", {}, "clock_entry_value"),
        ("paused", {}, "clock_entry_reason"),
        ("started", {"planned_until": MONDAY}, "clock_entry_planned"),
        ("paused", {"reason": "testing", "planned_until": MONDAY - DAY}, "clock_entry_planned"),
    ],
)
def test_the_table_refuses_entries_that_say_nothing(clock, kind, values, name):
    entry = ClockEntry(clock=start(), kind=kind, day=MONDAY, at=time.now(), **values)
    with pytest.raises(DatabaseError, match=name):
        action(entry.save)(force_insert=True)


def test_the_table_refuses_a_stopped_clock_that_is_paused(clock):
    row = start()
    with pytest.raises(DatabaseError, match="clock_stopped"):
        action(Clock.objects.filter(pk=row.pk).update)(stopped=True, paused=True, yellow_on=None)
