"""A firm's pages of appeals: category, questions, answers found, the course, every move of the firm."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import city
from tongban.modules.appeals import actions
from tongban.modules.appeals.models import Appeal

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def standing_clock(clock):
    """Every test here begins on Monday, 2 March 2026, 9:00."""
    return clock


@pytest.fixture
def head(db):
    person = city.person("邓文彬")
    city.organisation(person, "东莞市诉求示例电子有限公司")
    return city.account(person)


@pytest.fixture
def browser(head):
    return city.signed_in(head)


def filled(page, **typed):
    """The hidden token of the form with what is typed."""
    token = re.search(r'name="token" value="([^"]+)"', page.content.decode()).group(1)
    return {
        "category": "hiring",
        "token": token,
        "title": "缺普工",
        "words": "急招普工。",
        "q-workers": "80",
        **typed,
    }


def test_from_the_category_to_the_course(browser):
    assert "招工难" in browser.get("/appeals/new/").content.decode()
    page = browser.get("/appeals/new/?category=hiring")
    assert 'name="q-workers"' in page.content.decode()
    form = filled(page)
    answer = browser.post("/appeals/new/", form)
    row = Appeal.objects.get()
    assert (answer.status_code, answer.headers["location"]) == (302, f"/appeals/{row.pk}/?done=file")
    assert browser.post("/appeals/new/", form).headers["location"] == f"/appeals/{row.pk}/?done=file"
    assert (row.agency, row.answers, row.channel) == ("town-dalang", {"workers": 80}, "portal")
    shown = browser.get(f"/appeals/{row.pk}/").content.decode()
    assert "急招普工。" in shown
    assert "大朗镇" in shown
    assert row.number in browser.get("/appeals/").content.decode()


def test_a_missing_answer_is_said_and_nothing_typed_is_lost(browser):
    page = browser.get("/appeals/new/?category=hiring")
    answer = browser.post("/appeals/new/", filled(page, **{"q-workers": ""}))
    assert answer.status_code == 422
    assert "没有填写“缺多少人”" in answer.content.decode()
    assert "急招普工。" in answer.content.decode()
    assert not Appeal.objects.exists()


def test_answers_show_up_without_an_address_and_without_a_script(browser):
    typed = {"category": "power-supply", "title": "增容", "words": "变压器要增容"}
    assert "用电增容怎么办" in browser.post("/appeals/answers/", typed).content.decode()
    assert browser.get("/appeals/answers/?words=增容").status_code == 405
    page = browser.post("/appeals/new/", {**typed, "look": "1", "token": "x"}).content.decode()
    assert "用电增容怎么办" in page
    assert "变压器要增容" in page
    assert not Appeal.objects.exists()


def test_the_firms_moves(browser, head):
    browser.post("/appeals/new/", filled(browser.get("/appeals/new/?category=hiring")))
    row = Appeal.objects.get()
    office = city.actor(city.officer("appeal_officer", agency="town-dalang"))
    helper = city.actor(city.officer("appeal_officer", agency="human-resources", place=""))
    desk = city.actor(city.officer("appeal_coordinator", agency="industry", place=""))
    actions.contact(appeal_id=row.pk, words="已联系。", by=office)
    actions.ask(appeal_id=row.pk, words="请提供岗位说明。", by=office)
    assert "等您处理" in browser.get("/appeals/").content.decode()
    at = f"/appeals/{row.pk}/"
    assert browser.post(f"{at}supply/", {"words": " "}).status_code == 422
    assert browser.post(f"{at}supply/", {"words": "岗位说明见附件。"}).status_code == 302
    actions.propose(appeal_id=row.pk, days=3, words="招聘会在周末。", by=office)
    assert "是否同意延期 3 个工作日" in browser.get(at).content.decode()
    assert browser.post(f"{at}consent/", {}).status_code == 302
    actions.finish(appeal_id=row.pk, words="内部意见不给企业看。", by=helper)
    actions.answer(appeal_id=row.pk, words="招聘会已安排。", outcome="solved", cause="market", by=office)
    assert "招聘会已安排。" not in browser.get(at).content.decode()
    actions.approve(appeal_id=row.pk, by=desk)
    shown = browser.get(at).content.decode()
    assert "招聘会已安排。" in shown
    assert "内部意见不给企业看。" not in shown
    assert browser.post(f"{at}rate/", {"stars": "9"}).status_code == 422
    assert browser.post(f"{at}rate/", {"stars": "x"}).status_code == 422
    assert browser.post(f"{at}rate/", {"stars": "5"}).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.stars) == ("closed", 5)
    assert browser.post(f"{at}withdraw/").status_code == 409
    assert browser.post(f"{at}route/").status_code == 404


def test_anothers_appeal_is_not_there(browser):
    browser.post("/appeals/new/", filled(browser.get("/appeals/new/?category=hiring")))
    row = Appeal.objects.get()
    other = city.person("何秀珍")
    city.organisation(other, "东莞市另一家示例有限公司")
    stranger = city.signed_in(city.account(other))
    for path in ("", "supply/", "rate/", "withdraw/"):
        method = stranger.post if path else stranger.get
        assert method(f"/appeals/{row.pk}/{path}").status_code == 404
    assert row.number not in stranger.get("/appeals/").content.decode()


def test_who_acts_for_no_firm_is_told_so():
    browser = city.signed_in(city.account(city.person()))
    assert "请先选择企业" in browser.get("/appeals/").content.decode()
    assert browser.get("/appeals/new/").status_code == 302


def test_the_list_costs_the_same_for_one_row_and_for_three(browser):
    def rows(n):
        for _ in range(n):
            browser.post("/appeals/new/", filled(browser.get("/appeals/new/?category=hiring")))

    rows(1)
    browser.get("/appeals/")
    with CaptureQueriesContext(connection) as one:
        browser.get("/appeals/")
    rows(2)
    with CaptureQueriesContext(connection) as three:
        browser.get("/appeals/")
    assert len(three) == len(one)
