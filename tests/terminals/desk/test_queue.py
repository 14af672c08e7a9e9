"""The queue shows an officer's own cases and no others, soonest due first."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import city
from tongban.kernel.cases import actions

pytestmark = pytest.mark.django_db


def test_a_clerk_sees_exactly_what_waits_in_their_town_and_agency(clerk, numbers):
    mine = city.allowance()
    elsewhere = city.allowance(place=city.HUMEN)
    food, _applicant = city.food()
    assert numbers(city.signed_in(clerk).get("/desk/")) == [mine.short_no, food.short_no]
    civil = city.officer("clerk", agency="civil-affairs")
    assert numbers(city.signed_in(civil).get("/desk/")) == [mine.short_no]
    whole_city = city.officer("clerk", agency="civil-affairs", place=city.CITY)
    assert numbers(city.signed_in(whole_city).get("/desk/")) == [mine.short_no, elsewhere.short_no]


def test_a_grant_for_one_item_opens_that_item_only(numbers):
    city.allowance()
    food, _applicant = city.food()
    officer = city.officer("clerk", agency="", items=("food-licence",))
    assert numbers(city.signed_in(officer).get("/desk/all/")) == [food.short_no]


def test_drafts_are_in_no_list(clerk, numbers):
    city.food_draft()
    client = city.signed_in(clerk)
    assert numbers(client.get("/desk/")) == []
    assert numbers(client.get("/desk/all/")) == []


def test_each_waits_for_the_one_whose_turn_it_is(clerk, reviewer, decider, numbers):
    case = city.allowance()

    def queues():
        return [
            case.short_no in numbers(city.signed_in(one).get("/desk/")) for one in (clerk, reviewer, decider)
        ]

    assert queues() == [True, False, False]
    actions.accept(case_id=case.pk, by=city.actor(clerk))
    assert queues() == [False, True, False]
    actions.complete_step(case_id=case.pk, opinion="符合", by=city.actor(reviewer))
    assert queues() == [False, False, True]


def test_lights_count_filter_and_say_how_long(clerk, clock, numbers):
    clock.to("2026-02-24T09:00")
    late = city.allowance()
    clock.to("2026-02-28T09:00")  # a Saturday that is worked
    soon = city.allowance()
    clock.to("2026-03-05T09:00")
    fresh = city.allowance()
    client = city.signed_in(clerk)
    page = client.get("/desk/")
    assert numbers(page) == [late.short_no, soon.short_no, fresh.short_no]
    lights = re.findall(r"(?:红灯|黄灯|绿灯|停表) </span>([^<]+)</span>\s*</td>", page.content.decode())
    assert lights == ["超期 3 天", "剩 1 个工作日", "剩 5 个工作日"]
    assert re.findall(r"<b>(\d+)</b>", page.content.decode()) == ["1", "1", "1", "0", "0"]
    assert numbers(client.get("/desk/?lamp=red")) == [late.short_no]
    assert numbers(client.get("/desk/?lamp=yellow")) == [soon.short_no]
    assert numbers(client.get("/desk/?lamp=green")) == [fresh.short_no]


def test_a_paused_case_leaves_the_queue_and_stays_in_the_list(clerk, numbers):
    case, _applicant = city.food()
    points = [{"kind": "field", "id": "area", "note": "与图纸不一致"}]
    actions.request_supplement(case_id=case.pk, points=points, message="", by=city.actor(clerk))
    client = city.signed_in(clerk)
    page = client.get("/desk/")
    assert numbers(page) == []
    assert re.findall(r"<b>(\d+)</b>", page.content.decode()) == ["0", "0", "0", "1", "0"]
    page = client.get("/desk/all/?lamp=paused")
    assert numbers(page) == [case.short_no]
    assert "停表" in page.content.decode()


def test_what_was_finished_today_is_counted(clerk, decider, clock, numbers):
    before = city.allowance()
    actions.refuse(case_id=before.pk, reasons="不属于受理范围", by=city.actor(clerk))
    clock.move(days=1)
    case = city.allowance()
    actions.refuse(case_id=case.pk, reasons="不属于受理范围", by=city.actor(clerk))
    page = city.signed_in(clerk).get("/desk/all/?lamp=done")
    assert numbers(page) == [case.short_no]
    assert re.findall(r"<b>(\d+)</b>", page.content.decode())[-1] == "1"


def test_filters_narrow_by_item_state_and_town(numbers):
    officer = city.officer("clerk", agency="", place=city.CITY)
    one, other = city.allowance(), city.allowance(place=city.HUMEN)
    food, _applicant = city.food()
    actions.accept(case_id=one.pk, by=city.actor(officer))
    client = city.signed_in(officer)
    assert numbers(client.get("/desk/all/?item=food-licence")) == [food.short_no]
    assert numbers(client.get("/desk/all/?state=accepted")) == [one.short_no]
    assert numbers(client.get(f"/desk/all/?town={city.HUMEN}")) == [other.short_no]
    assert len(numbers(client.get("/desk/all/?item=none&state=none&town=none"))) == 0
    assert len(numbers(client.get("/desk/all/?state=none&town=none&page=x"))) == 3


def test_names_of_persons_are_masked_and_those_of_organisations_are_not(clerk):
    city.allowance("何秀珍")
    city.food(name="示例餐饮有限公司")
    page = city.signed_in(clerk).get("/desk/").content.decode()
    assert "何*珍" in page
    assert "示例餐饮有限公司" in page
    assert "经办 陈*雯" in page
    assert not {"何秀珍", "陈晓雯"} & set(re.findall(r"[\u4e00-\u9fff]{3}", page))


def test_twenty_to_a_page(clerk, numbers):
    made = [city.allowance().short_no for _ in range(21)]
    client = city.signed_in(clerk)
    assert numbers(client.get("/desk/")) == made[:20]
    assert numbers(client.get("/desk/?page=2")) == made[20:]


def test_more_than_can_be_paged_through_is_said_and_not_counted(clerk, numbers, monkeypatch):
    made = [city.allowance().short_no for _ in range(4)]
    monkeypatch.setattr("tongban.terminals.desk.queue.PAGE", 2)
    client = city.signed_in(clerk)
    for most, said, last in ((4, "共 4 条", made[2:]), (3, "共 3+ 条", made[2:3])):
        monkeypatch.setattr("tongban.terminals.desk.queue.MOST", most)
        page = client.get("/desk/?page=2")
        assert said in page.content.decode()
        assert numbers(page) == last
        assert numbers(client.get("/desk/?page=3")) == last


@pytest.mark.parametrize("path", ["/desk/", "/desk/all/", "/desk/search/?q=高龄"])
def test_as_many_queries_for_three_cases_as_for_one(clerk, path):
    client = city.signed_in(clerk)
    city.allowance()
    client.get(path)  # what a process keeps is kept from now on
    with CaptureQueriesContext(connection) as one:
        client.get(path)
    city.allowance()
    city.allowance("李桂兰")
    with CaptureQueriesContext(connection) as three:
        client.get(path)
    assert len(three) == len(one)


def test_the_preview_is_the_inside_of_the_pane(clerk, reviewer, stranger):
    case = city.allowance()
    path = f"/desk/cases/{case.pk}/preview/"
    page = city.signed_in(clerk).get(path).content.decode()
    assert "<html" not in page
    assert "年龄：85 周岁" in page
    assert re.findall(rf"/desk/cases/{case.pk}/#(\w+)", page) == ["accept", "supplement", "refuse"]
    assert "#accept" not in city.signed_in(reviewer).get(path).content.decode()
    assert city.signed_in(stranger).get(path).status_code == 404


def test_search_finds_by_number_name_item_and_credit_code_within_sight(clerk, numbers):
    food, applicant = city.food()
    case, other = city.allowance("何秀珍"), city.allowance("何秀珍", place=city.HUMEN)
    client = city.signed_in(clerk)

    def found(text):
        return numbers(client.get("/desk/search/", {"q": text}))

    code = city.party_queries.organisation(applicant.organisation_id).uscc
    assert found(case.short_no) == [case.short_no]
    assert found(case.case_no) == [case.short_no]
    assert found("何秀珍") == [case.short_no]
    assert found("食品经营") == [food.short_no]
    assert found(code.lower()) == [food.short_no]
    assert found(other.short_no) == []
    assert found("  ") == []


def test_the_workbench_does_not_exist_for_citizens_and_the_data_bureau(db):
    citizen = city.account(city.person())
    bureau = city.officer("bureau", agency="data-bureau", place=city.CITY)
    for one in (citizen, bureau):
        client = city.signed_in(one)
        assert [client.get(p).status_code for p in ("/desk/", "/desk/all/", "/desk/search/")] == [404] * 3


def test_an_identity_number_is_sought_without_standing_in_an_address(clock):
    person = city.person("何秀珍", born="1940-05-01")
    account = city.account(person)
    case = actions.open_draft(item_code="old-age-allowance", by=city.actor(account))
    case = actions.submit(case_id=case.pk, by=city.actor(account))
    client = city.signed_in(city.officer("clerk"))
    answer = client.post("/desk/search/", {"q": person.id_no})
    text = answer.content.decode()
    assert (answer.status_code, case.short_no in text) == (200, True)
    assert f"q={person.id_no}" not in text
    assert case.short_no not in client.get("/desk/search/", {"q": person.id_no}).content.decode()
    answer = client.post("/desk/search/", {"q": case.short_no})
    assert (answer.status_code, answer["Location"]) == (302, f"/desk/search/?q={case.short_no}")
