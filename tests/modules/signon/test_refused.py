"""What is refused, each with an error that says why; and what becomes of the rest."""

import base64
import hashlib
import json

import pytest
from django.test import Client

from tests import city
from tests.modules.signon.signing_on import BACK, VERIFIER, System, browser, heard, person
from tongban.kernel.records.actions import action
from tongban.modules.signon import actions, queries
from tongban.modules.signon.models import SignOn, SignOnToken
from tongban.modules.signon.states import MOST_TEXT

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"client_id": "nobody"}, "oidc.unknown_system"),
        ({"client_id": "a\x00b"}, "oidc.unknown_system"),
        ({"client_id": None}, "oidc.unknown_system"),
        ({"redirect_uri": "https://evil.example.com/back"}, "oidc.unknown_address"),
        ({"redirect_uri": f"{BACK}/more"}, "oidc.unknown_address"),
        ({"redirect_uri": f"{BACK}?a=1"}, "oidc.unknown_address"),
        ({"redirect_uri": BACK.replace("fund", "FUND")}, "oidc.unknown_address"),
        ({"redirect_uri": "javascript:alert(1)"}, "oidc.unknown_address"),
        ({"redirect_uri": None}, "oidc.unknown_address"),
    ],
)
def test_a_request_of_nobody_known_is_answered_to_nobody(clock, other, code):
    answer = System().ask(browser(person()), **other)
    assert answer.status_code == 400
    page = answer.content.decode()
    assert code in page
    assert 'href="https://evil' not in page
    assert "http-equiv" not in page
    assert "Location" not in answer.headers
    assert SignOn.objects.count() == 0


@pytest.mark.parametrize(
    ("other", "error"),
    [
        ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "id_token"}, "unsupported_response_type"),
        ({"response_type": "code id_token"}, "unauthorized_client"),
        ({"response_type": None}, "invalid_request"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"scope": "openid everything"}, "invalid_scope"),
        ({"scope": None}, "invalid_scope"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"max_age": "-1"}, "invalid_request"),
        ({"max_age": "soon"}, "invalid_request"),
        ({"nonce": "n" * (MOST_TEXT + 1)}, "invalid_request"),
        ({"state": "s" * (MOST_TEXT + 1)}, "invalid_request"),
        ({"id_token_hint": "x.y.z"}, "invalid_request"),
    ],
)
def test_a_wrong_request_is_told_to_its_system(clock, other, error):
    said = heard(System().ask(browser(person()), **other))
    assert (said["error"], said[""], "code" in said) == (error, BACK, False)
    assert said["iss"] == "http://127.0.0.1:8000/oidc/people"
    assert SignOn.objects.count() == 0


def test_what_is_not_supported_is_not_read(clock):
    assert "code" in System().agree(browser(person()), claims="{", request="x", registration="y")


def test_what_stands_twice_is_not_guessed_at(clock):
    system = System()
    answer = browser(person()).get(f"{system.root}/authorize/?client_id=housing-fund&client_id=other")
    assert answer.status_code == 400


def test_a_scope_beyond_the_registration_is_refused(clock):
    assert (
        heard(System(scopes=["openid"]).ask(browser(person()), scope="openid realname"))["error"]
        == "invalid_scope"
    )


def refused(answer, status=400, error="invalid_grant"):
    said = answer.json()
    assert (answer.status_code, said["error"]) == (status, error), said
    assert said["error_description"]
    assert "access_token" not in said


@pytest.mark.parametrize(
    ("other", "error"),
    [
        ({"code": "nothing"}, "invalid_grant"),
        ({"code_verifier": VERIFIER[:-1] + "x"}, "invalid_grant"),
        ({"code_verifier": "short"}, "invalid_request"),
        ({"code_verifier": None}, "invalid_request"),
        ({"redirect_uri": "https://fund.example.gov.cn/other"}, "invalid_request"),
        ({"redirect_uri": None}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "client_credentials"}, "unsupported_grant_type"),
        ({"grant_type": None}, "unsupported_grant_type"),
        ({"code": None}, "invalid_request"),
    ],
)
def test_a_code_is_not_taken_with_something_wrong_beside_it(clock, other, error):
    system = System(redirect_uris=[BACK, "https://fund.example.gov.cn/other"])
    code = system.agree(browser(person()))["code"]
    refused(system.redeem(**{"code": code, **other}), error=error)
    assert SignOnToken.objects.count() == 0


def test_a_code_that_comes_twice_ends_what_came_of_it(clock):
    system, visitor = System(), browser(person())
    code = system.agree(visitor)["code"]
    tokens = system.redeem(code).json()
    refused(system.redeem(code))
    assert system.userinfo(tokens["access_token"]).status_code == 401
    assert SignOn.objects.get().ended_why == "code_replayed"


