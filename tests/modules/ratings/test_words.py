"""Words of ratings are published after somebody has looked at them, and withheld only on the grounds that there are."""

import pytest

from tests import city
from tongban.kernel.events import queries as events
from tongban.modules.ratings import actions, queries
from tongban.modules.ratings.models import Rating
from tongban.modules.ratings.queries import NoSuchWords

pytestmark = pytest.mark.django_db


@pytest.fixture
def rated(bad):
    """A bad rating whose words may be published."""
    bad(words="等了很久", publish=True)
    return Rating.objects.get()


def officer(agency: str):
    return city.officer("ratings", agency=agency, place=city.CITY)


def test_published_once_looked_at(rated):
    by = city.actor(officer(rated.agency))
    assert list(queries.unlooked(by)) == [rated]
    row = actions.look_at_words(rating_id=rated.pk, by=by)
    assert (row.looked_by, row.withheld) == (by.account_id, "")
    assert [one.words for one in queries.comments(5)] == ["等了很久"]
    assert list(queries.unlooked(by)) == []
    again = actions.look_at_words(rating_id=rated.pk, by=by, withhold="abuse")
    assert again.withheld == "", "looked at once"
    assert [e.name for e in events.history(rated.pk)][-1] == "rating.words_published"


def test_withheld_on_a_ground_and_counted_all_the_same(rated):
    by = city.actor(officer(rated.agency))
    with pytest.raises(actions.RatingIncomplete):
        actions.look_at_words(rating_id=rated.pk, by=by, withhold="critical")
    actions.look_at_words(rating_id=rated.pk, by=by, withhold="personal")
    assert queries.comments(5) == []
    assert queries.share() == (0, 1)


def test_whose_it_is_not_finds_nothing(rated, bad):
    for account in (officer("tax"), city.officer("clerk", agency=rated.agency, place=city.CITY)):
        with pytest.raises(NoSuchWords):
            actions.look_at_words(rating_id=rated.pk, by=city.actor(account))
    bad(words="不同意公开")
    hidden = Rating.objects.exclude(pk=rated.pk).get()
    with pytest.raises(NoSuchWords):
        actions.look_at_words(rating_id=hidden.pk, by=city.actor(officer("")))


def test_the_page(rated):
    desk = city.signed_in(officer(rated.agency))
    assert "等了很久" in desk.get("/desk/ratings/words/").content.decode()
    look = f"/desk/ratings/words/{rated.pk}/look/"
    assert desk.post(look, {"do": "withhold"}).status_code == 422
    assert desk.post(look, {"do": "withhold", "ground": "abuse"}).status_code == 302
    assert "没有要看的评价" in desk.get("/desk/ratings/words/").content.decode()
    clerk = city.signed_in(city.officer("clerk", agency=rated.agency, place=city.CITY))
    assert clerk.get("/desk/ratings/words/").status_code == 404
