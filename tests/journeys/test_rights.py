"""A right given by one, confirmed by another, worked with and taken away; and an emergency that the auditor reads."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import Console
from tests.journeys.filing import fits, let_in
from tests.running import Product

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
Axe = Callable[[Page], None]
PHONE: dict[str, Any] = {"width": 390, "height": 844, "is_mobile": True, "has_touch": True}
# An officer without any right, two cases of a town, and a clerk of another one.
_PEOPLE = """
from tests import city
city._serial = __import__("itertools").count(9201)
town = "441900104"
new = city.officer(name="马丽")
far = city.officer("clerk", place=city.town("441900105"), name="关晓峰")
case, other = city.allowance("卢婉贞", place=town), city.allowance("关玉莲", place=town)
print(new.username, far.username, case.pk, other.pk, other.short_no)
"""


@pytest.fixture(scope="session")  # as the product's: a worker may come back to this file after another
def people(product: Product) -> list[str]:
    """The names of the two accounts, the one case, the other and its number."""
    return product.python(_PEOPLE).split()[-5:]


def give(page: Page, name: str, role: str) -> None:
    """The security administrator looks an officer up and gives them a role in the town."""
    page.goto("/console/grants/")
    page.get_by_role("searchbox").fill(name)
    page.get_by_role("button", name="查找").click()
    page.get_by_role("table").get_by_role("link").first.click()
    page.get_by_label("岗位", exact=True).select_option(value=role)
    page.get_by_label("机构", exact=True).select_option(value="civil-affairs")
    page.get_by_label("区域", exact=True).select_option(value="441900/441900104/")
    page.get_by_role("button", name="授予", exact=True).click()


def test_given_confirmed_used_and_taken_away(
    product: Product, open_page: Open, axe: Axe, console: Console, people: list[str]
) -> None:
    console.allow(404)  # the click that is refused, on purpose
    new, _far, case, _other, _number = people
    first = let_in(product, open_page, "security-admin", "/console/grants/")
    fits(first, axe)
    give(first, new, "clerk")
    expect(first.get_by_role("status")).to_contain_text("权限已授予")
    give(first, new, "decider")
    expect(first.get_by_role("status")).to_contain_text("等另一位安全管理员确认")
    expect(first.get_by_role("button", name=re.compile("^确认"))).to_have_count(0)
    fits(first, axe)

    desk = let_in(product, open_page, new, f"/desk/cases/{case}/")
    expect(desk.get_by_role("button", name="受理", exact=True)).to_be_visible()
    second = let_in(product, open_page, "security-admin-2", "/console/grants/", **PHONE)
    fits(second, axe)
    waiting = second.locator("li").filter(has_text="马丽").filter(has_text="决定")
    waiting.get_by_role("button", name=re.compile("^确认")).click()
    expect(second.get_by_role("status")).to_contain_text("已确认")
    fits(second, axe)

    desk.get_by_role("button", name="受理", exact=True).click()
    expect(desk.get_by_role("status").filter(has_text="已受理")).to_be_visible()
    for button in ("窗口受理", "决定"):
        second.get_by_role("button", name=re.compile(rf"^终止\s*{button}")).click()
        expect(second.get_by_role("status")).to_contain_text("权限已终止")
    desk.reload()
    expect(desk.get_by_role("heading", level=1)).not_to_have_text("高龄津贴")
    assert desk.request.get(f"/desk/cases/{case}/").status == 404

    audit = let_in(product, open_page, "audit-admin", f"/console/audit/?who={new}")
    expect(audit.get_by_role("table")).to_contain_text("case.accepted")
    fits(audit, axe)


def test_an_emergency_is_read_by_the_auditor(
    product: Product, open_page: Open, axe: Axe, people: list[str]
) -> None:
    _new, far, _case, case, number = people
    desk = let_in(product, open_page, far, "/desk/emergency/", **PHONE)
    fits(desk, axe)
    desk.get_by_label("受理号").fill(number)
    desk.get_by_label("理由").fill("主办人员联系不上，老人在窗口等。")
    desk.get_by_role("button", name="紧急查阅").click()
    expect(desk.get_by_text("您正在紧急查阅")).to_be_visible()
    expect(desk.get_by_role("button", name="受理", exact=True)).to_have_count(0)
    fits(desk, axe)

    product.wait_for_jobs()
    audit = let_in(product, open_page, "audit-admin", "/console/audit/emergencies/")
    row = audit.locator("li").filter(has_text=number)
    expect(row).to_contain_text("关晓峰")
    expect(row).to_contain_text("老人在窗口等")
    expect(row).to_contain_text("正在查阅")
    fits(audit, axe)
    row.get_by_role("link", name=number).click()
    expect(audit.get_by_role("heading", level=1)).to_contain_text("谁能看到")
    expect(audit.locator("main")).to_contain_text("关晓峰")
    expect(audit.locator("main")).not_to_contain_text("关玉莲")
    fits(audit, axe)

    supervisor = let_in(product, open_page, "supervisor", "/desk/emergency/reviews/", **PHONE)
    one = supervisor.locator("section").filter(has_text=number)
    one.get_by_label("复核意见").fill("应当由本镇街的窗口处理。")
    fits(supervisor, axe)
    one.get_by_role("button", name=re.compile("^理由不成立")).click()
    expect(supervisor.locator("section").filter(has_text=number)).to_have_count(0)
    assert desk.request.get(f"/desk/cases/{case}/").status == 404
