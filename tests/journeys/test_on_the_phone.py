"""The portal on a phone whose network comes and goes."""

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser import Console
from tests.journeys.filing import fits
from tests.running import Product

pytestmark = pytest.mark.browser


def test_without_a_network_the_phone_shows_a_page_of_ours(
    open_page: Callable[..., Page], product: Product, console: Console, axe: Callable[[Page], None]
):
    page = open_page(width=390, height=844, is_mobile=True, has_touch=True, service_workers="allow")
    page.goto("/")
    told = page.evaluate(
        "fetch(document.querySelector('link[rel=manifest]').href).then((answer) => answer.json())"
    )
    assert told["start_url"] == "/?audience=person"
    scope = page.evaluate("navigator.serviceWorker.ready.then((ready) => ready.scope)")
    assert scope == f"{product.base}/"
    base = product.base  # asked before the cut
    found = page.context.new_cdp_session(page).send("Page.getInstallabilityErrors")["installabilityErrors"]
    # A test's browser keeps nothing, and Chromium installs nothing there; it must have no other objection.
    assert {error["errorId"] for error in found} <= {"in-incognito"}
    console.allow_no_network()
    page.context.set_offline(True)
    page.goto(f"{base}/halls/")
    expect(page.get_by_role("heading", level=1)).to_have_text("现在没有网络")
    fits(page, axe)
    page.get_by_role("link", name="没有网络也能核验证照").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("离线核验")
    page.context.set_offline(False)


def test_a_browser_that_takes_no_worker_checks_all_the_same(
    open_page: Callable[..., Page], product: Product, axe: Callable[[Page], None]
):
    page = open_page(width=390, height=844, service_workers="allow")
    page.add_init_script(
        "navigator.serviceWorker.register = () => { window.asked = true; return Promise.reject(Error('cut')); }"
    )
    page.goto("/verify/offline/")
    page.wait_for_function("window.asked")
    page.get_by_label("扫码得到的文字").fill("nothing of ours")
    page.get_by_role("button", name="核验").click()
    expect(page.get_by_role("heading", name="不是可以离线核验")).to_be_visible()
    fits(page, axe)


def test_a_push_shows_its_sentence_and_leads_to_the_inbox(open_page: Callable[..., Page], product: Product):
    page = open_page(service_workers="allow", permissions=["notifications"])
    page.goto("/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    worker = page.context.service_workers[0]
    # A Chromium without a window has nowhere to show a notification, so what the worker asks for is looked at.
    worker.evaluate(
        "() => { self.asked = []; const show = self.registration.showNotification.bind(self.registration);"
        " self.registration.showNotification = (title, more) => {"
        " self.asked.push([title, more.tag, more.data.url]); return show(title, more); }; }"
    )
    service, found = page.context.new_cdp_session(page), []
    service.on("ServiceWorker.workerRegistrationUpdated", lambda told: found.extend(told["registrations"]))
    service.send("ServiceWorker.enable")
    page.wait_for_timeout(1000)  # the browser tells its registrations when it likes
    told = json.dumps({"text": "Received: residence permit", "tag": "e1", "url": "/inbox/"})
    push = {"origin": product.base, "registrationId": found[0]["registrationId"], "data": told}
    service.send("ServiceWorker.deliverPushMessage", push)
    page.wait_for_timeout(1000)
    assert worker.evaluate("self.asked") == [["Received: residence permit", "e1", "/inbox/"]]
