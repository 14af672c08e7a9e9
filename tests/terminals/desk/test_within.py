"""A case within a case, on the pages of the officer and of the applicant."""

import pytest

from tests import city
from tests.kernel.bundles.test_bundles import grant, part, restaurant
from tests.kernel.cases.stages import office
from tongban.kernel.cases import actions
from tongban.kernel.parties import queries as parties

pytestmark = pytest.mark.django_db


def page(case, account, terminal: str) -> str:
    address = f"/desk/cases/{case.pk}/" if terminal == "desk" else f"/cases/{case.pk}/"
    answer = city.signed_in(account).get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_applicant_sees_each_part_with_its_result(clock):
    of = office()
    case = restaurant(of)
    first = part(case, "registration")
    account = parties.account(of.applicant.account_id)
    shown = page(case, account, "portal")
    assert "所含办件 2" in shown
    assert f'href="/cases/{first.pk}/"' in shown
    assert "还没有开始" in shown
    assert "这是“开办餐饮店“一件事””中的一个办件" in page(first, account, "portal")
    grant(first, of)
    assert "已办成" in page(case, account, "portal")
    assert "所含办件" not in page(city.allowance(), parties.account(city_applicant()), "portal")


def city_applicant():
    """The account of the newest allowance's applicant."""
    from tongban.kernel.cases.models import Case

    return Case.objects.order_by("-id").first().account_id


def test_an_officer_sees_the_parts_and_opens_those_within_reach(clock):
    of = office()
    case = restaurant(of)
    child = part(case, "registration")
    every = city.officer("reviewer", agency="", place=city.CITY)
    shown = page(case, every, "desk")
    assert f"/desk/cases/{child.pk}/" in shown
    assert "关联办件" in shown
    narrow = city.officer("reviewer", agency="market-regulation", items=("open-restaurant",))
    shown = page(case, narrow, "desk")
    assert "个体工商户设立登记" in shown
    assert f"/desk/cases/{child.pk}/" not in shown
    assert f"/desk/cases/{case.pk}/" in page(child, every, "desk")


def test_the_guide_says_what_the_parts_promise(client, clock):
    shown = client.get("/items/open-restaurant/?s-commitment=no").content.decode()
    assert "单独出结果" in shown
    assert "5 个工作日" in shown
    assert actions is not None
