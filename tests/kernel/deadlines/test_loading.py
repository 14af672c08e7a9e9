"""Calendars and lights: what is refused, and what follows for the clocks that run."""

import datetime as dt
import shutil
import uuid
from fractions import Fraction
from pathlib import Path
from random import Random

import pytest
from django.conf import settings

from tests.city import run_jobs
from tests.kernel.deadlines.histories import thrown
from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.catalogue.forms import read_pack
from tongban.kernel.deadlines import actions, queries
from tongban.kernel.deadlines.calc import BadCalendar, BadLimit, Limit, Thresholds
from tongban.kernel.deadlines.models import CalendarYear, Clock
from tongban.kernel.deadlines.states import ClockKind, PauseReason, Unit
from tongban.kernel.events import queries as events
from tongban.kernel.events.models import Job
from tongban.kernel.records.actions import action

pytestmark = pytest.mark.django_db
STATUTORY, PROMISED = ClockKind.DECISION_STATUTORY, ClockKind.DECISION_PROMISED
# Invented: the notice for 2027 did not exist when this was written.
YEAR_2027 = {
    "year": 2027,
    "source": "2027 年放假安排（测试用，虚构）",
    "off": ["2027-01-01", {"from": "2027-01-02", "to": "2027-01-05"}],
    "workdays": ["2027-01-09", "2027-01-10"],
}
DECEMBER = dt.date(2026, 12, 21)


def year_2026(**changed) -> dict:
    """The pack's year 2026 with some keys changed."""
    (data,) = [one for one in read_pack(settings.PACK).calendars if one["year"] == 2026]
    return {**data, **changed}


def start(value=20, day=DECEMBER, kind=STATUTORY, unit=Unit.WORKDAYS, subject=None) -> Clock:
    return actions.start(subject_id=subject or uuid.uuid4(), kind=kind, limit=Limit(value, unit), day=day)


def again(clock: Clock) -> Clock:
    return Clock.objects.get(pk=clock.pk)


def shown(clock: Clock) -> tuple:
    row = again(clock)
    return row.due_on, row.provisional, row.yellow_on


def told() -> dict[uuid.UUID, dict]:
    """The payload of `clock.recomputed` by clock; more than one of a clock fails."""
    found = list(events.by_name("clock.recomputed"))
    assert len({event.subject_id for event in found}) == len(found)
    return {event.subject_id: event.payload for event in found}


def test_loading_twice_changes_nothing():
    years = read_pack(settings.PACK).calendars
    before = list(CalendarYear.objects.order_by("id").values())
    assert actions.load_calendars(years=years, by=SYSTEM) == 0
    assert list(CalendarYear.objects.order_by("id").values()) == before
    assert {row.year for row in queries.years()} == {data["year"] for data in years}


def test_a_changed_year_is_in_force_at_once_and_logged(clock):
    data = year_2026(off=[*year_2026()["off"], "2026-03-16"])
    assert actions.load_calendars(years=[data], by=SYSTEM) == 1
    assert events.by_name("calendar.loaded")[0].payload["year"] == 2026
    assert start(value=10, day=dt.date(2026, 3, 2)).due_on == dt.date(2026, 3, 17)


def test_a_new_year_makes_provisional_dates_firm_and_moves_them(clock):
    moved, firm, same = start(), start(value=8), start(value=5)
    clock.to("2026-12-24T09:00")
    assert shown(moved)[:2] == (dt.date(2027, 1, 18), True)
    assert actions.load_calendars(years=[YEAR_2027], by=SYSTEM) == 1
    assert shown(moved)[:2] == (
        dt.date(2027, 1, 18),
        True,
    )  # not in the same transaction: by the job that follows
    assert queries.wrong() == [f"clock {moved.pk}: stored 2027-01-18, recomputed 2027-01-19"]
    run_jobs()
    # 22 to 25 and 28 to 31 December are eight; 6 to 10 (two worked), 11 to 15, 18 and 19 January twelve.
    assert shown(moved) == (dt.date(2027, 1, 19), False, dt.date(2027, 1, 13))
    assert (shown(firm)[:2], shown(same)[:2]) == (
        (dt.date(2026, 12, 31), False),
        (dt.date(2026, 12, 28), False),
    )
    assert told() == {
        moved.pk: {
            "subject_id": str(moved.subject_id),
            "kind": "decision_statutory",
            "old": "2027-01-18",
            "new": "2027-01-19",
            "provisional": False,
            "calendar": queries.calendar_digest(),
        }
    }
    assert queries.wrong() == []


