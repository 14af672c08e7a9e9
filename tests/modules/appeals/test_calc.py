"""Working minutes, numbers, the scorecard's shares, the answer library: by hand and by property."""

import datetime as dt
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.foundation.time import SHANGHAI
from tongban.kernel.deadlines.calc import WorkCalendar, YearDays
from tongban.modules.appeals.calc import Hours, Score, contact_by, number_of, require_day, scores, total_of
from tongban.modules.appeals.calc.clocks import BadDay

HOURS = Hours.read([{"begin": "08:30", "end": "12:00"}, {"begin": "14:00", "end": "17:30"}])
YEARS = {
    2026: YearDays.read(
        [{"from": "2026-02-16", "to": "2026-02-23"}],
        ["2026-02-28"],
        [{"on": "2026-02-13", "worked": "morning"}],
    )
}
DAYS = WorkCalendar(YEARS)


def at(text):
    return dt.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("begin", "minutes", "end"),
    [
        ("2026-03-02T09:00", 60, "2026-03-02T10:00"),
        ("2026-03-02T11:30", 60, "2026-03-02T14:30"),
        ("2026-03-02T12:30", 30, "2026-03-02T14:30"),
        ("2026-03-02T17:00", 60, "2026-03-03T09:00"),
        ("2026-03-06T17:30", 60, "2026-03-09T09:30"),  # Friday evening: Monday morning
        ("2026-02-27T17:00", 60, "2026-02-28T09:00"),  # a Saturday that makes up for the holiday
        ("2026-02-13T11:30", 60, "2026-02-24T09:00"),  # half a day before the spring festival
        ("2026-03-02T07:00", 210, "2026-03-02T12:00"),
        ("2026-03-02T08:30", 420, "2026-03-02T17:30"),
    ],
)
def test_minutes_run_in_working_hours_only(begin, minutes, end):
    assert contact_by(at(begin), minutes, HOURS, DAYS) == at(end)


@given(st.integers(0, 300), st.integers(0, 1439), st.integers(1, 1500))
def test_exactly_so_many_working_minutes_lie_between(day, minute, minutes):
    begin = at("2026-01-05T00:00") + dt.timedelta(days=day, minutes=minute)
    end = contact_by(begin, minutes, HOURS, DAYS)
    worked, moment = 0, begin
    while moment < end:  # minute by minute, which knows nothing of spans
        on = HOURS.on(moment.date(), DAYS)
        worked += any(first <= moment.time() < last for first, last in on)
        moment += dt.timedelta(minutes=1)
    assert worked == minutes


def test_numbers_say_the_day_and_differ():
    day = dt.date(2026, 3, 2)
    numbers = {number_of("SQ", day, uuid.uuid4()) for _ in range(500)}
    assert len(numbers) == 500
    assert all(len(one) == 14 and one.startswith("SQ260302") for one in numbers)


@pytest.mark.parametrize("wrong", ["", "soon", "2026-03-02", "2020-01-01", "2029-01-01", None])
def test_a_planned_day_lies_ahead(wrong):
    with pytest.raises(BadDay):
        require_day(wrong, dt.date(2026, 3, 2))


def test_shares_are_of_all_and_not_rounded_up():
    rows = [
        ("a", "ended", 3),
        ("a", "satisfied", 2),
        ("a", "rated", 2),
        ("b", "assigned", 1),
        ("a", "solved", 3),
    ]
    a, b = sorted(scores(rows), key=lambda one: one.agency)
    assert a.shares == {"contact": None, "on_time": None, "solved": 1000, "satisfied": 666}
    assert a.failing({"contact": 95, "on_time": 95, "solved": 60, "satisfied": 67}) == ["satisfied"]
    assert a.failing({"contact": 95, "on_time": 95, "solved": 60, "satisfied": 66}) == []
    assert (b.agency, b.shares["satisfied"]) == ("b", None)
    assert total_of([a, b]) == Score("", {"ended": 3, "satisfied": 2, "rated": 2, "assigned": 1, "solved": 3})
