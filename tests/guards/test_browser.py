"""The browser fixtures themselves: they see errors, refuse foreign addresses, and axe finds what is planted."""

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_console_errors_are_seen(page, console):
    page.evaluate("console.error('planted')")
    page.evaluate("1")
    assert [text.split(" ")[0] for text in console.unexpected()] == ["planted"]
    console.complaints.clear()


def test_foreign_addresses_are_refused(page, console):
    page.set_content('<html lang="zh"><img alt="" src="http://192.0.2.1/a.png"></html>')
    assert "the page asked for http://192.0.2.1/a.png" in console.complaints
    console.complaints.clear()


def test_an_expected_answer_is_no_complaint(page, console):
    console.allow(404)
    page.goto("/no-such-page-anywhere/")
    assert console.unexpected() == []


def test_axe_finds_what_is_planted(page, axe):
    page.set_content('<html lang="zh"><title>x</title><main><h1>x</h1><img src="data:,"></main></html>')
    with pytest.raises(AssertionError, match="image-alt"):
        axe(page)
