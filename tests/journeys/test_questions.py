"""A key enterprise's question: an appeal told at the window is put into the bank, its leader drives it, the enterprise has the last word."""

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
# A firm, its town's manager and a leader whom no other journey knows.
_PEOPLE = """
from tests import city
city._serial = __import__("itertools").count(8601)
from tongban.modules.visits import actions as visits
head = city.person("邓文彬", city.HUMEN)
firm = city.organisation(head, "东莞市重点问题示例有限公司", place=city.HUMEN)
keeper = city.officer("town_manager", agency="", place=city.town(city.HUMEN), name="温丽")
visits.put_on_list(code="town-own", uscc=firm.uscc, by=city.actor(keeper))
leader = city.officer("leader", agency="", place="", name="示例领导甲")
print(city.account(head).username, head.id_no, firm.uscc, keeper.username, leader.username)
"""


def _tell(window: Page, id_no: str, uscc: str, axe: Axe) -> None:
    """The clerk at the window hands the appeal in for the enterprise."""
    window.get_by_role("link", name="企业诉求", exact=True).click()
    window.get_by_label("类别").select_option("rights")
    window.get_by_role("button", name="下一步").click()
    for label, text in (
        ("申请人姓名（按证件）", "邓文彬"),
        ("公民身份号码", id_no),
        ("企业的统一社会信用代码", uscc),
        ("一句话说明", "大客户拖欠货款"),
        ("具体情况", "拖欠三百万元。"),
    ):
        window.get_by_label(label).fill(text)
    window.get_by_role("radio").first.check()
    fits(window, axe)
    window.get_by_role("button", name="提交", exact=True).click()
    expect(window.get_by_role("status")).to_contain_text("大客户拖欠货款")
    fits(window, axe)


def test_from_the_window_to_the_enterprises_word(
    product: Product, open_page: Open, axe: Axe, console: Console
) -> None:
    console.allow(422)  # declined without words, on purpose
    head, id_no, uscc, keeper, leader = product.python(_PEOPLE).split()[-5:]
    _tell(let_in(product, open_page, "receiver-humen", "/counter/"), id_no, uscc, axe)

    desk = let_in(product, open_page, keeper, "/desk/appeals/")
    desk.get_by_role("link", name="大客户拖欠货款").click()
    desk.get_by_role("link", name="列入重点企业问题库").click()
    desk.get_by_label("挂点领导（有账号的）").select_option(label="示例领导甲")
    desk.get_by_label("挂点领导的职务").fill("副市长（示例）")
    desk.get_by_label("责任单位").select_option("justice")
    desk.get_by_label("解决期限").fill("2027-06-30")
    fits(desk, axe)
    desk.get_by_role("button", name="列入问题库").click()
    expect(desk.get_by_role("status")).to_contain_text("列入问题库")
    fits(desk, axe)

    chief = let_in(product, open_page, leader, "/desk/questions/mine/", **PHONE)
    fits(chief, axe)
    chief.get_by_role("link", name="大客户拖欠货款").click()
    chief.get_by_label("进展").fill("已约谈大客户。")
    chief.get_by_role("button", name="记录进展").click()
    chief.get_by_text("请企业确认已解决").click()
    chief.get_by_label("解决情况（企业会看到）").fill("货款已到账。")
    chief.get_by_role("button", name="请企业确认").click()
    expect(chief.get_by_role("status")).to_contain_text("请企业确认")
    fits(chief, axe)

    boss = let_in(product, open_page, head, "/appeals/questions/", **PHONE)
    fits(boss, axe)
    boss.get_by_role("link", name="大客户拖欠货款").click()
    expect(boss.get_by_text("已约谈大客户。")).to_have_count(0)  # what offices note stays with them
    boss.get_by_role("button", name="没有解决").click()
    expect(boss.get_by_role("alert")).to_contain_text("还有什么没有解决")
    boss.get_by_label(re.compile("想说的话")).fill("只到了一半。")
    boss.get_by_role("button", name="没有解决").click()
    expect(boss.get_by_role("status")).to_contain_text("没有解决")
    chief.reload()
    expect(chief.get_by_text("只到了一半。")).to_be_visible()
    chief.get_by_text("请企业确认已解决").click()
    chief.get_by_label("解决情况（企业会看到）").fill("余款已到账。")
    chief.get_by_role("button", name="请企业确认").click()
    boss.reload()
    boss.get_by_role("button", name="已经解决").click()
    expect(boss.get_by_role("status")).to_contain_text("企业确认解决")
    fits(boss, axe)
    desk.goto("/desk/questions/?lamp=done")
    expect(desk.get_by_role("row", name=re.compile("大客户拖欠货款"))).to_contain_text("已销号")
    fits(desk, axe)
