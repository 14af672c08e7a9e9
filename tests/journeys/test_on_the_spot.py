"""What the city decides from its own data: a proof in seconds, an allowance for which nothing is typed."""

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import walking
from tests.journeys.walking import signed_in

pytestmark = pytest.mark.browser


def nothing_to_type(page: Page) -> None:
    """No field on the page can be written in."""
    for field in page.locator("main").locator("input:visible, textarea:visible, select:visible").all():
        expect(field).not_to_be_editable()


def test_a_proof_of_insurance_in_seconds(open_page: Callable[..., Page]) -> None:
    chen = signed_in(open_page, "chen")
    start = time.monotonic()
    walking.find(chen, "参保证明", "个人参保证明")
    chen.locator("#situation").get_by_role("radio").first.check()
    expect(chen).to_have_url(re.compile("s-purpose="))
    walking.apply(chen)
    expect(chen.get_by_role("heading", level=1)).to_have_text("核对并提交")
    nothing_to_type(chen)
    walking.submit(chen)
    typed = time.monotonic() - start
    proof = walking.download_credential(chen)
    print(f"participation proof: {typed:.1f} s on pages, sealed paper after {time.monotonic() - start:.1f} s")
    assert proof.startswith(b"%PDF")


def test_an_allowance_without_typing(open_page: Callable[..., Page]) -> None:
    liang = signed_in(open_page, "liang")
    walking.find(liang, "高龄津贴", "高龄老人津贴")
    walking.apply(liang)
    expect(liang.get_by_role("heading", level=1)).to_have_text("核对并提交")
    nothing_to_type(liang)
    number = walking.submit(liang)
    id = walking.case_id(liang)

    for username, work in (
        ("clerk-civil", walking.accept),
        ("reviewer-civil", walking.review),
        ("decider-civil", walking.grant),
    ):
        officer = signed_in(open_page, username)
        walking.open_at_desk(officer, number)
        work(officer)

    liang.goto(f"/cases/{id}/")
    walking.wait_for(liang, "查看证照")
    liang.get_by_role("link", name="查看证照").first.click()
    expect(liang.get_by_text("每月").first).to_be_visible()
