"""The board, the cards and the chase orders as pages: who sees what, and what each can do there."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import city
from tongban.modules.supervision import actions
from tongban.modules.supervision.models import Card, ChaseOrder

pytestmark = pytest.mark.django_db
ROOT = "/desk/supervision/"


@pytest.fixture
def supervisor(db):
    return city.officer("supervisor", agency="", place="", name="蔡国平")


@pytest.fixture
def card(clock):
    """A red card of the civil affairs office in Dalang; it is Wednesday, 11 March."""
    city.allowance("何秀珍")
    clock.to("2026-03-11T09:00")
    actions.scan(day=date(2026, 3, 11))
    return Card.objects.get()


def numbers(response):
    """The case numbers of the cards on a board."""
    table = response.content.decode().split('id="orders"')[0]
    return re.findall(r'<small class="num">(DG[\d-]+)</small>', table)


def forms(response):
    """Where the forms of a page lead, without the frame's own."""
    return set(re.findall(rf'<form[^>]* action="{ROOT}([^"]+)"', response.content.decode()))


def test_each_sees_the_cards_of_the_own_reach(card, clerk, supervisor, stranger):
    assert numbers(city.signed_in(clerk).get(ROOT)) == [card.short_no]
    assert numbers(city.signed_in(supervisor).get(ROOT)) == [card.short_no]
    assert numbers(city.signed_in(stranger).get(ROOT)) == []
    citizen = city.signed_in(city.account(city.person()))
    bureau = city.signed_in(city.officer("bureau", agency=""))
    for path in (ROOT, f"{ROOT}cards/{card.pk}/", f"{ROOT}figures/"):
        assert [one.get(path).status_code for one in (citizen, bureau)] == [404, 404], path


def test_another_towns_card_does_not_exist(card, stranger, supervisor):
    order = actions.chase(
        card_id=card.pk, words="请说明", due_on=date(2026, 3, 20), by=city.actor(supervisor)
    )
    client = city.signed_in(stranger)
    paths = [f"cards/{card.pk}/", f"orders/{order.pk}/"]
    assert [client.get(ROOT + path).status_code for path in paths] == [404, 404]
    posts = [f"cards/{card.pk}/answer/", f"cards/{card.pk}/contest/", f"orders/{order.pk}/answer/"]
    assert [client.post(ROOT + path, {"words": "x"}).status_code for path in posts] == [404] * 3
    card.refresh_from_db()
    assert card.state == "raised"


def test_the_agency_explains_and_the_supervisor_settles(card, clerk, supervisor):
    here = f"{ROOT}cards/{card.pk}/"
    clerks, supervisors = city.signed_in(clerk), city.signed_in(supervisor)
    assert forms(clerks.get(here)) == {f"cards/{card.pk}/{verb}/" for verb in ("answer", "contest")}
    assert forms(supervisors.get(here)) == {f"cards/{card.pk}/chase/"}
    answer = clerks.post(f"{here}answer/", {"words": "系统故障，已恢复"})
    assert (answer.status_code, answer.url) == (302, here)
    page = supervisors.get(here)
    assert "系统故障，已恢复" in page.content.decode()
    assert forms(page) == {f"cards/{card.pk}/{verb}/" for verb in ("chase", "settle")}
    assert supervisors.post(f"{here}settle/").status_code == 302
    card.refresh_from_db()
    assert card.state == "settled"