def test_a_date_that_stays_but_becomes_firm_is_told_too(clock):
    row = start(value=9, day=dt.date(2026, 12, 22))
    assert shown(row)[:2] == (dt.date(2027, 1, 4), True)
    quiet = {**YEAR_2027, "off": ["2027-02-05"], "workdays": ["2027-02-20"]}
    actions.load_calendars(years=[quiet], by=SYSTEM)
    run_jobs()
    assert shown(row)[:2] == (dt.date(2027, 1, 4), False)
    assert [(one["old"], one["new"], one["provisional"]) for one in told().values()] == [
        ("2027-01-04", "2027-01-04", False)
    ]


def test_stopped_clocks_keep_the_date_by_which_they_were_judged(clock):
    row = start()
    actions.stop(subject_id=row.subject_id, kinds=[STATUTORY], day=dt.date(2026, 12, 24))
    actions.load_calendars(years=[YEAR_2027], by=SYSTEM)
    run_jobs()
    assert shown(row) == (dt.date(2027, 1, 18), True, None)
    assert told() == {}
    assert queries.wrong() == []
    action(Clock.objects.filter(pk=row.pk).update)(due_on=dt.date(2027, 1, 19))
    assert queries.wrong() == [f"clock {row.pk}: stored 2027-01-19, recomputed 2027-01-18"]


def test_a_paused_clock_has_no_date_to_move_and_gets_the_new_one_when_it_goes_on(clock):
    row = start()
    of = {"subject_id": row.subject_id, "kind": STATUTORY, "reason": PauseReason.TESTING}
    actions.pause(**of, day=dt.date(2026, 12, 23), by=SYSTEM)
    actions.load_calendars(years=[YEAR_2027], by=SYSTEM)
    run_jobs()
    assert (shown(row), told()) == ((None, False, None), {})
    actions.resume(**of, day=dt.date(2026, 12, 31))
    # Two days used; eighteen from 6 January on, the weekend of 9 and 10 worked: 6 to 15 are ten, 18 to 22, 25 to 27.
    assert shown(row)[:2] == (dt.date(2027, 1, 27), False)


def test_both_clocks_of_a_subject_are_told_each_for_itself(clock):
    subject = uuid.uuid4()
    both = [start(subject=subject), start(value=10, kind=PROMISED, subject=subject)]
    other = start(value=3)
    actions.load_calendars(years=[YEAR_2027], by=SYSTEM)
    run_jobs()
    assert {one: payload["kind"] for one, payload in told().items()} == {
        both[0].pk: "decision_statutory",
        both[1].pk: "decision_promised",
    }
    assert again(other).due_on == dt.date(2026, 12, 24)


def test_a_changed_year_moves_what_it_concerns_and_nothing_else(clock):
    before, after = start(value=10, day=dt.date(2026, 3, 2)), start(value=40, day=dt.date(2026, 3, 2))
    data = year_2026(off=[*year_2026()["off"], "2026-03-20"])
    assert actions.load_calendars(years=[data], by=SYSTEM) == 1
    run_jobs()
    assert set(told()) == {after.pk}
    assert again(before).due_on == dt.date(2026, 3, 16)
    assert queries.wrong() == []


def test_a_new_years_holiday_may_be_made_up_for_in_december(clock):
    row = start(value=5, day=dt.date(2026, 12, 24))
    assert shown(row)[:2] == (dt.date(2026, 12, 31), False)
    data = {**YEAR_2027, "workdays": ["2026-12-27"]}
    actions.load_calendars(years=[data], by=SYSTEM)
    run_jobs()
    assert shown(row)[:2] == (dt.date(2026, 12, 30), False)


def test_batch_after_batch_and_nothing_twice(clock):
    rows = [start() for _ in range(7)]
    stopped = start()
    actions.stop(subject_id=stopped.subject_id, kinds=[STATUTORY], day=DECEMBER)
    actions.load_calendars(years=[YEAR_2027], by=SYSTEM)
    because = queries.years().get(year=2027)
    assert actions.recompute(because=because, most=3) == 3
    first = events.by_name("clocks.recomputed")[0]
    assert first.payload == {"after": str(rows[2].pk), "looked_at": 3, "changed": 3}
    assert [again(row).provisional for row in rows] == [False] * 3 + [True] * 4
    # The worker goes on from that event, and begins again from the event of the year itself.
    run_jobs()
    assert [again(row).provisional for row in rows] == [False] * 7
    assert set(told()) == {row.pk for row in rows}
    assert Job.objects.filter(dead_at__isnull=False).count() == 0
    assert actions.recompute(because=because) == 0
    assert len(told()) == 7


