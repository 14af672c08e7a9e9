"""A bad rating from a phone is called back, put right and confirmed, and the public reads of it with masked names."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.filing import fits
from tests.journeys.tour import SOLE_TRADER, Guide
from tests.journeys.walking import signed_in
from tests.running import Product

pytestmark = pytest.mark.browser
SAID = "跑了三次，没有人一次说清楚。我的电话是 13900139000。"


def send(page: Page, heading: str, text: str, button: str) -> None:
    """Write into the field of a move and send it."""
    page.get_by_label(heading).fill(text)
    page.get_by_role("button", name=button).click()
    expect(page.get_by_role("status")).to_be_visible()


def test_a_bad_rating_is_worked_off(
    product: Product, open_page: Callable[..., Page], axe: Callable[[Page], None]
) -> None:
    guide = Guide(product)
    case = guide.file("chen", SOLE_TRADER)
    guide.act("clerk", f"/desk/cases/{case}/refuse/", {"reasons": "不属于本机关职权范围。"})

    chen = signed_in(open_page, "chen")
    chen.set_viewport_size({"width": 390, "height": 844})
    chen.goto(f"/cases/{case}/")
    expect(chen.get_by_label("要求线下多次跑动")).to_be_hidden()
    chen.get_by_text("非常不满意", exact=True).click()
    chen.get_by_label("要求线下多次跑动").check()
    expect(chen.get_by_label("办理很快")).to_be_hidden()
    fits(chen, axe)
    chen.get_by_label("想说的话").fill(SAID)
    chen.get_by_label("同意公开这段话").check()
    chen.get_by_role("button", name="提交评价").click()
    expect(chen.get_by_text("待回访")).to_be_visible()

    officer = signed_in(open_page, "ratings")
    officer.goto("/desk/ratings/")
    axe(officer)
    officer.locator("main tbody tr").last.get_by_role("link").click()
    expect(officer.get_by_text("陈晓雯")).to_be_visible()
    send(officer, "回访时评价人说了什么", "已电话回访，要求道歉。", "登记回访")
    axe(officer)
    officer.get_by_label("简单问题").check()
    send(officer, "原因和整改安排", "窗口没有一次性告知。", "核实属实，开始整改")
    send(officer, "告诉评价人整改了什么", "已重新培训窗口人员，并向您致歉。", "反馈整改结果")

    chen.reload()
    expect(chen.get_by_text("已重新培训窗口人员")).to_be_visible()
    fits(chen, axe)
    chen.get_by_role("button", name="满意", exact=True).click()
    expect(chen.get_by_text("评价人满意")).to_be_visible()

    officer.goto("/desk/ratings/words/")
    axe(officer)
    words = officer.locator("article").filter(has_text="我的电话是")
    words.get_by_role("button", name="公开", exact=True).click()
    expect(words).to_have_count(0)

    anybody: Any = open_page(width=390, height=844)
    anybody.goto("/ratings/")
    expect(anybody.get_by_text("我的电话是 ******。")).to_be_visible()
    expect(anybody.get_by_text("陈*雯")).to_be_visible()
    expect(anybody.get_by_text("陈晓雯")).to_have_count(0)
    fits(anybody, axe)
