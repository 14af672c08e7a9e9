"""`make screenshots`: renew docs/screenshots/ from the running product, with invented people, at 1440 × 900."""

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Page, sync_playwright  # noqa: E402 -- the repository's root comes first

from tests.browser import ARGUMENTS, PROGRAMS  # noqa: E402
from tests.journeys import walking  # noqa: E402
from tests.running import Product, running  # noqa: E402

FOLDER = ROOT / "docs" / "screenshots"
SIZE = {"width": 1440, "height": 900}
GUIDE = "/items/food-licence/?s-business=catering&s-commitment=no"


def shoot(page: Page, name: str) -> None:
    """Keep what a visitor sees without scrolling."""
    page.wait_for_load_state("networkidle")
    path = FOLDER / f"{name}.png"
    page.screenshot(path=path, animations="disabled")
    print(f"{path.relative_to(ROOT)}  {path.stat().st_size // 1000} kB  {page.title()}")


def walk(product: Product, open_page: Callable[[], Page]) -> None:
    """Through the main job, with a picture at six of its points; then what an enterprise is entitled to."""
    chen = open_page()
    walking.sign_in(chen, "chen")
    chen.goto("/")
    shoot(chen, "home")
    chen.goto(GUIDE)
    shoot(chen, "guide")
    walking.apply(chen)
    application = chen.url
    walking.complete_food_licence(chen)
    chen.goto(f"{application}sections/subject/")
    shoot(chen, "application")
    chen.goto(f"{application}check/")
    number = walking.submit(chen)

    clerk = open_page()
    walking.sign_in(clerk, "clerk")
    product.wait_for_jobs()
    clerk.goto("/desk/")
    shoot(clerk, "desk")
    walking.open_at_desk(clerk, number)
    shoot(clerk, "case")

    chen.goto("/wallet/")
    chen.get_by_role("link", name=walking.BUSINESS_LICENCE).first.click()
    shoot(chen, "licence")
    _entitled(product, open_page)


def _entitled(product: Product, open_page: Callable[[], Page]) -> None:
    """What a manufacturer can have at once, an award to be confirmed in one tap, and the laboratory of policies."""
    lin = _let_in(product, open_page(), "lin")
    lin.goto("/policies/mine/")
    lin.get_by_label("代表").select_option(index=1)
    lin.get_by_role("button", name="切换").click()
    lin.get_by_role("link", name="去确认").wait_for()
    shoot(lin, "policies")
    lin.goto("/policies/awards/")
    lin.get_by_role("link", name="去确认").first.click()
    lin.locator("#account").wait_for()
    shoot(lin, "award")
    drafter = _let_in(product, open_page(), "policy-drafter")
    drafter.goto("/console/policies/items/scale-up-new/?edition=2026&m-growth=20")
    shoot(drafter, "laboratory")


def _let_in(product: Product, page: Page, who: str) -> Page:
    """Signed in, by the cookies of a session that a program opened."""
    cookies = product.visitor(who).cookies
    page.context.add_cookies([{"name": n, "value": v, "url": product.base} for n, v in cookies.items()])
    return page


def main() -> int:
    """Start the product, walk, stop it."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        print(f"none of {', '.join(PROGRAMS)} is on the PATH", file=sys.stderr)
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    with running() as product, sync_playwright() as playwright:
        product.wait_for_jobs()
        chromium = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)

        def open_page() -> Page:
            options: dict[str, Any] = {
                "locale": "zh-CN",
                "timezone_id": "Asia/Shanghai",
                "reduced_motion": "reduce",
            }
            context = chromium.new_context(base_url=product.base, viewport=SIZE, **options)
            return context.new_page()

        walk(product, open_page)
        chromium.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
