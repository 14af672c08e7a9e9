"""What cannot be taken is refused with a reason and a way on, and nothing that was typed is lost."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import walking
from tests.journeys.walking import as_file, drawing, signed_in

pytestmark = pytest.mark.browser

MEGABYTE = 1024 * 1024
# A right-looking number whose check digit is wrong (GB 11643).
WRONG_ID = "441900199003071235"


def open_food_licence(page: Page) -> str:
    """A fresh draft by way of the guide; returns its identifier."""
    page.goto("/items/food-licence/?s-business=catering&s-commitment=no")
    walking.apply(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("填报清单")
    return walking.case_id(page)


def test_files_that_cannot_be_taken(open_page: Callable[..., Page], console: Any, tmp_path: Path) -> None:
    console.allow(413, 422)
    chen = signed_in(open_page, "chen")
    id = open_food_licence(chen)
    chen.goto(f"/applications/{id}/materials/")
    large, program = tmp_path / "大图.pdf", tmp_path / "说明.pdf"
    large.write_bytes(drawing() + b"\n%" + b"0" * (21 * MEGABYTE))
    program.write_bytes(b"MZ\x90\x00" + b"\x00" * 4000)
    for file, reason in ((large, "20 MB"), (program, "说明.pdf")):
        walking.upload(chen, "layout", file)
        # What is too large is said before the rest of it is sent; what is something else, by the page that comes back.
        error = chen.locator("main .field-error, main .error-summary, main [role=status]").filter(
            has_text=reason
        )
        expect(error.first).to_be_visible()
        assert chen.get_by_role("button", name=re.compile("^删除")).count() == 0, "nothing was kept"
    walking.upload(chen, "layout", as_file("平面图.pdf", drawing()))
    walking.handed_in(chen, "平面图.pdf")


def test_a_wrong_identity_number(open_page: Callable[..., Page], console: Any) -> None:
    console.allow(422)
    chen = signed_in(open_page, "chen")
    chen.goto("/items/sole-trader/?s-form=family&s-place=shop")
    walking.apply(chen)
    chen.locator("main").get_by_role("link", name=re.compile("家庭成员")).click()
    chen.get_by_label("参加经营的家庭成员姓名").fill("李芳")
    chen.get_by_label("其中一名成员的公民身份号码").fill(WRONG_ID)
    chen.get_by_role("button", name="保存，下一项").click()
    number = chen.get_by_label("其中一名成员的公民身份号码")
    expect(number).to_have_attribute("aria-invalid", "true")
    expect(number).to_have_value(WRONG_ID)
    expect(chen.get_by_label("参加经营的家庭成员姓名")).to_have_value("李芳")
    expect(chen.locator("main .field-error").filter(has_text="校验")).to_be_visible()


def test_typing_is_faster_than_the_answer(open_page: Callable[..., Page]) -> None:
    chen = signed_in(open_page, "chen")
    id = open_food_licence(chen)
    chen.goto(f"/applications/{id}/sections/premises/")
    walking.yes_no(chen, "经营场所与住所一致", "是")
    chen.get_by_label("经营面积（平方米）").fill("86.5")
    expect(chen.get_by_label("经营场所地址")).to_have_count(0)
    expect(chen.get_by_label("经营面积（平方米）")).to_have_value("86.5")
    walking.onward(chen, "餐饮服务项目")


def test_sent_twice_is_one_case(open_page: Callable[..., Page]) -> None:
    chen = signed_in(open_page, "chen")
    open_food_licence(chen)
    check = walking.complete_food_licence(chen)
    second = chen.context.new_page()
    second.goto(check)
    number = walking.submit(chen)
    assert walking.submit(second) == number
    assert second.url == chen.url


def test_a_session_that_ended_keeps_what_was_typed(open_page: Callable[..., Page], console: Any) -> None:
    console.allow(403)
    chen = signed_in(open_page, "chen")
    id = open_food_licence(chen)
    chen.goto(f"/applications/{id}/sections/staff/")
    chen.get_by_label("食品安全管理人员姓名").fill("王小明")
    chen.context.clear_cookies(name="sessionid")
    chen.get_by_role("button", name="保存，下一项").click()
    expect(chen.get_by_role("heading", level=1)).to_have_text("登录已过期")
    chen.get_by_role("link", name="重新登录").click()
    chen.get_by_role("button", name=re.compile("陈晓雯 chen")).click()
    chen.get_by_role("button", name="登录", exact=True).click()
    expect(chen).to_have_url(re.compile(f"/applications/{id}/sections/staff/"))
    expect(chen.get_by_text("已为您保留刚才填写的内容")).to_be_visible()
    expect(chen.get_by_label("食品安全管理人员姓名")).to_have_value("王小明")


def test_a_verb_that_is_not_possible_any_more(open_page: Callable[..., Page], console: Any) -> None:
    console.allow(409)
    chen = signed_in(open_page, "chen")
    open_food_licence(chen)
    walking.complete_food_licence(chen)
    number = walking.submit(chen)
    clerk = signed_in(open_page, "clerk")
    walking.open_at_desk(clerk, number)
    second = clerk.context.new_page()
    second.goto(clerk.url)
    walking.accept(clerk)
    with second.expect_response(lambda answer: answer.url.endswith("/accept/")) as answered:
        second.get_by_role("button", name="受理", exact=True).click()
    assert answered.value.status == 409
    expect(second.get_by_role("alert")).to_contain_text("已受理")
    expect(second.get_by_role("alert")).to_contain_text("现在可以")
