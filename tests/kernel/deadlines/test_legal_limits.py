"""The limits of the law, each with a date worked out by hand."""

import datetime as dt

import pytest

from tests.kernel.deadlines.histories import CALENDAR
from tongban.kernel.deadlines.calc import LEGAL_LIMITS, Legal, Months

DAY = dt.date.fromisoformat


@pytest.mark.parametrize(
    ("what", "day", "last"),
    [
        (Legal.RECEIPT, "2026-03-02", "2026-03-09"),
        (Legal.DECISION, "2026-03-02", "2026-03-30"),
        (Legal.EXTENSION, "2026-03-30", "2026-04-14"),  # Qingming lies in between
        (Legal.JOINT_DECISION, "2026-03-02", "2026-05-08"),
        (Legal.JOINT_EXTENSION, "2026-05-08", "2026-05-28"),  # Saturday the 9th is worked
        (Legal.LOWER_LEVEL, "2026-03-02", "2026-03-30"),
        (Legal.DELIVERY, "2026-09-17", "2026-10-08"),
        (Legal.HEARING_REQUEST, "2026-08-06", "2026-08-13"),
        (Legal.HEARING_HELD, "2026-08-10", "2026-09-07"),
        (Legal.HEARING_NOTICE, "2026-08-25", "2026-08-18"),
        (Legal.INSPECTION_SENT, "2026-02-12", "2026-02-26"),
        (Legal.RENEWAL, "2026-12-31", "2026-12-01"),
        (Legal.BAN_FALSE_PAPERS, "2026-03-02", "2027-03-02"),
        (Legal.BAN_FRAUD, "2024-02-29", "2027-02-28"),
        (Legal.REVIEW, "2026-08-03", "2026-10-08"),  # 2 October is a holiday
        (Legal.SUIT, "2026-08-31", "2027-03-01"),  # 28 February 2027 is a Sunday
    ],
)
def test_the_last_day_of_each(what, day, last):
    assert LEGAL_LIMITS[what].from_day(DAY(day), CALENDAR) == DAY(last)


def test_every_one_cites_its_article():
    assert {what for what, row in LEGAL_LIMITS.items() if "法第" not in row.article} == set()


def test_months_end_on_the_same_day_or_the_last_of_the_month():
    assert Months(1).after(DAY("2026-01-31")) == DAY("2026-02-28")
    assert Months(12).after(DAY("2026-12-15")) == DAY("2027-12-15")
    assert Months(6).after(DAY("2026-06-30")) == DAY("2026-12-30")
