"""Towns' own rules for appeals on the desk: drafted, faults by line, published by another, read by the city, used on the portal."""

import io
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import city
from tests.kernel.receptions.test_receiving import CHANGAN
from tests.modules.appeals.test_townrules import DALANG, HUMEN, TEXT, in_force
from tests.terminals.counter.test_counter import window as window_of
from tongban.modules.appeals.models import Appeal, TownRuleText

pytestmark = pytest.mark.django_db
PAGE = f"/desk/appeals/towns/{city.DALANG}/"


@pytest.fixture(autouse=True)
def standing_clock(clock):
    """Every test here begins on Monday, 2 March 2026, 9:00."""


def manager(place=DALANG, agency="", name="温丽"):
    return city.signed_in(city.officer("town_manager", agency=agency, place=place, name=name))


def test_one_drafts_and_another_publishes(clock):
    first, second = manager(), manager(name="麦国栋")
    wrong = first.post(PAGE, {"text": TEXT.replace("[transport]", "[customs]")})
    assert wrong.status_code == 422
    page = wrong.content.decode()
    assert "4: routes[0]" in page
    assert "不是本镇街的单位" in page
    assert "village-plant" in page  # what was typed stays
    assert first.post(PAGE, {"text": TEXT}).status_code == 302
    row = TownRuleText.objects.get()
    assert "发布这份草稿" not in first.get(PAGE).content.decode()
    assert first.post(PAGE, {"do": "publish", "rules": str(row.pk)}).status_code == 409
    assert "发布这份草稿" in second.get(PAGE).content.decode()
    assert second.post(PAGE, {"do": "publish", "rules": str(row.pk)}).status_code == 302
    assert re.findall(r"村集体厂房纠纷", second.get(PAGE).content.decode())
    assert second.post(PAGE, {"do": "publish", "rules": str(row.pk)}).status_code == 404
    assert second.post(PAGE, {"do": "publish", "rules": "x"}).status_code in (404, 422)


def test_the_city_reads_all_and_writes_none():
    in_force()
    desk = city.signed_in(city.officer("appeal_coordinator", agency="industry", place=""))
    page = desk.get("/desk/appeals/towns/").content.decode()
    assert (page.count(PAGE), page.count("生效中")) == (1, 1)
    shown = desk.get(PAGE).content.decode()
    assert "village-plant" in shown
    assert 'name="text"' not in shown
    assert desk.post(PAGE, {"text": ""}).status_code == 404


def test_a_manager_of_another_town_opens_nothing_and_one_of_the_city_opens_every_town():
    in_force()
    assert manager(HUMEN).get(PAGE).status_code == 404
    assert PAGE not in manager(HUMEN).get("/desk/appeals/towns/").content.decode()
    assert "village-plant" in manager("", agency="industry").get(PAGE).content.decode()
    clerk = city.signed_in(city.officer("clerk", agency="industry", place=""))
    assert clerk.get(PAGE).status_code == clerk.get("/desk/appeals/towns/").status_code == 404


def test_rules_of_three_towns_cost_as_many_queries_as_of_one():
    counts = []
    desk = city.signed_in(city.officer("appeal_coordinator", agency="industry", place=""))
    desk.get("/desk/appeals/towns/")
    for towns in ([city.DALANG], ["441900119", city.HUMEN]):
        for town in towns:
            in_force("categories:\n  - {code: own, of: rights, name: {zh: 甲, en: A}}\n", town)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert desk.get("/desk/appeals/towns/").status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_the_firm_chooses_the_towns_own_and_both_sides_read_it():
    in_force()
    head = city.person("邓文彬")
    city.organisation(head, "东莞市诉求示例电子有限公司")
    boss = city.signed_in(city.account(head))
    assert "村集体厂房纠纷" in boss.get("/appeals/new/?category=rights").content.decode()
    assert 'name="sub"' not in boss.get("/appeals/new/?category=customs").content.decode()
    form = {"category": "rights", "title": "厂房租约", "words": "村里要提前收回。", "sub": "village-plant"}
    answer = boss.post("/appeals/new/", form)
    assert answer.status_code == 302
    row = Appeal.objects.get()
    assert (row.subcategory, row.agency) == ("village-plant", "town-dalang")
    assert "村集体厂房纠纷" in boss.get(f"/appeals/{row.pk}/").content.decode()
    assert "村集体厂房纠纷" in manager().get(f"/desk/appeals/{row.pk}/").content.decode()
    assert boss.post("/appeals/new/", {**form, "sub": "nothing"}).status_code == 422


def test_officers_choose_it_too_for_a_firm_of_the_town_alone():
    in_force()
    in_force(
        "categories:\n  - {code: village-plant, of: rights, name: {zh: 村厂房, en: Plants}}\n", city.HUMEN
    )
    firm = city.organisation(city.person("邓文彬"), "东莞市诉求示例电子有限公司")
    other = city.organisation(city.person("方圆"), "东莞市长安示例有限公司", place="441900119")
    desk = city.signed_in(city.officer("appeal_coordinator", agency="industry", place=""))
    page = desk.get("/desk/appeals/new/?category=rights").content.decode()
    assert re.findall(r'value="village-plant">([^<]*)<', page) == ["村集体厂房纠纷（大朗镇、虎门镇）"]
    assert 'name="sub"' not in desk.get("/desk/appeals/new/?category=customs").content.decode()
    told = {
        "category": "rights",
        "title": "厂房租约",
        "words": "村里要提前收回。",
        "channel": "phone",
        "token": "t1",
    }
    of_firm = {**told, "sub": "village-plant", "uscc": firm.uscc}
    assert desk.post("/desk/appeals/new/", {**of_firm, "uscc": other.uscc}).status_code == 422
    assert desk.post("/desk/appeals/new/", of_firm).status_code == 302
    file = io.BytesIO(
        "reference,uscc,category,title,words,contact,urgent,subcategory\n"
        f"GD1,{firm.uscc},rights,租约,村里要收回,,,village-plant\n"
        f"GD2,{firm.uscc},rights,租约,村里要收回,,,nothing\n".encode()
    )
    file.name = "list.csv"
    assert "导入 1 件" in desk.post("/desk/appeals/new/", {"list": file}).content.decode()
    rows = Appeal.objects.order_by("id").values_list("channel", "subcategory", "agency")
    assert list(rows) == [
        ("phone", "village-plant", "town-dalang"),
        ("hotline", "village-plant", "town-dalang"),
    ]


def test_the_window_chooses_it_too():
    in_force()
    person = city.person("邓文彬")
    firm = city.organisation(person, "东莞市诉求示例电子有限公司")
    window = window_of(CHANGAN, "袁嘉欣")
    assert "村集体厂房纠纷（大朗镇）" in window.get("/counter/appeals/?category=rights").content.decode()
    form = {
        "name": person.name,
        "id_no": person.id_no,
        "uscc": firm.uscc,
        "proof": "id_card",
        "hall": CHANGAN,
    }
    said = {
        "category": "rights",
        "token": "t-1",
        "title": "厂房租约",
        "words": "村里要提前收回。",
        "sub": "village-plant",
    }
    assert "村集体厂房纠纷" in window.post("/counter/appeals/", {**form, **said}).content.decode()
    row = Appeal.objects.get()
    assert (row.channel, row.subcategory, row.agency) == ("window", "village-plant", "town-dalang")
