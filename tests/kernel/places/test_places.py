"""The tree of places: loaded twice it stays as it is, and reads give exactly what lies where."""

import copy

import pytest
from django.conf import settings

from tests import city
from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.catalogue.forms import read_pack
from tongban.kernel.events import queries as events
from tongban.kernel.places import actions, queries
from tongban.kernel.places.calc import codes_on, path_of
from tongban.kernel.places.models import Hall, Place

PARENTS = {"c": None, "t": "c", "v": "t", "a": "b", "b": "a"}


def test_a_path_runs_from_the_root_and_closes_every_code():
    assert path_of("v", PARENTS) == "c/t/v/"
    assert path_of("c", PARENTS) == "c/"
    assert codes_on("c/t/v/") == ["c", "t", "v"]
    assert codes_on("") == []


def test_a_place_cannot_lie_within_itself_or_nowhere():
    with pytest.raises(ValueError, match="within itself"):
        path_of("a", PARENTS)
    with pytest.raises(KeyError):
        path_of("x", PARENTS)


@pytest.fixture(scope="module")
def reading():
    """The pack as read."""
    return read_pack(settings.PACK)


@pytest.mark.django_db
class TestLoading:
    """Over the real pack."""

    def test_a_second_load_changes_nothing_and_says_nothing(self, reading):
        before = list(Place.objects.order_by("id").values()) + list(Hall.objects.order_by("id").values())
        log = len(events.by_name("places.loaded"))
        assert actions.load(places=reading.places, halls=reading.halls, by=SYSTEM) == 0
        assert (
            list(Place.objects.order_by("id").values()) + list(Hall.objects.order_by("id").values()) == before
        )
        assert len(events.by_name("places.loaded")) == log

    def test_only_what_differs_is_written(self, reading):
        places, halls = copy.deepcopy(reading.places), copy.deepcopy(reading.halls)
        places[3]["name"]["en"] = "Elsewhere"
        halls[5]["phone"] = "0769-1"
        assert actions.load(places=places, halls=halls, by=SYSTEM) == 2
        assert queries.by_code(places[3]["code"]).name_en == "Elsewhere"
        assert Hall.objects.get(code=halls[5]["code"]).phone == "0769-1"
        assert events.by_name("places.loaded")[0].payload == {"changed": 2}

    def test_towns_are_the_places_below_the_city(self, reading):
        wanted = [row["code"] for row in reading.places if row["kind"] in ("town", "subdistrict", "park")]
        assert [place.code for place in queries.towns()] == wanted
        assert len(wanted) == 33
        assert queries.city().path == city.CITY

    def test_the_town_of_a_path(self, reading):
        village = Place.objects.filter(kind="village").order_by("code").first()
        assert queries.town_of(village.path).code == village.path.split("/")[1]
        assert queries.town_of(city.town()).code == city.DALANG
        assert queries.town_of(city.CITY) is None
        assert queries.town_of("") is None

    def test_each_town_and_the_city_have_their_hall(self, reading):
        halls = queries.halls()
        assert [hall.place.code for hall in halls] == ["441900", *(town.code for town in queries.towns())]
        assert "示例地址" in halls[0].address_zh
        assert "sample address" in halls[0].address_en
        assert not halls[0].hours_zh.startswith("{")

    def test_unknown_codes_are_none(self, reading):
        assert queries.by_code("999999999") is None
        assert queries.names()[city.DALANG] == ("大朗镇", "Dalang Town")
