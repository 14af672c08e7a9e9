"""How sign-ons end: by signing out here or there, by taking consent back; and that systems are told."""

import re
from urllib.parse import parse_qs, urlencode

import jwt
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import city
from tests.modules.signon.signing_on import OUT, System, browser, heard, person
from tongban.kernel.events.models import Job
from tongban.modules.signon import queries
from tongban.modules.signon.models import SignOn, SystemConsent
from tongban.modules.signon.queries import wire

pytestmark = pytest.mark.django_db
TOLD = "https://fund.example.gov.cn/ended"


@pytest.fixture
def told(monkeypatch):
    """What systems are told: (address, token)."""
    calls = []
    monkeypatch.setattr(wire, "tell", lambda url, token: calls.append((url, token)))
    return calls


def leads_to(words, answer):
    """Whether a link or a page that goes on by itself leads there. (The page's own address may name it.)"""
    return re.search(rf'(href="|url=)[^"?]*{words}', answer.content.decode())


def leave(system, client, **asked):
    return client.get(f"{system.root}/logout/?{urlencode(asked)}")


def test_signing_out_here_ends_every_sign_on_of_the_browser_and_tells_the_systems(clock, told):
    first, second = System("one", backchannel_uri=TOLD), System("two")
    account = person()
    here, elsewhere = browser(account), browser(account)
    mine = first.sign_on(here, scope="openid offline_access")
    other = second.sign_on(here)
    stays = first.sign_on(elsewhere)
    here.post("/sign-out/")
    city.run_jobs()
    assert [
        one.userinfo(t["access_token"]).status_code
        for one, t in ((first, mine), (second, other), (first, stays))
    ] == [
        401,
        401,
        200,
    ]
    [(url, token)] = told
    claims = first.read(token)
    before = first.read(mine["id_token"])
    now = int(clock.now.timestamp())
    assert url == TOLD
    assert jwt.get_unverified_header(token)["typ"] == "logout+jwt"
    assert claims.pop("jti")
    assert claims == {
        "iss": before["iss"],
        "sub": before["sub"],
        "aud": "one",
        "sid": before["sid"],
        "iat": now,
        "exp": now + 120,
        "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
    }
    assert SignOn.objects.get(pk=before["sid"]).told_at == clock.now
    assert "nonce" not in claims


def test_a_system_that_does_not_answer_is_told_again(clock, monkeypatch):
    def silent(url, token):
        raise wire.NotTold("ConnectionRefusedError")

    monkeypatch.setattr(wire, "tell", silent)
    system, visitor = System(backchannel_uri=TOLD), browser(person())
    system.sign_on(visitor)
    visitor.post("/sign-out/")
    city.run_jobs()
    job = Job.objects.get(handler__contains="sign_on_ended")
    assert (job.done_at, job.tries) == (None, 1)
    assert "Bearer" not in job.error
    assert SignOn.objects.get().told_at is None
    calls = []
    monkeypatch.setattr(wire, "tell", lambda url, token: calls.append(url))
    clock.move(minutes=5)
    city.run_jobs()
    assert calls == [TOLD]


def test_a_system_that_was_never_given_tokens_is_told_nothing(clock, told):
    system, visitor = System(backchannel_uri=TOLD), browser(person())
    system.agree(visitor)
    visitor.post("/sign-out/")
    city.run_jobs()
    assert told == []
    assert SignOn.objects.get().ended_why == "signed_out"


def test_a_system_signs_out_its_own_browser_at_once(clock, told):
    system, other, visitor = (
        System(backchannel_uri=TOLD),
        System("other", backchannel_uri=TOLD),
        browser(person()),
    )
    mine, its = system.sign_on(visitor), other.sign_on(visitor)
    answer = leave(system, visitor, id_token_hint=mine["id_token"], post_logout_redirect_uri=OUT, state="s 1")
    said = heard(answer)
    assert (said[""], said["state"]) == (OUT, "s 1")
    assert visitor.get("/cases/")["Location"].startswith("/sign-in/")
    city.run_jobs()
    assert other.userinfo(its["access_token"]).status_code == 401
    assert [other.read(token)["aud"] for _, token in told] == ["other"]
    assert {row.ended_why for row in SignOn.objects.all()} == {"system_signed_out", "signed_out"}


def test_nobody_is_signed_out_by_a_link(clock):
    system, visitor, stranger = System(), browser(person()), browser(person())
    mine = system.sign_on(visitor)
    foreign = system.sign_on(stranger)
    for asked in (
        {},
        {"client_id": "housing-fund"},
        {"id_token_hint": foreign["id_token"]},
        {"id_token_hint": "rubbish"},
    ):
        answer = leave(system, visitor, **asked)
        assert answer.status_code == 200
        assert "全部退出" in answer.content.decode()
        assert system.userinfo(mine["access_token"]).status_code == 200
    assert visitor.post(f"{system.root}/logout/", {}).status_code == 302
    assert system.userinfo(mine["access_token"]).status_code == 401
    assert system.userinfo(foreign["access_token"]).status_code == 200


