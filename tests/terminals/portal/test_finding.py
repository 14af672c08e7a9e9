"""Home, catalogue, search, guide: what visitors find, and only true figures."""

import re

import pytest
from django.test import Client

from tests import city
from tongban.kernel.cases import actions

pytestmark = pytest.mark.django_db


def guides(response):
    """The codes of the items that the page's lists link to, in their order."""
    main = response.content.decode().split("<main")[1].split("</main")[0]
    return list(dict.fromkeys(re.findall(r'href="/items/([a-z-]+)/"', main)))


def facts(response):
    page = re.sub(r"<[^>]+>", " ", response.content.decode().split('id="facts-bar">')[1].split("</dl>")[0])
    return " ".join(page.split())


PERSONAL = {
    "old-age-allowance",
    "residence-registration",
    "social-insurance-proof",
    "sole-trader",
    "tax-proof",
    "temporary-relief",
    "village-membership-proof",
}


def test_home_counts_what_there_is(read):
    page = Client().get("/")
    assert "个人 7 项 · 法人 5 项 · 10 项可全程网办" in read(page)
    assert "登录后在这里看您的待办" in read(page)
    assert "阳光监督" not in read(page), "nobody has rated yet"
    assert "热门事项" not in read(page), "nobody has applied yet"


def test_home_shows_the_hall_of_the_town(resident, read):
    assert "大朗镇政务服务中心" in read(city.signed_in(resident).get("/"))
    assert "虎门镇政务服务中心" in read(Client().get("/", {"town": city.HUMEN}))
    assert "市政务服务中心" in read(Client().get("/"))


def test_home_tells_what_waits(shopkeeper, read):
    case, by = city.food_draft()
    client = city.signed_in(_account(by))
    assert "继续填写：食品经营许可证核发（新办）" in read(client.get("/"))
    actions.submit(case_id=case.pk, by=by)
    clerk = city.actor(city.officer("clerk", agency=""))
    actions.request_supplement(
        case_id=case.pk, points=[{"kind": "material", "id": "layout", "note": "缺"}], message="", by=clerk
    )
    city.run_jobs()
    page = read(client.get("/"))
    assert "补正：食品经营许可证核发（新办）" in page
    assert "停表，等您补正" in page
    assert "2 条未读消息" in page


def _account(by):
    from tongban.kernel.parties import queries

    return queries.account(by.account_id)


def test_the_catalogue_in_its_three_ways():
    client = Client()
    assert len(guides(client.get("/items/"))) == 12
    assert set(guides(client.get("/items/", {"audience": "person"}))) == PERSONAL
    assert guides(client.get("/items/", {"theme": "catering"})) == ["food-licence", "prepacked-food-filing"]
    assert guides(client.get("/items/", {"by": "agency", "agency": "tax"})) == ["tax-proof"]


def test_search_in_peoples_words():
    assert guides(Client().get("/search/", {"q": "开个小饭馆要办什么证"}))[0] == "food-licence"


def test_facets_narrow_a_search():
    query = {"q": "开个小饭馆要办什么证"}
    everything = guides(Client().get("/search/", query))
    instant = guides(Client().get("/search/", {**query, "online": "instant"}))
    assert instant == ["prepacked-food-filing"]
    assert set(instant) < set(everything)
    assert guides(Client().get("/search/", {**query, "agency": "transport", "online": "instant"})) == []


def test_when_nothing_is_found_others_searches_are_offered(read):
    page = read(Client().get("/search/", {"q": "xyzzy"}))
    assert "没有找到“xyzzy”" in page
    assert page.count('class="btn btn-second btn-small" href="?q=') == 6


def test_suggestions_are_only_the_list(read):
    page = Client().get("/search/suggestions/", {"q": "高龄"})
    assert "<html" not in read(page)
    assert 'href="/items/old-age-allowance/"' in read(page)
    assert read(Client().get("/search/suggestions/", {"q": ""})).strip() == ""


def test_a_guide_before_signing_in_promises_nothing_about_ones_data(read):
    page = Client().get("/items/food-licence/")
    assert facts(page).startswith("承诺时限 5 个工作日（法定 10 个工作日） 到场次数 0 次 收费 不收费")
    assert "登录后由系统核验" in read(page)
    assert "系统核验：已满足" not in read(page)
    assert "好评率" not in read(page)
    assert "登录后办理" in read(page)


def test_a_guide_is_shaped_by_situation_and_data(shopkeeper, read):
    client = city.signed_in(shopkeeper[0])
    page = client.get("/items/food-licence/", {"s-business": "retail", "s-commitment": "yes"})
    assert "承诺时限 即办 当场办结（法定 10 个工作日）" in facts(page)
    assert "从业人员健康证明" not in read(page), "retail needs none"
    assert "当场决定" in read(page)
    assert "现场核查（两名以上执法人员）" not in read(page)
    assert "系统核验：已满足" in read(page)
    page = client.get("/items/food-licence/", {"s-business": "catering", "s-commitment": "no"})
    assert "要交材料 2 份（共 5 份，3 份免交）" in facts(page)
    assert "现场核查（两名以上执法人员）" in read(page)


def test_an_unknown_option_counts_as_none(read):
    page = Client().get("/items/food-licence/", {"s-business": "<script>"})
    assert page.status_code == 200
    assert "checked" not in read(page).split("我的情形</h2>")[1].split("</form>")[0]


def test_who_cannot_apply_is_told_why(resident, read):
    assert "您名下还没有可以代表的单位" in read(city.signed_in(resident).get("/items/food-licence/"))
    officer = city.signed_in(city.officer("clerk"))
    assert "工作人员账号不能提交申请" in read(officer.get("/items/tax-proof/"))


def test_the_share_of_praise_appears_with_the_first_rating(resident, read):
    from tongban.modules.ratings import actions as ratings

    case = city.allowance()
    clerk = city.actor(city.officer("clerk"))
    actions.refuse(case_id=case.pk, reasons="材料不符", by=clerk)
    owner = _account(city.actor(_owner(case)))
    ratings.rate(case_id=case.pk, level=2, words="", by=city.actor(owner))
    assert "好评率 100% 1 人评" in facts(Client().get("/items/old-age-allowance/"))
    assert "好评率 100%" in read(Client().get("/"))


def _owner(case):
    from tongban.kernel.parties import queries

    return queries.account(case.account_id)


def test_an_unknown_item_is_explained(read):
    page = Client().get("/items/no-such-item/")
    assert page.status_code == 404
    assert "没有找到这个事项" in read(page)


def test_a_guide_in_english(read):
    client = Client()
    client.cookies["tb_lang"] = "en"
    page = read(client.get("/items/food-licence/"))
    assert "Food business licence (new)" in page
    assert "Chinese only" in page


@pytest.mark.parametrize(
    "path",
    ["halls/", "notices/", "notices/food-commitment/", "accessibility/", "privacy/", "site-map/", "verify/"],
)
def test_plain_pages_answer_everybody(path):
    for language in ("zh-hans", "en"):
        client = Client()
        client.cookies["tb_lang"] = language
        assert client.get(f"/{path}").status_code == 200


def test_a_notice_that_is_not_there():
    assert Client().get("/notices/none/").status_code == 404
