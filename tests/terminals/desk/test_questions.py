"""The bank of key enterprises' questions on the pages: from an appeal to the enterprise's word, each role its own, exports."""

import csv
import io
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import city
from tests.modules.appeals.filing import filed
from tests.modules.appeals.test_questions import charge, put
from tongban.foundation import time
from tongban.kernel.access.calc import SYSTEM
from tongban.modules.appeals.models import KeyQuestion
from tongban.modules.exports import actions as exports
from tongban.modules.exports import queries as exported
from tongban.modules.visits import actions as visits

pytestmark = pytest.mark.django_db
CHARGE = {"post": "副市长（示例）", "agency": "power-supply", "target_on": "2026-04-01"}


@pytest.fixture(autouse=True)
def standing_clock(clock):
    """Every test here begins on Monday, 2 March 2026, 9:00."""


@pytest.fixture
def head(db):
    """The account of a key enterprise's head, and the enterprise, which stands on a list."""
    person = city.person("邓文彬")
    firm = city.organisation(person, "东莞市重点示例电子有限公司", org__size="large")
    visits.put_on_list(
        code="town-own", uscc=firm.uscc, by=city.actor(city.officer("town_manager", agency=""))
    )
    return city.account(person), firm


@pytest.fixture
def keeper(db):
    return city.officer("town_manager", agency="", name="温丽")


@pytest.fixture
def leader(db):
    return city.officer("leader", agency="", place="", name="示例领导")


def numbers(page):
    return set(re.findall(r'<span class="num">(ZD\w+)</span>', page))


def test_from_an_appeal_to_the_enterprises_word(head, keeper, leader):
    account, firm = head
    appeal = filed(city.actor(account), firm.pk, title="变压器增容")
    desk, boss, chief = (city.signed_in(one) for one in (keeper, account, leader))
    new = f"/desk/questions/new/?appeal={appeal.pk}"
    assert new in desk.get(f"/desk/appeals/{appeal.pk}/").content.decode()
    page = desk.get(new).content.decode()
    assert ('value="变压器增容"' in page, "示例领导" in page, 'id="uscc"' in page) == (True, True, False)
    form = {"title": "变压器增容", "words": "满载两个月。", "leader": str(leader.pk), **CHARGE}
    answer = desk.post(new, form)
    row = KeyQuestion.objects.get()
    assert answer.url == f"/desk/questions/{row.pk}/?done=open"
    assert row.number in desk.get(f"/desk/appeals/{appeal.pk}/").content.decode()
    assert "已经列入问题库" in desk.post(new, form).content.decode()

    assert numbers(chief.get("/desk/questions/mine/").content.decode()) == {row.number}
    here = f"/desk/questions/{row.pk}/"
    offered = set(re.findall(rf'action="{here}(\w+)/"', chief.get(here).content.decode()))
    assert offered == {"note", "ask"}
    assert chief.post(f"{here}note/", {"words": " "}).status_code == 422
    assert chief.post(f"{here}note/", {"words": "已开协调会。"}).status_code == 302
    assert chief.post(f"{here}assign/", {"words": "换人", **CHARGE}).status_code == 404
    assert chief.post(f"{here}ask/", {"words": "新变压器已送电。"}).status_code == 302

    own = f"/appeals/questions/{row.pk}/"
    assert own in boss.get("/appeals/questions/").content.decode()
    assert "1 个等您确认" in boss.get("/appeals/").content.decode()
    page = boss.get(own).content.decode()
    assert ("新变压器已送电。" in page, "已开协调会。" in page) == (True, False)
    assert boss.post(f"{own}decline/", {"words": ""}).status_code == 422
    assert boss.post(f"{own}decline/", {"words": "晚上还跳闸。"}).status_code == 302
    assert "晚上还跳闸。" in chief.get(here).content.decode()
    assert chief.post(f"{here}ask/", {"words": "已换开关。"}).status_code == 302
    assert boss.post(f"{own}confirm/").status_code == 302
    row.refresh_from_db()
    assert row.state == "closed"
    assert boss.post(f"{own}confirm/").status_code == 409
    assert numbers(chief.get("/desk/questions/mine/").content.decode()) == set()
    assert numbers(chief.get("/desk/questions/mine/?lamp=done").content.decode()) == {row.number}


def test_by_hand_for_key_enterprises_alone(head, keeper):
    _, firm = head
    desk = city.signed_in(keeper)
    form = {"uscc": firm.uscc, "title": "缺用地", "words": "差十二亩。", **CHARGE}
    assert desk.post("/desk/questions/new/", form).status_code == 302
    plain = city.organisation(city.person("何秀珍"), "东莞市普通示例有限公司", org__size="micro")
    humen = city.organisation(city.person("叶国平"), "虎门示例有限公司", place=city.HUMEN)
    for uscc, text in (
        (plain.uscc, "不在重点企业名单上"),
        (humen.uscc, "您管理的范围内没有"),
        ("x", "您管理的范围内没有"),
    ):
        page = desk.post("/desk/questions/new/", {**form, "uscc": uscc})
        assert (page.status_code, text in page.content.decode()) == (422, True)
    assert KeyQuestion.objects.count() == 1


