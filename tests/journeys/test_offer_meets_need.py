"""A plant that is wanted and a plant that is offered meet: posted, passed, matched, confirmed by both, talked over, agreed."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.filing import fits, let_in
from tests.running import Product

pytestmark = pytest.mark.browser
PHONE: dict[str, Any] = {"width": 390, "height": 844, "is_mobile": True, "has_touch": True}
WANTED, OFFERED = "求租恒温洁净厂房九百平方米", "恒温洁净厂房一千平方米出租"


def _post(page: Page, side: str, title: str, firm: str, rent: str) -> None:
    page.get_by_label("代表").select_option(label=firm)
    page.get_by_role("button", name="切换").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("供需对接")
    page.get_by_role("link", name=f"发布厂房{side}", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"发布厂房{side}")
    page.get_by_label("分类").select_option(label="生产厂房 · 洁净厂房")
    page.get_by_label("标题").fill(title)
    page.get_by_label("说明").fill("光学镜头装配，万级净化，恒温恒湿")
    page.get_by_label("镇街").select_option(label="松山湖")
    page.get_by_label("面积").fill("950")
    page.get_by_label("每平方米月租金").fill(rent)
    page.get_by_label("租赁").check()
    page.get_by_label("联系人").fill(f"{side}经理")
    page.get_by_label("联系电话").fill("0769-00004455")


def _told_on_top(page: Page, axe: Callable[[Page], None]) -> None:
    page.goto("/")
    strip = page.get_by_role("navigation", name="办事身份")
    strip.get_by_role("link", name=re.compile(r"供需对接 1\s*件等您")).click()
    expect(page.get_by_text("有 1 个对接，对方已经确认，等您确认。")).to_be_visible()
    fits(page, axe)


def test_wanted_and_offered_meet(
    product: Product, open_page: Callable[..., Page], axe: Callable[[Page], None], console: Any
) -> None:
    console.allow(422)  # a telephone number in the text, sent on purpose
    lin = let_in(product, open_page, "lin", "/market/", **PHONE)
    fits(lin, axe)
    _post(lin, "需求", WANTED, "东莞市台信示例精密机械有限公司", "50")
    lin.get_by_label("说明").fill("请拨打 13800138000")
    lin.get_by_role("button", name="提交审核").tap()
    expect(lin.get_by_role("alert")).to_contain_text("不能写电话")
    expect(lin.get_by_label("标题")).to_have_value(WANTED)
    fits(lin, axe)
    lin.get_by_label("说明").fill("光学镜头装配，万级净化，恒温恒湿")
    lin.get_by_role("button", name="提交审核").tap()
    expect(lin.get_by_role("heading", level=1)).to_have_text(WANTED)
    expect(lin.get_by_text("待审核")).to_be_visible()

    sun = let_in(product, open_page, "sun", "/market/")
    sun_firm = sun.get_by_label("代表").locator("option").nth(1).inner_text()
    _post(sun, "供给", OFFERED, sun_firm, "45")
    sun.get_by_role("button", name="提交审核").click()
    expect(sun.get_by_role("heading", level=1)).to_have_text(OFFERED)

    desk = let_in(product, open_page, "matching", "/desk/matching/")
    for title in (WANTED, OFFERED):
        fits(desk, axe)
        desk.get_by_role("link", name=title).click()
        expect(desk.get_by_role("heading", level=1)).to_have_text(title)
        desk.get_by_role("button", name="通过并发布").click()
        expect(desk.get_by_text("已发布")).to_be_visible()
        desk.goto("/desk/matching/")
        expect(desk.get_by_role("link", name=title)).to_have_count(0)
    product.wait_for_jobs()

    lin.reload()
    lin.get_by_role("link", name=OFFERED).tap()
    expect(lin.get_by_role("heading", name="为什么推荐")).to_be_visible()
    expect(lin.get_by_text("细分类相同：洁净厂房")).to_be_visible()
    expect(lin.get_by_text("0769-00004455")).to_have_count(0)
    fits(lin, axe)
    lin.get_by_role("button", name="确认对接").tap()
    expect(lin.get_by_text("您已确认，等待对方确认。")).to_be_visible()
    product.wait_for_jobs()

    _told_on_top(sun, axe)
    sun.goto("/inbox/")
    sun.get_by_role("link", name=re.compile("对方愿意对接")).first.click()
    expect(sun.get_by_text("对方愿意对接。您确认后")).to_be_visible()
    fits(sun, axe)
    sun.get_by_role("button", name="确认对接").click()
    expect(sun.get_by_text("需求经理")).to_be_visible()
    lin.reload()
    expect(lin.get_by_text("供给经理")).to_be_visible()

    lin.get_by_label("成交金额").fill("513000")
    lin.get_by_role("button", name="保存结果").tap()
    expect(lin.get_by_text("已达成")).to_be_visible()
    expect(lin.get_by_text("513,000.00 元")).to_be_visible()
    sun.reload()
    expect(sun.get_by_text("已达成")).to_be_visible()
