import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kernel.deadlines.histories import YEARS
from tests.kernel.deadlines.oracle import DAY, is_workday
from tongban.kernel.deadlines.calc import BadCalendar, Due, WorkCalendar, YearDays

CALENDAR = WorkCalendar(YEARS)
LOADED = st.dates(dt.date(2025, 1, 1), dt.date(2026, 12, 31))


@pytest.mark.parametrize(
    ("day", "n", "expected"),
    [
        ("2026-01-20", 20, "2026-02-24"),  # over the spring holiday, with the worked Saturday of 14 February
        ("2026-02-13", 1, "2026-02-14"),  # that Saturday itself
        ("2026-02-13", 5, "2026-02-27"),
        ("2026-02-14", 1, "2026-02-24"),  # nine days off in between
        ("2025-09-26", 1, "2025-09-28"),  # a worked Sunday
        ("2025-09-26", 5, "2025-10-10"),
        ("2025-09-26", 6, "2025-10-11"),
        ("2025-12-30", 3, "2026-01-05"),  # over New Year, with the worked Sunday of 4 January
        ("2026-05-02", 1, "2026-05-06"),  # from a day off
        ("2026-05-02", 0, "2026-05-06"),
        ("2026-05-06", 0, "2026-05-06"),
    ],
)
def test_working_days_counted_by_hand(day: str, n: int, expected: str) -> None:
    assert CALENDAR.add_workdays(dt.date.fromisoformat(day), n) == Due(dt.date.fromisoformat(expected), False)


def test_past_the_last_loaded_year_weekends_alone_are_off_and_the_day_is_provisional() -> None:
    # 29, 30, 31 December; 1 January 2027 is a Friday, and no notice says yet that it is off; Monday the 4th.
    assert CALENDAR.add_workdays(dt.date(2026, 12, 28), 3) == Due(dt.date(2026, 12, 31), False)
    assert CALENDAR.add_workdays(dt.date(2026, 12, 28), 5) == Due(dt.date(2027, 1, 4), True)


def test_a_day_counted_from_before_the_first_loaded_year_is_provisional() -> None:
    assert CALENDAR.add_workdays(dt.date(2024, 12, 31), 1) == Due(dt.date(2025, 1, 2), True)


@given(day=LOADED, n=st.integers(0, 300))
def test_adding_agrees_with_walking(day: dt.date, n: int) -> None:
    walked = day if n else next(d for d in (day + i * DAY for i in range(20)) if is_workday(d))
    left = n
    while left:
        walked += DAY
        left -= is_workday(walked)
    assert CALENDAR.add_workdays(day, n) == Due(walked, walked.year > 2026)


@given(day=st.dates(dt.date(2024, 1, 1), dt.date(2028, 12, 31)))
def test_every_day_is_what_the_notices_say(day: dt.date) -> None:
    assert CALENDAR.is_workday(day) == is_workday(day)


@given(day=LOADED)
def test_positions_are_days_counted(day: dt.date) -> None:
    step = CALENDAR.position(day) - CALENDAR.position(day - DAY)
    assert step == is_workday(day)
    if step:
        assert CALENDAR.at(CALENDAR.position(day)) == day


def test_year_days_are_read_from_a_packs_texts() -> None:
    year = YearDays.read(["2026-01-01", {"from": "2026-02-15", "to": "2026-02-17"}], ["2026-01-04"])
    assert year.off == {dt.date(2026, 1, 1), dt.date(2026, 2, 15), dt.date(2026, 2, 16), dt.date(2026, 2, 17)}
    assert year.workdays == {dt.date(2026, 1, 4)}


@pytest.mark.parametrize(
    "years",
    [
        {},
        {2024: YEARS[2025], 2026: YEARS[2026]},
        {2026: YearDays(off=frozenset({dt.date(2026, 1, 2)}), workdays=frozenset({dt.date(2026, 1, 2)}))},
    ],
)
def test_contradicting_years_are_refused(years: dict[int, YearDays]) -> None:
    with pytest.raises(BadCalendar):
        WorkCalendar(years)


def test_days_far_from_the_loaded_years_are_refused() -> None:
    for ask in (
        lambda: CALENDAR.add_workdays(dt.date(2001, 1, 1), 1),
        lambda: CALENDAR.add_workdays(dt.date(2026, 1, 1), 100_000),
        lambda: CALENDAR.add_workdays(dt.date(2041, 12, 31), 5),
        lambda: CALENDAR.is_workday(dt.date(2099, 1, 1)),
        lambda: CALENDAR.at(100_000),
    ):
        with pytest.raises(BadCalendar):
            ask()
    with pytest.raises(ValueError, match="forwards"):
        CALENDAR.add_workdays(dt.date(2026, 1, 1), -1)
