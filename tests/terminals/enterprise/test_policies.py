"""Pages about policies: what everybody sees, what only the one who asks sees, and that nothing unknown counts."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import city
from tests.modules.policies.awarding import LISTED
from tongban.modules.policies.queries import published
from tongban.terminals.enterprise import found

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def standing_clock(clock):
    """Every test here begins on Monday, 2 March 2026, 9:00."""
    return clock


def enterprise(**facts):
    """A client who acts for a company of which these facts are known, and the company."""
    head = city.person()
    row = city.organisation(head, **facts)
    client = city.signed_in(city.account(head))
    client.post("/act-for/", {"for": str(row.pk), "next": "/"})
    return client, row


def tab(client, name):
    """The items of one tab, by the addresses of their pages."""
    page = client.get(f"/policies/mine/?tab={name}").content.decode()
    return re.findall(r'<h2 id="m-[^"]+"><a href="/policies/([^/"]+)/"', page)


def test_the_directory_shows_every_item_and_narrows():
    held = published.in_force()
    everything = found.listed(held, published.time.today())
    page = Client().get("/policies/").content.decode()
    assert f"共 {len(everything)} 项" in page
    people = [row for row in everything if row.item.audience == "person"]
    assert f"共 {len(people)} 项" in Client().get("/policies/?for=person").content.decode()
    free = {row.item.code for row in everything if "automatic" in row.item.routes}
    assert {
        row.item.code for row in found.narrowed(everything, {"how": "automatic"}, published.time.today())
    } == free
    assert "没有符合条件的项目" in Client().get("/policies/?q=没有这样的词").content.decode()
    assert Client().get("/policies/?for=nobody&page=99").status_code == 200


def test_every_item_has_a_page_in_both_languages():
    for _policy, item in (published.in_force().item(one.code) for one in published.in_force().policies.items):
        page = Client().get(f"/policies/{item.code}/")
        assert page.status_code == 200
        assert item.name.zh in page.content.decode()
    english = Client()
    english.cookies["tb_lang"] = "en"
    page = english.get("/policies/scale-up-new/").content.decode()
    assert published.in_force().item("scale-up-new")[1].name.en in page
    assert Client().get("/policies/no-such-item/").status_code == 404


def test_who_asks_sees_what_fits_them():
    client, _ = enterprise(**LISTED)
    can = tab(client, "can")
    assert "scale-up-new" in can
    assert not set(can) & (set(tab(client, "needs")) | set(tab(client, "near")) | set(tab(client, "no")))
    everything = {name: tab(client, name) for name in ("can", "near", "no")}
    assert all(len(codes) == len(set(codes)) for codes in everything.values())


def test_a_penalty_bars_and_says_so():
    client, _ = enterprise(**{**LISTED, "org.dishonest": True})
    assert "scale-up-new" not in tab(client, "can")
    page = client.get("/policies/scale-up-new/").content.decode()
    assert "不符合" in page


def test_what_is_not_known_is_asked_for_and_never_refused():
    known = {name: value for name, value in LISTED.items() if name != "org.dishonest"}
    client, _ = enterprise(**known)
    assert "scale-up-new" not in tab(client, "can")
    assert "org.dishonest" not in client.get("/policies/scale-up-new/").content.decode()
    assert "还需要这些数据" in client.get("/policies/scale-up-new/").content.decode()


def test_nobody_sees_another_enterprise():
    _, other = enterprise(name="邻家示例机械有限公司", **LISTED)
    client = city.signed_in(city.account(city.person()))
    client.post("/act-for/", {"for": str(other.pk), "next": "/"})
    for path in ("/policies/mine/", "/policies/profile/", "/policies/scale-up-new/"):
        assert "邻家示例机械" not in client.get(path).content.decode(), path
    assert Client().get("/policies/mine/").status_code == 302
    assert Client().get("/policies/profile/").status_code == 302


def test_the_profile_says_what_is_known_from_whom():
    client, _ = enterprise(**LISTED)
    page = client.get("/policies/profile/").content.decode()
    assert "没有查到" in page
    assert "已知" in page


def test_an_alert_is_set_and_taken_back():
    client, _ = enterprise(**{**LISTED, "org.above_scale": False})
    assert client.post("/policies/scale-up-new/alert/").status_code == 302
    assert "取消提醒" in client.get("/policies/scale-up-new/").content.decode()
    client.post("/policies/scale-up-new/alert/", {"do": "end"})
    assert "取消提醒" not in client.get("/policies/scale-up-new/").content.decode()
    person = city.signed_in(city.account(city.person()))
    assert person.post("/policies/scale-up-new/alert/").status_code == 409
    assert person.post("/policies/no-such-item/alert/").status_code == 404


def test_queries_do_not_grow_with_what_is_shown():
    client, _ = enterprise(**LISTED)
    counts = []
    for path in (
        "/policies/mine/?tab=can",
        "/policies/mine/?tab=needs",
        "/policies/",
        "/policies/?for=person",
    ):
        client.get(path)
        with CaptureQueriesContext(connection) as asked:
            client.get(path)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 13
    assert counts[2] == counts[3] <= 8
