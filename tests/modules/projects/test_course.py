"""The way through permits: brute force over all ways agrees, slack means what it says, circles are refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.modules.projects.calc.course import Circle, critical_way

NAMES = list("abcdefg")


@st.composite
def permits(draw):
    """Days and predecessors of a few permits; each waits only for earlier ones, so that there is no circle."""
    names = NAMES[: draw(st.integers(1, 7))]
    days = {name: draw(st.integers(1, 40)) for name in names}
    after = {
        name: draw(st.lists(st.sampled_from(names[:n] or ["zz"]), unique=True))
        for n, name in enumerate(names)
    }
    done = draw(st.sets(st.sampled_from(names)))
    return days, after, frozenset(done)


def longest(days, after, done, name):
    """How long it takes until a permit is there, by going all ways back."""
    own = 0 if name in done else days[name]
    return own + max((longest(days, after, done, one) for one in after[name] if one in days), default=0)


@given(permits())
def test_the_last_day_is_that_of_the_longest_way(drawn):
    days, after, done = drawn
    way = critical_way(days, after, done)
    assert way.days == max(longest(days, after, done, name) for name in days)
    assert {one.id: one.ends for one in way.stations} == {
        name: longest(days, after, done, name) for name in days
    }
    assert {one.id for one in way.stations} == set(days)


@given(permits(), st.integers(1, 30))
def test_a_day_lost_counts_only_beyond_the_slack(drawn, late):
    days, after, done = drawn
    way = critical_way(days, after, done)
    for one in way.stations:
        if one.done:
            continue
        longer = critical_way(days | {one.id: days[one.id] + late}, after, done)
        assert longer.days == way.days + max(0, late - one.slack)


@given(permits())
def test_what_decides_the_last_day_is_named(drawn):
    days, after, done = drawn
    way = critical_way(days, after, done)
    assert bool(way.critical) == (way.days > 0)
    assert not set(way.critical) & done


def test_permits_that_wait_for_one_another_are_refused():
    with pytest.raises(Circle, match="a, b"):
        critical_way({"a": 1, "b": 2, "c": 3}, {"a": ["b"], "b": ["a"]})


def test_what_is_not_needed_holds_nobody_up():
    way = critical_way({"building": 15}, {"building": ["planning"]})
    assert (way.days, way.critical) == (15, ("building",))


def test_nothing_takes_no_time():
    assert critical_way({}, {}).days == 0
