"""Months without progress: on their day, across months of different lengths; shares of a promise."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.modules.projects.calc import Settings, light_of, months_before, percent

SETTINGS = Settings(2, 3, 6, 12, {})
DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2028, 3, 31), 1, date(2028, 2, 29)),
        (date(2026, 1, 15), 1, date(2025, 12, 15)),
        (date(2026, 1, 31), 2, date(2025, 11, 30)),
        (date(2026, 12, 31), 12, date(2025, 12, 31)),
        (date(2025, 11, 30), -1, date(2025, 12, 30)),
        (date(2026, 1, 31), -13, date(2027, 2, 28)),
    ],
)
def test_months_before(day, months, expected):
    assert months_before(day, months) == expected


@pytest.mark.parametrize(
    ("moved_on", "light"),
    [
        (date(2026, 10, 1), "green"),
        (date(2026, 9, 29), "green"),
        (date(2026, 9, 28), "yellow"),
        (date(2026, 8, 29), "yellow"),
        (date(2026, 8, 28), "red"),
        (date(2026, 5, 28), "red"),
        (date(2026, 5, 27), "out"),
    ],
)
def test_the_lights_change_on_their_day(moved_on, light):
    assert light_of(moved_on, date(2026, 11, 28), SETTINGS) == light


@given(DAYS, DAYS)
def test_a_later_move_is_never_worse(first, second):
    today = max(first, second)
    order = ["green", "yellow", "red", "out"]
    later, earlier = (order.index(light_of(day, today, SETTINGS)) for day in (today, min(first, second)))
    assert later <= earlier


@given(DAYS, st.integers(0, 60))
def test_back_and_forth_stays_within_the_month(day, months):
    there = months_before(months_before(day, months), -months)
    assert (there.year, there.month) == (day.year, day.month)
    assert there.day <= day.day


@pytest.mark.parametrize(
    ("done", "promised", "share"), [(0, 0, 0), (999, 1000, 99), (1000, 1000, 100), (15, 10, 150)]
)
def test_a_share_is_cut(done, promised, share):
    assert percent(done, promised) == share
