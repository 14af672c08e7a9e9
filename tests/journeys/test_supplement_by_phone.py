"""An applicant with a phone: asked once, answers, writes to the office, and takes another application back."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import filing, walking
from tests.journeys.filing import Filed, fits, let_in
from tests.journeys.walking import as_file, drawing
from tests.running import Product

pytestmark = pytest.mark.browser

Open = Callable[..., Page]
Axe = Callable[[Page], None]
PHONE = {"width": 390, "height": 844}


def tick(page: Page, label: str, note: str) -> None:
    """One point of the one-time notice."""
    point = page.locator(".point").filter(has_text=label)
    point.get_by_role("checkbox").check()
    point.get_by_role("textbox").fill(note)


def test_answered_by_phone(product: Product, open_page: Open, axe: Axe) -> None:
    [case] = filing.filed(product, filing.food())
    clerk = let_in(product, open_page, "clerk", case.desk)
    clerk.locator("#supplement summary").click()
    tick(clerk, "经营面积（平方米）", "与平面图不一致")
    tick(clerk, "经营场所平面布局图", "请标出洗手消毒的位置")
    fits(clerk, axe)
    clerk.get_by_role("button", name="发出补正告知书").click()
    expect(clerk.get_by_role("status").filter(has_text="已告知补正")).to_be_visible()
    expect(clerk.locator(".case-top").get_by_text("停表")).to_be_visible()

    chen = let_in(product, open_page, "chen", case.own, **PHONE, is_mobile=True, has_touch=True)
    expect(chen.get_by_text("与平面图不一致")).to_be_visible()
    fits(chen, axe)
    chen.get_by_role("link", name="去补正").tap()
    expect(chen.get_by_role("heading", level=1)).to_contain_text("补正清单")
    fits(chen, axe)
    chen.locator("main").get_by_role("link", name="经营场所").tap()
    expect(chen.get_by_text("与平面图不一致")).to_be_visible()
    # Only what was asked for can be changed.
    expect(chen.get_by_label("经营面积（平方米）")).to_be_editable()
    expect(chen.get_by_role("radio", name="是", exact=True)).to_have_count(0)
    fits(chen, axe)
    chen.get_by_label("经营面积（平方米）").fill("92.25")
    chen.locator("main .form-acts .btn-primary").last.tap()
    expect(chen.get_by_role("heading", level=1)).to_have_text("申请材料")
    fits(chen, axe)
    walking.upload(chen, "layout", as_file("新平面图.pdf", drawing("sink")))
    walking.handed_in(chen, "新平面图.pdf")
    chen.locator("main .form-acts .btn-primary").last.tap()
    expect(chen.get_by_role("heading", level=1)).to_have_text("核对并提交补正")
    fits(chen, axe)
    chen.get_by_role("button", name="提交补正").tap()
    expect(chen).to_have_url(re.compile(rf"{case.own}$"))
    expect(chen.get_by_text("补正了 2 处内容。")).to_be_visible()
    fits(chen, axe)

    clerk.goto(case.desk)
    changed = clerk.locator(".answers .is-changed")
    expect(changed).to_have_count(1)
    expect(changed.locator("del")).to_contain_text("86.5")
    expect(changed.locator("ins")).to_contain_text("92.25")
    expect(clerk.get_by_text("新平面图.pdf").first).to_be_visible()
    assert clerk.locator("#supplement").count() == 0, "it can be asked for only once"
    fits(clerk, axe)
    walking.accept(clerk)


def test_messages_go_both_ways(product: Product, open_page: Open, axe: Axe) -> None:
    [case] = filing.filed(product, filing.food("clerk"))
    chen = let_in(product, open_page, "chen", case.own, **PHONE)
    chen.get_by_label("写给办理机关").fill("现场核查大概在哪天？")
    chen.get_by_role("button", name="发送").click()
    expect(chen.locator("#messages").get_by_text("现场核查大概在哪天？")).to_be_visible()

    reviewer = let_in(product, open_page, "reviewer", "/desk/messages/")
    fits(reviewer, axe)
    reviewer.get_by_role("row").filter(has_text=case.number).get_by_role("link").click()
    expect(reviewer.get_by_text("现场核查大概在哪天？")).to_be_visible()
    fits(reviewer, axe)
    reviewer.get_by_role("button", name=re.compile("标为已读")).click()
    reviewer.get_by_label("写给申请人").fill("星期四上午，请留人在店里。")
    reviewer.get_by_role("button", name="发送").click()
    reviewer.get_by_label("写备注").fill("带上测距仪。")
    reviewer.get_by_role("button", name="保存备注").click()
    expect(reviewer.locator("#notes").get_by_text("带上测距仪。")).to_be_visible()

    chen.goto(case.own)
    expect(chen.locator("#messages").get_by_text("星期四上午，请留人在店里。")).to_be_visible()
    expect(chen.get_by_text("带上测距仪。")).to_have_count(0)
    chen.get_by_role("button", name="标为已读").click()
    expect(chen.get_by_role("button", name="标为已读")).to_have_count(0)
    fits(chen, axe)


def test_an_application_is_taken_back(product: Product, open_page: Open, axe: Axe) -> None:
    [case] = filing.filed(product, filing.food("clerk"))
    chen = let_in(product, open_page, "chen", case.own, **PHONE)
    chen.get_by_role("link", name="撤回申请").click()
    fits(chen, axe)
    chen.get_by_role("button", name="确认撤回").click()
    expect(chen.get_by_text("您撤回了申请，可以重新申请。")).to_be_visible()
    fits(chen, axe)
    _nothing_left_to_do(product, open_page, axe, case)
    assert product.ask(f"SELECT state, closing_code FROM cases_case WHERE short_no = '{case.number}'") == [
        ("withdrawn", "5")
    ]


def _nothing_left_to_do(product: Product, open_page: Open, axe: Axe, case: Filed) -> None:
    reviewer = let_in(product, open_page, "reviewer", case.desk)
    expect(reviewer.get_by_text("现在没有轮到您办理的事。")).to_be_visible()
    expect(reviewer.locator("#complete")).to_have_count(0)
    fits(reviewer, axe)
    reviewer.goto("/desk/")
    expect(reviewer.get_by_role("row").filter(has_text=case.number)).to_have_count(0)
