"""Claims of subsidies: applied for at the window and paid; taken off its public notice by a penalty, the reason published."""

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
ITEM = "研发费用后补助"
PHONE: dict[str, Any] = {"width": 390, "height": 844, "is_mobile": True, "has_touch": True}
# A firm of its own: the demo's firms are on lists that other journeys look at.
_FIRM = """
import itertools
from tests import city
from tests.modules.policies.awarding import LISTED
city._serial = itertools.count(7001)
facts = LISTED | {"org.rd_expense_y0": 447_000_000, "org.rd_expense_y1": 330_000_000, "org.rd_permille": 52, "org.tech_sme": True}
head = city.person("邓文彬", "441900401")
firm = city.organisation(head, "东莞市窗口示例科技有限公司", "441900401", **{k.replace(".", "__"): v for k, v in facts.items()})
city.account(head)
print(head.id_no, firm.uscc)
"""
_PENALTY = """
from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.parties import actions, queries as q
firm = q.organisations_named("华晟", 1)[0]
actions.learn(subject_kind="organisation", subject_id=firm, source="ecology", by=SYSTEM,
    facts={"org.biggest_penalty_24m": 15_000_000, "org.penalty_kind": "environment"})
print("told")
"""


def _identified(window: Page, id_no: str, uscc: str) -> None:
    """The clerk copies the card of who is at the window, and the code of the firm."""
    window.get_by_label("申请人姓名（按证件）").fill("邓文彬")
    window.get_by_label("公民身份号码").fill(id_no)
    window.get_by_label(re.compile("统一社会信用代码")).fill(uscc)
    window.get_by_label("核对居民身份证原件").check()


def _offered(window: Page, axe: Axe) -> None:
    """What the firm can have, as the firm sees it, at the window's desk and on a small screen."""
    window.get_by_role("button", name="身份已核对，查看政策").click()
    expect(window.get_by_role("heading", level=1)).to_have_text("东莞市窗口示例科技有限公司")
    expect(window.get_by_role("heading", name=ITEM)).to_be_visible()
    fits(window, axe)
    window.set_viewport_size({"width": 390, "height": 844})
    fits(window, axe)
    window.set_viewport_size({"width": 1440, "height": 900})


def test_applied_for_at_the_window_and_paid(product: Product, open_page: Open, axe: Axe) -> None:
    id_no, uscc = product.python(_FIRM).splitlines()[-1].split()
    window = let_in(product, open_page, "claim-window", "/counter/policies/")
    _identified(window, id_no, uscc)
    _offered(window, axe)
    window.goto("/counter/new/?q=研发")
    window.get_by_role("link", name=re.compile(f"收这个件.*{ITEM}")).first.click()
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
    desk = clerk.url
    walking.accept(clerk)
    reviewer = let_in(product, open_page, "claim-review", desk)
    reviewer.get_by_role("radio", name="符合", exact=False).first.check()
    reviewer.get_by_label("审查意见").fill("数据一致，符合条件。")
    reviewer.locator("#complete button").click()
    expect(reviewer.get_by_role("status").filter(has_text="已完成环节")).to_be_visible()
    product.wait_for_jobs()
    reviewer.get_by_role("link", name="条件复核、公示和异议").click()
    expect(reviewer.get_by_role("link", name="看公示页")).to_be_visible()
    fits(reviewer, axe)

    # Another firm's notice is over: its claim is decided, ordered and paid, each by somebody else.
    head = let_in(product, open_page, "claim-head", "/desk/claims/")
    head.get_by_role("link", name=re.compile("松湖示例自动化")).click()
    expect(head.get_by_role("heading", name=ITEM)).to_be_visible()
    head.get_by_role("link", name=re.compile("打开办件")).click()
    walking.grant(head)
    fund = let_in(product, open_page, "fund-science", "/desk/claims/")
    fits(fund, axe)
    fund.get_by_role("button", name="列入拨付").click()
    expect(fund.get_by_role("heading", name="待复核")).to_be_visible()
    batch = fund.url
    check = let_in(product, open_page, "fund-science-check", batch)
    check.get_by_role("button", name="复核通过").click()
    expect(check.get_by_role("heading", name="待签发")).to_be_visible()
    finance = let_in(product, open_page, "finance-science", batch)
    finance.get_by_role("button", name="签发，送国库").click()
    product.wait_for_jobs()
    finance.reload()
    finance.get_by_role("link", name=re.compile("松湖示例自动化")).click()
    finance.get_by_label("追回金额（元）").fill("100")
    finance.get_by_label("依据和原因").fill("审计发现重复列支。")
    finance.get_by_role("button", name="登记追回").click()
    expect(finance.get_by_text(re.compile("^已追回 100"))).to_be_visible()
    fits(finance, axe)


def test_taken_off_its_notice_by_a_penalty(product: Product, open_page: Open, axe: Axe) -> None:
    sun = let_in(product, open_page, "sun", "/policies/claims/", **PHONE)
    sun.get_by_label("代表").select_option(index=1)
    sun.get_by_role("button", name="切换").click()
    expect(sun.get_by_role("link", name=ITEM)).to_be_visible()
    fits(sun, axe)
    product.python(_PENALTY)
    reviewer = let_in(product, open_page, "claim-review", "/desk/claims/")
    reviewer.get_by_role("link", name=re.compile("华晟示例电子")).click()
    reviewer.get_by_role("button", name="按今天的数据复核并留存").click()
    expect(reviewer.get_by_text(re.compile("复核不再符合：.*环境违法"))).to_be_visible()
    anybody = open_page(**PHONE)
    anybody.goto("/policies/notices/")
    fits(anybody, axe)
    anybody.get_by_role("link", name=re.compile("华晟示例电子")).tap()
    expect(anybody.get_by_text(re.compile("复核不再符合：.*环境违法"))).to_be_visible()
    fits(anybody, axe)
    product.wait_for_jobs()
    sun.goto("/inbox/")
    sun.get_by_role("link", name=re.compile(f"已移出公示：{ITEM}")).tap()
    expect(sun.get_by_text(re.compile("复核不再符合"))).to_be_visible()
    fits(sun, axe)