@pytest.mark.parametrize(
    "target", ["https://evil.example.com/", f"{OUT}/x", "javascript:alert(1)", "//evil.example.com"]
)
def test_nobody_is_led_to_an_address_that_is_not_registered(clock, target):
    system, visitor = System(), browser(person())
    mine = system.sign_on(visitor)
    answer = leave(system, visitor, id_token_hint=mine["id_token"], post_logout_redirect_uri=target)
    assert answer.status_code == 400
    assert not leads_to("evil", answer)
    assert leave(system, Client(), post_logout_redirect_uri=OUT).status_code == 400
    assert system.userinfo(mine["access_token"]).status_code == 200


def test_consent_taken_back_ends_what_it_allowed(clock, told):
    system, other, visitor = System(backchannel_uri=TOLD), System("other"), browser(person())
    mine, its = system.sign_on(visitor, scope="openid realname"), other.sign_on(visitor)
    page = visitor.get("/oidc/systems/").content.decode()
    assert page.count("撤回同意") == 2
    assert "您的完整姓名" in page
    row = SystemConsent.objects.get(system=system.row)
    assert visitor.post(f"/oidc/systems/{row.pk}/revoke/").status_code == 302
    city.run_jobs()
    assert len(told) == 1
    assert system.userinfo(mine["access_token"]).status_code == 401
    assert other.userinfo(its["access_token"]).status_code == 200
    assert visitor.get("/oidc/systems/").content.decode().count("撤回同意") == 1
    assert "/consent/" in system.ask(visitor, scope="openid")["Location"]
    visitor.post(f"/oidc/systems/{row.pk}/revoke/")
    assert SignOn.objects.filter(ended_why="revoked").count() == 1


def test_nobody_takes_back_anothers_consent(clock):
    system, visitor = System(), browser(person())
    mine = system.sign_on(visitor)
    stranger = browser(person())
    assert stranger.post(f"/oidc/systems/{SystemConsent.objects.get().pk}/revoke/").status_code == 404
    assert system.row.name_zh not in stranger.get("/oidc/systems/").content.decode()
    assert system.userinfo(mine["access_token"]).status_code == 200


def test_the_list_asks_as_often_for_three_systems_as_for_one(clock):
    systems = [System(f"system-{n}") for n in range(3)]

    def asked(count):
        visitor = browser(person())
        for one in systems[:count]:
            one.sign_on(visitor)
        with CaptureQueriesContext(connection) as queries_:
            visitor.get("/oidc/systems/")
        return len(queries_)

    asked(1)
    assert asked(3) == asked(1)


def test_leaving_after_a_form_of_ours_needs_no_redirect_that_our_policy_forbids(clock):
    system, visitor = System(), browser(person())
    address = system.ask(visitor)["Location"]
    page = visitor.post(address, {"agree": "yes"})
    assert page.status_code == 200
    assert re.search(r'<meta http-equiv="refresh" content="0;url=https://fund', page.content.decode())
    assert "form-action 'self'" in page["Content-Security-Policy"]
    assert page["Cache-Control"] == "no-store"
    assert page["Referrer-Policy"] == "no-referrer"
    asked = f"{system.root}/authorize/?{urlencode(system.query())}"
    assert visitor.get(asked, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 200
    assert visitor.get(asked, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 302
    led = Client().post(f"{system.root}/authorize/", system.query())
    assert led.status_code == 303
    assert parse_qs(led["Location"].split("?")[1])["client_id"] == ["housing-fund"]


def test_who_signs_in_after_another_ends_the_others_sign_ons(clock):
    system, first, second = System(), person(), person(name="李明")
    visitor = browser(first)
    tokens = system.sign_on(visitor)
    for account, status in ((first, 200), (second, 401)):
        page = visitor.post("/sign-in/", {"username": account.username}, follow=True).content.decode()
        visitor.post("/sign-in/code/", {"code": re.search(r'class="num">(\d{6})<', page)[1]})
        assert system.userinfo(tokens["access_token"]).status_code == status
    assert visitor.session["shown"]["ways"] == ["sms"]
    claims = system.read(system.sign_on(visitor)["id_token"])
    assert claims["auth_time"] == int(clock.now.timestamp())


def test_a_fresh_digest_of_a_browser_says_nothing_of_its_session(clock):
    system, visitor = System(), browser(person())
    system.sign_on(visitor)
    row = SignOn.objects.get()
    assert row.browser == queries.browser(visitor.session["shown"]["row"])
    assert visitor.session["shown"]["row"] not in row.browser


def test_a_session_that_is_ended_from_elsewhere_takes_its_sign_ons_along(clock):
    system, account = System(), person()
    far, near = browser(account), browser(account)
    tokens = system.sign_on(far)
    near.post(f"/me/security/sessions/{far.session['shown']['row']}/end/")
    city.run_jobs()
    assert system.userinfo(tokens["access_token"]).status_code == 401
