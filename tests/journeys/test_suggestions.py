"""The search box while somebody types: a combobox that the keyboard drives."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_arrows_choose_a_suggestion_and_the_focus_stays_in_the_box(open_page):
    page = open_page()
    page.goto("/")
    box, options = page.get_by_role("combobox", name="搜索事项"), page.get_by_role("option")
    box.press_sequentially("高龄")
    expect(options.first).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "true")
    box.press("ArrowDown")
    expect(box).to_have_attribute("aria-activedescendant", "suggestion-1")
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(box).to_be_focused()
    box.press("Escape")
    expect(box).to_have_attribute("aria-expanded", "false")
    box.press_sequentially("津贴")
    expect(options.first).to_be_visible()
    box.press("ArrowDown")
    box.press("Enter")
    expect(page).to_have_url(re.compile(r"/items/old-age-allowance/"))