def test_two_at_the_same_moment_are_a_code_that_comes_twice(clock, monkeypatch):
    """The second has read the sign-on before the first redeemed it."""
    system = System()
    code = system.agree(browser(person()))["code"]
    stale = queries.sign_on_by_code(code)
    tokens = system.redeem(code).json()
    monkeypatch.setattr(queries, "sign_on_by_code", lambda value: stale)
    refused(system.redeem(code))
    assert system.userinfo(tokens["access_token"]).status_code == 401


def test_a_code_is_good_for_a_minute(clock):
    system = System()
    code = system.agree(browser(person()))["code"]
    clock.move(seconds=60)
    refused(system.redeem(code))


def test_a_code_belongs_to_its_system(clock):
    system, other = System(), System("other")
    code = system.agree(browser(person()))["code"]
    refused(other.redeem(code))
    assert system.redeem(code).status_code == 200


def test_a_refresh_token_works_once_and_ends_everything_when_it_comes_again(clock):
    system = System()
    first = system.sign_on(browser(person()), scope="openid offline_access")
    form = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    second = system.post("token", form).json()
    assert second["refresh_token"] != first["refresh_token"]
    claims = [system.read(one["id_token"]) for one in (first, second)]
    assert [one["sub"] for one in claims] == [claims[0]["sub"]] * 2
    assert [one["auth_time"] for one in claims] == [claims[0]["auth_time"]] * 2
    refused(system.post("token", form))
    refused(system.post("token", {**form, "refresh_token": second["refresh_token"]}))
    assert system.userinfo(second["access_token"]).status_code == 401
    assert SignOn.objects.get().ended_why == "refresh_replayed"


def test_a_refresh_token_belongs_to_its_system_and_gains_nothing(clock):
    system, other = System(), System("other")
    tokens = system.sign_on(browser(person()), scope="openid offline_access")
    form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    refused(other.post("token", form))
    refused(system.post("token", {**form, "scope": "openid realname"}), error="invalid_scope")
    refused(system.post("token", {"grant_type": "refresh_token"}), error="invalid_request")
    assert system.post("token", form).status_code == 200


def test_lives_are_short(clock):
    system = System()
    tokens = system.sign_on(browser(person()), scope="openid offline_access")
    clock.move(seconds=299)
    assert system.userinfo(tokens["access_token"]).status_code == 200
    clock.move(seconds=1)
    assert system.userinfo(tokens["access_token"]).status_code == 401
    for _ in range(11):  # renewed every hour
        clock.move(minutes=60)
        form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
        answer = system.post("token", form)
        assert answer.status_code == 200
        tokens = answer.json()
    clock.move(minutes=55)  # twelve hours after it began somebody has to be there again
    refused(system.post("token", {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}))


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Basic " + base64.b64encode(b"housing-fund:wrong").decode()},
        {"Authorization": "Basic " + base64.b64encode(b"nobody:wrong").decode()},
        {"Authorization": "Basic ???"},
        {"Authorization": "Basic " + base64.b64encode(b"housing-fund").decode()},
        {"Authorization": "Bearer abc"},
    ],
)
def test_a_system_without_its_secret_gets_nothing(clock, headers):
    system = System()
    code = system.agree(browser(person()))["code"]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "code_verifier": VERIFIER}
    for what in ("token", "revoke"):
        answer = Client().post(f"{system.root}/{what}/", {**form, "token": "x"}, headers=headers)
        refused(answer, 401, "invalid_client")
        assert answer["WWW-Authenticate"].startswith("Basic")
    assert system.redeem(code).status_code == 200


def test_a_secret_may_stand_in_the_form_but_not_in_both_places(clock):
    system = System()
    code = system.agree(browser(person()))["code"]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "code_verifier": VERIFIER}
    shown = {"client_id": system.row.client_id, "client_secret": system.secret}
    refused(system.post("token", {**form, **shown}), 401, "invalid_client")
    refused(system.post("token", {**form, "client_id": "other"}), 401, "invalid_client")
    assert Client().post(f"{system.root}/token/", {**form, **shown}).status_code == 200


def test_the_secret_is_kept_as_a_digest_that_this_installation_alone_can_make(clock):
    system = System()
    plain = hashlib.sha256(system.secret.encode()).hexdigest()
    assert system.secret not in json.dumps(list(type(system.row).objects.values()), default=str)
    assert system.row.secret_digest not in ("", plain)


def test_a_system_of_a_pack_has_no_secret_that_could_be_guessed(clock):
    system = System()
    action(type(system.row).objects.filter(pk=system.row.pk).update)(secret_digest="")
    system.secret = ""
    refused(system.redeem("x"), 401, "invalid_client")


