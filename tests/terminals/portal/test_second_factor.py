"""Officers show two factors before they see anything; guessing is limited; sessions are short."""

import re

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from tests import city
from tests.terminals.portal.test_signing import ask, code_on, sign_in
from tongban.foundation import time
from tongban.kernel.identities import actions, queries
from tongban.kernel.identities.calc import totp
from tongban.kernel.identities.models import SignIn
from tongban.kernel.parties.calc.limits import Limit
from tongban.kernel.parties.states import Scope

pytestmark = pytest.mark.django_db
DESK = "/desk/"


@pytest.fixture
def clerk():
    return city.officer("clerk")


@pytest.fixture
def enrolled(clerk):
    secret = actions.new_secret()
    number = totp.number(secret, totp.step_at(time.wall_clock().timestamp()))
    actions.add_authenticator(account=clerk, secret=secret, number=number, name="手机", by=city.actor(clerk))
    return clerk


def test_one_without_a_second_factor_gets_one_first_and_sees_nothing_before(clerk, read):
    client = Client()
    assert sign_in(client, clerk, next="/desk/all/").url == "/sign-in/enrol/"
    assert client.get(DESK).url.startswith("/sign-in/")
    assert client.get("/sign-in/second/").url == "/sign-in/enrol/"
    page = client.get("/sign-in/enrol/")
    assert "登记验证器" in read(page)
    secret = re.search(r'num secret">([A-Z2-7 ]+)<', page.content.decode()).group(1).replace(" ", "")
    assert secret not in str([one.get_decoded() for one in Session.objects.all()]), "sealed in the session"
    assert (
        re.search(r'num secret">([A-Z2-7 ]+)<', client.get("/sign-in/enrol/").content.decode())
        .group(1)
        .replace(" ", "")
        == secret
    ), "looking again changes nothing"
    wrong = client.post("/sign-in/enrol/", {"code": "12"})
    assert (wrong.status_code, queries.kinds(clerk.pk)) == (422, set())
    done = client.post("/sign-in/enrol/", {"code": code_on(page)})
    codes = re.findall(r"<li>([A-Z2-7]{4}(?:-[A-Z2-7]{4}){3})</li>", done.content.decode())
    assert (done.status_code, len(codes)) == (200, 10)
    assert 'href="/desk/all/"' in done.content.decode()
    assert client.get(DESK).status_code == 200
    assert SignIn.objects.get().ways == ["sms", "otp"]
    # With a code in the telephone's place; once.
    other = Client()
    assert sign_in(other, clerk).url == "/sign-in/second/"
    assert other.get("/sign-in/enrol/").url == "/sign-in/second/", (
        "nobody adds another by the first factor alone"
    )
    assert other.post("/sign-in/enrol/", {"code": "1"}).url == "/sign-in/second/"
    assert other.post("/sign-in/second/", {"code": codes[0]}).url == DESK
    other = Client()
    sign_in(other, clerk)
    assert other.post("/sign-in/second/", {"code": codes[0]}).status_code == 422


def test_the_number_leads_in_and_the_session_is_a_fresh_one(enrolled):
    client = Client()
    assert sign_in(client, enrolled).url == "/sign-in/second/"
    before = client.session.session_key
    assert client.get(DESK).url.startswith("/sign-in/")
    assert client.post("/sign-in/second/", {"code": code_on(client.get("/sign-in/second/"))}).url == DESK
    assert client.session.session_key != before
    assert client.get(DESK).status_code == 200


def test_nobody_comes_to_the_second_factor_without_the_first(enrolled, resident):
    client = Client()
    for path in ("/sign-in/second/", "/sign-in/enrol/"):
        assert client.get(path).url == "/sign-in/"
        assert client.post(path, {"code": "123456"}).url == "/sign-in/"
    ask(client, enrolled.username)
    assert client.post("/sign-in/second/", {"code": "123456"}).url == "/sign-in/"


def test_half_way_in_lasts_ten_minutes(enrolled, later):
    client = Client()
    sign_in(client, enrolled)
    later(minutes=11)
    assert client.get("/sign-in/second/").url == "/sign-in/"


def test_without_the_demo_no_number_is_shown_and_it_works_once(enrolled, settings):
    settings.DEMO = False
    number = queries.number_now(enrolled.pk)
    client = Client()
    session = client.session
    session["half_way"] = {
        "account": str(enrolled.pk),
        "ways": ["sms"],
        "next": "/",
        "at": int(time.wall_clock().timestamp()),
    }
    session.save()
    client.cookies["sessionid"] = session.session_key
    page = client.get("/sign-in/second/").content.decode()
    assert page.count("</main>") == 1
    assert number not in page.split("<main")[1].split("</main>")[0]
    assert client.post("/sign-in/second/", {"code": number}).status_code == 422, "enrolling has used it"


def test_guessing_numbers_is_limited_as_guessing_codes_is(enrolled, settings, read):
    settings.SIGN_IN_LIMITS = {scope: Limit(1000, 3600) for scope in Scope} | {
        Scope.TRY_PLACE: Limit(4, 3600)
    }
    client = Client()
    sign_in(client, enrolled)  # the first of the four
    answers = [client.post("/sign-in/second/", {"code": "000000"}) for _ in range(4)]
    assert [one.status_code for one in answers] == [422, 422, 422, 429]
    assert "请稍后再试" in read(answers[3])
    right = queries.number_now(enrolled.pk)
    assert client.post("/sign-in/second/", {"code": right}).status_code == 429, "not even the right one"


def test_a_session_without_two_factors_opens_nothing_of_an_officer(clerk, resident):
    client = Client()
    client.force_login(clerk, backend="tongban.site.sign_in.CodeBackend")
    assert client.get(DESK).url.startswith("/sign-in/")
    client.force_login(resident, backend="tongban.site.sign_in.CodeBackend")
    assert client.get("/wallet/").status_code == 200


@pytest.mark.parametrize(
    ("step", "times", "ends"),
    [
        ({"minutes": 29}, 1, False),
        ({"minutes": 30}, 1, True),
        ({"minutes": 20}, 29, False),
        ({"minutes": 20}, 30, True),
    ],
)
def test_officers_sessions_end_idle_and_at_last(clerk, later, step, times, ends):
    client = city.signed_in(clerk)
    for _ in range(times):
        later(**step)
        response = client.get(DESK)
    assert (response.status_code == 302) is ends
    assert (SignIn.objects.get().ended == "time") is ends


def test_everybody_elses_last_longer_and_end_too(resident, later):
    client = city.signed_in(resident)
    later(hours=7)
    assert client.get("/wallet/").status_code == 200
    for _ in range(9):
        later(hours=7)
        assert client.get("/wallet/").status_code == 200
    later(hours=7)
    assert client.get("/wallet/").status_code == 302


def test_a_disabled_account_is_out_at_the_next_request(clerk):
    client = city.signed_in(clerk)
    assert client.get(DESK).status_code == 200
    from tongban.kernel.records.actions import action

    clerk.is_active = False
    action(clerk.save)()
    assert client.get(DESK).url.startswith("/sign-in/")
