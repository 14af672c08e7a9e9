"""One enterprise, one story: on a phone it finds what it can have, confirms one item without applying and is paid; for another
it goes to a priority window, where the clerk sees the same and hands the claim in.
"""

import re
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
AWARD, CLAIM = "首次上规模奖励", "研发费用后补助"
PHONE: dict[str, Any] = {"width": 390, "height": 844, "is_mobile": True, "has_touch": True}
_CARDS = """
from tongban.kernel.parties import queries as q
firm = q.organisation(q.organisations_named("台信示例", 1)[0])
print(firm.legal_representative.id_no, firm.uscc)
"""


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


def test_finds_three_confirms_one_and_claims_another_at_the_window(
    product: Product, open_page: Open, axe: Axe, console: Any
) -> None:
    console.allow(422)  # an account that is none, typed on purpose
    lin = let_in(product, open_page, "lin", "/policies/mine/", **PHONE)
    _finds(lin, axe)
    award = _confirms(lin, axe)
    _is_paid(product, open_page)
    lin.goto(award)
    expect(lin.get_by_text("付到账户 **** 0123")).to_be_visible()
    # Of payments the finance manager is told: that is her business in this enterprise, and not the head's.
    gao = let_in(product, open_page, "gao", "/inbox/", **PHONE)
    gao.get_by_role("link", name=f"已到账：{AWARD}").tap()
    expect(gao).to_have_url(award)
    _claims_at_the_window(product, open_page, axe)


def _finds(lin: Page, axe: Axe) -> None:
    """Acting for the enterprise: at least three items can be had at once, two of which this story is about."""
    lin.get_by_label("代表").select_option(label=FIRM)
    lin.get_by_role("button", name="切换").click()
    expect(lin.get_by_role("heading", name=FIRM)).to_be_visible()
    expect(lin.locator("h2[id^='m-']").nth(2)).to_be_visible()
    for item in (AWARD, CLAIM):
        expect(lin.get_by_role("heading", name=item)).to_be_visible()
    fits(lin, axe)


def _confirms(lin: Page, axe: Axe) -> str:
    """One tap, after an account that is none; the address of the award."""
    lin.get_by_role("link", name="去确认").tap()
    expect(lin.get_by_role("heading", level=1)).to_have_text("我的免申即享")
    lin.get_by_role("link", name=f"去确认 {AWARD}").tap()
    expect(lin.get_by_role("heading", level=1)).to_have_text(AWARD)
    expect(lin.get_by_role("heading", name="5 万元")).to_be_visible()
    fits(lin, axe)
    lin.get_by_label("收款账号").fill("12")
    lin.get_by_label("开户银行").fill("示例银行松山湖支行")
    lin.get_by_role("button", name="确认领取").tap()
    expect(lin.get_by_role("alert")).to_contain_text("银行账号应为 9 到 30 位数字")
    expect(lin.get_by_label("开户银行")).to_have_value("示例银行松山湖支行")
    lin.get_by_label("收款账号").fill("2010 0000 0000 0123")
    lin.get_by_role("button", name="确认领取").tap()
    expect(lin.get_by_text("将付到账户 **** 0123")).to_be_visible()
    return lin.url.removesuffix("answer/")


def _is_paid(product: Product, open_page: Open) -> None:
    """Ordered, checked, sent by three persons; the treasury pays, and the statement shows it."""
    fund = desk(product, open_page, "fund", "/desk/awards/", AWARD)
    fund.get_by_role("button", name="已确认的列入拨付").click()
    expect(fund.get_by_text("拨付中")).to_have_count(2)  # the figure and the row
    check = payments(product, open_page, "fund-check")
    expect(check.get_by_text("**** 0123")).to_be_visible()
    check.get_by_role("button", name="复核通过").click()
    expect(check.get_by_role("heading", name="待签发")).to_be_visible()
    finance = payments(product, open_page, "finance")
    finance.get_by_role("button", name="签发，送国库").click()
    product.wait_for_jobs()
    finance.reload()
    expect(finance.get_by_text("已支付")).to_be_visible()
    with finance.expect_download() as loading:
        finance.get_by_role("link", name="下载演示国库的对账单").click()
    statement = loading.value.path().read_text()
    finance.get_by_label("银行对账单（CSV）").set_input_files(
        [walking.as_file("statement.csv", statement.encode(), "text/csv")]
    )
    finance.get_by_role("button", name="对账", exact=True).click()
    expect(finance.get_by_role("alert")).to_have_count(0)


def _identified(window: Page, id_no: str, uscc: str) -> None:
    """The clerk copies the card of who is at the window, and the code of the firm."""
    window.get_by_label("申请人姓名（按证件）").fill("林启明")
    window.get_by_label("公民身份号码").fill(id_no)
    window.get_by_label(re.compile("统一社会信用代码")).fill(uscc)
    window.get_by_label("核对居民身份证原件").check()


def _claims_at_the_window(product: Product, open_page: Open, axe: Axe) -> None:
    """The clerk sees what the enterprise saw, fills the claim in with it, and hands it in; its department has it."""
    id_no, uscc = product.python(_CARDS).splitlines()[-1].split()
    window = let_in(product, open_page, "claim-window", "/counter/policies/")
    _identified(window, id_no, uscc)
    window.get_by_role("button", name="身份已核对，查看政策").click()
    expect(window.get_by_role("heading", level=1)).to_have_text(FIRM)
    expect(window.get_by_role("heading", name=CLAIM)).to_be_visible()
    fits(window, axe)
    window.goto("/counter/new/?q=研发")
    window.get_by_role("link", name=re.compile(f"收这个件.*{CLAIM}")).first.click()
    _identified(window, id_no, uscc)
    window.get_by_role("button", name="身份已核对，开始填写").click()
    expect(window.get_by_role("heading", name="是否符合（当面告知申报人）")).to_be_visible()
    window.get_by_label("收款账号").fill("2010000000000123")
    window.get_by_label("开户银行").fill("示例银行松山湖支行")
    window.get_by_label(re.compile("申请人已阅读并当面签署")).check()
    fits(window, axe)
    window.get_by_role("button", name="保存并交件").click()
    expect(window.get_by_text("已收件，转办理机关受理")).to_be_visible()
    number = window.locator("header dd.num").first.inner_text()

    clerk = let_in(product, open_page, "claim-clerk", "/desk/")
    clerk.get_by_role("row").filter(has_text=number).get_by_role("link").first.click()
    expect(clerk.get_by_role("heading", name="政策兑现")).to_be_visible()
    walking.accept(clerk)
    reviewer = let_in(product, open_page, "claim-review", clerk.url)
    reviewer.get_by_role("radio", name="符合", exact=False).first.check()
    reviewer.get_by_label("审查意见").fill("数据一致，符合条件。")
    reviewer.locator("#complete button").click()
    expect(reviewer.get_by_role("status").filter(has_text="已完成环节")).to_be_visible()
    product.wait_for_jobs()
    reviewer.get_by_role("link", name="条件复核、公示和异议").click()
    expect(reviewer.get_by_role("link", name="看公示页")).to_be_visible()
    fits(reviewer, axe)
