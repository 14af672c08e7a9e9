"""The portal as an app: what a phone is told, and that nothing of anybody is kept on it."""

import re

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from tests import city

pytestmark = pytest.mark.django_db
EDITIONS = {"personal": "/?audience=person", "enterprise": "/?audience=organisation"}


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_manifest_tells_what_a_phone_needs(edition):
    answer = Client().get(f"/app/{edition}.webmanifest")
    told = answer.json()
    assert answer["Content-Type"] == "application/manifest+json"
    assert (told["id"], told["start_url"], told["scope"]) == (EDITIONS[edition], EDITIONS[edition], "/")
    assert told["display"] == "standalone"
    assert [(icon["purpose"], icon["sizes"]) for icon in told["icons"]] == [
        ("any", "any"),
        ("maskable", "any"),
    ]
    for icon in told["icons"]:
        assert finders.find(icon["src"].removeprefix("/static/"))
    assert Client().get(told["start_url"]).status_code == 200
    # A shortcut may ask to sign in first; it may not lead nowhere.
    assert {Client().get(one["url"]).status_code for one in told["shortcuts"]} <= {200, 302}


def test_the_editions_are_two_apps_in_two_languages():
    names = set()
    for language in ("zh-hans", "en"):
        client = Client()
        client.post("/ui/preferences/", {"language": language, "next": "/"})
        names |= {client.get(f"/app/{edition}.webmanifest").json()["name"] for edition in EDITIONS}
    assert len(names) == 4
    assert {bool(re.search("[\u4e00-\u9fff]", name)) for name in names} == {True, False}


def test_the_worker_reaches_the_whole_site_and_keeps_only_public_pages():
    answer = Client().get("/app-worker.js")
    assert answer["Content-Type"].startswith("text/javascript")
    program = answer.content.decode()
    assert 'credentials: "omit"' in program
    assert re.findall(r'= "(/[^"]*)";', program) == ["/app/no-network/", "/verify/offline/"]
    # Nothing is put into the store but while installing: no page that somebody asks for later.
    assert program.count("store.put(") == 1
    assert program.index("store.put(") < program.index('addEventListener("install"')


def test_the_page_is_for_everybody_and_names_its_parts(read):
    page = read(Client().get("/app/no-network/"))
    assert "现在没有网络" in page
    assert "There is no network" in page
    assert 'rel="manifest"' not in page


def test_who_acts_for_a_company_is_offered_its_edition(shopkeeper, read):
    account, company = shopkeeper
    client = city.signed_in(account)
    assert 'href="/app/personal.webmanifest"' in read(client.get("/"))
    assert client.post("/act-for/", {"for": str(company.pk)}).status_code == 302
    assert 'href="/app/enterprise.webmanifest"' in read(client.get("/"))
