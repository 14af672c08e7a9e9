"""Rating a case and answering to what was put right, as the rater does it; the public page, as anybody reads it."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import city
from tongban.kernel.cases import actions as cases
from tongban.modules.ratings import actions, queries
from tongban.modules.ratings.models import Rating, RatingRemedy

pytestmark = pytest.mark.django_db
PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Mobile Safari/537.36"


@pytest.fixture
def handled(clock):
    """Make a handled case: (browser of its applicant, case)."""

    def make(name="何秀珍", place=city.DALANG):
        account = city.account(city.person(name, place, born="1940-05-01"))
        by = city.actor(account)
        case = cases.submit(case_id=cases.open_draft(item_code="old-age-allowance", by=by).pk, by=by)
        clerk = city.actor(city.officer("clerk", place=city.town(place)))
        cases.refuse(case_id=case.pk, reasons="不属于本机关职权", by=clerk)
        return city.signed_in(account), case

    return make


@pytest.fixture
def officer(clock):
    return city.actor(city.officer("ratings"))


def rate(client, case, **form):
    return client.post(f"/cases/{case.pk}/rate/", form)


def repaired(case, officer):
    """Call back, find true, answer."""
    at = {"remedy_id": RatingRemedy.objects.get(rating__case_id=case.pk).pk, "by": officer}
    actions.contact(words="内部记录", **at)
    actions.confirm(words="内部原因", kind="simple", **at)
    actions.answer(words="已重新培训并致歉", **at)


def test_the_form_offers_what_can_be_ticked_at_each_level_and_presses_nobody(handled, read):
    client, case = handled()
    page = read(client.get(f"/cases/{case.pk}/"))
    assert len(re.findall(r'name="points-\d"', page)) == 20
    assert 'name="points-1" value="guide_clear"' in page
    assert 'name="points-5" value="guide_wrong"' in page
    assert "自愿评价；不评价的，不会算作满意" in page
    assert " checked" not in page.split('id="rating"')[1]  # no level and no consent is chosen for anybody


def test_by_the_code_in_the_hall_the_points_of_the_hall(handled, read):
    client, case = handled()
    page = read(client.get(f"/cases/{case.pk}/?via=qr"))
    assert 'name="via" value="qr"' in page
    assert 'value="told_twice"' in page
    rate(client, case, grade="5", words="要跑三次", via="qr", **{"points-5": ["told_twice"]})
    row = Rating.objects.get()
    assert (row.channel, row.points) == ("qr", ["told_twice"])


def test_a_forged_way_in_is_none(handled):
    client, case = handled()
    rate(client, case, grade="2", via="hall_tablet")
    assert Rating.objects.get().channel == "pc"


def test_points_of_the_chosen_level_consent_and_device_are_kept(handled, read):
    client, case = handled()
    form = {"points-4": ["slow", "hard_site"], "points-1": ["fast"], "publish": "yes"}
    answer = client.post(
        f"/cases/{case.pk}/rate/", {"grade": "4", "words": "慢", **form}, headers={"user-agent": PHONE}
    )
    assert (answer.status_code, answer.url) == (302, f"/cases/{case.pk}/#rating")
    row = Rating.objects.get()
    assert (row.level, row.points, row.channel, row.publish) == (4, ["slow", "hard_site"], "mobile", True)
    page = read(client.get(f"/cases/{case.pk}/"))
    assert "办理慢" in page
    assert "办理很快" not in page
    assert "您同意公开这段话" in page


def test_what_was_chosen_stays_when_the_reason_is_missing(handled, read):
    client, case = handled()
    answer = rate(client, case, grade="5", words="", publish="yes", **{"points-5": ["late"]})
    assert answer.status_code == 422
    page = read(answer).split('id="rating"')[1]
    assert re.findall(r'value="(\w+)"(?: required)? checked', page) == ["5", "late", "yes"]


class TestRectification:
    def test_the_rater_sees_how_it_stands_reads_the_answer_and_confirms(self, handled, read, officer):
        client, case = handled()
        rate(client, case, grade="5", words="态度差")
        page = read(client.get(f"/cases/{case.pk}/"))
        assert "待回访" in page
        assert "工作人员会在 2026年3月3日前与您联系" in page
        assert "/rating/reply/" not in page
        repaired(case, officer)
        page = read(client.get(f"/cases/{case.pk}/"))
        assert "已重新培训并致歉" in page
        assert "内部" not in page  # what the agency notes for itself
        answer = client.post(f"/cases/{case.pk}/rating/reply/", {"satisfied": "yes"})
        assert (answer.status_code, answer.url) == (302, f"/cases/{case.pk}/#rating")
        remedy = RatingRemedy.objects.get()
        assert (remedy.state, remedy.outcome) == ("closed", "satisfied")
        assert "评价人满意" in read(client.get(f"/cases/{case.pk}/"))

    def test_not_satisfied_it_is_done_again_and_a_second_answer_is_an_explained_409(
        self, handled, read, officer
    ):
        client, case = handled()
        rate(client, case, grade="4", words="慢")
        repaired(case, officer)
        client.post(f"/cases/{case.pk}/rating/reply/", {"words": "没有改"})
        remedy = RatingRemedy.objects.get()
        assert (remedy.state, remedy.round) == ("repairing", 2)
        again = client.post(f"/cases/{case.pk}/rating/reply/", {"satisfied": "yes"})
        assert again.status_code == 409
        assert "整改中" in read(again)

    def test_nobody_else_answers_or_reads_it_there(self, handled, read, stranger, officer):
        client, case = handled()
        rate(client, case, grade="5", words="态度差")
        repaired(case, officer)
        clerk = city.signed_in(city.officer("clerk"))
        for other in (stranger, clerk):
            assert other.post(f"/cases/{case.pk}/rating/reply/", {"satisfied": "yes"}).status_code == 404
        assert Client().post(f"/cases/{case.pk}/rating/reply/", {"satisfied": "yes"}).status_code == 302
        assert RatingRemedy.objects.get().state == "answered"
        assert "态度差" not in read(clerk.get(f"/cases/{case.pk}/"))


class TestPublic:
    def test_nothing_yet_is_said_kindly(self, read):
        page = read(Client().get("/ratings/"))
        assert "还没有办结的办件" in page
        assert "%" not in page.split("<main")[1].split("</main")[0]

    def test_how_many_rated_stands_beside_how(self, handled, read):
        client, case = handled()
        rate(client, case, grade="2", words="")
        for _ in range(2):
            handled()
        main = read(Client().get("/ratings/")).split("<main")[1]
        assert "件，占 33.3%" in main
        assert "满意 1（100%）" in main
        assert "东莞市民政局" in main
        assert "高龄老人津贴" in main
        assert len(re.findall(r"<rect ", main)) == 3  # all, agency, item: one level each
        assert 'width="100.0"' in main

    def test_names_and_numbers_are_masked_and_only_consent_opens_words(self, handled, read):
        client, case = handled("罗少芬")
        rate(client, case, grade="5", words="打 13800138000 没人接", publish="yes")
        other, second = handled("邓小明")
        rate(other, second, grade="1", words="只说给你们听")
        assert "罗*芬" not in read(Client().get("/ratings/")), "nobody has looked at the words yet"
        officer = city.actor(city.officer("ratings", agency="", place=city.CITY))
        [waiting] = queries.unlooked(officer)
        actions.look_at_words(rating_id=waiting.pk, by=officer)
        page = read(Client().get("/ratings/"))
        assert "罗*芬" in page
        assert "打 ****** 没人接" in page
        assert "待回访" in page
        for hidden in (
            "罗少芬",
            "13800138000",
            "邓小明",
            "邓*明",
            "只说给你们听",
            case.short_no,
            str(case.pk),
        ):
            assert hidden not in page

    def test_one_agency_narrows_the_items(self, handled, read):
        handled()
        food, _by = city.food()
        clerk = city.actor(city.officer("clerk", agency="market-regulation"))
        cases.refuse(case_id=food.pk, reasons="x", by=clerk)

        def items(query):
            part = read(Client().get(f"/ratings/{query}")).split('id="items"')[1].split("</section>")[0]
            return {name for name in ("高龄老人津贴", "食品经营许可") if name in part}

        assert items("") == items("?agency=nobody") == {"高龄老人津贴", "食品经营许可"}
        assert items("?agency=civil-affairs") == {"高龄老人津贴"}

    def test_it_costs_the_same_at_one_and_at_three(self, handled):
        def cost():
            with CaptureQueriesContext(connection) as captured:
                assert Client().get("/ratings/").status_code == 200
            return len(captured)

        def one(place):
            client, case = handled(place=place)
            rate(client, case, grade="5", words="慢", publish="yes")

        one(city.DALANG)
        cost()  # fills what the process keeps
        first = cost()
        one(city.DALANG)
        one(city.HUMEN)
        assert cost() == first