def test_of_a_visit(head, keeper):
    _, firm = head
    officer = city.officer("service_officer", agency="", name="李梅")
    visits.name_officer(account_id=officer.pk, phone="0769-1", place_path=city.town(), by=SYSTEM)
    visits.assign(organisation_id=firm.pk, officer_id=officer.pk, by=SYSTEM)
    row = visits.plan_visit(
        organisation_id=firm.pk, purpose="regular", on=time.today(), by=city.actor(officer)
    )
    visits.record_visit(visit_id=row.pk, report=visits.Report("邓文彬", "厂房不够用"), by=city.actor(officer))
    desk, new = city.signed_in(keeper), f"/desk/questions/new/?visit={row.pk}"
    assert new in desk.get(f"/desk/service/visits/{row.pk}/").content.decode()
    assert new not in city.signed_in(officer).get(f"/desk/service/visits/{row.pk}/").content.decode()
    assert "厂房不够用" in desk.get(new).content.decode()
    assert desk.post(new, {"title": "厂房", "words": "不够用", **CHARGE}).status_code == 302
    assert KeyQuestion.objects.get().came_from == row.pk
    humen = city.signed_in(city.officer("town_manager", agency="", place=city.town(city.HUMEN)))
    assert humen.get(new).status_code == 404


def test_each_role_has_its_own(head, keeper, leader):
    _, firm = head
    by = city.actor(keeper)
    led, other = put(firm.pk, by, leader), put(firm.pk, by, charge=charge(agency="finance"))
    humen = city.officer("town_manager", agency="", place=city.town(city.HUMEN))
    power = city.officer("appeal_officer", agency="power-supply", place="")
    stranger = city.officer("clerk", agency="")
    for who, expected in (
        (keeper, {led, other}),
        (leader, {led}),
        (power, {led}),
        (humen, set()),
    ):
        browser = city.signed_in(who)
        assert numbers(browser.get("/desk/questions/").content.decode()) == {one.number for one in expected}
        for row in (led, other):
            status = 200 if row in expected else 404
            assert browser.get(f"/desk/questions/{row.pk}/").status_code == status
    assert city.signed_in(stranger).get("/desk/questions/").status_code == 404
    assert city.signed_in(power).get("/desk/questions/new/").status_code == 404
    assert city.signed_in(keeper).get("/desk/questions/mine/").status_code == 404


def test_filters_lights_and_leader(head, keeper, leader, clock):
    _, firm = head
    by = city.actor(keeper)
    late = put(firm.pk, by, leader, charge=charge(leader, target_on="2026-03-03"))
    good = put(firm.pk, by, charge=charge(agency="finance"))
    clock.to("2026-03-04T09:00")
    browser = city.signed_in(keeper)
    for query, expected in (
        ("", {late, good}),
        ("?lamp=red", {late}),
        ("?lamp=green", {good}),
        (f"?leader={leader.pk}", {late}),
        ("?leader=x", set()),
        ("?agency=finance", {good}),
        (f"?q={good.number}", {good}),
        ("?q=重点示例", {late, good}),
        (f"?town={city.HUMEN}", set()),
        ("?state=closed", set()),
        ("?source=hand", {late, good}),
        ("?lamp=done", set()),
    ):
        page = browser.get(f"/desk/questions/{query}").content.decode()
        assert numbers(page) == {one.number for one in expected}, query


def test_the_file_of_the_bank(head, keeper, leader):
    _, firm = head
    row = put(firm.pk, city.actor(keeper), leader)
    asked = exports.request(chosen={}, by=city.actor(keeper), language="zh-hans", source="key-questions")
    city.run_jobs()
    asked.refresh_from_db()
    text = b"".join(exported.content(asked)).decode().removeprefix("\ufeff")
    [_, line] = csv.reader(io.StringIO(text, newline=""))
    assert (line[0], line[3], line[6], line[8]) == (row.number, "增容迟迟没有批", "示例领导", "推进中")
    with pytest.raises(exported.NoSuchSource):
        exports.request(chosen={}, by=city.actor(leader), language="en", source="key-questions")


def test_a_list_costs_the_same_for_one_row_and_for_three(head, keeper, leader):
    _, firm = head
    browser = city.signed_in(keeper)

    def cost(many):
        for _ in range(many):
            put(firm.pk, city.actor(keeper), leader)
        browser.get("/desk/questions/")
        with CaptureQueriesContext(connection) as queries:
            page = browser.get("/desk/questions/").content.decode()
        assert len(numbers(page)) == KeyQuestion.objects.count()
        return len(queries)

    assert cost(1) == cost(2)
