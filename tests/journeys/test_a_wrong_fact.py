"""On a phone an enterprise finds a wrong fact in its profile and says so; the department corrects it, and an award fits."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.filing import fits, let_in
from tests.running import Product

pytestmark = pytest.mark.browser
FIRM = "东莞市台信示例精密机械有限公司"
FACT, ITEM = "智能工厂（车间）认定", "/policies/smart-workshop/"
PHONE: dict[str, Any] = {"width": 390, "height": 844, "is_mobile": True, "has_touch": True}


def test_disputed_corrected_and_the_award_fits(
    product: Product, open_page: Callable[..., Page], axe: Callable[[Page], None], console: Any
) -> None:
    console.allow(422)  # a form without a reason, sent on purpose
    lin = let_in(product, open_page, "lin", "/policies/mine/", **PHONE)
    lin.get_by_label("代表").select_option(label=FIRM)
    lin.get_by_role("button", name="切换").click()
    expect(lin.get_by_role("heading", name=FIRM)).to_be_visible()
    lin.goto(ITEM)
    expect(lin.get_by_text("差 1 项")).to_be_visible()

    lin.goto("/policies/profile/")
    expect(lin.get_by_role("heading", level=1)).to_have_text("我的画像")
    fits(lin, axe)
    lin.locator("[id='org.smart_factory']").get_by_role("link", name=re.compile("数据有误")).tap()
    expect(lin.get_by_role("heading", level=1)).to_have_text(f"“{FACT}”有误")
    fits(lin, axe)
    lin.get_by_label("您认为正确的值").select_option(label="智能车间")
    lin.get_by_label("为什么不对").fill(" ")
    lin.get_by_role("button", name="提交异议").tap()
    expect(lin.get_by_role("alert")).to_contain_text("请写明理由")
    expect(lin.get_by_label("您认为正确的值")).to_have_value("workshop")
    lin.get_by_label("为什么不对").fill("2026 年智能车间名单（示例 3 号）")
    lin.get_by_role("button", name="提交异议").tap()
    row = lin.locator("[id='org.smart_factory']")
    expect(row).to_contain_text("来源部门核实中")

    officer = let_in(product, open_page, "facts-industry", "/desk/facts/")
    officer.get_by_role("link", name=FACT).first.click()
    expect(officer.get_by_role("heading", level=1)).to_have_text(FACT)
    fits(officer, axe)
    expect(officer.get_by_label("更正后的值")).to_have_value("workshop")
    officer.get_by_label("理由").fill("经核对名单，更正。")
    officer.get_by_role("button", name="提交答复").click()
    expect(officer.get_by_text("已更正")).to_be_visible()

    lin.reload()
    expect(row).to_contain_text("智能车间")
    expect(row).to_contain_text("经核对名单，更正。")
    lin.goto(ITEM)
    expect(lin.get_by_text("条件全部满足")).to_be_visible()
    lin.goto("/inbox/")
    expect(lin.get_by_role("heading", level=1)).to_be_visible()
    product.wait_for_jobs()
    lin.reload()
    lin.get_by_role("link", name="数据已更正").tap()
    expect(lin.get_by_role("heading", level=1)).to_have_text("我的画像")