def test_a_batch_that_fails_is_done_again_whole(clock, monkeypatch):
    run_jobs()  # those of the pack's own years
    rows = [start() for _ in range(3)]
    actions.load_calendars(years=[YEAR_2027], by=SYSTEM)
    tell, calls = actions._tell, []

    def breaks(*args):
        calls.append(1)
        if len(calls) == 2:
            raise RuntimeError("the power went")
        tell(*args)

    monkeypatch.setattr(actions, "_tell", breaks)
    run_jobs()
    assert ([again(row).provisional for row in rows], told()) == ([True] * 3, {})
    clock.move(minutes=5)
    run_jobs()
    assert [again(row).provisional for row in rows] == [False] * 3
    assert set(told()) == {row.pk for row in rows}


def test_the_cost_of_a_batch_does_not_grow_with_its_clocks(clock, django_assert_max_num_queries):
    for number in range(1, 31):
        start(value=number % 3 + 1)  # due in December: looked at, not changed
    actions.load_calendars(years=[YEAR_2027], by=SYSTEM)
    because = queries.years().get(year=2027)
    with django_assert_max_num_queries(12):
        assert actions.recompute(because=because) == 0


def test_after_random_lives_every_clock_shows_what_the_new_calendar_says(clock):
    """Two hundred lives by the dice; whoever's date moves or becomes firm is told, and nobody else."""
    run_jobs()
    dice = Random(2027)
    for _ in range(200):
        history, (number, unit, _, _), _ = thrown(dice)
        row = start(value=number, unit=Unit(unit), day=history[0][1])
        of = {"subject_id": row.subject_id, "kind": STATUTORY}
        reasons = []
        for what, day, reason, more in history[1:]:
            if what == "paused":
                reasons.append(PauseReason(reason))
                actions.pause(**of, reason=reasons[-1], day=day, by=SYSTEM)
            elif what == "resumed":
                reason = PauseReason(reason) if reason else reasons[-1]
                reasons.remove(reason)
                actions.resume(**of, reason=reason, day=day)
            elif what == "extended" and not queries.state_of(
                again(row), list(row.entries.all()), day
            ).overdue_on(day):
                actions.extend(**of, value=more, day=day, by=SYSTEM, basis="x")
            elif what == "stopped":
                actions.stop(subject_id=row.subject_id, kinds=[STATUTORY], day=day)
    before = {row.pk: (row.due_on, row.provisional, row.yellow_on) for row in Clock.objects.all()}
    stopped = set(Clock.objects.filter(stopped=True).values_list("pk", flat=True))
    one_a_month = [f"2026-{month:02}-1{4 + month % 3}" for month in (1, 3, 4, 5, 6, 7, 8, 9, 10, 11)]
    changed = year_2026(off=[*year_2026()["off"], *one_a_month])
    assert actions.load_calendars(years=[changed, YEAR_2027], by=SYSTEM) == 2
    run_jobs()
    after = {row.pk: (row.due_on, row.provisional, row.yellow_on) for row in Clock.objects.all()}
    moved = {pk for pk in before if before[pk] != after[pk]}
    assert set(told()) == moved
    assert not moved & stopped
    assert 10 < len(moved) < 150
    assert queries.wrong() == []


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"workdays": ["2027-01-01"]}, "both off and worked"),
        ({"off": ["2027-02-30"]}, "not one"),
        ({"off": ["2028-01-01"]}, "The calendar of 2027 has 2028-01-01"),
        ({"half": [{"on": "2027-01-02", "worked": "morning"}]}, "cannot be worked by half"),
        ({"half": [{"on": "2027-03-08", "worked": "evening"}]}, "not one"),
        ({"year": 2029, "off": ["2029-01-01"], "workdays": []}, "have a gap"),
    ],
)
def test_years_that_contradict_each_other_are_refused_whole(changed, where):
    before = list(CalendarYear.objects.order_by("id").values())
    with pytest.raises(BadCalendar) as caught:
        actions.load_calendars(years=[year_2026(source="新的通知"), {**YEAR_2027, **changed}], by=SYSTEM)
    assert where in caught.value.sentence_en
    assert list(CalendarYear.objects.order_by("id").values()) == before


