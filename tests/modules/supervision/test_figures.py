"""On-time share and percentiles, by an independent count and from real cases."""

import statistics
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from tests import city
from tongban.kernel.cases import actions as cases
from tongban.modules.supervision import calc, queries


@given(st.lists(st.integers(0, 40), min_size=1), st.sampled_from([1, 50, 90, 99, 100]))
def test_a_percentile_is_the_first_value_that_covers_the_share(days, share):
    counted = {day: days.count(day) for day in days}
    found = calc.percentile(counted, share)
    assert found in days
    assert 100 * sum(day <= found for day in days) >= share * len(days)
    assert 100 * sum(day < found for day in days) < share * len(days)


def test_the_median_of_an_odd_number_is_the_one_in_the_middle():
    days = [3, 1, 4, 1, 5, 9, 2]
    assert calc.percentile({day: days.count(day) for day in days}, 50) == statistics.median(days) == 3
    assert calc.percentile({}, 90) == 0


def test_shares_are_cut_and_not_rounded():
    rows = [
        calc.Tally("a", "x", "t", 1, late=False, cases=9999),
        calc.Tally("b", "x", "t", 9, late=True, cases=1),
    ]
    assert calc.figure(rows).percent == "99.9%"
    assert calc.figure([]) == calc.Figure(0, 0, 0, 0)
    assert {name: (f.cases, f.percent) for name, f in calc.by(rows, lambda row: row.item).items()} == {
        "a": (9999, "100.0%"),
        "b": (1, "0.0%"),
    }
    assert list(calc.by(rows, lambda row: row.item)) == ["a", "b"]


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2026-01", "2026-03", ("2026-01-01", "2026-04-01")),
        ("2025-12", "2025-12", ("2025-12-01", "2026-01-01")),
        ("2026-03", "2026-01", ("2026-01-01", "2026-04-01")),
        ("2026-02", "", ("2026-02-01", "2026-03-01")),
        ("", "", ("2026-03-01", "2026-04-01")),
        ("2026-13", "abcd-01", ("2026-03-01", "2026-04-01")),
        ("0000-01", "２０２６-01", ("2026-03-01", "2026-04-01")),
    ],
)
def test_a_range_of_months(first, last, expected):
    assert calc.month_range(first, last, date(2026, 3, 2)) == tuple(map(date.fromisoformat, expected))


def decided(clock, days, place=city.DALANG, item="allowance"):
    """A case accepted now and decided some days later."""
    begin = clock.now
    case = city.allowance(place=place) if item == "allowance" else city.food(place=place)[0]
    agency = case.agency
    people = [
        city.actor(city.officer(role, agency=agency, place=city.CITY))
        for role in ("clerk", "reviewer", "decider")
    ]
    cases.accept(case_id=case.pk, by=people[0])
    clock.move(days=days)
    while any(
        step.state == "open" and step.permission == "case.review" for step in city.again(case).steps.all()
    ):
        cases.complete_step(case_id=case.pk, opinion="符合", by=people[1])
    cases.grant(case_id=case.pk, by=people[2])
    clock.move(days=-(clock.now - begin) / timedelta(days=1))
    return city.again(case)


@pytest.mark.django_db
def test_figures_of_real_cases(clock, supervisor, clerk, strangers):
    late = decided(clock, 28)  # 2 to 30 March: 20 working days
    assert late.decided_at.date() > late.due_on
    decided(clock, 4)  # until Friday: 4
    decided(clock, 7, place=city.HUMEN)  # until next Monday: 5
    decided(clock, 30)  # 1 April: not in March
    march = (date(2026, 3, 1), date(2026, 4, 1))
    rows = queries.tallies(supervisor, *march)
    assert sorted((row.town, row.days, row.late, row.cases) for row in rows) == [
        (city.DALANG, 4, False, 1),
        (city.DALANG, 20, True, 1),
        (city.HUMEN, 5, False, 1),
    ]
    assert calc.figure(rows) == calc.Figure(3, 2, 5, 20)
    assert calc.by(rows, lambda row: row.town) == {
        city.DALANG: calc.Figure(2, 1, 4, 20),
        city.HUMEN: calc.Figure(1, 1, 5, 5),
    }
    # An officer sees the own agency's and town's, others nothing of it.
    assert calc.figure(queries.tallies(clerk, *march)) == calc.Figure(2, 1, 4, 20)
    assert [calc.figure(queries.tallies(by, *march)).cases for by in strangers] == [1, 0, 1, 0]


@pytest.mark.django_db
def test_one_query_however_many_cases(clock, supervisor):
    march = (date(2026, 3, 1), date(2026, 4, 1))

    def counted():
        with CaptureQueriesContext(connection) as seen:
            queries.tallies(supervisor, *march)
        return len(seen)

    decided(clock, 2)
    one = counted()
    decided(clock, 3)
    decided(clock, 4, place=city.HUMEN)
    assert counted() == one
