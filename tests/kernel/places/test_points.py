"""Opening hours by kind of day, what a point takes, how far it is, whose it is in the tree."""

from datetime import date, datetime, time

import pytest

from tongban.foundation.time import SHANGHAI
from tongban.kernel.places import calc, queries
from tongban.kernel.places.states import PointKind

WEEK = {
    "workdays": ["13:30-17:00", "09:00-12:00"],
    "saturday": ["09:00-12:00"],
    "days": [{"day": "2026-03-04", "open": []}, {"day": "2026-03-08", "open": ["10:00-11:00"]}],
}
ALWAYS = {"workdays": ["00:00-24:00"], "saturday": ["00:00-24:00"], "sunday": ["00:00-24:00"]}


def worked(day: date) -> bool:
    """Like a calendar: weekends off, Thursday the 5th off, Saturday the 14th worked."""
    return (day.weekday() < 5 and day != date(2026, 3, 5)) or day == date(2026, 3, 14)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("moment", "until", "next_at"),
    [
        ("2026-03-02T09:00", "12:00", None),
        ("2026-03-02T08:59", None, "2026-03-02T09:00"),
        ("2026-03-02T12:00", None, "2026-03-02T13:30"),
        ("2026-03-03T17:00", None, "2026-03-06T09:00"),  # Wednesday is special, Thursday off
        ("2026-03-07T10:00", "12:00", None),
        ("2026-03-07T13:00", None, "2026-03-08T10:00"),  # a Sunday that is open for once
        ("2026-03-08T11:00", None, "2026-03-09T09:00"),
        ("2026-03-14T14:00", "17:00", None),  # a Saturday that is worked
    ],
)
def test_open_or_when_next(moment, until, next_at):
    found = calc.openness(WEEK, at(moment), worked)
    assert found.until == (time.fromisoformat(until) if until else None)
    assert found.next_at == (at(next_at) if next_at else None)
    assert found.now is bool(until)


def test_all_day_and_never():
    assert calc.openness(ALWAYS, at("2026-03-02T23:59"), worked).now
    nothing = calc.openness({"workdays": []}, at("2026-03-02T10:00"), worked)
    assert (nothing.now, nothing.next_at) == (False, None)
    assert not calc.openness({}, at("2026-03-02T10:00"), worked).now


ITEM = {
    "code": "a",
    "agency": "tax",
    "handle_scope": "any_town",
    "type": "license",
    "channels": ["online", "window"],
}


@pytest.mark.parametrize(
    ("kind", "offers", "takes"),
    [
        ("hall", [], True),
        ("station", [], False),
        ("terminal", [], False),
        ("hall", [{"agencies": ["tax"]}], True),
        ("hall", [{"agencies": ["police"]}], False),
        ("hall", [{"agencies": ["police"]}, {"items": ["a"]}], True),
        ("hall", [{"agencies": ["tax"], "scopes": ["home_only"]}], False),
        ("hall", [{"types": ["license"], "scopes": ["any_town"]}], True),
    ],
)
def test_what_a_point_takes(kind, offers, takes):
    assert calc.takes(kind, offers, ITEM) is takes


def test_scope():
    assert calc.within_scope("any_town", "1", "2")
    assert calc.within_scope("home_only", "1", "1")
    assert not calc.within_scope("home_only", "1", "2")
    assert not calc.within_scope("home_only", "1", "")


def test_distance_orders():
    assert calc.distance((0, 0), (3, 4)) == 5


def test_the_pack_has_points_of_every_kind(db):
    kinds = [one.kind for one in queries.points()]
    assert (kinds.count(PointKind.HALL), kinds.count(PointKind.STATION), kinds.count(PointKind.TERMINAL)) == (
        34,
        60,
        60,
    )
    assert {one.kind for one in queries.halls()} == {PointKind.HALL}
    assert all(one.x is not None and one.opening for one in queries.points())
    assert len({one.path for one in queries.points()}) == 154


def test_a_points_path_is_its_own(db):
    hall = queries.hall("hall-changan")
    assert hall.path == "441900/441900119/@hall-changan/"
    assert queries.town_of(hall.path).code == "441900119"
    assert queries.seat("441900/441900119/").code == "hall-changan"
    assert queries.seat("441900/").code == "hall-city"
