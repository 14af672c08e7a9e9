"""Signing in by password: beside the code and never instead of a second factor; set, changed, removed by who is fresh."""

import re

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client

from tests import city
from tests.kernel.identities.test_passwords import GOOD, set_to
from tests.modules.signon.signing_on import System
from tests.terminals.portal.test_signing import code_on, sign_in
from tests.terminals.ui.test_whence import made_up
from tongban.foundation import time
from tongban.kernel.events.models import Event
from tongban.kernel.identities import actions, queries
from tongban.kernel.identities.calc import totp
from tongban.kernel.identities.models import SignIn
from tongban.kernel.parties.calc.limits import Limit
from tongban.kernel.parties.models import TryCount
from tongban.kernel.parties.states import Scope

pytestmark = pytest.mark.django_db
IN = "/sign-in/password/"
OWN = "/me/security/password/"


def enter(client, username, typed=GOOD, **more):
    headers = {name: more.pop(name) for name in list(more) if name.isupper()}
    return client.post(IN, {"username": username, "password": typed, **more}, **headers)


def without_tokens(response):
    return re.sub(r'value="[\w-]{64}"|<!--\w*-->', "", response.content.decode())


class TestSigningIn:
    def test_the_page_of_signing_in_has_the_code_first_and_leads_here(self, read):
        page = Client().get("/sign-in/?next=/me/").content.decode()
        assert page.index("获取验证码") < page.index("用密码登录")
        assert 'href="/sign-in/password/?next=%2Fme%2F"' in page
        form = Client().get(f"{IN}?next=/me/").content.decode()
        assert 'autocomplete="username"' in form
        assert 'type="password" id="password" name="password" autocomplete="current-password"' in form
        assert "maxlength" not in re.search(r'<input type="password"[^>]*>', form).group()
        assert 'name="next" value="/me/"' in form
        assert "忘了密码的，用验证码登录" in read(Client().get(IN))

    def test_the_password_leads_in_and_the_session_is_a_fresh_one(self, resident):
        set_to(resident, GOOD)
        client = Client()
        client.get("/")
        enter(client, resident.username, "wrong")
        before = client.session.session_key
        response = enter(client, resident.username, next="/me/security/")
        assert (response.status_code, response.url) == (302, "/me/security/")
        assert client.session.session_key != before
        assert SignIn.objects.get().ways == ["pwd"]
        assert "密码 · 登录于" in client.get("/me/security/").content.decode()
        assert not enter(Client(), resident.username, next="https://evil.example/").url.startswith("https")

    def test_by_the_telephone_number_too(self):
        account = city.account(city.person("郑海"))
        set_to(account, GOOD)
        assert enter(Client(), account.person.phone).status_code == 302

    def test_whoever_is_wrong_gets_one_answer_after_the_same_work(self, resident, hashes):
        none = city.account(city.person("周敏"))
        set_to(resident, GOOD)
        pages = set()
        for username in (resident.username, none.username, "nobody"):
            hashes.clear()
            response = enter(Client(), username, "not the right one")
            assert (response.status_code, len(hashes)) == (422, 1)
            page = without_tokens(response)
            assert "not the right one" not in page
            pages.add(page.replace(username, "…"))
        assert len(pages) == 1
        assert "账号或者密码不正确" in pages.pop()

    def test_a_closed_account_is_nobodys(self, resident):
        set_to(resident, GOOD)
        connection.cursor().execute("UPDATE parties_account SET is_active = false")
        assert enter(Client(), resident.username).status_code == 422

    def test_an_authenticator_is_asked_for_besides(self, resident, read):
        secret = actions.new_secret()
        number = totp.number(secret, totp.step_at(time.wall_clock().timestamp()))
        actions.add_authenticator(
            account=resident, secret=secret, number=number, name="手机", by=city.actor(resident)
        )
        set_to(resident, GOOD)
        client = Client()
        assert enter(client, resident.username).url == "/sign-in/second/"
        page = client.get("/sign-in/second/")
        assert "除了密码，还要验证器上的动态码" in read(page)
        assert client.get("/me/").status_code == 302, "half way in is not in"
        client.post("/sign-in/second/", {"code": code_on(page)})
        assert SignIn.objects.get().ways == ["pwd", "otp"]

    def test_of_an_officer_it_is_the_first_factor_only(self):
        clerk = city.officer("clerk")
        secret = actions.new_secret()
        number = totp.number(secret, totp.step_at(time.wall_clock().timestamp()))
        actions.add_authenticator(
            account=clerk, secret=secret, number=number, name="手机", by=city.actor(clerk)
        )
        set_to(clerk, GOOD)
        client = Client()
        assert enter(client, clerk.username).url == "/sign-in/second/"
        assert client.get("/desk/").url.startswith("/sign-in/")
        client.post("/sign-in/second/", {"code": code_on(client.get("/sign-in/second/"))})
        assert client.get("/desk/").status_code == 200

    def test_a_level_that_is_needed_is_asked_for_as_ever(self, read):
        account = city.account(city.person("周敏"), level=1)
        set_to(account, GOOD)
        client = Client()
        enter(client, account.username)
        refused = client.get("/to-sign/")
        assert refused.status_code == 403
        assert "需要更高的实名等级" in read(refused)

    def test_other_systems_are_told_how(self, resident, clock):
        set_to(resident, GOOD)
        client = Client()
        enter(client, resident.username)
        system = System()
        claims = system.read(system.redeem(system.agree(client)["code"]).json()["id_token"])
        assert claims["amr"] == ["pwd"]


