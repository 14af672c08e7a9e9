"""Every page of every role: usable by everybody (axe), light, quiet in the console, and there without script."""

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, resolve
from playwright.sync_api import BrowserContext, Page

from tests.journeys.tour import NO_PAGES, Guide, Tour
from tests.running import Product

pytestmark = pytest.mark.browser

KILOBYTE = 1000
MOST_BYTES = 60 * KILOBYTE
SETTLE_MS = 100  # for what a page asks for after it has been loaded
WIDTHS = {"phone": (390, 844), "desk": (1440, 900)}
LOOKS = {
    "standard": {},
    "elder": {"tb_view": "elder"},
    "contrast": {"tb_contrast": "high"},
}
# Pages whose answer is meant to say that there is nothing.
MISSING = {"/nowhere/", "/verify/NOSUCHCODE/"}


@pytest.fixture(scope="session")
def tour(product: Product) -> Tour:
    """All pages, with the cookies of those who open them."""
    return Guide(product).prepare()


def enter(context: BrowserContext, site: str, cookies: dict[str, str]) -> None:
    """Take up a session."""
    context.add_cookies([{"name": name, "value": value, "url": site} for name, value in cookies.items()])


def expected(path: str) -> int:
    """The status that a page of the tour answers with."""
    return 404 if path in MISSING else 200


def names(patterns: Any) -> set[str]:
    """The names of all addresses."""
    found = set()
    for one in patterns:
        if isinstance(one, URLResolver):
            found |= names(one.url_patterns)
        elif isinstance(one, URLPattern):
            found.add(str(one.name))
    return found


def test_the_tour_leaves_no_page_out(tour: Tour) -> None:
    seen = {"sign-in-code"}  # every journey passes it on its way in
    for _, path in tour:
        if path != "/nowhere/":
            seen.add(str(resolve(unquote(urlsplit(path).path)).url_name))
    assert names(get_resolver().url_patterns) - seen - set(NO_PAGES) == set()


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("width", WIDTHS)
def test_everybody_can_use_every_page(
    tour: Tour,
    open_page: Callable[..., Page],
    site_url: str,
    console: Any,
    axe: Callable[[Page], None],
    width: str,
    look: str,
) -> None:
    console.allow(404)
    faults: list[str] = []
    wide, high = WIDTHS[width]
    for who, paths in tour.paths.items():
        page = open_page(width=wide, height=high)
        enter(page.context, site_url, {**tour.cookies[who], **LOOKS[look]})
        for path in paths:
            answer = page.goto(path)
            if answer is None or answer.status != expected(path):
                faults.append(f"{who} {path}: {answer and answer.status}")
                continue
            over = page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            if over > 0:
                faults.append(f"{who} {path}: {over} px wider than the window")
            try:
                axe(page)
            except AssertionError as error:
                faults.append(f"{who} {error}")
    assert faults == []


def test_every_page_is_there_without_script(
    tour: Tour, open_page: Callable[..., Page], site_url: str, console: Any
) -> None:
    console.allow(404)
    faults = []
    for who, paths in tour.paths.items():
        page = open_page(javascript=False)
        enter(page.context, site_url, tour.cookies[who])
        for path in paths:
            answer = page.goto(path)
            if answer is None or answer.status != expected(path):
                faults.append(f"{who} {path}: {answer and answer.status}")
            elif not page.locator("main h1").count():
                faults.append(f"{who} {path}: no heading")
    assert faults == []


def test_no_page_is_heavy(tour: Tour, open_page: Callable[..., Page], site_url: str, console: Any) -> None:
    """Bodies of document, style sheets, scripts and icons as they cross the wire to somebody who is here first."""
    console.allow(404)
    weights: dict[str, int] = {}
    for who, path in tour:
        page = open_page()
        enter(page.context, site_url, tour.cookies[who])
        asked: list[Any] = []
        page.on("requestfinished", lambda request, kept=asked: kept.append(request))
        page.goto(path)
        page.wait_for_timeout(SETTLE_MS)
        # An applicant's own drawing weighs what it weighs.
        sizes = [
            one.sizes() for one in asked if "/materials/" not in urlsplit(one.url).path or one.url == page.url
        ]
        # Chromium counts what it takes from its cache, asked for a second time on the same page, below zero.
        weights[f"{who} {path}"] = sum(max(one["responseBodySize"], 0) for one in sizes)
        page.context.close()
    heaviest = sorted(weights.items(), key=lambda one: -one[1])[:5]
    print("heaviest pages:", *(f"{size / KILOBYTE:.1f} kB {path}" for path, size in heaviest), sep="\n  ")
    assert {path: size for path, size in weights.items() if size >= MOST_BYTES} == {}
