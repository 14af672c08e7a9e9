import datetime as dt
from fractions import Fraction

import pytest

from tests.kernel.deadlines.histories import YEARS
from tongban.kernel.deadlines.calc import (
    BadLimit,
    ClockFact,
    ClockState,
    ImpossibleHistory,
    Limit,
    PauseNotAllowed,
    Thresholds,
    WorkCalendar,
    due,
    light,
    require_stoppable,
)
from tongban.kernel.deadlines.states import STOPS, ClockFactKind, ClockKind, Light, PauseReason, Unit

CALENDAR = WorkCalendar(YEARS)
TWENTY = Limit(20, Unit.WORKDAYS)
STARTED, PAUSED, RESUMED = ClockFactKind.STARTED, ClockFactKind.PAUSED, ClockFactKind.RESUMED
EXTENDED, STOPPED = ClockFactKind.EXTENDED, ClockFactKind.STOPPED
HEARING, TESTING = PauseReason.HEARING, PauseReason.TESTING


def on(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def fact(
    kind: ClockFactKind, day: str, reason: PauseReason | None = None, value: int | None = None
) -> ClockFact:
    return ClockFact(kind, on(day), reason, value)


def state(limit: Limit, *facts: ClockFact, today: str | None = None) -> ClockState:
    return due(facts, limit, CALENDAR, today=on(today) if today else None)


class TestDueDatesByHand:
    def test_twenty_working_days_over_the_spring_holiday(self) -> None:
        clock = state(TWENTY, fact(STARTED, "2026-01-20"))
        assert (clock.due, clock.provisional, clock.used, clock.left) == (on("2026-02-24"), False, 0, 20)

    def test_a_filing_on_a_day_off_counts_from_the_next_working_day(self) -> None:
        # Sunday 15 February to Tuesday 24 February are off, so the 24th is the start and the 25th day one.
        assert state(Limit(1, Unit.WORKDAYS), fact(STARTED, "2026-02-15")).due == on("2026-02-25")
        # A worked Saturday is no day off.
        assert state(Limit(1, Unit.WORKDAYS), fact(STARTED, "2026-02-28")).due == on("2026-03-02")

    def test_the_day_of_the_start_counts_only_where_the_limit_says_so(self) -> None:
        assert state(Limit(5, Unit.WORKDAYS), fact(STARTED, "2026-03-02")).due == on("2026-03-09")
        counting = Limit(5, Unit.WORKDAYS, count_start_day=True)
        assert state(counting, fact(STARTED, "2026-03-02")).due == on("2026-03-06")

    def test_a_pause_over_the_spring_holiday(self) -> None:
        # 10, 11, 12 February used; 13 to 25 February do not count; 26, 27, 28 (worked), 2 to 6 and 9 to 12 March.
        clock = state(
            Limit(15, Unit.WORKDAYS),
            fact(STARTED, "2026-02-09"),
            fact(PAUSED, "2026-02-12", TESTING),
            fact(RESUMED, "2026-02-25", TESTING),
        )
        assert (clock.due, clock.used, clock.left) == (on("2026-03-12"), 3, 12)

    def test_an_open_pause_leaves_the_due_date_unknown(self) -> None:
        clock = state(
            TWENTY, fact(STARTED, "2026-03-02"), fact(PAUSED, "2026-03-04", HEARING), today="2026-06-01"
        )
        assert (clock.due, clock.paused, clock.used, clock.left) == (None, True, 2, 18)

    def test_a_limit_used_up_before_an_open_pause_keeps_its_due_date(self) -> None:
        clock = state(
            Limit(2, Unit.WORKDAYS), fact(STARTED, "2026-03-02"), fact(PAUSED, "2026-03-06", HEARING)
        )
        assert (clock.due, clock.paused, clock.left) == (on("2026-03-04"), True, -2)

    def test_several_pauses(self) -> None:
        # Day one is 3 March. (4, 9] and (11, 13] do not count: 3, 4, 10, 11, 16 March.
        clock = state(
            Limit(5, Unit.WORKDAYS),
            fact(STARTED, "2026-03-02"),
            fact(PAUSED, "2026-03-04", HEARING),
            fact(RESUMED, "2026-03-09"),
            fact(PAUSED, "2026-03-11", TESTING),
            fact(RESUMED, "2026-03-13"),
        )
        assert clock.due == on("2026-03-16")

    def test_overlapping_pauses_are_one(self) -> None:
        # (4, 13] does not count: 3, 4, 16, 17, 18 March.
        clock = state(
            Limit(5, Unit.WORKDAYS),
            fact(STARTED, "2026-03-02"),
            fact(PAUSED, "2026-03-04", HEARING),
            fact(PAUSED, "2026-03-06", TESTING),
            fact(RESUMED, "2026-03-09", HEARING),
            fact(RESUMED, "2026-03-13", TESTING),
        )
        assert clock.due == on("2026-03-18")

    def test_a_pause_and_resumption_on_one_day_change_nothing(self) -> None:
        clock = state(
            TWENTY,
            fact(STARTED, "2026-01-20"),
            fact(PAUSED, "2026-01-22", HEARING),
            fact(RESUMED, "2026-01-22", HEARING),
        )
        assert clock.due == on("2026-02-24")

    def test_a_pause_that_ended_before_the_clock_began_to_count_changes_nothing(self) -> None:
        clock = state(
            Limit(5, Unit.WORKDAYS),
            fact(STARTED, "2026-02-28"),
            fact(PAUSED, "2026-02-28", HEARING),
            fact(RESUMED, "2026-02-28"),
        )
        assert clock.due == on("2026-03-06")
        weekend = state(
            Limit(5, Unit.WORKDAYS),
            fact(STARTED, "2026-03-07"),
            fact(PAUSED, "2026-03-07", HEARING),
            fact(RESUMED, "2026-03-08"),
        )
        assert weekend.due == on("2026-03-16")
        across = state(
            Limit(5, Unit.DAYS),
            fact(STARTED, "2026-03-07"),
            fact(PAUSED, "2026-03-07", HEARING),
            fact(RESUMED, "2026-03-10"),
        )
        assert across.used_on(on("2026-03-12")) == 2

    def test_an_extension_adds_working_days(self) -> None:
        # 25, 26, 27, 28 (worked) February; 2 to 6 and 9 March are ten more.
        clock = state(TWENTY, fact(STARTED, "2026-01-20"), fact(EXTENDED, "2026-02-10", value=10))
        assert (clock.due, clock.left) == (on("2026-03-09"), 15)

    def test_natural_days_roll_off_a_holiday_unless_told_not_to(self) -> None:
        assert state(Limit(10, Unit.DAYS), fact(STARTED, "2026-04-24")).due == on("2026-05-06")
        assert state(Limit(10, Unit.DAYS, roll=False), fact(STARTED, "2026-04-24")).due == on("2026-05-04")

    def test_an_instant_limit_ends_on_the_day_of_the_start(self) -> None:
        assert state(Limit(0, Unit.INSTANT), fact(STARTED, "2026-03-02")).due == on("2026-03-02")
        assert state(Limit(0, Unit.INSTANT), fact(STARTED, "2026-02-15")).due == on("2026-02-24")
        assert state(Limit(0, Unit.INSTANT, count_start_day=True), fact(STARTED, "2026-03-02")).left == 0

    def test_past_the_last_loaded_year_the_date_is_provisional(self) -> None:
        clock = state(Limit(5, Unit.WORKDAYS), fact(STARTED, "2026-12-28"))
        assert (clock.due, clock.provisional) == (on("2027-01-04"), True)
        assert not state(Limit(3, Unit.WORKDAYS), fact(STARTED, "2026-12-28")).provisional
        # Natural days that do not roll need no calendar.
        assert not state(Limit(10, Unit.DAYS, roll=False), fact(STARTED, "2026-12-28")).provisional

    def test_a_stop_freezes(self) -> None:
        clock = state(TWENTY, fact(STARTED, "2026-03-02"), fact(STOPPED, "2026-03-06"), today="2026-12-01")
        assert (clock.stopped, clock.used, clock.left, clock.late) == (True, 4, 16, False)
        late = state(Limit(2, Unit.WORKDAYS), fact(STARTED, "2026-03-02"), fact(STOPPED, "2026-03-05"))
        assert (late.due, late.left, late.late) == (on("2026-03-04"), -1, True)
        paused = state(
            TWENTY,
            fact(STARTED, "2026-03-02"),
            fact(PAUSED, "2026-03-03", HEARING),
            fact(STOPPED, "2026-03-06"),
        )
        assert (paused.due, paused.stopped, paused.paused, paused.used) == (None, True, False, 1)


class TestImpossibleHistories:
    @pytest.mark.parametrize(
        ("facts", "code"),
        [
            ([], "not_started"),
            ([fact(PAUSED, "2026-03-02", HEARING)], "not_started"),
            ([fact(STARTED, "2026-03-02"), fact(STARTED, "2026-03-03")], "started_twice"),
            ([fact(STARTED, "2026-03-02"), fact(STOPPED, "2026-03-01")], "out_of_order"),
            ([fact(STARTED, "2026-03-02"), fact(RESUMED, "2026-03-03")], "resumed_without_pause"),
            (
                [
                    fact(STARTED, "2026-03-02"),
                    fact(PAUSED, "2026-03-03", HEARING),
                    fact(RESUMED, "2026-03-04", TESTING),
                ],
                "resumed_without_pause",
            ),
            (
                [
                    fact(STARTED, "2026-03-02"),
                    fact(PAUSED, "2026-03-03", HEARING),
                    fact(PAUSED, "2026-03-03", TESTING),
                    fact(RESUMED, "2026-03-04"),
                ],
                "resumed_unclear",
            ),
            (
                [
                    fact(STARTED, "2026-03-02"),
                    fact(STOPPED, "2026-03-03"),
                    fact(PAUSED, "2026-03-04", HEARING),
                ],
                "after_stop",
            ),
            ([fact(STARTED, "2026-03-02"), fact(EXTENDED, "2026-03-03")], "bad_extension"),
            ([fact(STARTED, "2026-03-02"), fact(EXTENDED, "2026-03-03", value=0)], "bad_extension"),
        ],
    )
    def test_they_are_refused_with_something_to_do(self, facts: list[ClockFact], code: str) -> None:
        with pytest.raises(ImpossibleHistory) as caught:
            state(TWENTY, *facts)
        problem = caught.value
        assert problem.code == f"deadline.{code}"
        assert problem.status == 409
        assert "{" not in "".join(
            (problem.sentence_zh, problem.sentence_en, problem.todo_zh, problem.todo_en)
        )
        assert all((problem.sentence_zh, problem.sentence_en, problem.todo_zh, problem.todo_en))

    def test_what_is_done_on_the_spot_cannot_be_extended(self) -> None:
        with pytest.raises(ImpossibleHistory):
            state(Limit(0, Unit.INSTANT), fact(STARTED, "2026-03-02"), fact(EXTENDED, "2026-03-02", value=1))

    @pytest.mark.parametrize(("value", "unit"), [(0, Unit.WORKDAYS), (-1, Unit.INSTANT), (4000, Unit.DAYS)])
    def test_limits_out_of_range_are_refused(self, value: int, unit: Unit) -> None:
        with pytest.raises(BadLimit):
            Limit(value, unit)


class TestReasons:
    def test_only_the_grounds_of_article_45_and_other_statutes_stop_the_statutory_clock(self) -> None:
        assert {reason for reason in PauseReason if ClockKind.DECISION_STATUTORY in STOPS[reason]} == {
            PauseReason.HEARING,
            PauseReason.BIDDING,
            PauseReason.AUCTION,
            PauseReason.INSPECTION,
            PauseReason.TESTING,
            PauseReason.QUARANTINE,
            PauseReason.APPRAISAL,
            PauseReason.EXPERT_REVIEW,
            PauseReason.OTHER_STATUTE,
        }

    def test_a_reason_is_refused_for_a_clock_that_it_cannot_stop(self) -> None:
        require_stoppable(ClockKind.DECISION_PROMISED, PauseReason.SITE_CHECK)
        require_stoppable(ClockKind.RECEIPT, PauseReason.SUPPLEMENT)
        with pytest.raises(PauseNotAllowed):
            require_stoppable(ClockKind.DECISION_STATUTORY, PauseReason.SITE_CHECK)
        with pytest.raises(PauseNotAllowed):
            require_stoppable(ClockKind.DELIVERY, PauseReason.HEARING)


class TestLights:
    def test_yellow_at_four_fifths_and_red_when_overdue(self) -> None:
        clock = state(
            TWENTY, fact(STARTED, "2026-03-02")
        )  # day 15 is 23 March, day 16 the 24th, day 20 the 30th
        assert clock.due == on("2026-03-30")
        days = ["2026-03-02", "2026-03-23", "2026-03-24", "2026-03-30", "2026-03-31"]
        assert [light(clock, on(day)) for day in days] == [
            Light.GREEN,
            Light.GREEN,
            Light.YELLOW,
            Light.YELLOW,
            Light.RED,
        ]

    def test_yellow_with_one_day_left_however_short_the_limit(self) -> None:
        clock = state(Limit(3, Unit.WORKDAYS), fact(STARTED, "2026-03-02"))
        assert [light(clock, on(f"2026-03-0{day}")) for day in (3, 4, 5, 6)] == [
            Light.GREEN,
            Light.YELLOW,
            Light.YELLOW,
            Light.RED,
        ]

    def test_the_share_is_exact(self) -> None:
        # One tenth of thirty is three, which a binary fraction misses.
        clock = state(Limit(30, Unit.WORKDAYS), fact(STARTED, "2026-03-02"))
        exact = Thresholds(yellow_share=Fraction(1, 10), yellow_left=0)
        assert light(clock, on("2026-03-04"), exact) is Light.GREEN
        assert light(clock, on("2026-03-05"), exact) is Light.YELLOW

    def test_the_weekend_after_the_due_date_is_already_late(self) -> None:
        clock = state(Limit(4, Unit.WORKDAYS), fact(STARTED, "2026-03-02"))  # due Friday 6 March
        assert light(clock, on("2026-03-07")) is Light.RED

    def test_paused_on_its_last_day_a_clock_is_late_from_the_day_after_the_resumption(self) -> None:
        facts = [fact(STARTED, "2026-03-02"), fact(PAUSED, "2026-03-04", HEARING)]
        limit = Limit(2, Unit.WORKDAYS)
        assert light(state(limit, *facts), on("2026-03-20")) is Light.PAUSED
        resumed = state(limit, *facts, fact(RESUMED, "2026-03-20", HEARING))
        assert light(resumed, on("2026-03-20")) is Light.YELLOW
        assert light(resumed, on("2026-03-21")) is Light.RED

    def test_paused_on_its_last_day_and_resumed_on_the_next(self) -> None:
        clock = state(
            Limit(2, Unit.WORKDAYS),
            fact(STARTED, "2026-03-02"),
            fact(PAUSED, "2026-03-04", HEARING),
            fact(RESUMED, "2026-03-05"),
        )
        assert not clock.overdue_on(on("2026-03-05"))
        assert clock.overdue_on(on("2026-03-06"))

    def test_a_clock_that_was_late_before_its_pause_stays_red(self) -> None:
        clock = state(
            Limit(2, Unit.WORKDAYS), fact(STARTED, "2026-03-02"), fact(PAUSED, "2026-03-06", HEARING)
        )
        assert light(clock, on("2026-03-10")) is Light.RED

    def test_instant_is_green_on_its_day_and_red_after(self) -> None:
        clock = state(Limit(0, Unit.INSTANT), fact(STARTED, "2026-03-02"))
        assert light(clock, on("2026-03-02")) is Light.GREEN
        assert light(clock, on("2026-03-03")) is Light.RED

    def test_done_is_done(self) -> None:
        clock = state(Limit(2, Unit.WORKDAYS), fact(STARTED, "2026-03-02"), fact(STOPPED, "2026-03-09"))
        assert light(clock, on("2026-03-30")) is Light.DONE
        assert clock.late

    def test_rolled_natural_days_have_days_left_until_the_due_date(self) -> None:
        clock = state(Limit(10, Unit.DAYS), fact(STARTED, "2026-04-24"))  # 4 May rolls to the 6th
        assert (clock.left_on(on("2026-05-04")), clock.left_on(on("2026-05-06"))) == (2, 0)
        assert light(clock, on("2026-05-06")) is Light.YELLOW
        assert light(clock, on("2026-05-07")) is Light.RED
