"""The manager of a foreign-invested firm who reads no Chinese, on a phone: from the firm's home to everything it does here."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.filing import fits, let_in
from tests.running import Product
from tests.terminals.portal.test_english import CHINESE, Unmarked

pytestmark = pytest.mark.browser
PHONE: dict[str, Any] = {"width": 390, "height": 844, "is_mobile": True, "has_touch": True}
FIRM = "Rheinland Sample Precision (Dongguan) Co., Ltd."
_FOREIGN = f"""
from tests import city
city._serial = __import__("itertools").count(8701)
boss = city.person("Anna Weber")
facts = {{"org__foreign_kind": "foreign", "org__size": "small", "org__graduates_hired": 2, "org__industry": "3484"}}
firm = city.organisation(boss, {FIRM!r}, **facts)
print(city.account(boss).username)
"""


English = Callable[[Page, str], None]


@pytest.fixture
def english(axe: Callable[[Page], None]) -> English:
    """Checks a page: its heading, its language, no Chinese that is not marked as such, no overflow, axe."""

    def check(page: Page, heading: str) -> None:
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        expect(page.locator("html")).to_have_attribute("lang", "en")
        # The title of a window cannot mark a part of itself: another firm's heading stands there as it was written.
        whole = page.content().replace(f"<title>{heading}", "<title>")
        assert Unmarked(whole).found == [], page.url
        spoken = page.locator("button, label, legend, nav a, summary, main h2").all_inner_texts()
        assert [text for text in spoken if CHINESE.search(text) and text.strip() != "中文"] == [], page.url
        fits(page, axe)

    return check


def from_home(page: Page, link: str) -> None:
    """From the firm's home by one of its links."""
    page.goto("/enterprise/")
    page.get_by_role("main").get_by_role("link", name=link, exact=True).first.click()


def come_in(page: Page, english: English) -> None:
    """Switch to English and choose the firm."""
    page.get_by_role("link", name=re.compile("^English")).click()
    page.get_by_role("contentinfo").get_by_role("link", name="Business services").click()
    english(page, "Business services")
    page.get_by_label("Act for").select_option(label=FIRM)
    page.get_by_role("button", name="Switch").click()
    english(page, FIRM)


def open_first(page: Page, english: English, links: str) -> None:
    """The first of these, whose words are the heading of its page."""
    link = page.locator(links).first
    name = link.inner_text()
    link.click()
    english(page, name)


def what_it_can_get(page: Page, english: English) -> None:
    """Its subsidies, and one of them with what is missing."""
    from_home(page, "What I can have")
    english(page, FIRM)
    open_first(page, english, "main h2 a[href^='/policies/'], main h3 a[href^='/policies/']")


def appeal(page: Page, english: English) -> None:
    """Say what is difficult; it has a number and a course afterwards."""
    from_home(page, "Make an appeal, follow one")
    english(page, "Appeals of firms")
    page.get_by_role("main").get_by_role("link", name="File an appeal").first.click()
    english(page, "File an appeal")
    page.get_by_role("link", name="Power", exact=True).click()
    english(page, "File an appeal")
    page.get_by_label("In one sentence").fill("Power fails every night")
    page.get_by_label("Details").fill("The line stands still for an hour each night.")
    page.get_by_role("button", name="Submit", exact=True).click()
    english(page, "Power fails every night")


def market(page: Page, english: English) -> None:
    """What others offer and need; their words stay theirs."""
    from_home(page, "Market of offers and needs")
    english(page, "My posts")
    page.get_by_role("main").get_by_role("link", name="Market of offers and needs").click()
    english(page, "Market of offers and needs")
    open_first(page, english, ".market-line h3 a")


def project(page: Page, english: English) -> None:
    """An expansion from its questions to its page, and from there a need into the market."""
    from_home(page, "We want to expand")
    english(page, "We want to expand")
    page.get_by_label("Total investment (10,000 yuan)").fill("6000")
    page.get_by_label("How much plant to rent (square metres)?").fill("900")
    page.get_by_role("button", name="See what it takes").click()
    english(page, "We want to expand")
    page.locator("input[name=name]").fill("Second gear line")
    page.locator("main button[value=open]").click()
    english(page, "Second gear line")
    page.get_by_role("link", name="Post in the market").click()
    english(page, "Post: Plant, Need")
    expect(page.get_by_label("Title")).to_have_value("Plant to rent: 900 square metres")
    expect(page.get_by_label("Area")).to_have_value("900")
    page.goto("/enterprise/projects/")
    english(page, "Our projects")


def test_a_foreign_firms_manager_goes_from_home_to_people(
    product: Product, open_page: Callable[..., Page], english: English
) -> None:
    page = let_in(product, open_page, product.python(_FOREIGN).strip(), **PHONE)
    come_in(page, english)
    what_it_can_get(page, english)
    appeal(page, english)
    market(page, english)
    project(page, english)
    from_home(page, "People of the enterprise")
    english(page, "People of the enterprise")
