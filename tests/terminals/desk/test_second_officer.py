"""Who is offered to come along to a site: nobody who would then be missing for the decision."""

import pytest

from tests import city
from tongban.kernel.cases import actions

pytestmark = pytest.mark.django_db


def page_at_the_site_check(deciders: int) -> str:
    case, _ = city.food()
    place = {"agency": "market-regulation", "place": city.town()}
    clerk = city.actor(city.officer("clerk", **place))
    reviewer = city.officer("reviewer", name="审查员", **place)
    city.officer("reviewer", name="同行者", **place)
    for number in range(deciders):
        city.officer("decider", name=f"决定人{number}", **place)
    actions.accept(case_id=case.pk, by=clerk)
    actions.complete_step(case_id=case.pk, opinion="材料齐全", by=city.actor(reviewer))
    answer = city.signed_in(reviewer).get(f"/desk/cases/{case.pk}/").content.decode()
    return answer.split('id="second"')[1].split("</select>")[0] + answer.split('id="second-hint"')[1][:200]


def test_the_only_decider_is_not_offered_and_the_page_says_why(clock):
    page = page_at_the_site_check(1)
    assert ">同行者<" in page
    assert ">决定人0<" not in page
    assert "决定人0 是唯一能作决定的同事" in page


def test_of_two_deciders_one_can_come_along(clock):
    page = page_at_the_site_check(2)
    assert ">决定人0<" in page
    assert ">决定人1<" in page
    assert "唯一能作决定" not in page
