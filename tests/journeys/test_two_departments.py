"""A labour dispatch licence: two departments at once, two people on site, one material promised for later."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys import walking
from tests.journeys.filing import account_id, fits, let_in
from tests.journeys.walking import as_file, drawing
from tests.running import Product

pytestmark = pytest.mark.browser

Open = Callable[..., Page]
Axe = Callable[[Page], None]
AGREEMENT = "劳务派遣协议样本"


def test_a_staffing_company_gets_its_licence(product: Product, open_page: Open, axe: Axe) -> None:
    wu = let_in(product, open_page, "wu")
    number, id = _applied(wu, axe)
    own, desk = f"/cases/{id}/", f"/desk/cases/{id}/"

    clerk = let_in(product, open_page, "human-resources-clerk", desk)
    expect(_promised(clerk)).to_be_visible()
    walking.accept(clerk)
    _two_opinions(product, open_page, axe, number, desk)
    decider = _site_check(product, open_page, axe, number, desk)

    # Everything is examined, but nothing is granted while a word is still to be kept.
    wu.set_viewport_size({"width": 390, "height": 844})
    wu.goto(own)
    expect(wu.get_by_role("heading", name="需要补交的材料 1")).to_be_visible()
    fits(wu, axe)
    wu.get_by_label(AGREEMENT).set_input_files([as_file("协议样本.pdf", drawing("agreement"))])
    wu.get_by_role("button", name="补交", exact=True).click()
    expect(wu.get_by_role("heading", name="需要补交的材料 1")).to_have_count(0)
    fits(wu, axe)

    decider.goto(desk)
    expect(decider.get_by_text("已补交", exact=True)).to_be_visible()
    fits(decider, axe)
    walking.grant(decider)
    wu.goto(own)
    walking.wait_for(wu, "查看证照")
    wu.get_by_role("link", name="查看证照").first.click()
    expect(wu.get_by_role("heading", level=1)).to_have_text("劳务派遣经营许可证")


def _applied(wu: Page, axe: Axe) -> tuple[str, str]:
    """In the browser, from the guide to the number; one material is promised."""
    wu.goto("/items/labour-dispatch/?s-premises=leased")
    walking.apply(wu)
    expect(wu.get_by_role("heading", level=1)).to_contain_text("填报清单")
    id = walking.case_id(wu)
    wu.goto(f"/applications/{id}/sections/business/")
    wu.get_by_label("办公面积（平方米）").fill("120")
    wu.get_by_label("专职管理人员数").fill("4")
    wu.get_by_label("办公设施和信息管理系统").fill("电脑 6 台、打印机 1 台")
    wu.get_by_label("拟派遣人数").fill("200")
    walking.onward(wu, "申请材料")
    wu.get_by_role("checkbox", name=AGREEMENT).check()
    wu.get_by_role("button", name="保存选择").click()
    expect(wu.get_by_role("checkbox", name=AGREEMENT)).to_be_checked()
    for material in ("capital_proof", "dispatch_rules"):
        walking.upload(wu, material, as_file(f"{material}.pdf", drawing(material)))
        walking.handed_in(wu, f"{material}.pdf")
    fits(wu, axe)
    walking.onward(wu, "核对并提交")
    fits(wu, axe)
    return walking.submit(wu), id


def _promised(officer: Page) -> Locator:
    """The promised material as the officer reads of it."""
    return officer.get_by_role("region", name="容缺后补的材料").get_by_text(AGREEMENT)


def _in_queue(officer: Page, number: str) -> None:
    """The case stands among what waits for this officer."""
    row = officer.get_by_role("row").filter(has_text=number)
    expect(row).to_have_count(1)


def _conclude(officer: Page, opinion: str) -> None:
    """One step: it fits, and why."""
    officer.get_by_role("radio", name="符合", exact=False).first.check()
    officer.get_by_label("审查意见").fill(opinion)
    officer.locator("#complete button").click()
    expect(officer.get_by_role("status").filter(has_text="已完成环节")).to_be_visible()


def _two_opinions(product: Product, open_page: Open, axe: Axe, number: str, desk: str) -> None:
    """Both departments have it at the same time; the one that is asked sees only its own step."""
    own = let_in(product, open_page, "human-resources-reviewer", "/desk/")
    asked = let_in(product, open_page, "market-regulation-reviewer", "/desk/")
    _in_queue(own, number)
    _in_queue(asked, number)
    fits(asked, axe)
    asked.goto(desk)
    expect(asked.locator("#complete")).to_contain_text("征求市场监督管理部门意见")
    fits(asked, axe)
    _conclude(asked, "登记状态在营，没有不良记录。")
    asked.goto("/desk/")
    expect(asked.get_by_role("row").filter(has_text=number)).to_have_count(0)
    own.goto(desk)
    expect(own.locator("#complete")).to_contain_text("审查")
    expect(own.get_by_text("登记状态在营，没有不良记录。").first).to_be_visible()
    _conclude(own, "材料齐全。")


def _site_check(product: Product, open_page: Open, axe: Axe, number: str, desk: str) -> Page:
    """Two people, or it was no check; then it waits for the decider, who cannot grant yet."""
    officer = let_in(product, open_page, "human-resources-reviewer", desk)
    second = officer.get_by_label("一同到场的工作人员")
    expect(second).to_be_visible()
    fits(officer, axe)
    officer.get_by_role("radio", name="符合", exact=False).first.check()
    officer.get_by_label("审查意见").fill("场所与申请一致。")
    officer.locator("#complete button").click()
    assert second.evaluate("field => field.validity.valueMissing"), "one officer alone is not enough"
    # Not the decider: who was on site cannot decide any more.
    second.select_option(value=account_id(product, "human-resources-clerk"))
    officer.locator("#complete button").click()
    expect(officer.get_by_role("status").filter(has_text="已完成环节")).to_be_visible()

    decider = let_in(product, open_page, "human-resources-decider", "/desk/")
    _in_queue(decider, number)
    decider.goto(desk)
    expect(_promised(decider)).to_be_visible()
    expect(decider.locator("#grant")).to_have_count(0)
    fits(decider, axe)
    return decider
