"""A second restaurant of the same owner, on a phone: not one paper has to be handed in again."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import filing, walking
from tests.journeys.filing import fits, let_in
from tests.running import Product

pytestmark = pytest.mark.browser


def test_a_food_licence_without_handing_in_a_paper(
    product: Product, open_page: Callable[..., Page], axe: Callable[[Page], None]
) -> None:
    [first] = filing.filed(product, filing.food())
    chen = let_in(product, open_page, "chen", width=390, height=844, is_mobile=True, has_touch=True)
    walking.find(chen, "开个小饭馆要办什么证", walking.FOOD)
    walking.choose(chen, business="餐饮服务（含网络经营）", commitment="否，按一般程序")
    chen.locator("#apply-bar").get_by_role("button", name="在线办理").click()
    expect(chen.get_by_role("heading", level=1)).to_contain_text("填报清单")
    id = walking.case_id(chen)
    walking.fill_food_form(chen)
    fits(chen, axe)
    # The licence and the identity are known from data; the plan was handed in with the first restaurant.
    expect(chen.get_by_text("在“食品经营许可证核发（新办）”中提交过").first).to_be_visible()
    chen.get_by_role("button", name="用这一份").first.click()
    expect(chen.get_by_role("button", name="用这一份")).to_have_count(0)
    fits(chen, axe)
    walking.onward(chen, "签署承诺")
    chen.get_by_role("checkbox", name=re.compile("我已阅读并承诺")).check()
    walking.onward(chen, "核对并提交")
    fits(chen, axe)
    walking.submit(chen)

    # The officer sees where the paper comes from, and that it is marked for this case alone.
    clerk = let_in(product, open_page, "clerk", f"/desk/cases/{id}/")
    expect(clerk.get_by_text(f"来自 {first.number}").first).to_be_visible()
    expect(clerk.get_by_text("复用", exact=True).first).to_be_visible()
