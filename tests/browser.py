"""Chromium for journeys: a page that fails its test on console errors, policy reports and foreign addresses."""

import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # No address but this machine's is found. Pages are watched, not stopped on their way: asking a program about each request
    # would switch the browser's cache off.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE localhost , EXCLUDE 127.0.0.1",
]
# The one without a window, where it is there, starts and shows pages faster.
PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

# Runs before any script of a page: what the content security policy refused is reported like an error.
WATCH_POLICY = """
document.addEventListener("securitypolicyviolation", (report) =>
  console.error("content security policy: " + report.violatedDirective + " " + report.blockedURI));
"""


@dataclass
class Console:
    """What pages complained about. A test that provokes an answer on purpose allows its status."""

    complaints: list[str] = field(default_factory=list)
    allowed: set[int] = field(default_factory=set)
    lines: set[str] = field(default_factory=set)
    sites: list[str] = field(default_factory=lambda: ["data:", "blob:", "about:"])

    def allow(self, *statuses: int) -> None:
        """Expect answers with these HTTP statuses; Chromium writes each to the console as an error."""
        self.allowed.update(statuses)

    def allow_no_network(self) -> None:
        """Expect requests that the test's cut keeps from going out, the browser's own for workers among them."""
        self.lines.update(
            {"ERR_INTERNET_DISCONNECTED", "An unknown error occurred when fetching the script."}
        )

    def see(self, url: str) -> None:
        """Complain of a request to any other site."""
        if not url.startswith(tuple(self.sites)):
            self.complaints.append(f"the page asked for {url}")

    def unexpected(self) -> list[str]:
        """The complaints that no test asked for."""
        marks = [f"status of {status} " for status in self.allowed] + sorted(self.lines)
        return [text for text in self.complaints if not any(mark in text for mark in marks)]


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """The installed Chromium, without a window."""
    from playwright.sync_api import sync_playwright

    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        pytest.fail(f"TONGBAN_TEST_BROWSER=1, but none of {', '.join(PROGRAMS)} is on the PATH")
    # Playwright keeps an event loop in this thread, and Django would refuse the test's own queries because of it.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield chromium
        chromium.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def console() -> Iterator[Console]:
    """Everything this test's pages write to the console as an error; the test fails when something is left."""
    watched = Console()
    yield watched
    assert watched.unexpected() == []


@pytest.fixture
def site_url(live_server: Any) -> str:
    """Where the pages come from: pytest-django's server; journeys put the running product in its place."""
    return live_server.url


@pytest.fixture
def open_page(browser: Any, site_url: str, console: Console) -> Iterator[Callable[..., Any]]:
    """Open a page of its own session: `open_page(width=390, height=844, javascript=False)`.

    Paths are relative to the site; any other address counts as a complaint, and is not found.
    """
    contexts = []
    console.sites.append(site_url)

    def hear(message: Any) -> None:
        if message.type == "error":
            console.complaints.append(f"{message.text} ({message.location.get('url', '')})")

    def open_one(*, width: int = 1440, height: int = 900, javascript: bool = True, **options: Any) -> Any:
        context = browser.new_context(
            base_url=site_url,
            viewport={"width": width, "height": height},
            locale=options.pop("locale", "zh-CN"),
            timezone_id="Asia/Shanghai",
            reduced_motion="reduce",
            java_script_enabled=javascript,
            accept_downloads=True,
            # Every page of the portal starts the worker; it is for the journeys that ask for it.
            service_workers=options.pop("service_workers", "block"),
            **options,
        )
        context.set_default_timeout(10_000)
        context.add_init_script(WATCH_POLICY)
        context.on("request", lambda request: console.see(request.url))
        context.on("console", hear)
        context.on("weberror", lambda failure: console.complaints.append(str(failure.error)))
        contexts.append(context)
        return context.new_page()

    yield open_one
    for context in contexts:
        context.close()


@pytest.fixture
def page(open_page: Callable[..., Any]) -> Any:
    """A page at 1440 × 900."""
    return open_page()


@pytest.fixture
def phone(open_page: Callable[..., Any]) -> Any:
    """A page at 390 × 844, touched by fingers."""
    return open_page(width=390, height=844, is_mobile=True, has_touch=True)


@pytest.fixture(scope="session")
def axe() -> Callable[..., None]:
    """Assert that axe finds nothing on the page: `axe(page)`; `only` and `without` name rules."""
    from axe_playwright_python.base import AXE_SCRIPT

    def asked(only: Sequence[str], without: Sequence[str]) -> str:
        which = {"type": "rule", "values": list(only)} if only else {"type": "tag", "values": AXE_TAGS}
        rules = {name: {"enabled": False} for name in without}
        return json.dumps({"runOnly": which, "rules": rules, "resultTypes": ["violations"]})

    def check(page: Any, *, only: Sequence[str] = (), without: Sequence[str] = ()) -> None:
        page.wait_for_load_state()  # without its style sheets every page has faults that nobody sees
        # Evaluated by the debugger, which the page's content security policy does not concern.
        if not page.evaluate("'axe' in window"):
            page.evaluate(AXE_SCRIPT)
        found = page.evaluate(f"axe.run(document, {asked(only, without)})")["violations"]
        lines = [
            f"{violation['id']}: {violation['help']}\n    {node['target']} {node['html'][:160]}"
            for violation in found
            for node in violation["nodes"][:3]
        ]
        assert not lines, f"{page.url}\n" + "\n".join(lines)

    return check
