"""What the law lets happen between acceptance and decision, on a product whose days pass when we say so."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import filing, walking
from tests.journeys.filing import Filed, fits, let_in
from tests.running import Product, running, until

pytestmark = pytest.mark.browser

Open = Callable[..., Page]
Axe = Callable[[Page], None]

MONDAY = "2026-03-02T09:00"
# Ten days later, an hour after the hearing of this file; and after the last day for the promised material.
HEARD, LATE = "2026-03-12T11:00", "2026-03-19T09:00"
DAILY_SECONDS = 60.0


@pytest.fixture(scope="module")
def product() -> Iterator[Product]:
    """A product of its own: the clock of the others must not be moved."""
    with running(settings={"TONGBAN_NOW": MONDAY}) as started:
        yield started


def go_to(product: Product, moment: str) -> None:
    """Start the product again at another moment; who is signed in stays signed in."""
    product.stop()
    product.settings = {"TONGBAN_NOW": moment}
    product.start()


def send(page: Page, button: str, **texts: str) -> None:
    """Fill the fields of one form, by their ids, and send it."""
    for id, text in texts.items():
        page.locator(f"#{id.replace('_', '-')}").fill(text)
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.get_by_role("status").first).to_be_visible()


def propose_extension(page: Page, reasons: str) -> None:
    page.locator("#extension summary").click()
    send(page, "送负责人批准", extension_reasons=reasons)


def due(page: Page, clock: str) -> str:
    """The day until which a clock of the case runs."""
    row = page.locator(".clock").filter(has_text=clock)
    return re.search(r"到期 (.+)$", row.inner_text()).group(1).strip()  # type: ignore[union-attr]


def test_an_extension_is_refused_and_another_approved(product: Product, open_page: Open, axe: Axe) -> None:
    refused, approved = filing.filed(product, filing.food("clerk"), filing.food("clerk"))
    reviewer = let_in(product, open_page, "reviewer", refused.desk)
    propose_extension(reviewer, "现场核查排期较满。")
    expect(reviewer.get_by_text("等负责人决定。")).to_be_visible()
    fits(reviewer, axe)

    head = let_in(product, open_page, "head", "/desk/")
    # What waits for the head's word stands in the head's queue.
    head.get_by_role("row").filter(has_text=refused.number).get_by_role("link").first.click()
    expect(head).to_have_url(re.compile(refused.desk))
    expect(head.get_by_text("现场核查排期较满。", exact=True)).to_be_visible()
    head.locator("#reject summary").click()
    fits(head, axe)
    send(head, "确认不同意", reject_note="排期不是延期的理由。")

    reviewer.goto(refused.desk)
    expect(reviewer.get_by_text("排期不是延期的理由。")).to_be_visible()
    before = due(reviewer, "法定")
    assert before == "2026年3月16日"

    reviewer.goto(approved.desk)
    assert due(reviewer, "法定") == before
    propose_extension(reviewer, "需要补充检测。")
    head.goto(approved.desk)
    send(head, "批准")
    reviewer.reload()
    # Five working days more: the item's own extension, shorter than the ten of article 42.
    assert due(reviewer, "法定") == "2026年3月23日"
    chen = let_in(product, open_page, "chen", approved.own, width=390, height=844)
    walking.wait_for(chen, "延长办理期限告知书")
    expect(chen.get_by_text("法定期限延长到 2026年3月23日。")).to_be_visible()
    fits(chen, axe)
    chen.goto(refused.own)
    expect(chen.get_by_text("延长办理期限")).to_have_count(0)


def test_days_pass(product: Product, open_page: Open, axe: Axe) -> None:
    paused, heard, late = filing.filed(
        product,
        filing.food("clerk"),
        filing.shop("clerk"),
        filing.staffing("sample_agreement", accepted_by="human-resources-clerk"),
    )
    _pause(product, open_page, axe, paused)
    _hearing_asked(product, open_page, axe, heard)
    go_to(product, HEARD)
    _pause_ended(product, open_page, axe, paused)
    _hearing_held(product, open_page, axe, heard)
    wu = let_in(product, open_page, "wu", late.own)
    expect(wu.get_by_text("需要补交的材料 1")).to_be_visible()
    fits(wu, axe)
    go_to(product, LATE)
    _promise_broken(product, open_page, axe, late)


def _pause(product: Product, open_page: Open, axe: Axe, case: Filed) -> None:
    reviewer = let_in(product, open_page, "reviewer", case.desk)
    reviewer.locator("#pause summary").click()
    reviewer.get_by_label("种类").select_option(index=1)
    fits(reviewer, axe)
    send(
        reviewer,
        "送负责人批准",
        pause_basis="行政许可法第四十五条",
        pause_days="10",
        pause_reasons="需要检验检测。",
    )
    head = let_in(product, open_page, "head", case.desk)
    send(head, "批准")
    reviewer.goto(case.desk)
    expect(reviewer.locator(".case-top").get_by_text("停表")).to_be_visible()
    expect(reviewer.get_by_text("正在进行：")).to_be_visible()
    fits(reviewer, axe)
    chen = let_in(product, open_page, "chen", case.own, width=390, height=844)
    expect(chen.get_by_text(re.compile("计划到 .* 结束"))).to_be_visible()
    expect(chen.locator(".case-head").get_by_text("停表")).to_be_visible()
    fits(chen, axe)


def _pause_ended(product: Product, open_page: Open, axe: Axe, case: Filed) -> None:
    reviewer = let_in(product, open_page, "reviewer", case.desk)
    send(reviewer, "结束程序，恢复计时", pause_result="检测合格。")
    fits(reviewer, axe)
    # Accepted on 2 March: ten working days are over on the 16th; eight of them did not count.
    expect(reviewer.locator(".clock").filter(has_text="法定")).to_contain_text("3月26日")
    expect(reviewer.locator(".case-top").get_by_text("停表")).to_have_count(0)


def _hearing_asked(product: Product, open_page: Open, axe: Axe, case: Filed) -> None:
    decider = let_in(product, open_page, "decider", case.desk)
    decider.locator("#hearing-offer summary").click()
    send(decider, "发出听证权利告知书", matter="拟不予登记：经营场所不符合规定。")
    chen = let_in(product, open_page, "chen", case.own, width=390, height=844)
    expect(chen.get_by_text("拟不予登记：经营场所不符合规定。")).to_be_visible()
    fits(chen, axe)
    chen.get_by_role("link", name="申请听证").click()
    fits(chen, axe)
    chen.get_by_role("button", name="确认申请听证").click()
    expect(chen.get_by_text("您已经申请听证")).to_be_visible()
    fits(chen, axe)
    decider.goto(case.desk)
    fits(decider, axe)
    decider.get_by_label("主持人").select_option(label=walking.NAMES["reviewer"])
    send(
        decider,
        "发出听证通知书",
        hearing_day="2026-03-12",
        hearing_hour="10:00",
        hearing_place="市政务服务中心 3 楼听证室",
    )
    chen.reload()
    expect(chen.get_by_text("市政务服务中心 3 楼听证室")).to_be_visible()
    expect(chen.get_by_text(f"主持人：{walking.NAMES['reviewer']}")).to_be_visible()


def _hearing_held(product: Product, open_page: Open, axe: Axe, case: Filed) -> None:
    decider = let_in(product, open_page, "decider", case.desk)
    fits(decider, axe)
    send(decider, "归入笔录，恢复计时", record="申请人出示了租赁合同，场所符合规定。")
    walking.grant(decider)
    chen = let_in(product, open_page, "chen", case.own)
    walking.wait_for(chen, "查看证照")


def _promise_broken(product: Product, open_page: Open, axe: Axe, case: Filed) -> None:
    state = f"SELECT state FROM cases_case WHERE short_no = '{case.number}'"
    until(lambda: product.ask(state) == [("terminated",)], DAILY_SECONDS)
    wu = let_in(product, open_page, "wu", case.own, width=390, height=844)
    walking.wait_for(wu, "终止办理通知书")
    expect(wu.get_by_role("heading", name="理由")).to_be_visible()
    fits(wu, axe)
    officer = let_in(product, open_page, "human-resources-reviewer", case.desk)
    expect(officer.get_by_text("逾期", exact=True)).to_be_visible()
    expect(officer.locator("#complete")).to_have_count(0)
    fits(officer, axe)
    assert product.ask(f"SELECT state, closing_code FROM cases_case WHERE short_no = '{case.number}'") == [
        ("terminated", "5")
    ]
