"""A handled case is rated once, by its applicant, with a reason when it went badly."""

import pytest

from tests import city
from tongban.kernel.cases import actions as cases
from tongban.kernel.cases.queries import NoSuchCase
from tongban.kernel.events import queries as events
from tongban.modules.ratings import actions, queries, states
from tongban.modules.ratings.models import Rating

pytestmark = pytest.mark.django_db


@pytest.fixture
def refused(clock):
    """A case that was refused, and its applicant."""
    person = city.person("何秀珍", born="1940-05-01")
    by = city.actor(city.account(person))
    case = cases.submit(case_id=cases.open_draft(item_code="old-age-allowance", by=by).pk, by=by)
    clerk = city.actor(city.officer("clerk"))
    return cases.refuse(case_id=case.pk, reasons="不属于本机关职权", by=clerk), by


def rate(case, by, level=2, words=""):
    """Rate with the usual arguments."""
    return actions.rate(case_id=case.pk, level=level, words=words, by=by)


def test_a_rating_is_kept_with_where_it_belongs(refused, clock):
    case, by = refused
    row = rate(case, by, level=5, words=" 等了很久 ")
    assert queries.of_case(case.pk) == row
    assert (row.item_code, row.agency, row.place_path, row.level, row.words, row.given_by, row.given_at) == (
        "old-age-allowance",
        "civil-affairs",
        case.place_path,
        5,
        "等了很久",
        by.account_id,
        clock.now,
    )
    (event,) = events.history(row.pk)
    assert (event.name, event.payload) == ("rating.given", {"case": str(case.pk), "level": 5})


def test_one_case_one_rating(refused):
    case, by = refused
    rate(case, by)
    with pytest.raises(actions.NotRateable):
        rate(case, by, level=1)
    assert [row.level for row in Rating.objects.all()] == [2]


@pytest.mark.parametrize("level", [0, 6, -1, 100])
def test_a_level_that_is_none(refused, level):
    with pytest.raises(actions.RatingIncomplete):
        rate(*refused, level=level)


@pytest.mark.parametrize("level", states.RatingLevel)
def test_only_dissatisfaction_needs_a_reason(refused, level):
    case, by = refused
    if level >= 4:
        with pytest.raises(actions.RatingIncomplete):
            rate(case, by, level=level, words="  ")
    else:
        assert rate(case, by, level=level, words=" ").words is None


def test_an_open_case_cannot_be_rated(clock):
    person = city.person("何秀珍", born="1940-05-01")
    by = city.actor(city.account(person))
    draft = cases.open_draft(item_code="old-age-allowance", by=by)
    for case in (draft, cases.submit(case_id=draft.pk, by=by)):
        with pytest.raises(actions.NotRateable):
            rate(case, by)


def test_only_the_applicant_rates(refused):
    case, _ = refused
    for other in (city.account(city.person()), city.officer("clerk"), city.officer("decider")):
        with pytest.raises(NoSuchCase):
            rate(case, city.actor(other))
    assert not Rating.objects.exists()


def test_shares_count_one_to_three_as_satisfied(refused, clock):
    assert queries.share() == (0, 0)
    rate(*refused, level=3)
    other = city.food()
    clerk = city.actor(city.officer("clerk", agency="market-regulation"))
    rate(cases.refuse(case_id=other[0].pk, reasons="x", by=clerk), other[1], level=4, words="x")
    assert queries.share() == (1, 2)
    assert queries.share("old-age-allowance") == (1, 1)
    assert queries.share("food-licence") == (0, 1)
    assert queries.share("tax-proof") == (0, 0)


def test_every_level_has_its_name():
    assert set(states.LEVEL_NAMES) == set(states.RatingLevel)


def test_what_is_ticked_belongs_to_the_level_and_the_channel(refused):
    case, by = refused
    row = actions.rate(
        case_id=case.pk,
        level=4,
        words="x",
        points=["many_papers", "slow", "unskilled", "fast"],
        channel="mobile",
        publish=True,
        by=by,
    )
    assert (row.points, row.channel, row.publish) == (["slow", "many_papers"], "mobile", True)


def test_in_the_hall_other_things_are_ticked(refused):
    case, by = refused
    ticked = ["slow", "unskilled", "many_papers"]
    row = actions.rate(case_id=case.pk, level=4, words="x", points=ticked, channel="qr", by=by)
    assert row.points == ["slow", "unskilled"]


def test_nothing_is_published_unless_the_rater_says_so(refused):
    assert rate(*refused, words="很好").publish is False


def test_every_channel_has_its_name_and_every_level_something_to_tick():
    assert set(states.CHANNEL_NAMES) == set(states.Channel)
    settings = queries.settings()
    offered = {(c, level): settings.offered(c, level) for c in states.Channel for level in states.RatingLevel}
    assert [where for where, points in offered.items() if not points] == []
    assert {one.id for one in offered["qr", 5]} != {one.id for one in offered["pc", 5]}


def test_a_pack_without_ratings_is_said_plainly(refused, monkeypatch):
    monkeypatch.setattr(queries.catalogue, "documents", lambda kind: {})
    with pytest.raises(queries.NotSetUp) as said:
        rate(*refused)
    assert said.value.status == 503
