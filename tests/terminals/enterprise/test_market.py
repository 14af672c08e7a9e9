"""Pages of the market: what each shows to whom, what a refused form keeps, and that no contact leaves too early."""

import uuid
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import city
from tests.modules.matching.market import PLANT, draft, firm, met, officer, published
from tongban.kernel.parties.models import Account
from tongban.modules.matching import actions, queries
from tongban.modules.matching.models import Match, Post
from tongban.terminals.ui import marketwords

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def tenant():
    """An electronics firm that looks for a plant."""
    return firm("求租电子有限公司", org__industry="3963")


@pytest.fixture
def owner():
    """A firm that lets a plant."""
    return firm("出租实业有限公司", org__industry="7040")


def counted(client, url: str) -> int:
    """How many queries a page takes when everything is warm."""
    client.get(url)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).status_code == 200
    return len(asked)


def manager(role: str = "matching_officer", agency: str = "industry"):
    """A browser of an officer."""
    return city.signed_in(city.officer(role, agency=agency, place=city.CITY))


def test_lists_take_as_many_queries_for_three_as_for_one(tenant, owner):
    browser, desk = owner.client(), manager()
    checker = officer()

    def more() -> None:
        published(tenant.actor, "need", checker, title="求租厂房三千平方米")
        offer = published(owner.actor, "offer", checker)
        actions.submit_post(post_id=draft(owner.actor).pk, by=owner.actor)
        city.run_jobs()
        pages.setdefault("post", reverse("market-post", args=[offer.pk]))

    pages: dict[str, str] = {}
    more()
    urls = [(browser, reverse(name)) for name in ("market", "market-mine")]
    urls += [(desk, reverse(name)) for name in ("desk-posts", "desk-market-figures", "desk-weights")]
    urls += [(browser, pages["post"])]
    first = [counted(client, url) for client, url in urls]
    more()
    more()
    assert Match.objects.count() == 9
    assert [counted(client, url) for client, url in urls] == first


def test_no_contact_leaves_by_any_route_before_both_have_confirmed(tenant, owner):
    match = met(tenant, owner)
    actions.confirm(match_id=match.pk, by=tenant.actor)
    staff = city.officer("matching_officer", "matching_head", agency="industry", place=city.CITY)
    readers = [tenant.client(), owner.client(), firm("旁观有限公司").client(), city.signed_in(staff)]
    routes = [
        reverse("market"),
        reverse("market-mine"),
        reverse("market-match", args=[match.pk]),
        reverse("desk-posts") + "?state=published",
        reverse("desk-market-figures"),
        reverse("desk-weights"),
        "/inbox/",
    ]
    for post in (match.need, match.offer):
        routes += [reverse(name, args=[post.pk]) for name in ("market-post", "desk-post")]
    city.run_jobs()
    opened = 0
    for reader in readers:
        for route in routes:
            answer = reader.get(route)
            opened += answer.status_code == 200
            assert "22334455" not in answer.content.decode()
            assert "陈经理" not in answer.content.decode()
    assert opened == 27
    actions.confirm(match_id=match.pk, by=owner.actor)
    page = reverse("market-match", args=[match.pk])
    shown = [PLANT["contact_phone"] in reader.get(page).content.decode() for reader in readers]
    assert shown == [True, True, False, False]


def test_anothers_draft_edit_and_match_are_404(tenant, owner):
    row, match = draft(tenant.actor), met(tenant, owner)
    stranger = firm("旁观有限公司").client()
    routes = [reverse(name, args=[row.pk]) for name in ("market-post", "market-edit")]
    routes += [reverse("market-match", args=[match.pk]), reverse("market-new", args=["plant", "gift"])]
    routes += [reverse("market-new", args=["love", "need"]), reverse("market-post", args=[uuid.uuid4()])]
    assert [stranger.get(url).status_code for url in routes] == [404] * 6
    posted = [
        ("market-act", row.pk, {"do": "submit"}),
        ("market-act", match.need_id, {"do": "close"}),
        ("market-match-act", match.pk, {"do": "confirm"}),
        ("market-edit", match.offer_id, {}),
    ]
    for name, pk, form in posted:
        assert stranger.post(reverse(name, args=[pk]), form).status_code == 404
    assert (
        owner.client().post(reverse("market-match-act", args=[match.pk]), {"do": "dance"}).status_code == 404
    )
    assert manager(agency="science").get(reverse("desk-post", args=[match.need_id])).status_code == 404


def test_the_form_is_made_from_the_kind_and_keeps_what_was_typed(tenant):
    browser, url = tenant.client(), reverse("market-new", args=["plant", "offer"])
    kind = queries.kind_of("plant")
    page = browser.get(url).content.decode()
    assert all(f'name="{one.name}"' in page for one in kind.attributes)
    given = {**PLANT, "area": "很大", "text": "电话 13800138000 找我", "do": "submit"}
    refused = browser.post(url, given)
    assert refused.status_code == 422
    said = refused.content.decode()
    assert 'href="#area"' in said
    assert 'href="#text"' in said
    assert 'value="很大"' in said
    assert not Post.objects.exists()
    done = browser.post(url, {**PLANT, "do": "submit"})
    row = Post.objects.get()
    assert (done.status_code, done.headers["location"]) == (302, reverse("market-post", args=[row.pk]))
    assert (row.state, row.attributes["rent"], row.owner_name) == ("waiting", 2000, "求租电子有限公司")