def test_what_was_typed_in_vain_stays(card, clerk, supervisor):
    client = city.signed_in(supervisor)
    answer = client.post(f"{ROOT}cards/{card.pk}/chase/", {"words": "请说明超期原因", "due": "2026-03-01"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "答复期限应为今天或者以后的日期" in page
    assert "请说明超期原因</textarea>" in page
    assert 'value="2026-03-01"' in page
    assert not ChaseOrder.objects.exists()
    answer = city.signed_in(clerk).post(f"{ROOT}cards/{card.pk}/answer/", {"words": " "})
    assert (answer.status_code, "没有填写原因和措施" in answer.content.decode()) == (422, True)


def test_an_objection_is_decided(card, clerk, supervisor):
    here = f"{ROOT}cards/{card.pk}/"
    city.signed_in(clerk).post(f"{here}contest/", {"words": "材料当日才到"})
    client = city.signed_in(supervisor)
    assert f"cards/{card.pk}/rule/" in forms(client.get(here))
    assert client.post(f"{here}rule/", {"words": "属实", "ruling": "lift"}).status_code == 302
    card.refresh_from_db()
    assert card.state == "lifted"
    assert "异议成立，撤销" in client.get(here).content.decode()


def test_who_contested_is_told_to_leave_the_decision_to_another(card):
    both = city.officer("clerk", "supervisor", agency="", place="")
    client, here = city.signed_in(both), f"{ROOT}cards/{card.pk}/"
    client.post(f"{here}contest/", {"words": "不属实"})
    page = client.get(here)
    assert f"cards/{card.pk}/rule/" not in forms(page)
    assert "需要另一位监察人员审定" in page.content.decode()
    assert client.post(f"{here}rule/", {"words": "x", "ruling": "uphold"}).status_code == 409


def test_a_chase_order_there_and_back(card, clerk, supervisor, clock):
    clerks, supervisors = city.signed_in(clerk), city.signed_in(supervisor)
    here = f"{ROOT}cards/{card.pk}/"
    page = supervisors.get(here).content.decode()
    assert 'value="2026-03-16"' in page  # three working days from Wednesday, as the pack says
    supervisors.post(f"{here}chase/", {"words": "请说明", "due": "2026-03-16"})
    order = ChaseOrder.objects.get()
    assert f"orders/{order.pk}/answer/" in forms(clerks.get(here))
    answer = clerks.post(f"{ROOT}orders/{order.pk}/answer/", {"words": "正在核查"})
    assert answer.url == f"{ROOT}orders/{order.pk}/"
    assert clerks.get(answer.url).url == f"{here}#order-{order.pk}"
    assert {f"orders/{order.pk}/{verb}/" for verb in ("back", "close")} <= forms(supervisors.get(here))
    supervisors.post(f"{ROOT}orders/{order.pk}/back/", {"words": "何时办结", "due": "2026-03-18"})
    assert "何时办结" in clerks.get(here).content.decode()
    clock.to("2026-03-19T09:00")
    assert "逾期未答复" in clerks.get(here).content.decode()
    clerks.post(f"{ROOT}orders/{order.pk}/answer/", {"words": "今日办结"})
    supervisors.post(f"{ROOT}orders/{order.pk}/close/", {"words": ""})
    order.refresh_from_db()
    assert order.state == "closed"


def test_a_case_without_a_card_is_chased_by_its_number(card, supervisor, clerk):
    case = city.allowance()
    client = city.signed_in(supervisor)
    sent = {"number": case.short_no, "trigger": "", "words": "请尽快", "due": "2026-03-20"}
    answer = client.post(f"{ROOT}by-number/", sent)
    order = ChaseOrder.objects.get()
    assert answer.url == f"{ROOT}orders/{order.pk}/"
    page = city.signed_in(clerk).get(answer.url)
    assert ("请尽快" in page.content.decode(), forms(page)) == (True, {f"orders/{order.pk}/answer/"})
    answer = client.post(f"{ROOT}by-number/", sent | {"trigger": "illegal_fee", "words": "加收复印费"})
    raised = Card.objects.get(case_id=case.pk)
    assert (answer.url, raised.trigger, raised.colour) == (f"{ROOT}cards/{raised.pk}/", "illegal_fee", "red")
    answer = client.post(f"{ROOT}by-number/", sent | {"number": "DG20990101-0001"})
    assert answer.status_code == 404
    assert "请尽快</textarea>" in answer.content.decode()


def test_filters_narrow(card, supervisor, clock):
    other = city.allowance(place=city.HUMEN)
    clock.to("2026-03-17T09:00")
    actions.scan(day=date(2026, 3, 17))
    client = city.signed_in(supervisor)

    def found(query=""):
        return numbers(client.get(f"{ROOT}?{query}"))

    assert found() == [card.short_no, other.short_no]
    assert found("colour=red") == [card.short_no]
    assert found("colour=yellow") == [other.short_no]
    assert found("trigger=case_overdue") == [card.short_no]
    assert found("town=" + city.HUMEN) == [other.short_no]
    assert found("agency=market-regulation") == []
    assert found("state=answered") == []
    assert found("stands=closed") == []
    assert found("stands=all&page=x") == [card.short_no, other.short_no]


def test_the_red_list_is_for_every_officer_and_says_nothing_of_the_applicant(card, stranger):
    for officer in (stranger, city.officer("bureau", agency="")):
        page = city.signed_in(officer).get(f"{ROOT}red/").content.decode()
        assert card.short_no in page
        assert "何" not in page.split("<main", 1)[1]
        assert str(card.case_id) not in page
        assert str(card.pk) not in page
    assert city.signed_in(city.account(city.person())).get(f"{ROOT}red/").status_code == 404


def test_a_supervisor_has_no_way_into_the_case(card, supervisor):
    client = city.signed_in(supervisor)
    page = client.get(f"{ROOT}cards/{card.pk}/").content.decode()
    # Who may see the case is said to a supervisor, nothing of what is in it.
    assert re.findall(rf'href="(/desk/cases/{card.case_id}/[^"]*)"', page) == [
        f"/desk/cases/{card.case_id}/seen/"
    ]
    assert client.get(f"/desk/cases/{card.case_id}/").status_code == 404


def test_no_more_queries_for_more_cards(card, supervisor):
    client = city.signed_in(supervisor)

    def counted():
        with CaptureQueriesContext(connection) as seen:
            assert client.get(ROOT).status_code == 200
        return len(seen)

    counted()
    one = counted()
    for _ in range(3):
        city.allowance()
    actions.scan(day=date(2026, 3, 25))
    assert len(numbers(client.get(ROOT))) == 4
    assert counted() == one


def test_no_more_queries_for_more_orders(card, supervisor):
    client, by = city.signed_in(supervisor), city.actor(supervisor)

    def counted():
        with CaptureQueriesContext(connection) as seen:
            assert client.get(f"{ROOT}cards/{card.pk}/").status_code == 200
        return len(seen)

    actions.chase(card_id=card.pk, words="一", due_on=date(2026, 3, 20), by=by)
    counted()
    one = counted()
    for text in "二三四":
        actions.chase(card_id=card.pk, words=text, due_on=date(2026, 3, 20), by=by)
    assert counted() == one


def test_figures_show_the_month(supervisor, clerk, reviewer, decider, clock):
    from tongban.kernel.cases import actions as cases

    case = city.allowance()
    cases.accept(case_id=case.pk, by=city.actor(clerk))
    cases.complete_step(case_id=case.pk, opinion="符合", by=city.actor(reviewer))
    clock.to("2026-03-05T09:00")
    cases.grant(case_id=case.pk, by=city.actor(decider))
    client = city.signed_in(supervisor)
    page = client.get(f"{ROOT}figures/").content.decode()
    assert re.findall(r"<dd>([^<]+)</dd>", page) == ["1", "100.0%", "3 个工作日", "3 个工作日"]
    assert page.count('<svg class="day-chart"') == 3
    assert "高龄老人津贴" in page
    assert "大朗镇" in page
    page = client.get(f"{ROOT}figures/?from=2026-01&to=2026-02").content.decode()
    assert "这段时间没有作出决定的办件" in page
    assert 'value="2026-02"' in page
