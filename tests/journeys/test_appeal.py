"""An appeal from a phone: routed, disputed, ruled, worked on by two offices, extended, answered, reopened, raised, solved, rated."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.filing import fits, let_in
from tests.running import Product

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
Axe = Callable[[Page], None]
PHONE: dict[str, Any] = {"width": 390, "height": 844, "is_mobile": True, "has_touch": True}
TITLE = "月底夜班常跳闸"
# The journey needs officers of its own, so that it meets no other journey's work.
_OFFICERS = """
from tests import city
city._serial = __import__("itertools").count(8001)
for role, agency in (("appeal_officer", "water-supply"), ("appeal_officer", "power-supply"), ("appeal_officer", "water"),
                     ("appeal_coordinator", "industry"), ("appeal_officer", "development-reform")):
    print(agency, city.officer(role, agency=agency, place="").username)
"""


def _say(page: Page, form: str, words: str) -> None:
    """Open the move where it is folded, say it, send it; the page that follows says that it is done."""
    box = page.locator(f"#{form}")
    if box.evaluate("one => one.tagName") == "DETAILS" and box.get_attribute("open") is None:
        box.locator("summary").click()
    box.locator("textarea").fill(words)
    box.locator("button").first.click()


def _done(page: Page) -> None:
    expect(page.get_by_role("status").filter(has_text="已完成")).to_be_visible()


def _filed(phone: Page, axe: Axe) -> str:
    """From the category to the number; a ready answer shows up while one types."""
    phone.get_by_role("link", name="提交诉求").click()
    phone.get_by_role("link", name="用水、排水").click()
    phone.get_by_label("一句话说明").fill(TITLE)
    phone.get_by_label("具体情况").press_sequentially("夜班停电、跳闸")
    expect(phone.get_by_text("停电和错峰")).to_be_visible()
    fits(phone, axe)
    phone.get_by_role("button", name="提交", exact=True).click()
    expect(phone.get_by_text("诉求已提交")).to_be_visible()
    fits(phone, axe)
    return phone.url.split("?")[0].rstrip("/").rsplit("/", 1)[-1]


def _disputed(lead: Page, desk: Page) -> None:
    """The office of water says that power is meant; the coordinator agrees."""
    _say(lead, "dispute", "说的是供电，建议由供电局主办。")
    expect(lead.get_by_role("heading", level=1)).to_be_visible()
    desk.reload()
    desk.get_by_label("裁定由谁主办").select_option("power-supply")
    desk.locator("#rule textarea").fill("属于供电，由供电局主办。")
    desk.get_by_role("button", name="作出裁定").click()
    _done(desk)
    lead.goto("/desk/appeals/")
    expect(lead.get_by_role("heading", name="企业诉求", level=1)).to_be_visible()
    expect(lead.get_by_role("link", name=TITLE)).to_have_count(0)  # it is not theirs any more


def _answer(page: Page, outcome: str) -> None:
    page.locator("#answer textarea").fill("已更换开关柜，恢复正常。")
    page.get_by_role("radio", name=outcome).check()
    page.locator("#answer").get_by_label("问题成因").select_option("capacity")
    page.get_by_role("button", name="提交答复，送质检").click()


def _pass(desk: Page) -> None:
    desk.reload()
    desk.get_by_role("button", name="通过，答复企业").click()
    _done(desk)


def _rate(phone: Page, stars: int, words: str, axe: Axe | None = None) -> None:
    phone.reload()
    phone.get_by_role("radio", name=f"{stars} 星").check()
    phone.get_by_label("意见（不满意请写明原因）").fill(words)
    if axe is not None:
        fits(phone, axe)
    phone.get_by_role("button", name="提交评价").click()
    expect(phone.get_by_text("已收到")).to_be_visible()


def _state(product: Product, id: str) -> tuple[Any, ...]:
    """As the table has it: state, level, cycle, whose turn, whether all three days are those of the calendar."""
    [row] = product.ask(
        f"SELECT state, level, cycle, owner FROM appeals_appeal WHERE replace(CAST(id AS text), '-', '') = '{id.replace('-', '')}'"
    )
    return tuple(row)


def _worked_on(power: Page, helper: Page, phone: Page, axe: Axe) -> None:
    """Contact, the assisting office's part, an extension and the firm's consent."""
    _say(power, "contact", "已联系企业电工，明早到场。")
    _done(power)
    _say(helper, "finish", "排水设施无影响。")
    _done(helper)
    power.reload()
    box = power.locator("#propose")
    box.locator("summary").click()
    power.get_by_label(re.compile("延期几个工作日")).fill("3")
    box.locator("textarea").fill("开关柜备件三天后到。")
    box.locator("button").click()
    _done(power)
    fits(power, axe)
    phone.reload()
    expect(phone.get_by_role("heading", name="是否同意延期 3 个工作日？")).to_be_visible()
    phone.get_by_role("button", name="同意延期").click()
    expect(phone.get_by_text("已收到")).to_be_visible()


def test_from_a_phone_to_a_level_up_and_solved(product: Product, open_page: Open, axe: Axe) -> None:
    names = dict(line.split() for line in product.python(_OFFICERS).splitlines()[-5:])
    phone = let_in(product, open_page, "sun", "/appeals/", **PHONE)
    id = _filed(phone, axe)
    at = f"/desk/appeals/{id}/"
    lead = let_in(product, open_page, names["water-supply"], at)
    desk = let_in(product, open_page, names["industry"], at)
    expect(lead.get_by_role("heading", level=1)).to_have_text(TITLE)
    fits(lead, axe)
    _disputed(lead, desk)
    power = let_in(product, open_page, names["power-supply"], at)

    helper = let_in(product, open_page, names["water"], at)  # was asked to assist by the route
    _worked_on(power, helper, phone, axe)

    power.reload()
    _answer(power, "已解决")
    _done(power)
    _pass(desk)
    _rate(phone, 1, "昨晚又跳闸了。", axe)
    assert _state(product, id) == ("working", 0, 2, "office")
    power.reload()
    _answer(power, "解释说明，企业认可")
    _done(power)
    _pass(desk)
    _rate(phone, 2, "没有解决。")
    assert _state(product, id) == ("pool", 1, 3, "desk")

    desk.reload()
    fits(desk, axe)
    desk.locator("#route-lead").select_option("development-reform")
    desk.get_by_role("button", name="分派").click()
    _done(desk)
    leader = let_in(product, open_page, names["development-reform"], at)
    _say(leader, "contact", "分管领导已到企业现场协调。")
    _done(leader)
    _answer(leader, "已解决")
    _done(leader)
    _pass(desk)
    _rate(phone, 5, "彻底解决了。")
    assert _state(product, id) == ("closed", 1, 3, "")
    fits(phone, axe)
    assert (
        product.python("from tongban.modules.appeals.queries import wrong; print(wrong())")
        .strip()
        .endswith("[]")
    )