def test_a_draft_is_changed_and_what_was_handed_in_is_not(tenant):
    browser = tenant.client()
    row = draft(tenant.actor, discharge="no", load="1500")
    url = reverse("market-edit", args=[row.pk])
    page = browser.get(url).content.decode()
    assert 'value="3000"' in page
    assert 'value="20.00"' in page
    assert browser.post(url, {**PLANT, "title": "另一个标题", "do": "save"}).status_code == 302
    row.refresh_from_db()
    assert (row.title, row.state, row.attributes.get("load")) == ("另一个标题", "draft", None)
    assert browser.post(reverse("market-act", args=[row.pk]), {"do": "submit"}).status_code == 302
    assert browser.get(url).status_code == 409
    assert browser.post(reverse("market-act", args=[row.pk]), {"do": "submit"}).status_code == 409


def test_who_acts_for_nobody_is_told_what_to_do():
    browser = city.signed_in(city.account(city.person()))
    refused = browser.post(reverse("market-new", args=["plant", "offer"]), {**PLANT, "do": "save"})
    assert refused.status_code == 409
    assert "请先在页面上方选择代表哪家企业" in refused.content.decode()


def test_a_match_explains_itself_in_words(tenant, owner):
    match = met(tenant, owner)
    page = tenant.client().get(reverse("market-match", args=[match.pk])).content.decode()
    for why in (
        "细分类相同：标准厂房",
        "面积符合（需求 3,000 平方米，供给 3,000 平方米）",
        "都在大朗镇",
        "共同的词：",
    ):
        assert why in page
    assert "每平方米月租金符合（需求 20.00 元，供给 20.00 元）" in page
    assert page.count("<progress") == 7  # the chain of industries means nothing for a plant
    english = tenant.client().get(reverse("market-match", args=[match.pk]), headers={"Accept-Language": "en"})
    assert english.status_code == 200


@pytest.mark.parametrize(
    ("need", "offer", "why"),
    [
        (("plant-dry", "要放货"), ("plant-dry", "适合电子"), "细分类相同：普通仓库"),
        (("plant-standard", "要放货"), ("plant-standard", "冷库"), "细分类相同：标准厂房，但文字说的是别的"),
        (
            ("plant-standard", "要放货"),
            ("plant-clean", "做过仓库"),
            "细分类不同，但双方的文字说的都是：普通仓库",
        ),
        (("plant-standard", "要放货"), ("plant-dry", "三千方"), "细分类不同，但一方的文字说的就是：普通仓库"),
        (("plant-standard", "三千方"), ("plant-clean", "三千方"), "同组，但细分类不同"),
    ],
)
def test_what_is_said_of_categories_is_what_was_scored(need, offer, why):
    kind = queries.book().kinds["plant"]
    posts = [SimpleNamespace(category=code, title=text, text="") for code, text in (need, offer)]
    assert marketwords.why_category(kind, *posts) == why


def test_confirm_outcome_and_bad_amounts(tenant, owner):
    match = met(tenant, owner)
    url = reverse("market-match-act", args=[match.pk])
    one, other = tenant.client(), owner.client()
    assert one.post(url, {"do": "confirm"}).status_code == 302
    assert other.post(url, {"do": "confirm"}).status_code == 302
    assert other.post(url, {"do": "confirm"}).status_code == 409
    assert one.post(url, {"do": "outcome", "how": "agreed", "amount": "many"}).status_code == 422
    assert one.post(url, {"do": "outcome", "how": "failed", "reason": "bored"}).status_code == 422
    assert one.post(url, {"do": "outcome", "how": "failed", "reason": "price"}).status_code == 302
    assert "价格谈不拢" in other.get(reverse("market-match", args=[match.pk])).content.decode()


def test_filters_of_the_market_and_nonsense_in_them(tenant, owner):
    published(owner.actor)
    published(owner.actor, title="虎门的厂房出租", place=city.HUMEN)
    browser, url = tenant.client(), reverse("market")

    def found(query: str) -> int:
        return browser.get(f"{url}?{query}").context["page"].paginator.count

    asked = [
        "",
        "kind=plant",
        f"place={city.HUMEN}",
        "side=need",
        "kind=land",
        "category=plant-cold&kind=plant",
    ]
    assert [found(query) for query in asked] == [2, 2, 1, 0, 0, 0]
    assert [found(query) for query in ("kind=%00", "page=999", "category=land-m1&kind=plant")] == [2, 2, 2]
    assert browser.post(reverse("market-search-save"), {"kind": "plant", "side": "offer"}).status_code == 302
    assert browser.post(reverse("market-search-save"), {"kind": "love", "side": "offer"}).status_code == 404
    [row] = queries.searches(tenant.actor)
    assert firm("旁观有限公司").client().post(reverse("market-search-end", args=[row.pk])).status_code == 404
    assert browser.post(reverse("market-search-end", args=[row.pk])).status_code == 302


