"""The desk of rectifications: own agency only, no name for the rated, each verb from its form."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import city
from tongban.kernel.cases import actions as cases
from tongban.modules.ratings import actions, queries
from tongban.modules.ratings.models import RatingRemedy

pytestmark = pytest.mark.django_db
NAME = "欧阳秀珍"


@pytest.fixture
def bad():
    """Make a bad rating of a case that a clerk of the town refused: (rectification, clerk's account, rater)."""

    def make(place=city.DALANG, words="等了很久"):
        rater = city.actor(city.account(city.person(NAME, place, born="1940-05-01")))
        case = cases.submit(case_id=cases.open_draft(item_code="old-age-allowance", by=rater).pk, by=rater)
        clerk = city.officer("clerk", place=city.town(place))
        cases.refuse(case_id=case.pk, reasons="不属于本机关职权", by=city.actor(clerk))
        rating = actions.rate(case_id=case.pk, level=5, words=words, points=["late"], by=rater)
        return rating.remedy, clerk, rater

    return make


@pytest.fixture
def officer(db):
    return city.officer("ratings", name="谢兰")


@pytest.fixture
def bureau(db):
    return city.officer("bureau", agency="data-bureau", place=city.CITY, name="卢静")


@pytest.fixture
def do():
    """Post a verb's form; returns the answer."""

    def post(who, remedy, verb, **form):
        return city.signed_in(who).post(f"/desk/ratings/{remedy.pk}/{verb}/", form)

    return post


def listed(who, query=""):
    """The rectifications in the table of the page, by identifier."""
    page = city.signed_in(who).get(f"/desk/ratings/{query}").content.decode()
    return set(re.findall(r'<a href="/desk/ratings/([0-9a-f-]{36})/"', page))


def offers(who, remedy):
    """The verbs that the page offers, by the element that carries each."""
    page = city.signed_in(who).get(f"/desk/ratings/{remedy.pk}/").content.decode()
    return set(re.findall(r'<(?:form|details)[^>]* id="(\w+)"', page)) - {"desk-search"}


def test_each_officer_finds_their_own_agencys_and_the_bureau_all(bad, officer, bureau):
    here, clerk, _rater = bad()
    there, _clerk, _rater = bad(place=city.HUMEN)
    assert listed(officer) == listed(clerk) == {str(here.pk)}
    assert listed(bureau) == {str(here.pk), str(there.pk)}
    assert city.signed_in(officer).get(f"/desk/ratings/{there.pk}/").status_code == 404
    assert listed(city.officer("ratings", "clerk", agency="market-regulation")) == set()


def test_others_find_neither_page_nor_verb(bad, do):
    remedy, _clerk, rater = bad()
    elsewhere = city.officer("ratings", "clerk", agency="market-regulation")
    citizen = city.party_queries.account(rater.account_id)
    for who in (elsewhere, citizen, city.officer("supervisor")):
        assert city.signed_in(who).get(f"/desk/ratings/{remedy.pk}/").status_code == 404
        assert do(who, remedy, "contact", words="x").status_code == 404
    assert city.signed_in(citizen).get("/desk/ratings/").status_code == 404
    assert "/sign-in/" in Client().get("/desk/ratings/").url
    assert RatingRemedy.objects.get().state == "open"


def test_the_rated_officer_never_reads_the_name_nor_what_leads_to_it(bad, officer, bureau, do):
    remedy, clerk, rater = bad(words=f"我是{NAME}，等了很久，打 13900139000")
    case = queries.rater_of(remedy, named=True).case
    phone = city.party_queries.account(rater.account_id).person.phone
    do(officer, remedy, "contact", words=f"已电话回访{NAME}")
    pages = ["/desk/ratings/", f"/desk/ratings/{remedy.pk}/"]
    secret = [NAME, phone, "13900139000", case.short_no, str(case.pk), str(rater.account_id)]
    for page in pages:
        body = city.signed_in(clerk).get(page).content
        assert [one for one in secret if one.encode() in body] == []
    assert "欧**珍".encode() in body
    for who in (officer, bureau):
        body = city.signed_in(who).get(pages[1]).content
        assert [one for one in (NAME, phone, case.short_no) if one.encode() not in body] == []


def test_lights_count_and_filter(bad, officer, clock):
    late, _clerk, _rater = bad()
    clock.to("2026-03-04T09:00")
    fresh, _clerk, _rater = bad()
    page = city.signed_in(officer).get("/desk/ratings/").content.decode()
    assert re.findall(r"<b>(\d+)</b>", page) == ["1", "1", "0", "0", "0"]
    assert "超期 1 天" in page
    assert listed(officer, "?lamp=red") == {str(late.pk)}
    assert listed(officer, "?lamp=yellow") == {str(fresh.pk)}
    assert listed(officer, "?state=open") == {str(late.pk), str(fresh.pk)}
    assert listed(officer, "?state=closed") == set()
    assert listed(officer, "?lamp=blue&state=lost") == {str(late.pk), str(fresh.pk)}


def test_empty_lists_say_what_they_are_for(officer):
    client = city.signed_in(officer)
    assert "没有差评" in client.get("/desk/ratings/").content.decode()
    assert "没有符合条件的差评" in client.get("/desk/ratings/?state=closed").content.decode()


def test_worked_off_from_the_desk(bad, officer, do):
    remedy, _clerk, rater = bad()
    assert offers(officer, remedy) == {"contact"}
    answer = do(officer, remedy, "contact", words="已电话回访")
    assert (answer.status_code, answer.url) == (302, f"/desk/ratings/{remedy.pk}/?done=contact")
    assert "已登记回访" in city.signed_in(officer).get(answer.url).content.decode()
    assert offers(officer, remedy) == {"confirm", "appeal"}
    assert do(officer, remedy, "confirm", words="窗口少开一个", kind="complex").status_code == 302
    assert offers(officer, remedy) == {"answer"}
    assert do(officer, remedy, "answer", words="已加开窗口").status_code == 302
    assert offers(officer, remedy) == set()
    actions.reply(case_id=remedy.rating.case_id, satisfied=True, words="", by=rater)
    page = city.signed_in(officer).get(f"/desk/ratings/{remedy.pk}/").content.decode()
    assert "评价人满意" in page
    assert "谢兰：已加开窗口" in page


def test_an_appeal_is_decided_by_the_bureau_and_by_nobody_of_the_agency(bad, officer, bureau, do):
    remedy, clerk, _rater = bad()
    do(officer, remedy, "contact", words="已电话回访")
    assert offers(clerk, remedy) == {"appeal"}
    form = {"ground": "mistaken", "words": "选错了", "evidence": "通话记录"}
    assert do(clerk, remedy, "appeal", **form).status_code == 302
    assert [offers(who, remedy) for who in (officer, clerk, bureau)] == [set(), set(), {"decide"}]
    assert do(officer, remedy, "uphold", words="x").status_code == 403
    page = city.signed_in(bureau).get(f"/desk/ratings/{remedy.pk}/").content.decode()
    assert "误评。选错了 证据：通话记录" in page
    assert do(bureau, remedy, "uphold", words="确系误评").status_code == 302
    row = RatingRemedy.objects.select_related("rating").get()
    assert (row.state, row.rating.excluded_at is not None) == ("revoked", True)


def test_what_is_missing_or_too_late_is_explained_and_what_was_typed_stays(bad, officer, do):
    remedy, _clerk, _rater = bad()
    answer = do(officer, remedy, "contact", words=" ")
    assert answer.status_code == 422
    do(officer, remedy, "contact", words="已电话回访")
    again = do(officer, remedy, "contact", words="我也打了电话")
    page = again.content.decode()
    assert again.status_code == 409
    assert "这件差评整改现在是“待核实”，不能登记回访。" in page
    assert "我也打了电话" in page
    assert do(officer, remedy, "confirm", words="写好的原因").status_code == 422
    assert do(officer, remedy, "satisfy").status_code == 404
    assert city.signed_in(officer).get(f"/desk/ratings/{remedy.pk}/contact/").status_code == 302


@pytest.mark.parametrize("page", ["", "{pk}/"])
def test_pages_cost_the_same_at_one_and_at_three(bad, officer, page):
    first, _clerk, _rater = bad()
    client, path = city.signed_in(officer), f"/desk/ratings/{page.format(pk=first.pk)}"

    def cost():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        return len(captured)

    cost()
    before = cost()
    bad()
    bad()
    assert cost() == before
