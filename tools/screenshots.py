"""Renews docs/screenshots/ from the running product: `make screenshots` (needs Chromium).

Starts the product in a folder of its own with the demo city, goes through it as the demo's people do, and takes each picture
at 1440 × 900.
"""

import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from playwright.sync_api import Browser, Page, sync_playwright

from tests.journeys import walking
from tests.running import running

OUT = Path(__file__).resolve().parents[1] / "docs" / "screenshots"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--no-first-run"]
SIZE = {"width": 1440, "height": 900}


def shoot(page: Page, name: str) -> None:
    """One picture, after everything has loaded."""
    page.wait_for_load_state("networkidle")
    page.screenshot(path=str(OUT / f"{name}.png"))
    print(f"{name}.png  {page.title()}")


def visitor(browser: Browser, base: str, username: str = "") -> Page:
    """A page of a fresh session, signed in when a demo account is named."""
    context = browser.new_context(base_url=base, viewport=SIZE, locale="zh-CN", reduced_motion="reduce")
    page = context.new_page()
    if username:
        walking.sign_in(page, username)
    return page


def resident(page: Page) -> None:
    """The guide, the first page of the form, the wallet and a licence."""
    page.goto("/items/food-licence/?s-business=catering&s-commitment=no")
    shoot(page, "guide")
    page.get_by_role("button", name="在线办理").first.click()
    page.goto(f"{page.url.rstrip('/')}/sections/premises/")
    shoot(page, "application")
    page.goto("/wallet/")
    page.locator("main a[href^='/wallet/']").first.click()
    shoot(page, "licence")


def officer(page: Page) -> None:
    """The queue with its lights, and a case on the desk."""
    page.goto("/desk/")
    shoot(page, "desk")
    page.locator("main table a[href^='/desk/cases/']").first.click()
    page.get_by_role("link", name="打开完整办件").or_(page.get_by_role("heading", name="申请表")).first.wait_for()
    if page.get_by_role("link", name="打开完整办件").count():
        page.get_by_role("link", name="打开完整办件").click()
    shoot(page, "case")


def main() -> int:
    """Take all pictures; returns the exit code."""
    chromium = next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), "")
    if not chromium:
        print("Chromium was not found: install it (Debian: apt-get install chromium).", file=sys.stderr)
        return 1
    OUT.mkdir(parents=True, exist_ok=True)
    with running() as product, sync_playwright() as playwright:
        product.wait_for_jobs()
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        shoot_home = visitor(browser, product.base, "chen")
        shoot_home.goto("/")
        shoot(shoot_home, "home")
        resident(shoot_home)
        officer(visitor(browser, product.base, "clerk"))
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