def test_the_office_passes_sends_back_and_learns(tenant):
    row = actions.submit_post(post_id=draft(tenant.actor).pk, by=tenant.actor)
    desk, url = manager(), reverse("desk-post", args=[row.pk])
    assert desk.post(url, {"do": "return", "reason": ""}).status_code == 422
    assert desk.post(url, {"do": "return", "reason": "请写明层高"}).status_code == 302
    assert "请写明层高" in tenant.client().get(reverse("market-post", args=[row.pk])).content.decode()
    assert desk.post(url, {"do": "publish"}).status_code == 409
    assert desk.post(reverse("desk-weights"), {"do": "learn"}).status_code == 409
    assert desk.post(reverse("desk-weights"), {"do": "publish", "id": "x"}).status_code == 404
    assert desk.post(reverse("desk-weights"), {"do": "dance", "id": str(row.pk)}).status_code == 404
    assert city.signed_in(city.officer("clerk")).get(reverse("desk-posts")).status_code == 404


def test_an_office_posts_for_itself_and_another_officer_passes_it():
    account = city.officer("matching_officer", agency="industry", place=city.CITY, name="周志成")
    browser = city.signed_in(account)
    assert (
        browser.post(reverse("market-new", args=["plant", "offer"]), {**PLANT, "do": "submit"}).status_code
        == 302
    )
    row = Post.objects.get()
    assert (row.by_office, row.agency, row.owner_name, row.subject_id) == (True, "industry", "周志成", None)
    page = reverse("desk-post", args=[row.pk])
    assert browser.post(page, {"do": "publish"}).status_code == 409
    assert manager().post(page, {"do": "publish"}).status_code == 302
    assert browser.get(reverse("market-mine")).context["page"].paginator.count == 1


def test_a_colleague_hands_in_and_ends_what_the_office_posted_but_does_not_write_it():
    writer, colleague, third = officer(), officer(), officer()
    row = actions.submit_post(post_id=draft(writer).pk, by=writer)
    actions.return_post(post_id=row.pk, reason="请写明层高", by=third)
    pages = {one: city.signed_in(Account.objects.get(pk=one.account_id)) for one in (writer, colleague)}
    page, edit = (reverse(name, args=[row.pk]) for name in ("market-post", "market-edit"))
    assert [pages[one].get(edit).status_code for one in (writer, colleague)] == [200, 404]
    shown = [pages[one].get(page).content.decode() for one in (writer, colleague)]
    assert [edit in one for one in shown] == [True, False]
    assert all("结束这条信息" in one for one in shown)
    act = reverse("market-act", args=[row.pk])
    assert pages[colleague].post(act, {"do": "submit"}).status_code == 302
    desk = reverse("desk-post", args=[row.pk])
    for one in (writer, colleague):
        assert "请由其他经办人审核" in pages[one].get(desk).content.decode()
        assert pages[one].post(desk, {"do": "publish"}).status_code == 409
    assert pages[colleague].post(act, {"do": "close"}).status_code == 302


def test_every_page_of_a_firm_says_that_a_match_waits_until_it_is_answered(tenant, owner):
    match = met(tenant, owner)
    actions.confirm(match_id=match.pk, by=tenant.actor)
    waits = f'href="{reverse("market-mine")}">供需对接 <b class="num">1</b>'
    stranger, alone = firm("旁观有限公司").client(), city.signed_in(owner.account)
    readers = [owner.client(), tenant.client(), stranger, alone]
    assert [waits in one.get("/me/mandates/").content.decode() for one in readers] == [
        True,
        False,
        False,
        False,
    ]
    actions.confirm(match_id=match.pk, by=owner.actor)
    assert waits not in readers[0].get("/me/mandates/").content.decode()


def test_a_subsidy_that_lacks_people_leads_to_a_need_that_is_begun():
    lacking = firm("缺人有限公司", org__size="micro", org__graduates_hired=0)
    met_ = firm("有人有限公司", org__size="micro", org__graduates_hired=2)
    link = reverse("market-new", args=["people", "need"])
    page = reverse("subsidy", args=["graduate-insurance"])
    shown = lacking.client().get(page)
    (one,) = shown.context["remedies"]
    assert one.url == f"{link}?place={city.DALANG}&heads=1"
    assert one.url.replace("&", "&amp;") in shown.content.decode()
    others = [met_.client(), city.signed_in(lacking.account), Client()]
    assert [link in other.get(page).content.decode() for other in others] == [False] * 3
    form = {one.id: one.value for one in lacking.client().get(one.url).context["fields"]}
    assert (form["place"], form["heads"], form["title"]) == (city.DALANG, "1", "")


def test_an_address_begins_no_words_and_no_contact(tenant):
    begun = {
        "contact_phone": "0769-22110000",
        "title": "标题",
        "text": "说明",
        "area": "9" * 41,
        "heads": "3",
    }
    fields = tenant.client().get(reverse("market-new", args=["plant", "need"]), begun).context["fields"]
    assert [one.value for one in fields if one.value] == []