class TestLimits:
    @pytest.fixture(autouse=True)
    def limits(self, settings, clock):
        settings.SIGN_IN_LIMITS = {
            **{scope: Limit(1000, 3600) for scope in Scope},
            Scope.PASSWORD_ACCOUNT: Limit(6, 3600),
            Scope.PASSWORD_PLACE: Limit(3, 3600),
            Scope.PASSWORD_DEVICE: Limit(4, 3600),
        }

    def test_they_come_before_the_hash_and_say_what_else_there_is(self, resident, hashes, read):
        set_to(resident, GOOD)
        hashes.clear()
        client = Client()
        answers = [enter(client, resident.username, "wrong") for _ in range(5)]
        assert [one.status_code for one in answers] == [422, 422, 422, 429, 429]
        assert len(hashes) == 3
        assert answers[3]["Retry-After"] == "3600"
        assert "输入密码的次数太多" in read(answers[3])
        assert "马上改用验证码登录" in read(answers[3])
        assert enter(client, resident.username).status_code == 429, "the right one too"
        assert sign_in(client, resident).status_code == 302, "a code always leads in"

    def test_an_account_that_does_not_exist_is_limited_alike(self, resident):
        set_to(resident, GOOD)
        pages = []
        for username in (resident.username, "nobody"):
            client = Client()
            answers = [enter(client, username, "wrong") for _ in range(4)]
            assert [one.status_code for one in answers] == [422, 422, 422, 429]
            pages.append(without_tokens(answers[3]))
        assert pages[0] == pages[1]

    @pytest.mark.parametrize("times", [200, pytest.param(10_000, marks=pytest.mark.faults)])
    def test_forged_addresses_are_one(self, resident, hashes, times):
        set_to(resident, GOOD)
        hashes.clear()
        found = {200: 0, 422: 0, 429: 0, 302: 0}
        client = Client()
        for forged in made_up(times):
            found[enter(client, resident.username, "wrong", HTTP_X_FORWARDED_FOR=forged).status_code] += 1
        assert (found, len(hashes)) == ({200: 0, 422: 3, 429: times - 3, 302: 0}, 3)

    def test_strangers_use_up_their_share_and_not_the_known_devices(self, resident):
        set_to(resident, GOOD)
        phone = Client()
        assert enter(phone, resident.username).status_code == 302
        phone.post("/sign-out/")
        strangers = [
            enter(Client(), resident.username, "wrong", REMOTE_ADDR=f"203.0.113.{n}").status_code
            for n in range(8)
        ]
        assert strangers == [422] * 5 + [429] * 3, "one of the account's six was the owner's"
        assert enter(Client(), resident.username).status_code == 429
        assert enter(phone, resident.username).status_code == 302

    def test_they_leave_the_codes_alone(self, resident):
        for _ in range(4):
            enter(Client(), resident.username, "wrong")
        assert set(TryCount.objects.values_list("scope", flat=True)) == {
            "password.account",
            "password.place",
            "password.address",
        }

    def test_setting_one_is_limited_too(self, resident, hashes):
        client = city.signed_in(resident)
        answers = [client.post(OWN, {"password": "password123"}).status_code for _ in range(5)]
        assert answers == [422] * 4 + [429]
        assert hashes == []


