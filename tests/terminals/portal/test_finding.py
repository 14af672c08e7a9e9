"""Home, catalogue, search, guide: what visitors find, and only true figures."""

import itertools
import re

import pytest
from django.test import Client

from tests import city
from tests.packs.reading import items as pack_items
from tongban.foundation.registries import Registry
from tongban.kernel.cases import actions
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.search import actions as search_index
from tongban.kernel.search.calc import Entry
from tongban.kernel.search.queries import Other
from tongban.terminals.portal import found
from tongban.terminals.ui.parts import Link

pytestmark = pytest.mark.django_db


def guides(response):
    """The codes of the items that the page's lists link to, in their order."""
    main = response.content.decode().split("<main")[1].split("</main")[0]
    return list(dict.fromkeys(re.findall(r'href="/items/([a-z-]+)/"', main)))


def facts(response):
    page = re.sub(r"<[^>]+>", " ", response.content.decode().split('id="facts-bar">')[1].split("</dl>")[0])
    return " ".join(page.split())


PACK_ITEMS = pack_items()


def having(key: str, value: str) -> set[str]:
    """The items of the pack that have the value in the list of that name."""
    return {item["code"] for item in PACK_ITEMS if value in item[key]}


def test_home_counts_what_there_is(read):
    page = Client().get("/")
    firms = having("audience", "organisation") | having("audience", "sole_trader")
    online = [item for item in PACK_ITEMS if item["online_depth"] == "IV"]
    counted = (
        f"个人 {len(having('audience', 'person'))} 项 · 法人 {len(firms)} 项 · {len(online)} 项可全程网办"
    )
    assert counted in read(page)
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


def every(client, **asked):
    """The items that somebody finds who opens each group of the catalogue, page by page."""
    wide = client.get("/items/", asked)
    found = []
    for group in wide.context["all"]:
        for number in itertools.count(1):
            page = client.get("/items/", {**asked, asked["by"]: group["id"], "page": number})
            assert len(page.context["groups"][0]["rows"]) <= 50
            found += guides(page)
            if not page.context["page"].has_next():
                break
    return found


def test_the_catalogue_shows_a_taste_of_everything():
    wide = Client().get("/items/")
    shown = {group["id"]: len(group["rows"]) for group in wide.context["groups"]}
    assert shown == {group["id"]: min(5, len(group["items"])) for group in wide.context["all"]}
    assert max(len(group["items"]) for group in wide.context["all"]) > 5


def test_the_catalogue_in_its_three_ways():
    client = Client()
    everything = [every(client, by=by) for by in ("theme", "agency")]
    assert [set(found) for found in everything] == [{item["code"] for item in pack_items()}] * 2
    assert set(every(client, by="theme", audience="person")) == having("audience", "person")
    assert set(guides(client.get("/items/", {"theme": "catering"}))) == having("themes", "catering")
    taxed = [item["code"] for item in PACK_ITEMS if item["agency"] == "tax"]
    assert sorted(guides(client.get("/items/", {"by": "agency", "agency": "tax"}))) == taxed


def test_search_in_peoples_words():
    assert guides(Client().get("/search/", {"q": "开个小饭馆要办什么证"}))[0] == "food-licence"


def test_facets_narrow_a_search():
    query = {"q": "食品"}
    everything = guides(Client().get("/search/", query))
    assert everything[0] == "food-licence"
    instant = guides(Client().get("/search/", {**query, "online": "instant"}))
    assert "prepacked-food-filing" in instant
    assert "food-licence" not in instant
    assert set(instant) < set(everything)
    assert guides(Client().get("/search/", {**query, "agency": "transport", "online": "instant"})) == []


def choices(page, facet):
    """Label → (count, address) of the links of a facet; a chosen one has no count."""
    text = page.content.decode()
    links = re.findall(rf'<a id="facet-{facet}-\d+" href="([^"]+)"[^>]*><span>([^<]+)</span>(.*?)</a>', text)
    counts = [re.search(r'facet-count">(\d+)', rest) for _url, _label, rest in links]
    return {
        label: (int(count[1]) if count else None, url.replace("&amp;", "&"))
        for (url, label, _rest), count in zip(links, counts, strict=True)
    }


