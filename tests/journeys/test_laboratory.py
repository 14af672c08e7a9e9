"""A policy officer moves a threshold, drafts what came of it, another person publishes it, and it is in force on its day."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import Console
from tests.journeys.filing import fits, let_in
from tests.running import Product, running

pytestmark = pytest.mark.browser

Open = Callable[..., Page]
Axe = Callable[[Page], None]
TODAY, ITS_DAY = "2026-11-02T09:00", "2026-12-15T09:00"
KNOB = 16  # pixels
LAB = "/console/policies/items/scale-up-new/"


@pytest.fixture(scope="module")
def product() -> Iterator[Product]:
    """A product of its own: the clock of the others must not be moved."""
    with running(settings={"TONGBAN_NOW": TODAY}) as started:
        yield started


def figure(page: Page, name: str) -> int:
    """A large figure of the result."""
    told = page.locator(".lab-figures div").filter(has_text=name).locator("dd").inner_text()
    found = re.match(r"[\d,]+", told)
    assert found, told
    return int(found[0].replace(",", ""))


def drag(page: Page, slider: Locator, share: float) -> None:
    """Draw the slider with the mouse to so much of its length, and wait for the answer."""
    box = slider.bounding_box()
    assert box is not None
    y, now = (
        box["y"] + box["height"] / 2,
        float(slider.input_value()) / float(slider.get_attribute("max") or 1),
    )
    left, length = box["x"] + KNOB / 2, box["width"] - KNOB  # along which the middle of the knob runs
    with page.expect_response(lambda answer: "scale-up-new" in answer.url):
        page.mouse.move(left + now * length, y)
        page.mouse.down()
        page.mouse.move(left + (now + share) / 2 * length, y, steps=4)
        page.mouse.move(left + share * length, y, steps=4)
        page.mouse.up()
    page.wait_for_load_state("networkidle")


def test_from_a_slider_to_a_policy_in_force(
    product: Product, open_page: Open, axe: Axe, console: Console
) -> None:
    console.allow(422)  # a form without the name of its edition, sent on purpose
    product.wait_for_jobs()
    officer = let_in(product, open_page, "policy-drafter", "/console/policies/")
    fits(officer, axe)
    officer.get_by_role("link", name="首次上规模奖励").click()
    fits(officer, axe)
    loose = figure(officer, "拿到的企业")
    growth = officer.get_by_label("产值增幅门槛", exact=True)
    box = officer.get_by_label("产值增幅门槛，直接填写")

    # Twenty per cent, typed; then drawn back to nothing.
    with officer.expect_response(lambda answer: "m-growth=20" in answer.url):
        box.fill("20")
    expect(growth).to_have_value("20")
    expect(officer.locator(".lab-figures").get_by_text("少得的企业").locator("..")).to_contain_text("−")
    strict, towns = figure(officer, "拿到的企业"), officer.locator(".lab-where .lab-bars").inner_html()
    money = officer.locator(".lab-figures div").filter(has_text="金额").inner_text()
    assert strict < loose
    fits(officer, axe)
    officer.locator("summary").filter(has_text="少得最多的").click()
    expect(officer.get_by_role("table", name="少得最多的企业")).to_be_visible()
    fits(officer, axe)
    drag(officer, growth, 0)
    expect(box).to_have_value("0")
    expect(officer.locator(".lab-figures div").filter(has_text="拿到的企业").locator("dd")).to_have_text(
        str(loose)
    )
    assert officer.locator(".lab-where .lab-bars").inner_html() != towns
    assert officer.locator(".lab-figures div").filter(has_text="金额").inner_text() != money

    # Ten per cent, and a higher award for those who grow.
    drag(officer, growth, 0.2)
    expect(box).to_have_value("10")
    officer.get_by_label("奖励标准，直接填写").fill("60000")
    expect(officer.locator(".lab-budget")).to_be_visible()
    with officer.expect_download() as download:
        officer.get_by_role("link", name="CSV").click()
    assert "快照摘要" in download.value.path().read_text(encoding="utf-8-sig")
    _drafted(officer, axe)
    _published(product, open_page, axe)
    _on_its_day(product, open_page)


def _drafted(officer: Page, axe: Axe) -> None:
    expect(officer.locator("#run a", has_text="用这些数字起草")).to_have_attribute(
        "href", re.compile("m-growth=10&m-award=60000")
    )
    officer.get_by_role("link", name="用这些数字起草").click()
    fits(officer, axe)
    officer.get_by_role("button", name="放进草稿").click()
    expect(officer.get_by_role("alert")).to_contain_text("请填写新版次的名称")
    fits(officer, axe)
    officer.get_by_label("新版次名称").fill("2026-2")
    officer.get_by_label("生效日期").fill("2026-12-15")
    officer.get_by_role("button", name="放进草稿").click()
    expect(officer.get_by_role("row").filter(has_text="产值增幅门槛")).to_contain_text("10 %")
    expect(officer.get_by_role("row").filter(has_text="奖励标准")).to_contain_text("60,000 元")
    fits(officer, axe)
    _conditioned(officer, axe)
    officer.get_by_role("button", name="送审发布").click()
    expect(officer.get_by_text("已送审，等待另一位同事发布。")).to_be_visible()


def _conditioned(officer: Page, axe: Axe) -> None:
    """One more condition, line by line, read back before it is kept."""
    officer.get_by_role("link", name="修改 首次上规模奖励 · 2026-2").click()
    officer.get_by_role("link", name="增加条件").click()
    officer.locator("#fact-0").select_option("org.insured_staff")
    officer.get_by_role("button", name="继续").click()
    officer.locator("#op-0").select_option(">=")
    officer.locator("#value-0").fill("20")
    officer.get_by_role("button", name="看系统怎么理解").last.click()
    expect(officer.get_by_text("系统这样理解")).to_be_visible()
    fits(officer, axe)
    officer.get_by_label("依据的条款").select_option("c3")
    officer.get_by_label("条件（中文）").fill("参保职工不少于二十人")
    officer.get_by_label("条件（英文）").fill("At least 20 insured staff")
    officer.get_by_role("button", name="放进草稿").click()
    expect(officer.get_by_role("row").filter(has_text="参保职工不少于二十人")).to_contain_text("≥ 20")


def _published(product: Product, open_page: Open, axe: Axe) -> None:
    publisher = let_in(product, open_page, "policy-publisher", "/console/policies/", width=390, height=844)
    fits(publisher, axe)
    publisher.get_by_role("link", name="促进工业企业上规模奖励").click()
    expect(publisher.get_by_role("row").filter(has_text="产值增幅门槛")).to_contain_text("10 %")
    fits(publisher, axe)
    publisher.get_by_role("link", name=re.compile("测算 首次上规模奖励 · 2026-2")).click()
    expect(publisher.get_by_text("本版次 10 %")).to_be_visible()
    fits(publisher, axe)
    publisher.get_by_role("link", name="报告").click()
    expect(publisher.get_by_text("文本摘要")).to_be_visible()
    fits(publisher, axe)
    publisher.goto("/console/policies/")
    publisher.get_by_role("link", name="促进工业企业上规模奖励").click()
    publisher.get_by_role("button", name="发布", exact=True).click()
    expect(publisher.get_by_text("已发布").first).to_be_visible()
    fits(publisher, axe)


def _on_its_day(product: Product, open_page: Open) -> None:
    page = open_page()
    page.goto("/policies/scale-up-new/")
    expect(page.get_by_text("5 万元").first).to_be_visible()
    expect(page.get_by_text("6 万元")).to_have_count(0)
    product.stop()
    product.settings = {"TONGBAN_NOW": ITS_DAY}
    product.start()
    page.reload()
    expect(page.get_by_text("6 万元").first).to_be_visible()


def test_without_script_a_button_does_it(product: Product, open_page: Open, axe: Axe) -> None:
    product.wait_for_jobs()
    page = let_in(product, open_page, "policy-drafter", f"{LAB}?edition=2026", javascript=False)
    before = figure(page, "拿到的企业")
    page.get_by_label("产值增幅门槛", exact=True).fill("50")
    page.get_by_role("button", name="测算").click()
    assert figure(page, "拿到的企业") < before
    expect(page.get_by_label("产值增幅门槛，直接填写")).to_have_value("50")