class TestOwnPassword:
    def test_set_changed_and_removed(self, resident, read, clock):
        client, other = city.signed_in(resident), city.signed_in(resident)
        assert "还没有密码" in read(client.get("/me/security/"))
        form = client.post(OWN).content.decode()
        assert 'autocomplete="new-password"' in form
        assert f'name="username" value="{resident.username}" autocomplete="username"' in form
        key = client.session.session_key
        assert client.post(OWN, {"password": GOOD}).url == "/me/security/#password"
        assert client.session.session_key == key
        assert other.get("/me/security/").status_code == 302, "all other sessions are over"
        assert "更改密码" in read(client.get("/me/security/"))
        other = Client()
        assert enter(other, resident.username).status_code == 302
        clock.move(minutes=1)
        assert client.post(OWN, {"password": f"{GOOD} 2"}).status_code == 302
        assert other.get("/me/security/").status_code == 302
        assert [enter(Client(), resident.username, one).status_code for one in (GOOD, f"{GOOD} 2")] == [
            422,
            302,
        ]
        ended = list(SignIn.objects.order_by("id").values_list("ended", flat=True))
        assert ended.count("password") == 2
        assert "密码变动时结束" in read(client.get("/me/security/"))
        clock.move(minutes=1)
        assert client.post(f"{OWN}remove/").url == "/me/security/#password"
        assert enter(Client(), resident.username, f"{GOOD} 2").status_code == 422
        assert client.post(f"{OWN}remove/").status_code == 409
        assert "还没有密码" in read(client.get("/me/security/"))

    def test_what_is_refused_says_why_and_does_not_come_back(self, resident, read):
        client = city.signed_in(resident)
        refused = client.post(OWN, {"password": "iloveyou1"})
        assert refused.status_code == 422
        assert "很多人在用" in read(refused)
        assert 'aria-invalid="true"' in refused.content.decode()
        assert "iloveyou1" not in refused.content.decode()

    def test_a_session_that_no_list_has_ends_too(self, resident):
        client, forced = city.signed_in(resident), Client()
        forced.force_login(resident)
        assert forced.get("/me/security/").status_code == 200
        client.post(OWN, {"password": GOOD})
        assert forced.get("/me/security/").status_code == 302

    def test_a_fresh_check_comes_first_and_the_password_never_goes_out_with_its_page(self, resident, later):
        client = city.signed_in(resident)
        later(minutes=16)
        asked = client.post(OWN, {"password": GOOD, "again-how": "send"})
        assert asked.status_code == 403
        assert GOOD not in asked.content.decode()
        shown = re.search(r'class="num">(\d{6})<', asked.content.decode()).group(1)
        form = client.post(OWN, {"again-how": "code", "again-code": shown})
        assert (form.status_code, 'id="password"' in form.content.decode()) == (200, True)
        assert client.post(OWN, {"password": GOOD}).status_code == 302
        later(minutes=16)
        assert client.post(f"{OWN}remove/").status_code == 403

    def test_a_password_alone_is_no_fresh_check(self, resident):
        """Else whoever knows it could add a way of their own, and keep it when the password is changed."""
        set_to(resident, GOOD)
        client = Client()
        enter(client, resident.username)
        assert client.post(OWN).status_code == 403
        assert client.post("/me/security/authenticator/").status_code == 403
        enter(client, resident.username, next="/me/")  # once more, in the same session
        assert client.post(OWN).status_code == 403
        asked = client.post(OWN, {"again-how": "send"})
        shown = re.search(r'class="num">(\d{6})<', asked.content.decode()).group(1)
        assert client.post(OWN, {"again-how": "code", "again-code": shown}).status_code == 200
        assert client.session["shown"]["ways"] == ["pwd", "sms"]

    def test_nobody_who_is_not_signed_in(self):
        for path in (OWN, f"{OWN}remove/"):
            assert Client().post(path, {"password": GOOD}).url.startswith("/sign-in/")


def test_it_is_left_nowhere(resident, caplog, settings, hashes):
    """The log, sessions, events, every text in the database: only the hash says anything of it."""
    caplog.set_level("DEBUG")
    secret = "canary 金丝雀 in a teapot"
    client = city.signed_in(resident)
    client.post(OWN, {"password": secret})
    client.post(OWN, {"password": secret * 9})
    enter(Client(), resident.username, f"{secret}x")
    enter(Client(), resident.username, secret)
    Client().post(f"{IN}?next=/", {"username": secret[:20], "password": secret})
    city.run_jobs()
    assert hashes
    assert "canary" not in caplog.text
    assert "canary" not in str([one.get_decoded() for one in Session.objects.all()])
    assert "canary" not in str(list(Event.objects.values()))
    for table in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{table}"')
            assert "canary" not in str(cursor.fetchall()), table
    assert queries.kinds(resident.pk) == set()
