"""Without applying: an enterprise on a phone confirms in one tap and is paid by three officers; a list is objected to and put right."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import walking
from tests.journeys.filing import fits, let_in
from tests.running import Product

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
Axe = Callable[[Page], None]
FIRM = "东莞市台信示例精密机械有限公司"
AWARD = "首次上规模奖励"
PHONE: dict[str, Any] = {"width": 390, "height": 844, "is_mobile": True, "has_touch": True}


def desk(product: Product, open_page: Open, who: str, path: str, link: str) -> Page:
    """An officer at a list, and on from there."""
    page = let_in(product, open_page, who, path)
    page.get_by_role("link", name=link).first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    return page


def payments(product: Product, open_page: Open, who: str) -> Page:
    """An officer of the fund at its newest payment batch."""
    page = let_in(product, open_page, who, "/desk/payments/")
    page.locator("tbody a").first.click()
    return page


def test_confirmed_in_one_tap_and_paid(product: Product, open_page: Open, axe: Axe, console: Any) -> None:
    console.allow(422)
    lin = let_in(product, open_page, "lin", "/policies/mine/", **PHONE)
    lin.get_by_label("代表").select_option(label=FIRM)
    lin.get_by_role("button", name="切换").click()
    expect(lin.get_by_role("heading", name=FIRM)).to_be_visible()
    fits(lin, axe)
    lin.get_by_role("link", name="去确认").tap()
    expect(lin.get_by_role("heading", level=1)).to_have_text("我的免申即享")
    fits(lin, axe)
    lin.get_by_role("link", name=f"去确认 {AWARD}").tap()
    expect(lin.get_by_role("heading", level=1)).to_have_text(AWARD)
    expect(lin.get_by_role("heading", name="5 万元")).to_be_visible()
    fits(lin, axe)
    lin.get_by_label("收款账号").fill("12")
    lin.get_by_label("开户银行").fill("示例银行松山湖支行")
    lin.get_by_role("button", name="确认领取").tap()
    expect(lin.get_by_role("alert")).to_contain_text("银行账号应为 9 到 30 位数字")
    expect(lin.get_by_label("开户银行")).to_have_value("示例银行松山湖支行")
    fits(lin, axe)
    lin.get_by_label("收款账号").fill("2010 0000 0000 0123")
    lin.get_by_role("button", name="确认领取").tap()
    expect(lin.get_by_text("将付到账户 **** 0123")).to_be_visible()
    mine = lin.url

    fund = desk(product, open_page, "fund", "/desk/awards/", AWARD)
    fund.get_by_role("button", name="已确认的列入拨付").click()
    expect(fund.get_by_text("拨付中")).to_have_count(2)  # the figure and the row
    axe(fund)
    check = payments(product, open_page, "fund-check")
    expect(check.get_by_text("**** 0123")).to_be_visible()
    axe(check)
    check.get_by_role("button", name="复核通过").click()
    expect(check.get_by_role("heading", name="待签发")).to_be_visible()
    finance = payments(product, open_page, "finance")
    finance.get_by_role("button", name="签发，送国库").click()
    product.wait_for_jobs()
    finance.reload()
    expect(finance.get_by_text("已支付")).to_be_visible()
    axe(finance)

    lin.reload()
    expect(lin.get_by_text("付到账户 **** 0123")).to_be_visible()
    expect(lin.get_by_text("已到账")).to_be_visible()
    lin.goto("/inbox/")
    lin.get_by_role("link", name=f"已到账：{AWARD}").tap()
    expect(lin).to_have_url(mine)

    with finance.expect_download() as loading:
        finance.get_by_role("link", name="下载演示国库的对账单").click()
    statement = loading.value.path().read_text()
    finance.get_by_label("银行对账单（CSV）").set_input_files(
        [walking.as_file("statement.csv", statement.encode(), "text/csv")]
    )
    finance.get_by_role("button", name="对账", exact=True).click()
    expect(finance.get_by_role("alert")).to_have_count(0)
    finance.goto("/desk/payments/")
    expect(finance.get_by_text("industry-2026")).not_to_have_count(0)
    axe(finance)


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