def test_each_facet_says_how_many_would_remain_and_its_links_work_without_script():
    client = Client()
    page = client.get("/search/", {"q": "证明"})
    for facet in ("audience", "theme", "agency", "scope"):
        for label, (count, url) in choices(page, facet).items():
            narrower = client.get(f"/search/{url}")
            assert len(guides(narrower)) == count, label
            assert choices(narrower, facet)[label][0] is None, "chosen"
            widened = client.get(f"/search/{choices(narrower, facet)[label][1]}")
            assert guides(widened) == guides(page), "followed again it is undone"


def test_counts_of_a_facet_follow_the_other_choices():
    client = Client()
    wide = choices(client.get("/search/", {"q": "许可"}), "theme")
    narrow = choices(client.get("/search/", {"q": "许可", "agency": "market-regulation"}), "theme")
    assert 0 < len(narrow) < len(wide)
    assert all(count <= wide[label][0] for label, (count, _url) in narrow.items())


def test_made_up_facets_find_nothing_and_offer_a_way_back(read):
    page = Client().get("/search/", {"q": "食品", "theme": "<script>", "event": "nothing"})
    assert guides(page) == []
    assert "放宽筛选条件再看看" in read(page)
    assert "全部清除" in read(page)


def test_when_nothing_is_found_others_searches_and_themes_are_offered(read):
    page = read(Client().get("/search/", {"q": "xyzzy"}))
    assert "没有找到“xyzzy”" in page
    assert page.count('class="btn btn-second btn-small" href="?q=') == 6
    assert page.count('href="/items/?theme=') >= 10


def test_a_slip_is_read_as_what_was_meant_and_the_page_says_so(read):
    page = Client().get("/search/", {"q": "高岭津贴"})
    assert guides(page)[0] == "old-age-allowance"
    assert "已按“高龄津贴”查找" in read(page)
    assert "已按" not in read(Client().get("/search/", {"q": "高龄津贴"}))


def test_questions_halls_and_notices_stand_beside_the_services(read):
    page = read(Client().get("/search/", {"q": "网上订餐需要另外申请吗"}))
    assert 'href="/items/food-licence/#faq"' in page
    page = read(Client().get("/search/", {"q": "虎门大厅"}))
    assert re.search(r'href="/halls/\?town=(\d+)#hall-\1"', page)
    assert "虎门镇政务服务中心" in page
    page = read(Client().get("/search/", {"q": "告知承诺 食品经营许可"}))
    assert 'href="/notices/food-commitment/"' in page


def test_a_kind_without_a_drawer_is_not_shown(db):
    held = catalogue.snapshot()
    strange = Other("horoscope", "1", "x", 1.0)
    answer = catalogue.FoundItems([], [], [strange, Other("notice", "gone", "x", 1.0)], "", [])
    assert found.beside(answer, held) == []


def test_a_module_can_bring_a_kind_of_its_own(db, monkeypatch):
    drawers = Registry("test")
    monkeypatch.setattr(found, "DRAWERS", drawers)
    drawers.register("rumour", label="政策")(lambda entry, held: found.Shown(Link(entry.label, "/p/")))
    entry = Entry("rumour", "p-1", "专精特新企业奖励", words=["小巨人"])
    search_index.replace(kind="rumour", entries=[entry])
    answer = catalogue.find("专精特新奖励", others=True)
    ((kind, label, (line,)),) = found.beside(answer, catalogue.snapshot())
    assert (kind, label, line.link.label) == ("rumour", "政策", "专精特新企业奖励")


def test_suggestions_are_the_options_of_a_list(read):
    page = read(Client().get("/search/suggestions/", {"q": "高龄"}))
    assert "<html" not in page
    assert page.count('role="option"') == page.count("<a ") >= 2
    assert 'href="/items/old-age-allowance/"' in page
    assert page.rindex('href="/search/?q=') > page.index("/items/old-age-allowance/"), (
        "the last looks for it all"
    )
    assert read(Client().get("/search/suggestions/", {"q": ""})).strip() == ""
    assert 'role="option"' in read(Client().get("/search/suggestions/", {"q": "xyzzy"}))


@pytest.mark.parametrize("begun", ["食品经", "shipinjingy", "spjy", "food lic"])
def test_suggestions_come_while_a_word_is_being_typed(read, begun):
    assert 'href="/items/food-licence/"' in read(Client().get("/search/suggestions/", {"q": begun}))


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
    assert "Food Safety Law" in page


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
