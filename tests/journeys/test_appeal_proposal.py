"""From the common causes of the scorecard to a proposal, on a telephone to the office's answer; and what is supervised is marked."""

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
_OFFICER = """
from tests import city
city._serial = __import__("itertools").count(8301)
print(city.officer("appeal_officer", agency="science", place="").username)
"""
# Four firms say the same; the journey needs firms of its own, so that it meets nobody else's appeals.
_FIRMS = """
from tests import city
from tests.modules.appeals.filing import filed
city._serial = __import__("itertools").count(8401)
for name in "甲乙丙丁":
    head = city.person()
    firm = city.organisation(head, f"东莞市同案{name}示例有限公司")
    row = filed(city.actor(city.account(head)), firm.pk, title="园区夜里停水", words="昨晚停水。", confidential=name == "丁")
"""


def test_many_are_joined_to_one(product: Product, open_page: Open, axe: Axe) -> None:
    product.python(_FIRMS)
    phone = let_in(product, open_page, "appeal-desk", "/desk/appeals/?q=同案", **PHONE)
    boxes = phone.get_by_role("checkbox", name=re.compile("^勾选"))
    expect(boxes).to_have_count(4)
    for number in range(4):
        boxes.nth(number).check()
    fits(phone, axe)
    phone.get_by_role("button", name="把勾选的并案").click()
    expect(phone.get_by_text("两件中一件保密，另一件不保密")).to_be_visible()
    expect(phone.get_by_text("2 家企业按诉求各收到一次通知")).to_be_visible()
    fits(phone, axe)
    phone.set_viewport_size({"width": 1920, "height": 1080})
    fits(phone, axe)
    phone.get_by_role("button", name="以它为主").first.click()
    expect(phone.get_by_text("2 家企业按诉求各收到一次通知")).to_be_visible()
    phone.get_by_role("button", name="并入勾选的诉求").click()
    expect(phone.get_by_role("status")).to_contain_text("并入了 2 件")
    fits(phone, axe)
    phone.set_viewport_size({"width": 390, "height": 844})
    fits(phone, axe)
    phone.get_by_role("link", name="园区夜里停水").first.click()
    expect(phone.get_by_role("heading", name="并入的诉求 2 件")).to_be_visible()
    fits(phone, axe)


def test_from_a_common_cause_to_the_answer(
    product: Product, open_page: Open, axe: Axe, console: Console
) -> None:
    console.allow(422)  # accepted without a day, on purpose
    officer = product.python(_OFFICER).split()[-1]
    desk = let_in(product, open_page, "appeal-desk", "/desk/appeals/score/?months=3")
    desk.get_by_role("link", name=re.compile("提改进建议 政策口径不清")).first.click()
    desk.get_by_label("向哪个单位提出").select_option("science")
    desk.get_by_label("建议怎么改，为什么").fill("建议在申报指南写明购置时间的起止。")
    fits(desk, axe)
    desk.get_by_role("button", name="提出建议").click()
    expect(desk.get_by_text("建议已提出")).to_be_visible()
    fits(desk, axe)

    phone = let_in(product, open_page, officer, "/desk/appeals/proposals/", **PHONE)
    fits(phone, axe)
    phone.get_by_role("link", name="政策口径不清").click()
    phone.get_by_role("radio", name="采纳", exact=True).check()
    phone.get_by_label("改什么，或者为什么不改").fill("采纳，写进下一版指南。")
    phone.get_by_role("button", name="提交答复").click()
    expect(phone.get_by_role("alert")).to_contain_text("日期")  # accepted from when?
    phone.get_by_label(re.compile("从哪天起改")).fill("2027-03-01")
    fits(phone, axe)
    phone.get_by_role("button", name="提交答复").click()
    expect(phone.get_by_role("status")).to_contain_text("已答复")
    fits(phone, axe)

    desk.goto("/desk/appeals/proposals/?state=accepted")
    expect(desk.get_by_role("cell", name=re.compile("科学技术局"))).to_be_visible()
    fits(desk, axe)
    product.wait_for_jobs()
    desk.goto("/desk/appeals/?above=yes")
    expect(desk.get_by_role("row", name=re.compile("厂区门口道路早晚拥堵"))).to_contain_text("督办")
    fits(desk, axe)
