"""A Humen resident's case is received in Chang'an and decided in Humen; a banned village proof is refused with its substitute."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser import Console
from tests.journeys import walking
from tests.journeys.filing import filed, fits, let_in, shop
from tests.running import Product

pytestmark = pytest.mark.browser

Open = Callable[..., Page]
Axe = Callable[[Page], None]
CHANGAN, HUMEN = "长安镇政务服务中心", "虎门镇政务服务中心"


def _number(product: Product, who: str) -> str:
    """What the person's identity card says."""
    script = (
        "from tongban.kernel.parties import queries as q; "
        f"print(q.person(q.account_by_username({who!r}).person_id).id_no)"
    )
    return product.python(script).splitlines()[-1].strip()


def _received(product: Product, window: Page, axe: Axe) -> str:
    """At the window in Chang'an: item, person, a paper, handed in; the number of the case."""
    window.get_by_role("link", name="开始收件").click()
    window.get_by_label("申请人要办什么").fill("高龄津贴")
    fits(window, axe)
    window.get_by_role("button", name="查找事项").click()
    window.get_by_role("link", name=re.compile("收这个件.*高龄")).first.click()
    window.get_by_label("申请人姓名（按证件）").fill("周玉兰")
    window.get_by_label("公民身份号码").fill(_number(product, "zhou"))
    window.get_by_label("核对居民身份证原件").check()
    fits(window, axe)
    window.get_by_role("button", name="身份已核对，开始填写").click()
    window.get_by_label("名称", exact=True).fill("户口簿")
    window.get_by_label("原件").check()
    window.get_by_role("button", name="登记").click()
    expect(window.get_by_text("户口簿 ×1")).to_be_visible()
    fits(window, axe)
    window.get_by_role("button", name="保存并交件").click()
    expect(window.get_by_text("已收件，转办理机关受理")).to_be_visible()
    expect(window.get_by_text(f"{CHANGAN}（跨镇通办）")).to_be_visible()
    fits(window, axe)
    return window.locator("header dd.num").first.inner_text()


def test_received_in_one_town_and_decided_in_another(product: Product, open_page: Open, axe: Axe) -> None:
    window = let_in(product, open_page, "receiver-changan", "/counter/")
    number = _received(product, window, axe)
    zhou = let_in(product, open_page, "zhou", "/cases/")
    zhou.set_viewport_size({"width": 390, "height": 844})
    zhou.locator("a[href^='/cases/0']").first.click()
    own = zhou.url
    duties = zhou.get_by_role("region", name="收件与办理")
    expect(duties.get_by_text(f"{CHANGAN}（跨镇通办）")).to_be_visible()
    expect(duties.get_by_text("虎门镇 · 东莞市民政局")).to_be_visible()
    expect(duties.get_by_text("受理期限，由办理机关计时")).to_be_visible()
    expect(duties.get_by_text("在收件大厅")).to_be_visible()
    fits(zhou, axe)

    # The paper goes to Humen in a bag.
    window.goto("/counter/bags/")
    group = window.locator("form").filter(has_text=f"{CHANGAN} 送往 {HUMEN}")
    group.get_by_label("递送方式").fill("机要专递（示例）")
    group.get_by_label("运单号").fill("SF20260001")
    fits(window, axe)
    group.get_by_role("button", name="封袋移交").click()
    expect(window.get_by_text("未签收")).to_be_visible()
    bag = window.url
    zhou.reload()
    expect(duties.get_by_text("移交途中")).to_be_visible()
    there = let_in(product, open_page, "receiver-humen", bag.removeprefix(product.base))
    there.get_by_label("已到办理地", exact=True).check()
    fits(there, axe)
    there.get_by_role("button", name="核对并签收").click()
    expect(there.get_by_role("button", name="核对并签收")).to_have_count(0)
    zhou.reload()
    expect(duties.get_by_text(re.compile("^已到办理地"))).to_be_visible()

    # Humen's office accepts and decides; its clocks run from there.
    desk = f"/desk/cases/{own.rstrip('/').rsplit('/', 1)[-1]}/"
    clerk = let_in(product, open_page, "civil-affairs-clerk", desk)
    expect(clerk.get_by_text(f"{CHANGAN}（跨镇通办）")).to_be_visible()
    walking.accept(clerk)
    expect(clerk.get_by_text("办理期限，由办理机关计时")).to_be_visible()
    fits(clerk, axe)
    reviewer = let_in(product, open_page, "civil-affairs-reviewer", desk)
    reviewer.get_by_role("radio", name="符合", exact=False).first.check()
    reviewer.get_by_label("审查意见").fill("符合条件。")
    reviewer.locator("#complete button").click()
    expect(reviewer.get_by_role("status").filter(has_text="已完成环节")).to_be_visible()
    walking.grant(let_in(product, open_page, "civil-affairs-decider", desk))
    zhou.goto(own)
    expect(duties.get_by_text(re.compile("送达期限，由办理机关计时|已办结，停止计时"))).to_be_visible()

    # Another hall's window knows nothing of it.
    other = let_in(product, open_page, "receiver-city", "/counter/?list=received")
    expect(other.get_by_text(number)).to_have_count(0)


def test_a_banned_village_proof_is_refused_with_its_substitute(
    product: Product, open_page: Open, axe: Axe, console: Console
) -> None:
    console.allow(422)
    [case] = filed(product, shop())
    clerk = let_in(product, open_page, "market-regulation-clerk", case.desk)
    clerk.locator("#supplement summary").click()
    point = clerk.locator("#supplement input[name=point]").first
    point.check()
    note = clerk.locator("#supplement").get_by_role("textbox").first
    note.fill("请到村委会开具亲属关系证明")
    clerk.locator("#supplement").get_by_role("button").last.click()
    refusal = clerk.get_by_role("alert").filter(has_text="不得要求村（社区）出具“亲属关系证明”")
    expect(refusal).to_be_visible()
    expect(refusal).to_contain_text("由部门核对户口簿、出生医学证明、结婚证")
    fits(clerk, axe)

    visitor = open_page()
    visitor.set_viewport_size({"width": 390, "height": 844})
    visitor.goto("/search/?q=亲属关系证明")
    expect(visitor.get_by_text("村（社区）不开“亲属关系证明”")).to_be_visible()
    fits(visitor, axe)
    visitor.get_by_role("link", name="看村级证明清单").first.click()
    expect(visitor.get_by_role("heading", level=1)).to_contain_text("开什么证明")
    fits(visitor, axe)
