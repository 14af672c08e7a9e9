"""Two host names of one server in a browser: the page of a case shows pictures that come from the other, letters are saved."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests import city
from tongban.kernel.cases import actions as cases

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def files(live_server, settings):
    """Pages at localhost, files at 127.0.0.1: to a browser two sites, with cookies of their own."""
    settings.FILES_URL = f"http://127.0.0.1:{urlsplit(live_server.url).port}"
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
    return settings.FILES_URL


def test_pictures_load_and_letters_are_saved_without_a_cookie_there(
    open_page, live_server, files, clock, console
):
    clerk = city.officer("clerk", agency="")
    case, _by = city.food()
    cases.accept(case_id=case.pk, by=city.actor(clerk))
    city.run_jobs()
    page = open_page()
    session = city.signed_in(clerk).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    console.sites.append(files)
    asked = []
    page.on("request", lambda one: asked.append(one) if one.url.startswith(files) else None)

    page.goto(f"/desk/cases/{case.pk}/")
    picture = page.get_by_role("img", name=re.compile("第 1 页"))
    expect(picture).to_be_visible()
    page.wait_for_function("node => node.complete", arg=picture.element_handle())
    assert picture.evaluate("node => node.naturalWidth") == 320
    assert [urlsplit(one.url).path[:3] for one in asked] == ["/f/"]
    assert "cookie" not in asked[0].all_headers()
    assert "referer" not in asked[0].all_headers()
    assert not page.context.cookies(files)

    letter = page.locator("a[href*='/letters/']").first
    letter.evaluate("node => node.removeAttribute('target')")
    with page.expect_download() as saved:
        letter.click()
    assert saved.value.url.startswith(f"{files}/f/")
    assert Path(saved.value.path()).read_bytes().startswith(b"%PDF")


def test_another_host_than_the_one_named_is_refused_by_the_browser(
    open_page, live_server, files, settings, clock, console
):
    """That the first test can fail: with a policy that does not name the host the same picture does not load."""
    from tongban.terminals.ui import middleware

    clerk = city.officer("clerk", agency="")
    case, _by = city.food()
    page = open_page()
    session = city.signed_in(clerk).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    console.sites.append(files)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(middleware, "_with_files", lambda policy: policy)
        page.goto(f"/desk/cases/{case.pk}/")
        picture = page.get_by_role("img", name=re.compile("第 1 页"))
        page.wait_for_function("node => node.complete", arg=picture.element_handle())
    assert picture.evaluate("node => node.naturalWidth") == 0
    assert any("img-src" in text for text in console.complaints)
    console.complaints.clear()