def test_a_new_secret_is_the_only_one(clock):
    system, officer = System(), city.actor(city.officer("signon_officer", agency="data-bureau"))
    old = system.secret
    code = system.agree(browser(person()))["code"]
    _, fresh = actions.renew_secret(system_id=system.row.pk, by=officer)
    refused(system.redeem(code), 401, "invalid_client")
    system.secret = fresh
    assert fresh != old
    assert system.redeem(code).status_code == 200


def test_a_stopped_system_is_out_at_once(clock):
    system, visitor = System(), browser(person())
    officer = city.actor(city.officer("signon_officer", agency="data-bureau"))
    tokens = system.sign_on(visitor, scope="openid offline_access")
    actions.stop_system(system_id=system.row.pk, by=officer)
    assert system.ask(visitor).status_code == 400
    assert system.userinfo(tokens["access_token"]).status_code == 401
    form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    refused(system.post("token", form), 401, "invalid_client")
    actions.resume_system(system_id=system.row.pk, by=officer)
    assert system.userinfo(tokens["access_token"]).status_code == 200


def test_a_closed_account_is_out_at_once(clock):
    system, account = System(), person()
    tokens = system.sign_on(browser(account), scope="openid offline_access")
    code = system.agree(browser(account))["code"]
    action(type(account).objects.filter(pk=account.pk).update)(is_active=False)
    assert system.userinfo(tokens["access_token"]).status_code == 401
    refused(system.redeem(code))
    refused(system.post("token", {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}))


def test_who_guesses_at_secrets_is_slowed_down_and_locks_nobody_out(clock, settings):
    settings.SIGN_IN_LIMITS = {
        scope: type(limit)(3, 3600) if scope == "try.place" else limit
        for scope, limit in settings.SIGN_IN_LIMITS.items()
    }
    system = System()
    code = system.agree(browser(person()))["code"]
    right, system.secret = system.secret, "wrong"
    for _ in range(3):
        refused(system.redeem(code), 401, "invalid_client")
    answer = system.redeem(code)
    refused(answer, 429, "temporarily_unavailable")
    assert int(answer["Retry-After"]) > 0
    system.secret = right
    assert system.redeem(code).status_code == 200


@pytest.mark.parametrize("token", ["", "nothing", "\x00"])
def test_an_unknown_token_opens_nothing(clock, token):
    answer = System().userinfo(token)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert "sub" not in answer.json()


def test_a_token_in_an_address_or_a_form_is_not_looked_at(clock):
    system = System()
    access = system.sign_on(browser(person()))["access_token"]
    for answer in (
        Client().get(f"{system.root}/userinfo/?access_token={access}"),
        Client().post(f"{system.root}/userinfo/", {"access_token": access}),
    ):
        assert answer.status_code == 401
    assert (
        Client().post(f"{system.root}/userinfo/", headers={"Authorization": f"Bearer {access}"}).status_code
        == 200
    )


def test_a_refresh_token_and_a_code_are_no_access_tokens(clock):
    system, visitor = System(), browser(person())
    tokens = system.sign_on(visitor, scope="openid offline_access")
    for other in (tokens["refresh_token"], tokens["id_token"], system.agree(visitor)["code"]):
        assert system.userinfo(other).status_code == 401
    refused(system.post("token", {"grant_type": "refresh_token", "refresh_token": tokens["access_token"]}))


def test_a_revoked_token_ends_the_sign_on_and_another_system_cannot(clock):
    system, other = System(), System("other")
    tokens = system.sign_on(browser(person()), scope="openid offline_access")
    assert other.post("revoke", {"token": tokens["refresh_token"]}).status_code == 200
    assert system.userinfo(tokens["access_token"]).status_code == 200
    assert system.post("revoke", {"token": "nothing"}).status_code == 200
    refused(system.post("revoke", {}), error="invalid_request")
    assert system.post("revoke", {"token": tokens["refresh_token"]}).status_code == 200
    assert system.userinfo(tokens["access_token"]).status_code == 401


def test_a_form_of_bytes_that_are_no_text_is_the_callers_fault(clock):
    root = System().root
    for body in (b"\xff\xfe", b"code=%GG", b"{}", b"a" * 10_000):
        answer = Client().post(
            f"{root}/token/",
            body,
            content_type="application/x-www-form-urlencoded",
        )
        assert 400 <= answer.status_code < 500, answer.content


def test_the_demo_alone_lets_plain_http_pass(clock, settings):
    local = {"redirect_uris": ["http://127.0.0.1:9000/back"]}
    System("local", **local)
    settings.DEMO = False
    with pytest.raises(actions.NotRegistered):
        System("local-2", **local)


def test_every_answer_of_the_wrong_kind_is_4xx(clock):
    for path in ("token", "revoke"):
        assert Client().get(f"/oidc/people/{path}/").status_code == 405
    assert Client().get("/oidc/nobody/authorize/").status_code == 404
