"""Every page of every role: usable by everybody (axe), light, quiet in the console, and there without script."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.urls import URLPattern, URLResolver, get_resolver, resolve
from playwright.sync_api import BrowserContext, Page

from tests.journeys.no_pages import NO_PAGES
from tests.journeys.tour import Guide, Tour
from tests.running import Product

pytestmark = pytest.mark.browser

KILOBYTE = 1000
MOST_BYTES = 60 * KILOBYTE
WIDTHS = {"phone": (390, 844), "desk": (1440, 900)}
LOOKS = {"elder": {"tb_view": "elder"}, "contrast": {"tb_contrast": "high"}}
# Every page is looked at where it is mostly used: people's pages on a phone, officers' at a desk; it must fit both. Every
# design is looked at in the other width too, and in the looks, which differ in style and not in content: larger text asks
# for less contrast, and another palette changes nothing but colours, so each look is asked what it can get wrong.
COLOURS = ["color-contrast", "link-in-text-block"]
OF_OFFICERS = ("/desk/", "/console/", "/counter/")
HEADING = re.compile(r"<main\b.*<h1\b", re.DOTALL)
# Pages whose answer is meant to say that there is nothing.
MISSING = {"/nowhere/", "/verify/NOSUCHCODE/"}


@pytest.fixture(scope="session")
def tour(product: Product) -> Tour:
    """All pages, with the cookies of those who open them."""
    return Guide(product).prepare()


def enter(context: BrowserContext, site: str, cookies: dict[str, str]) -> None:
    """Take up a session, in which every page is going to be asked by axe."""
    context.add_init_script(AXE_SCRIPT)
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


def design(path: str) -> tuple[str, ...]:
    """What pages of one design have in common: the address that the site knows, and what is asked."""
    parts = urlsplit(path)
    asked = sorted(part.partition("=")[0] for part in parts.query.split("&"))
    name = "nowhere" if path == "/nowhere/" else str(resolve(unquote(parts.path)).url_name)
    return (name, *asked)


def each_design_once(tour: Tour) -> dict[str, list[str]]:
    """One page of each design, of the first account that opens it."""
    seen: set[tuple[str, ...]] = set()
    found: dict[str, list[str]] = {}
    for who, path in tour:
        if design(path) not in seen:
            seen.add(design(path))
            found.setdefault(who, []).append(path)
    return found


def usual(path: str) -> str:
    """The width at which a page is mostly looked at."""
    return "desk" if path.startswith(OF_OFFICERS) else "phone"


class Scale:
    """What pages weigh on the wire for somebody who is here first: document, style sheets, scripts, icons and pictures.

    A part that the browser has already, it takes from its cache: then it counts as what it weighed when it came.
    """

    def __init__(self) -> None:
        self.parts: dict[str, int] = {}
        self.asked: list[Any] = []
        self.weights: dict[str, int] = {}

    def watch(self, page: Page) -> None:
        """Take note of everything that a page asks for."""
        page.on("requestfinished", self._keep)

    def _keep(self, request: Any) -> None:
        self.asked.append(request)

    def note(self, page: Page, name: str) -> None:
        """Weigh what was asked for since the last page."""
        asked, self.asked[:] = list(self.asked), []
        urls = set()
        for one in asked:
            # An applicant's own drawing weighs what it weighs.
            if "/materials/" not in urlsplit(one.url).path or one.url == page.url:
                urls.add(one.url)
                # Chromium counts what it takes from its cache below zero.
                self.parts[one.url] = max(one.sizes()["responseBodySize"], self.parts.get(one.url, 0))
        self.weights[name] = sum(self.parts[url] for url in urls)

    def heavy(self) -> dict[str, int]:
        """The pages that weigh too much."""
        heaviest = sorted(self.weights.items(), key=lambda one: -one[1])[:5]
        print("heaviest pages:", *(f"{size / KILOBYTE:.1f} kB {path}" for path, size in heaviest), sep="\n  ")
        return {path: size for path, size in self.weights.items() if size >= MOST_BYTES}


class Walk:
    """Opens pages one after another and keeps what is wrong with them."""

    def __init__(self, axe: Callable[..., None]) -> None:
        self.axe = axe
        self.faults: list[str] = []

    def opened(self, page: Page, who: str, path: str, width: str) -> bool:
        """The page is there, in a window of this width."""
        self.resize(page, width)
        answer = page.goto(path)
        if answer is None or answer.status != expected(path):
            self.faults.append(f"{who} {path}: {answer and answer.status}")
            return False
        return True

    def resize(self, page: Page, width: str) -> None:
        """Another window."""
        wide, high = WIDTHS[width]
        page.set_viewport_size({"width": wide, "height": high})

    def fits(self, page: Page, who: str) -> None:
        """The page is no wider than its window."""
        page.wait_for_load_state()
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if over > 0:
            self.faults.append(f"{who} {page.url}: {over} px wider than the window")

    def usable(self, page: Page, who: str, **rules: Any) -> None:
        """Axe finds nothing."""
        try:
            self.axe(page, **rules)
        except AssertionError as error:
            self.faults.append(f"{who} {error}")


def test_everybody_can_use_every_page(
    tour: Tour, open_page: Callable[..., Page], site_url: str, console: Any, axe: Callable[..., None]
) -> None:
    console.allow(404)
    walk, scale, seen = Walk(axe), Scale(), set()
    for who, paths in tour.paths.items():
        page = open_page()
        scale.watch(page)
        enter(page.context, site_url, tour.cookies[who])
        for path in paths:
            if not walk.opened(page, who, path, usual(path)):
                continue
            walk.fits(page, who)
            walk.usable(page, who)
            walk.resize(page, "phone" if usual(path) == "desk" else "desk")
            walk.fits(page, who)
            if design(path) not in seen:
                seen.add(design(path))
                walk.usable(page, who)
            scale.note(page, f"{who} {path}")
    assert walk.faults == []
    assert scale.heavy() == {}


@pytest.mark.parametrize(
    ("look", "rules"), [("elder", {"without": COLOURS}), ("contrast", {"only": COLOURS})]
)
def test_everybody_can_use_every_look(
    tour: Tour,
    open_page: Callable[..., Page],
    site_url: str,
    console: Any,
    axe: Callable[..., None],
    look: str,
    rules: dict[str, list[str]],
) -> None:
    console.allow(404)
    walk = Walk(axe)
    for who, paths in each_design_once(tour).items():
        page = open_page()
        enter(page.context, site_url, {**tour.cookies[who], **LOOKS[look]})
        for path in paths:
            if walk.opened(page, who, path, usual(path)):
                walk.fits(page, who)
                walk.usable(page, who, **rules)
    assert walk.faults == []


def test_every_page_is_there_without_script(tour: Tour, product: Product) -> None:
    """What the server sends has the whole page in it: asked for by a program that runs no script."""
    faults = []
    for who, paths in tour.paths.items():
        visitor = product.visitor()
        visitor.cookies.update(tour.cookies[who])
        for path in paths:
            answer = visitor.get(quote(path, safe="/?&=%#+"))
            if answer.status == 302:  # a page that leads on to where its case stands
                answer = visitor.get(answer.headers["location"])
            if answer.status != expected(path):
                faults.append(f"{who} {path}: {answer.status}")
            elif not HEADING.search(answer.text):
                faults.append(f"{who} {path}: no heading")
    assert faults == []
