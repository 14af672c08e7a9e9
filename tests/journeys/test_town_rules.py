"""A town sets a sub-category of its own: one manager drafts and mends it, another publishes, a firm of the town chooses it."""

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
# A town that no other journey files appeals from, with two managers and a firm.
_PEOPLE = """
from tests import city
city._serial = __import__("itertools").count(8801)
town = "441900104"
head = city.person("邓文彬", town)
firm = city.organisation(head, "东莞市镇街规则示例有限公司", place=town)
first = city.officer("town_manager", agency="", place=city.town(town), name="温丽")
second = city.officer("town_manager", agency="", place=city.town(town), name="麦国栋")
print(city.account(head).username, first.username, second.username)
"""
RULES = """categories:
  - {code: stall-rent, of: rights, name: {zh: 档口租赁纠纷, en: Rented stalls}}
routes:
  - {when: "appeal.subcategory = 'stall-rent'", lead: customs}
"""


def test_drafted_mended_published_and_chosen(
    product: Product, open_page: Open, axe: Axe, console: Console
) -> None:
    console.allow(422)  # an office that takes nothing from towns, on purpose
    head, first, second = product.python(_PEOPLE).split()[-3:]
    desk = let_in(product, open_page, first, "/desk/appeals/towns/441900104/")
    desk.get_by_label("规则（YAML）").fill(RULES)
    desk.get_by_role("button", name="保存草稿").click()
    expect(desk.get_by_role("alert")).to_contain_text("不是本镇街的单位")
    fits(desk, axe)
    desk.get_by_label("规则（YAML）").fill(RULES.replace("lead: customs", "lead: town"))
    desk.get_by_role("button", name="保存草稿").click()
    expect(desk.get_by_role("status")).to_contain_text("草稿已保存")
    expect(desk.get_by_role("button", name="发布这份草稿")).to_have_count(0)

    other = let_in(product, open_page, second, "/desk/appeals/towns/441900104/", **PHONE)
    fits(other, axe)
    other.get_by_role("button", name="发布这份草稿").click()
    expect(other.get_by_role("status")).to_contain_text("规则已发布")
    expect(other.get_by_text("档口租赁纠纷").first).to_be_visible()
    fits(other, axe)

    boss = let_in(product, open_page, head, "/appeals/new/?category=rights", **PHONE)
    boss.get_by_label("更细的类别").select_option(label="档口租赁纠纷")
    boss.get_by_label("一句话说明").fill("市场提前收回档口")
    boss.get_by_label("具体情况").fill("租约还有一年。")
    fits(boss, axe)
    boss.get_by_role("button", name="提交", exact=True).click()
    expect(boss.get_by_text("档口租赁纠纷")).to_be_visible()
    fits(boss, axe)
