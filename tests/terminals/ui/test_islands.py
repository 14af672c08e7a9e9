"""What ui.js adds, and that the same things work without it."""

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

LETTER = {"name": "布局图.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4"}
BAD = {"name": "bad.txt", "mimeType": "text/plain", "buffer": b"x"}


def test_the_error_summary_takes_the_focus_and_leads_to_the_field(page):
    page.goto("/ui/gallery/")
    assert page.evaluate("document.activeElement.hasAttribute('data-error-summary')")
    page.click("[data-error-summary] a[href='#sample-use']")
    assert page.evaluate("document.activeElement.name") == "sample-use"


def test_a_dialog_opens_and_closes(page):
    page.goto("/ui/gallery/")
    page.click("[data-dialog]")
    assert page.locator("#g-dialog").is_visible()
    page.click("#g-dialog [data-close]")
    assert page.locator("#g-dialog").is_hidden()


def test_letters_walk_the_queue_only_from_inside(page):
    page.goto("/ui/gallery/desk/")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.tagName") == "BODY"
    page.focus(".queue tbody a")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#case-1"
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#case-0"


def test_control_k_goes_to_the_search(page):
    page.goto("/ui/gallery/desk/")
    page.keyboard.press("Control+k")
    assert page.evaluate("document.activeElement.id") == "desk-search"


def test_an_upload_swaps_its_own_row(page, console):
    console.allow(422)
    page.goto("/materials/")
    page.set_input_files("#material-layout-file", LETTER)
    page.locator("#material-layout .material-files").get_by_text("布局图.pdf").wait_for()
    page.set_input_files("#material-layout-file", BAD)
    page.locator("#material-layout-error").wait_for()
    assert page.url.endswith("/materials/")


def test_without_script_a_file_is_posted_plainly(open_page):
    page = open_page(javascript=False)
    page.goto("/materials/")
    page.set_input_files("#material-layout-file", LETTER)
    page.click("#material-layout .drop button")
    assert page.locator("#material-layout .material-files").inner_text().startswith("布局图.pdf")


def test_without_script_preferences_are_kept(open_page):
    page = open_page(javascript=False)
    page.goto("/ui/gallery/")
    page.click("button[name=view]")
    assert page.url.endswith("/ui/gallery/")
    assert page.locator("html").get_attribute("data-view") == "elder"
    page.click("button[name=language]")
    assert page.locator("html").get_attribute("lang") == "en"
