"""Claims of subsidies: decided, paid and clawed back; taken off its public notice by a penalty, the reason published.

How one is handed in at the window is part of test_one_enterprise.
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
ITEM = "研发费用后补助"
PHONE: dict[str, Any] = {"width": 390, "height": 844, "is_mobile": True, "has_touch": True}
_PENALTY = """
from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.parties import actions, queries as q
firm = q.organisations_named("华晟", 1)[0]
actions.learn(subject_kind="organisation", subject_id=firm, source="ecology", by=SYSTEM,
    facts={"org.biggest_penalty_24m": 15_000_000, "org.penalty_kind": "environment"})
print("told")
"""


def test_decided_ordered_paid_and_clawed_back(product: Product, open_page: Open, axe: Axe) -> None:
    # The notice is over: the claim is decided, ordered and paid, each by somebody else.
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
