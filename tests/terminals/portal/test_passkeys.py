"""Passkeys: added on the page of security, signing in without a code, and every answer that must not be taken."""

import json

import pytest
from django.test import Client

from tests import city
from tests.passkeys import PRESENT, VERIFIED, Passkey
from tongban.kernel.identities.models import Factor, SignIn

pytestmark = pytest.mark.django_db


def asked(client, path="/sign-in/passkey/asked/"):
    response = client.post(path)
    assert response.status_code == 200
    return json.loads(response.content)["publicKey"]


def add(client, key):
    made = key.made(asked(client, "/me/security/passkeys/asked/"))
    return client.post("/me/security/passkeys/", {"passkey": json.dumps(made)})


def sign_in(client, answer, **more):
    return client.post("/sign-in/passkey/", {"passkey": json.dumps(answer), **more})


@pytest.fixture
def key(resident):
    made = Passkey()
    assert add(city.signed_in(resident), made).url == "/me/security/"
    return made


def test_it_asks_for_a_key_that_is_found_without_a_name_and_knows_its_owner(resident):
    options = asked(city.signed_in(resident), "/me/security/passkeys/asked/")
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert options["rp"]["id"] == "localhost"
    assert asked(Client())["userVerification"] == "required"
    assert "allowCredentials" not in asked(Client()), "which keys there are nobody learns"


def test_a_passkey_signs_in_without_a_code(resident, key):
    client = Client()
    response = sign_in(client, key.signed(asked(client), resident.pk.bytes), next="/wallet/")
    assert response.url == "/wallet/"
    assert client.get("/wallet/").status_code == 200
    assert SignIn.objects.order_by("-id").first().ways == ["hwk"]


def test_a_passkey_is_two_factors_of_an_officer(db):
    clerk = city.officer("clerk")
    key, client = Passkey(), Client()
    add(city.signed_in(clerk), key)
    assert sign_in(client, key.signed(asked(client), clerk.pk.bytes)).url == "/desk/"
    assert client.get("/desk/").status_code == 200


def refused(client, answer):
    response = sign_in(client, answer)
    assert (response.status_code, "_auth_user_id" in client.session) == (422, False)
    assert "通行密钥没有通过验证" in response.content.decode()


def test_what_must_not_be_taken_is_not(resident, key):
    owner = resident.pk.bytes
    client = Client()
    key.origin = "https://localhost.evil.example"
    refused(client, key.signed(asked(client), owner))
    key.origin, key.site = "http://localhost:8000", "evil.example"
    refused(client, key.signed(asked(client), owner))
    key.site, key.flags = "localhost", PRESENT  # somebody has found the telephone unlocked
    refused(client, key.signed(asked(client), owner))
    key.flags = VERIFIED
    refused(client, key.signed(asked(client), owner))
    key.flags = PRESENT | VERIFIED
    refused(client, key.signed({"challenge": "AAAA"}, owner))  # what nobody asked
    refused(client, key.signed(asked(client), b"somebody else!!!"))
    stranger = Passkey()
    refused(client, stranger.signed(asked(client)))
    stranger.id = key.id  # the right name, another key
    refused(client, stranger.signed(asked(client), owner))
    refused(client, key.made(asked(client)))
    for answer in ({}, [], "x", {"id": 5}, {"rawId": "!!", "response": {}}, None):
        asked(client)
        refused(client, answer)


def test_an_answer_works_once_and_only_in_the_session_that_was_asked(resident, key):
    first, second = Client(), Client()
    answer = key.signed(asked(first), resident.pk.bytes)
    refused(second, answer)
    asked(second)
    refused(second, answer)
    assert sign_in(first, answer).status_code == 302
    first.post("/sign-out/")
    refused(first, answer)


def test_a_copied_key_that_counts_behind_is_not_taken(resident, key):
    client = Client()
    key.count = 9
    assert sign_in(client, key.signed(asked(client), resident.pk.bytes)).status_code == 302
    copy = Client()
    key.count = 5
    refused(copy, key.signed(asked(copy), resident.pk.bytes))


def test_a_disabled_owner_does_not_come_in(resident, key):
    from tongban.kernel.records.actions import action

    resident.is_active = False
    action(resident.save)()
    client = Client()
    refused(client, key.signed(asked(client), resident.pk.bytes))


def test_a_key_is_added_once_and_never_with_a_bad_answer(resident, key, read):
    client = city.signed_in(resident)
    again = add(client, key)
    assert again.status_code == 422
    assert "通行密钥没有通过验证" in read(again)
    bad = Passkey(origin="https://evil.example")
    assert add(client, bad).status_code == 422
    made = Passkey().made({"challenge": "AAAA"})
    assert client.post("/me/security/passkeys/", {"passkey": json.dumps(made)}).status_code == 422
    assert Factor.objects.count() == 1


class TestThePageOfSecurity:
    def test_it_names_factors_and_sessions_of_the_visitor_only(self, resident, key, read):
        other = city.account(city.person("周敏"))
        add(city.signed_in(other), Passkey())
        client = city.signed_in(resident)
        page = read(client.get("/me/security/"))
        assert page.count("移除") - page.count("马上移除") == 1
        assert page.count("结束这次登录") == 1, "the session in which the key was added; this one is marked"
        assert "本机" in page

    def test_ending_a_session_ends_it(self, resident):
        lost, own = city.signed_in(resident), city.signed_in(resident)
        row = SignIn.objects.get(session_key=lost.session.session_key)
        assert own.post(f"/me/security/sessions/{row.pk}/end/").url == "/me/security/"
        assert lost.get("/wallet/").status_code == 302
        assert own.get("/wallet/").status_code == 200
        assert "在别处结束" in own.get("/me/security/").content.decode()

    def test_nobody_ends_another_ones_session_or_removes_their_factor(self, resident, key, stranger):
        row, factor = SignIn.objects.filter(account=resident).first(), Factor.objects.get()
        assert stranger.post(f"/me/security/sessions/{row.pk}/end/").status_code == 404
        assert stranger.post(f"/me/security/factors/{factor.pk}/remove/").status_code == 409
        assert Factor.objects.count() == 1
        row.refresh_from_db()
        assert row.ended_at is None

    def test_removing_a_factor_ends_all_other_sessions(self, resident, key):
        lost, own = city.signed_in(resident), city.signed_in(resident)
        assert own.post(f"/me/security/factors/{Factor.objects.get().pk}/remove/").url == "/me/security/"
        assert lost.get("/wallet/").status_code == 302
        assert own.get("/wallet/").status_code == 200

    def test_the_number_of_queries_does_not_grow(self, resident):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        client = city.signed_in(resident)
        add(client, Passkey())
        with CaptureQueriesContext(connection) as one:
            client.get("/me/security/")
        for _ in range(2):
            add(client, Passkey())
            city.signed_in(resident)
        with CaptureQueriesContext(connection) as three:
            client.get("/me/security/")
        assert len(three) == len(one)
