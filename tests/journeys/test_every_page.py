"""Every page of every role: usable by everybody (axe), light, quiet in the console, and there without script."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, resolve
from playwright.sync_api import BrowserContext, Page

from tests.journeys.no_pages import NO_PAGES
from tests.journeys.tour import Guide, Tour
from tests.running import Product

pytestmark = pytest.mark.browser

KILOBYTE = 1000
MOST_BYTES = 60 * KILOBYTE
WIDTHS = {"phone": (390, 844), "desk": (1440, 900)}
LOOKS = {
    "standard": {},
    "elder": {"tb_view": "elder"},
    "contrast": {"tb_contrast": "high"},
}
# What is looked at: every page in the standard look at both widths; in the others, which differ in style and not in
# content, every design once, where it is mostly used: people's pages on a phone, officers' at a desk.
WALKS = [("phone", "standard"), ("desk", "standard"), ("usual", "elder"), ("usual", "contrast")]
OF_OFFICERS = ("/desk/", "/console/", "/counter/")
HEADING = re.compile(r"<main\b.*<h1\b", re.DOTALL)
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


def each_design_once(tour: Tour) -> dict[str, list[str]]:
    """One page for each address that the site knows, of the first account that opens it and with the same questions.

    Every page is looked at in the standard look; in the others, which differ in style and not in content, every design.
    """
    seen: set[tuple[str, ...]] = set()
    found: dict[str, list[str]] = {}
    for who, path in tour:
        parts = urlsplit(path)
        asked = sorted(part.partition("=")[0] for part in parts.query.split("&"))
        name = "nowhere" if path == "/nowhere/" else str(resolve(unquote(parts.path)).url_name)
        if (design := (name, *asked)) not in seen:
            seen.add(design)
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


@pytest.mark.parametrize(("width", "look"), WALKS)
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
    scale = Scale()
    for who, paths in (tour.paths if look == "standard" else each_design_once(tour)).items():
        page = open_page()
        scale.watch(page)
        enter(page.context, site_url, {**tour.cookies[who], **LOOKS[look]})
        for path in paths:
            wide, high = WIDTHS[usual(path) if width == "usual" else width]
            page.set_viewport_size({"width": wide, "height": high})
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
            scale.note(page, f"{who} {path}")
    assert faults == []
    assert scale.heavy() == {}


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
