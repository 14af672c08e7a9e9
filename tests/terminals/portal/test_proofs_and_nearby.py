"""What a village may be asked for; where something can be done now."""

import re
from html import unescape

import pytest
from django.test import Client

from tests import city
from tongban.kernel.catalogue import queries as catalogue


@pytest.fixture
def visit(db):
    """The text of a page as anybody sees it."""

    def get(path: str, client: Client | None = None) -> str:
        response = (client or Client()).get(path)
        assert response.status_code == 200, path
        return unescape(response.content.decode())

    return get


def test_both_lists_are_public(visit):
    page = visit("/proofs/")
    assert page.count('<dt class="bold">') == 20
    assert "农村集体经济组织成员身份证明" in page
    assert "由部门核对户口簿、出生医学证明、结婚证" in page


def test_a_proof_is_found_in_peoples_words(visit):
    page = visit("/proofs/?q=单身证明")
    assert page.count('<dt class="bold">') == 1
    assert "婚姻状况证明" in page
    assert "不在不予出具的清单里" in visit("/proofs/?q=摆摊")


@pytest.mark.parametrize("query", ["亲属关系证明", "村委会 健在证明", "单身证明", "无犯罪记录证明"])
def test_searching_for_a_banned_proof_shows_the_substitute(visit, query):
    page = visit(f"/search/?q={query}")
    assert "村（社区）不开" in page
    assert "怎么办" in page


@pytest.mark.parametrize("query", ["出生", "食品经营许可", "残疾人证", "死亡登记", "参保证明"])
def test_other_searches_show_none(visit, query):
    assert "村（社区）不开" not in visit(f"/search/?q={query}")


def names(page: str) -> list[str]:
    return re.findall(r'id="point-[^"]+"><h2 class="notice-title">([^<]+)<', page)


def test_the_nearest_come_first(visit, clock):
    page = visit(f"/nearby/?town={city.HUMEN}")
    found = names(page)
    assert len(found) == 12
    assert all("虎门" in name for name in found[:3])
    assert page.count("map-mark ") == 12


def test_a_point_of_the_map_goes_before_the_town(visit, clock):
    found = names(visit(f"/nearby/?town={city.HUMEN}&x=874.5&y=628.6"))
    assert "凤岗" in found[0]
    outside = names(visit(f"/nearby/?town={city.HUMEN}&x=99999&y=1"))
    assert "虎门" in outside[0]
    assert "虎门" in names(visit(f"/nearby/?town={city.HUMEN}&x=nan&y=1"))[0]


def test_kinds_and_access_narrow_it(visit, clock):
    assert all("服务站" in name for name in names(visit(f"/nearby/?town={city.HUMEN}&kind=station")))
    free = visit(f"/nearby/?town={city.HUMEN}&free=1")
    assert free.count("无障碍</span>") >= 12
    assert names(visit(f"/nearby/?town={city.HUMEN}&kind=nothing")) == names(
        visit(f"/nearby/?town={city.HUMEN}")
    )


def test_open_now_follows_the_working_calendar(visit, clock):
    halls = f"/nearby/?town={city.HUMEN}&kind=hall"
    assert "正在办公，到 12:00" in visit(halls)
    clock.to("2026-03-02T12:30+08:00")
    assert "今天 13:30 开门" in visit(halls)
    assert names(visit(f"{halls}&open=1")) == []
    clock.to("2026-03-02T18:00+08:00")
    assert "3 月 3 日 09:00 开门" in visit(halls) or "09:00 开门" in visit(halls)
    clock.to("2026-02-17T10:00+08:00")  # the Spring Festival
    assert "09:00 开门" in visit(halls)
    assert "全天开放" in visit(f"/nearby/?town={city.HUMEN}&kind=terminal&open=1")


def test_only_points_that_really_take_the_item(visit, clock):
    food = names(visit(f"/nearby/?item=food-licence&town={city.HUMEN}"))
    assert food
    assert all("中心" in name for name in food)  # neither stations nor machines
    home = names(visit(f"/nearby/?item=village-membership-proof&town={city.HUMEN}"))
    assert home
    assert all("虎门" in name for name in home)  # home_only
    assert len(names(visit("/nearby/?item=no-such-item"))) == 12


def test_invented_queues_say_so(visit, clock):
    page = visit(f"/nearby/?town={city.HUMEN}&kind=hall")
    assert "等候人数为演示数据" in page


def test_without_a_source_there_are_no_queues(visit, clock, settings):
    settings.QUEUES = ""
    page = visit(f"/nearby/?town={city.HUMEN}&kind=hall")
    assert "等候" not in page


def test_ones_own_town_is_taken_when_signed_in(visit, clock):
    client = city.signed_in(city.account(city.person("周玉兰", city.HUMEN)))
    assert "虎门" in names(visit("/nearby/", client))[0]


def test_the_guide_says_where(visit, clock):
    page = visit(f"/items/food-licence/?town={city.HUMEN}")
    assert "虎门镇政务服务中心" in page
    assert "/nearby/?item=food-licence&town=" in page.replace("&amp;", "&")
    online = next(one.code for one in catalogue.items() if one.definition.data["channels"] == ["online"])
    assert 'id="near-title"' not in visit(f"/items/{online}/")