def test_half_days_are_kept_and_count_as_whole_ones(clock):
    data = {**YEAR_2027, "half": [{"on": "2027-03-08", "worked": "morning"}]}
    actions.load_calendars(years=[data], by=SYSTEM)
    run_jobs()
    days = queries.calendar()
    assert (days.half_of(dt.date(2027, 3, 8)), days.half_of(dt.date(2027, 3, 9))) == ("morning", None)
    assert days.is_workday(dt.date(2027, 3, 8))
    assert again(start(value=5, day=dt.date(2027, 3, 4))).due_on == dt.date(2027, 3, 11)


class TestLights:
    """When the light turns yellow is a setting of the pack."""

    def test_the_packs_own_are_the_defaults_and_change_nothing(self):
        lights = read_pack(settings.PACK).pack["lights"]
        assert Thresholds.read(lights) == queries.thresholds() == Thresholds(Fraction(4, 5), 1)
        assert actions.load_lights(lights=lights, by=SYSTEM) == 0
        assert queries.light_rule() is None

    def test_others_move_the_yellow_day_of_running_clocks(self, clock):
        row, done = start(day=dt.date(2026, 3, 2)), start(day=dt.date(2026, 3, 2))
        actions.stop(subject_id=done.subject_id, kinds=[STATUTORY], day=dt.date(2026, 3, 3))
        assert shown(row) == (dt.date(2026, 3, 30), False, dt.date(2026, 3, 24))
        assert actions.load_lights(lights={"yellow_share": "1/2", "yellow_left": 3}, by=SYSTEM) == 1
        run_jobs()
        assert shown(row) == (dt.date(2026, 3, 30), False, dt.date(2026, 3, 16))
        assert again(done).yellow_on is None
        # Whoever keeps a copy of the yellow day hears of it; nobody's due date moved, so the ledger is silent.
        assert {one: (p["old"], p["new"]) for one, p in told().items()} == {
            row.pk: ("2026-03-30", "2026-03-30")
        }
        assert [line.entry for line in queries.ledger(row.subject_id)] == ["started"]
        assert start(day=dt.date(2026, 3, 2)).yellow_on == dt.date(2026, 3, 16)
        assert actions.load_lights(lights={"yellow_share": "2/4", "yellow_left": 3}, by=SYSTEM) == 0

    def test_they_too_go_from_batch_to_batch(self, clock):
        rows = [start(day=dt.date(2026, 3, 2)) for _ in range(3)]
        actions.load_lights(lights={"yellow_share": "1/2"}, by=SYSTEM)
        assert actions.recompute(because=queries.light_rule(), most=2) == 2
        run_jobs()
        assert set(told()) == {row.pk for row in rows}

    @pytest.mark.parametrize(
        "lights", [{"yellow_share": "3/2"}, {"yellow_share": "0/5"}, {"yellow_left": -1}]
    )
    def test_impossible_ones_are_refused(self, lights):
        with pytest.raises(BadLimit):
            actions.load_lights(lights=lights, by=SYSTEM)


class TestPackCheck:
    """`tongban pack check` says so before anything is loaded."""

    def spoilt(self, tmp_path, file: str, old: str, new: str) -> list[str]:
        pack = Path(shutil.copytree(settings.PACK, tmp_path / "pack"))
        text = (pack / file).read_text(encoding="utf-8")
        assert old in text
        (pack / file).write_text(text.replace(old, new, 1), encoding="utf-8")
        return [error.text("en") for error in read_pack(pack).errors]

    def test_a_day_both_off_and_worked(self, tmp_path):
        faults = self.spoilt(tmp_path, "calendar/2026.yaml", '"2026-01-04"', '"2026-01-03"')
        assert faults == [
            "calendar/:1: off: 2026-01-03 is both off and worked. Compare the calendar files with the holiday notices."
        ]

    def test_lights_that_no_clock_can_show(self, tmp_path):
        faults = self.spoilt(tmp_path, "pack.yaml", '"4/5"', '"5/4"')
        assert [fault.split(":")[0] for fault in faults] == ["pack.yaml"]
