"""A department changes an item and another person publishes it, while ten cases are open on the old version."""

import re
import uuid
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.tour import SOLE_TRADER
from tests.journeys.walking import signed_in
from tests.running import Product

pytestmark = pytest.mark.browser

HOURS = "网上全天可以提交；窗口星期六也开放。"


def file_cases(product: Product, many: int) -> list[str]:
    """Cases of an applicant, all under the version in force."""
    visitor, ids = product.visitor("chen"), [str(uuid.uuid4()) for _ in range(many)]
    for id in ids:
        answer = visitor.post_json("/api/cases/", {"submission_id": id, **SOLE_TRADER})
        assert answer.status == 201, answer.text
    return ids


def test_published_beside_ten_open_cases(open_page: Callable[..., Page], product: Product) -> None:
    old = file_cases(product, 10)

    editor = signed_in(open_page, "editor")
    editor.goto("/console/drafts/")
    editor.get_by_role("button", name="修改 个体工商户设立登记").click()
    editor.get_by_role("link", name="办事指南").click()
    # What is wrong is kept and named, and cannot be sent.
    editor.get_by_label("办理时间 · 中文").fill("")
    editor.get_by_role("button", name="保存", exact=True).last.click()
    expect(editor.get_by_role("alert")).to_contain_text("还没有填写")
    editor.get_by_label("办理时间 · 中文").fill(HOURS)
    editor.get_by_role("button", name="保存并回到概览").click()
    expect(editor.get_by_role("heading", name="变化 1 处")).to_be_visible()
    editor.get_by_role("link", name="申请人看到的").click()
    expect(editor.get_by_text(HOURS)).to_be_visible()
    editor.get_by_role("link", name="工作人员看到的").click()
    expect(editor.get_by_role("img", name=re.compile("办理流程图"))).to_be_visible()
    editor.get_by_role("link", name="概览和变化").click()
    editor.get_by_role("button", name="送审发布").click()
    expect(editor.get_by_text("已送审，等待另一位同事发布。")).to_be_visible()

    publisher = signed_in(open_page, "publisher")
    publisher.goto("/console/publishing/")
    publisher.get_by_role("table").first.get_by_role("link", name="个体工商户设立登记").click()
    expect(publisher.get_by_text("办事指南的办理时间：由")).to_be_visible()
    publisher.get_by_role("button", name="发布", exact=True).click()
    expect(publisher.get_by_role("heading", name=re.compile("已发布为第 \\d+ 版"))).to_be_visible()

    guide = open_page()
    guide.goto("/items/sole-trader/")
    expect(guide.get_by_text(HOURS)).to_be_visible()

    clerk = signed_in(open_page, "clerk")
    for id in old:
        clerk.goto(f"/desk/cases/{id}/")
        expect(clerk.get_by_role("button", name="受理", exact=True)).to_be_visible()
    clerk.get_by_role("button", name="受理", exact=True).click()
    expect(clerk).to_have_url(re.compile("done=accept"))

    # Back to what it said, under a new number.
    publisher.get_by_role("link", name="查看版本").click()
    publisher.get_by_label("退回的理由").fill("星期六的安排推迟")
    publisher.get_by_role("button", name="退回并发布").click()
    expect(publisher.get_by_text("正在使用")).to_have_count(1)
    guide.reload()
    expect(guide.get_by_text(HOURS)).to_have_count(0)
