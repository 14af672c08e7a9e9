"""Too many codes: what the page says, who still gets in, and where codes go."""

import json
import re

import pytest
from django.test import Client

from tests import city
from tongban.kernel.notices.queries import carriers
from tongban.kernel.parties.calc.limits import Limit
from tongban.kernel.parties.models import SignInCode, TryCount
from tongban.kernel.parties.states import Scope
from tongban.terminals.portal.devices import COOKIE

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def limits(settings, clock):
    """Small limits, and a clock that stands."""
    settings.SIGN_IN_LIMITS = {
        **{scope: Limit(1000, 3600) for scope in Scope},
        Scope.ASK_ACCOUNT: Limit(6, 3600),
        Scope.ASK_PLACE: Limit(3, 3600),
        Scope.TRY_PLACE: Limit(3, 3600),
        Scope.ASK_DEVICE: Limit(2, 3600),
    }
    return settings.SIGN_IN_LIMITS


def ask(client, username, **headers):
    return client.post("/sign-in/", {"username": username}, **headers)


def sign_in(client, username, **headers):
    ask(client, username, **headers)
    shown = re.search(r'class="num">(\d{6})<', client.get("/sign-in/code/").content.decode())
    return client.post("/sign-in/code/", {"code": shown.group(1)}, **headers)


def bomb(username, times=12):
    """A stranger with a new browser and a new address each time; the statuses."""
    return [ask(Client(), username, REMOTE_ADDR=f"203.0.113.{n}").status_code for n in range(times)]


def test_the_page_says_what_why_when_and_what_else(resident, read):
    client = Client()
    assert [ask(client, resident.username).status_code for _ in range(3)] == [302, 302, 302]
    before = SignInCode.objects.count()
    response = ask(client, resident.username)
    assert (response.status_code, response["Retry-After"]) == (429, "3600")
    page = read(response)
    for said in (
        "请稍后再试",
        "获取验证码的次数太多",
        "不让别人冒用账号",
        "60 分钟后再试",
        "12345",
        "signin.too_many",
    ):
        assert said in page
    assert 'href="/halls/"' in response.content.decode()
    assert SignInCode.objects.count() == before, "no code was made"


def test_an_account_that_does_not_exist_gets_the_same_page(resident):
    pages = []
    for username in (resident.username, "nobody"):
        client = Client()
        answers = [ask(client, username) for _ in range(4)]
        assert [one.status_code for one in answers] == [302, 302, 302, 429]
        pages.append(re.sub(r'value="\w{64}"|<!--\w*-->', "", answers[3].content.decode()))
    assert pages[0] == pages[1]


def test_forged_addresses_are_limited_all_the_same(resident):
    forged = [
        ask(Client(), resident.username, HTTP_X_FORWARDED_FOR=f"10.0.0.{n}").status_code for n in range(20)
    ]
    assert forged == [302] * 3 + [429] * 17


def test_tries_are_limited_and_waiting_helps(resident, clock, read):
    client = Client()
    ask(client, resident.username)
    answers = [client.post("/sign-in/code/", {"code": "x"}) for _ in range(4)]
    assert [one.status_code for one in answers] == [422, 422, 422, 429]
    assert "输入验证码的次数太多" in read(answers[3])
    assert 'href="/sign-in/code/"' in answers[3].content.decode()
    clock.move(hours=1)
    assert sign_in(client, resident.username).status_code == 302


def test_the_owner_gets_in_from_a_known_device_while_strangers_bomb(resident):
    phone = Client()
    assert sign_in(phone, resident.username).status_code == 302
    phone.post("/sign-out/")
    assert bomb(resident.username) == [302] * 5 + [429] * 7, "one of the account's six was the owner's"
    assert ask(Client(), resident.username).status_code == 429
    assert sign_in(phone, resident.username).status_code == 302
    assert "_auth_user_id" in phone.session


def test_a_strangers_asking_leaves_the_code_in_ones_hand_alone(resident):
    phone = Client()
    ask(phone, resident.username)
    code = re.search(r'class="num">(\d{6})<', phone.get("/sign-in/code/").content.decode()).group(1)
    bomb(resident.username, 3)
    assert phone.post("/sign-in/code/", {"code": code}).status_code == 302


def test_a_known_device_has_no_share_of_another_account(resident):
    phone = Client()
    sign_in(phone, city.account(city.person("周敏")).username)
    phone.post("/sign-out/")
    bomb(resident.username)
    assert ask(phone, resident.username).status_code == 429


def test_the_known_device_is_limited_too(resident):
    phone = Client()
    sign_in(phone, resident.username)
    phone.post("/sign-out/")
    assert [ask(phone, resident.username).status_code for _ in range(3)] == [302, 302, 429]


def test_the_cookie_is_closed_and_cannot_be_made_up(resident, settings):
    phone = Client()
    sign_in(phone, resident.username)
    cookie = phone.cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert resident.username not in cookie.value
    assert str(resident.pk) not in cookie.value
    bomb(resident.username)
    for value in (cookie.value[:-1] + ("A" if cookie.value[-1] != "A" else "B"), "x", ""):
        other = Client()
        other.cookies[COOKIE] = value
        assert ask(other, resident.username).status_code == 429


def test_a_shared_computer_carries_nothing(resident):
    hall = Client()
    hall.cookies["tb_device"] = "shared"
    assert sign_in(hall, resident.username).status_code == 302
    assert not hall.cookies.get(COOKIE) or not hall.cookies[COOKIE].value


def test_signing_in_begins_the_place_anew_and_nothing_else(resident):
    sign_in(Client(), resident.username)
    assert set(TryCount.objects.values_list("scope", flat=True)) == {
        "ask.account",
        "ask.address",
        "try.account",
        "try.address",
    }


class TestWhereCodesGo:
    def test_the_log_has_them_only_in_the_demonstration(self, resident, settings, tmp_path, caplog):
        settings.OUTBOX = tmp_path
        with caplog.at_level("INFO", "tongban"):
            ask(Client(), resident.username)
        assert re.search(r"\d{6}", caplog.messages[-1])
        caplog.clear()
        settings.DEMO = False
        with caplog.at_level("INFO", "tongban"):
            ask(Client(), resident.username)
        assert caplog.messages == []
        sent = [json.loads(path.read_text(encoding="utf-8")) for path in (tmp_path / "sms").iterdir()]
        assert [one["to"] for one in sent] == [resident.person.phone or resident.username]
        assert re.search(r"\d{6}", sent[0]["text"])

    def test_a_carrier_that_fails_is_not_seen_on_the_page(self, resident, settings, monkeypatch, caplog):
        settings.DEMO = False

        def down(_channel):
            raise OSError("the text with 123456")

        monkeypatch.setattr(carriers, "carrier", down)
        with caplog.at_level("INFO", "tongban"):
            assert ask(Client(), resident.username).status_code == 302
        assert caplog.messages == ["a code could not be handed to the carrier: OSError"]

    def test_staff_without_a_telephone_are_named_to_the_carrier(self, settings, tmp_path):
        settings.DEMO, settings.OUTBOX = False, tmp_path
        clerk = city.officer("clerk")
        ask(Client(), clerk.username)
        (path,) = (tmp_path / "sms").iterdir()
        assert json.loads(path.read_text(encoding="utf-8"))["to"] == clerk.username
