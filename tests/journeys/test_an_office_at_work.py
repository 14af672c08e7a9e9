"""What officers do with many cases: take one, pass it on, accept several, keep a list, export it."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import filing, walking
from tests.journeys.filing import account_id, fits, let_in
from tests.running import Product

pytestmark = pytest.mark.browser

Open = Callable[..., Page]
Axe = Callable[[Page], None]


def test_a_task_is_taken_and_passed_on(product: Product, open_page: Open, axe: Axe) -> None:
    [case] = filing.filed(product, filing.food("clerk"))
    reviewer = let_in(product, open_page, "reviewer", case.desk)
    tasks = reviewer.locator("section[aria-labelledby=tasks-title]")
    expect(tasks.get_by_text("无人领取")).to_be_visible()
    tasks.get_by_role("button", name="由我办理").click()
    expect(tasks.get_by_text("由您办理")).to_be_visible()
    # A colleague of the whole city does not find it in the pool any more, and is given it.
    other = let_in(product, open_page, "market-regulation-reviewer", "/desk/")
    expect(other.get_by_role("row").filter(has_text=case.number)).to_have_count(0)
    tasks.locator("summary").click()
    fits(reviewer, axe)
    to = account_id(product, "market-regulation-reviewer")
    tasks.get_by_label("转交给").select_option(value=to)
    tasks.get_by_label("原因").fill("本周外出学习。")
    tasks.get_by_role("button", name="确认转交").click()
    expect(reviewer.get_by_role("status").filter(has_text="转交")).to_be_visible()
    other.reload()
    expect(other.get_by_role("row").filter(has_text=case.number)).to_have_count(1)
    other.goto(case.desk)
    expect(other.locator("section[aria-labelledby=tasks-title]").get_by_text("由您办理")).to_be_visible()


def test_several_are_accepted_at_once(product: Product, open_page: Open, axe: Axe) -> None:
    whole, gone, third = filing.filed(product, filing.shop(), filing.shop(), filing.shop())
    clerk = let_in(product, open_page, "clerk", "/desk/")
    clerk.get_by_role("link", name="批量受理").click()
    for case in (whole, gone):
        clerk.get_by_role("checkbox", name=re.compile(case.number)).check()
    fits(clerk, axe)
    # Meanwhile one of the two is taken back.
    product.visitor("chen").post(f"{gone.own}withdraw/", {})
    clerk.get_by_role("button", name="受理所选").click()
    said = clerk.get_by_role("status")
    expect(said).to_contain_text("受理了 1 件，共选择 2 件")
    expect(said.get_by_role("listitem").filter(has_text=whole.number)).to_contain_text("已受理")
    expect(said.get_by_role("listitem").filter(has_text=gone.number)).to_contain_text("已撤回")
    expect(said.get_by_role("listitem").filter(has_text=third.number)).to_have_count(0)
    expect(clerk.get_by_role("checkbox", name=re.compile(third.number))).to_be_visible()
    fits(clerk, axe)


def test_a_list_is_kept_and_exported(product: Product, open_page: Open, axe: Axe) -> None:
    accepted, waiting = filing.filed(product, filing.food("clerk"), filing.food())
    clerk = let_in(product, open_page, "clerk", "/desk/all/?state=accepted")
    clerk.get_by_text("保存为常用视图").click()
    clerk.get_by_label("视图名称").fill("已受理")
    clerk.get_by_role("button", name="保存", exact=True).click()
    chip = clerk.get_by_role("list", name="常用视图").get_by_role("link", name="已受理")
    expect(chip).to_be_visible()
    fits(clerk, axe)
    clerk.goto("/desk/")
    clerk.goto("/desk/all/")
    chip.click()
    expect(clerk).to_have_url(re.compile("state=accepted"))
    clerk.locator("main").get_by_role("link", name="导出", exact=True).click()
    fits(clerk, axe)
    clerk.get_by_role("button", name="开始导出").click()
    button = clerk.get_by_role("button", name="下载 CSV")
    expect(button).to_be_visible(timeout=walking.PAPER_MS)
    fits(clerk, axe)
    with clerk.expect_download() as started:
        button.click()
    text = Path(started.value.path()).read_text(encoding="utf-8-sig")
    assert accepted.number in text
    assert waiting.number not in text
    assert "莞味轩" in text
    clerk.goto("/desk/exports/")
    fits(clerk, axe)
