"""Without applying: a person on a phone confirms in one tap; a list is objected to and put right. The enterprise's story is
in test_one_enterprise.
"""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.filing import fits, let_in
from tests.running import Product

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
Axe = Callable[[Page], None]
PHONE: dict[str, Any] = {"width": 390, "height": 844, "is_mobile": True, "has_touch": True}


def desk(product: Product, open_page: Open, who: str, path: str, link: str) -> Page:
    """An officer at a list, and on from there."""
    page = let_in(product, open_page, who, path)
    page.get_by_role("link", name=link).first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    return page


def test_a_person_confirms_in_one_tap(product: Product, open_page: Open, axe: Axe) -> None:
    product.wait_for_jobs()  # the demonstration has granted, the worker has still to tell
    allowance = "高龄津贴"
    feng = let_in(product, open_page, "feng", "/inbox/", **PHONE)
    feng.get_by_role("link", name=re.compile(f"请确认：{allowance}（")).tap()
    expect(feng.get_by_role("heading", level=1)).to_have_text(allowance)
    expect(feng.get_by_label("收款账号")).to_have_value("6217000000000000034")
    fits(feng, axe)
    feng.get_by_role("button", name="确认领取").tap()
    expect(feng.get_by_text("将付到账户 **** 0034")).to_be_visible()
    fund = desk(product, open_page, "fund-civil", "/desk/awards/", allowance)
    fund.get_by_role("button", name="已确认的列入拨付").click()
    expect(fund.get_by_text("拨付中")).to_have_count(2)  # the figure and the row


def test_a_list_is_objected_to_under_a_name_and_put_right(
    product: Product, open_page: Open, axe: Axe
) -> None:
    award = "高企认定奖励"
    anybody = open_page(**PHONE)
    anybody.goto("/policies/lists/")
    fits(anybody, axe)
    anybody.get_by_role("link", name=award).tap()
    expect(anybody.get_by_role("heading", level=1)).to_have_text(award)
    row = anybody.locator("li").filter(has_text="松湖示例自动化")
    row.get_by_text("提出异议").tap()
    expect(row.get_by_role("link", name="登录后实名提出")).to_be_visible()
    fits(anybody, axe)

    he = let_in(product, open_page, "he", anybody.url, **PHONE)
    row = he.locator("li").filter(has_text="松湖示例自动化")
    row.get_by_text("提出异议").tap()
    row.get_by_label("事实和理由").fill("该企业上月因环境违法被罚款二十万元。")
    row.get_by_role("button", name="提交异议").tap()
    expect(he.get_by_role("status")).to_contain_text("异议已提交")
    fits(he, axe)

    officer = desk(product, open_page, "award-science", "/desk/awards/", award)
    expect(officer.get_by_text("该企业上月因环境违法")).to_be_visible()
    axe(officer)
    officer.get_by_label("答复").fill("经生态环境部门核实，情况属实。")
    officer.get_by_role("button", name="成立，移出名单").click()
    expect(officer.get_by_text("异议成立：经生态环境部门核实")).to_be_visible()

    anybody.reload()
    expect(anybody.get_by_text("松湖示例自动化")).to_have_count(0)
    expect(anybody.locator("b").get_by_text("台信示例精密机械")).to_be_visible()
    product.wait_for_jobs()
    he.goto("/inbox/")
    expect(he.get_by_role("link", name="您的异议有了答复")).to_be_visible()
