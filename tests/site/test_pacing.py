"""Requests a minute: one's own share is nobody else's, what is too much is said kindly, and counting asks no database."""

import json
from datetime import datetime, timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import city
from tests.terminals.portal.test_signing import code_on
from tongban.foundation import time
from tongban.site import environment, pacing
from tongban.site.counting import Counts

pytestmark = pytest.mark.django_db
LIMITS = {"account": 5, "device": 4, "address": 3, "exchange": 2}


@pytest.fixture
def wall(monkeypatch):
    """The machine's time, which a test moves."""
    now = [datetime(2026, 3, 2, 1, 0, 10, tzinfo=time.SHANGHAI)]
    monkeypatch.setattr(pacing.time, "wall_clock", lambda: now[0])
    return now


@pytest.fixture
def limited(settings, wall, monkeypatch, tmp_path):
    settings.REQUEST_LIMITS = LIMITS
    monkeypatch.setattr(pacing.PacingMiddleware, "counts", Counts(tmp_path, "secret"))
    return settings


def read(response) -> str:
    return unescape(response.content.decode())


def statuses(client: Client, many: int, path: str, **more) -> list[int]:
    return [client.get(path, **more).status_code for _ in range(many)]


def test_a_stranger_is_counted_by_address_until_the_minute_is_over(limited, wall):
    client = Client()
    assert statuses(client, 5, "/api/items/") == [200, 200, 200, 429, 429]
    assert Client().get("/api/items/").status_code == 429, "another browser at the same address"
    assert client.get("/api/items/", REMOTE_ADDR="192.0.2.7").status_code == 200
    refused = client.get("/api/items/")
    assert refused["Retry-After"] == "50"
    assert json.loads(refused.content)["error"]["code"] == "requests.too_many"
    wall[0] += timedelta(seconds=50)
    assert statuses(client, 4, "/api/items/") == [200, 200, 200, 429]


def test_the_page_says_when_and_that_nothing_is_locked_in_both_languages(limited):
    client = Client()
    statuses(client, 3, "/api/items/")
    page = client.get("/")
    assert (page.status_code, page["Retry-After"]) == (429, "50")
    assert "请在 50 秒后再试" in read(page)
    assert "没有被锁定" in read(page)
    client.cookies["tb_lang"] = "en"
    assert "not locked" in read(client.get("/"))


def test_who_is_signed_in_has_a_share_that_strangers_cannot_use_up(limited):
    resident, other = (city.signed_in(city.account(city.person(name))) for name in ("陈晓雯", "何伟"))
    statuses(Client(), 9, "/api/items/")
    assert statuses(resident, 7, "/api/items/") == [200] * 5 + [429] * 2
    assert statuses(other, 1, "/api/items/") == [200]
    moved = resident.get("/api/items/", REMOTE_ADDR="192.0.2.7")
    assert moved.status_code == 429, "an account is not multiplied by addresses"


def test_a_browser_that_has_signed_in_before_can_sign_in_when_its_address_is_used_up(limited):
    account = city.account(city.person("陈晓雯"))
    limited.REQUEST_LIMITS = {}
    known = Client()
    known.post("/sign-in/", {"username": account.username})
    known.post("/sign-in/code/", {"code": code_on(known.get("/sign-in/code/"))})
    known.post("/sign-out/")
    limited.REQUEST_LIMITS = LIMITS
    statuses(Client(), 9, "/api/items/")
    assert Client().get("/sign-in/").status_code == 429
    assert statuses(known, 6, "/sign-in/") == [200] * 4 + [429] * 2
    forged = Client()
    forged.cookies["tb_known"] = known.cookies["tb_known"].value[:-2] + "xx"
    assert forged.get("/sign-in/").status_code == 429


def test_headers_that_everybody_can_write_buy_nothing(limited):
    tries = [Client().get("/api/items/", HTTP_X_FORWARDED_FOR=f"203.0.113.{n}").status_code for n in range(5)]
    assert tries == [200, 200, 200, 429, 429]
    limited.PROXIES = 1
    assert Client().get("/api/items/", HTTP_X_FORWARDED_FOR="203.0.113.9").status_code == 200


def test_platforms_have_a_share_of_their_own(limited):
    send = [
        Client().post("/api/exchange/", "{}", content_type="application/json").status_code for _ in range(4)
    ]
    assert send[:2] != [429, 429]
    assert send[2:] == [429, 429]
    assert Client().get("/api/items/").status_code == 200


def asked(client: Client) -> int:
    with CaptureQueriesContext(connection) as found:
        statuses(client, 3, "/api/items/")
    return len(found)


def test_counting_asks_no_database(limited):
    resident = city.signed_in(city.account(city.person("陈晓雯")))
    limited.REQUEST_LIMITS = {}
    without = [asked(one) for one in (Client(), resident)]
    limited.REQUEST_LIMITS = LIMITS
    assert [asked(one) for one in (Client(), resident)] == without


@pytest.mark.parametrize(
    ("text", "demo", "expected"),
    [
        ("off", "", {}),
        ("account=60", "", {"account": 60, "device": 300, "address": 6000, "exchange": 60000}),
        ("", "1", {"account": 12000, "device": 6000, "address": 120000, "exchange": 1200000}),
    ],
)
def test_the_setting(monkeypatch, text, demo, expected):
    monkeypatch.setenv("TONGBAN_DEMO", demo)
    monkeypatch.setenv("TONGBAN_REQUEST_LIMITS", text)
    assert environment.request_limits() == expected


@pytest.mark.parametrize(
    "text", ["account", "account=0", "account=x", "=1", "nobody=5", "account=9999999999"]
)
def test_a_setting_that_cannot_be_read_is_said(monkeypatch, text):
    monkeypatch.setenv("TONGBAN_REQUEST_LIMITS", text)
    with pytest.raises(environment.SettingProblem):
        environment.request_limits()
