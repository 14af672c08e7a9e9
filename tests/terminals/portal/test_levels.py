"""Accounts with any document, and levels raised by verifiers: who is taken for whom, and who is not."""

import re

import pytest
from django.test import Client

from tests import city
from tests.terminals.portal.test_signing import code_on
from tongban.foundation.ids import make_resident_id
from tongban.kernel.events import queries as events
from tongban.kernel.events.models import Event
from tongban.kernel.identities import actions
from tongban.kernel.identities.calc.papers import check_number
from tongban.kernel.identities.models import GivenIdentity, Verification
from tongban.kernel.identities.queries import verifiers
from tongban.kernel.identities.states import DocumentType
from tongban.kernel.parties.models import Account, Person

pytestmark = pytest.mark.django_db
NUMBER = make_resident_id("44190019900307011")
TYPED = {"name": "林小满", "id_type": "111", "id_no": NUMBER, "phone": "13812345678", "agreed": "on"}


@pytest.mark.parametrize(
    ("kind", "number", "country", "kept"),
    [
        ("111", NUMBER.lower(), "", NUMBER),
        ("111", NUMBER[:-1] + ("0" if NUMBER[-1] != "0" else "1"), "", ""),
        ("516", "h 1234 5678", "", "H12345678"),
        ("516", "M12345678", "", "M12345678"),
        ("516", "A12345678", "", ""),
        ("516", "H1234567", "", ""),
        ("511", "12345678", "", "12345678"),
        ("511", "1234567", "", ""),
        ("553", "911124198108030024", "", "911124198108030024"),
        ("553", "GBR110080010101", "", "GBR110080010101"),
        ("553", "811124198108030024", "", ""),
        ("414", "x1234567", "gbr", "GBR-X1234567"),
        ("414", "X1234567", "", ""),
        ("414", "X1", "GBR", ""),
        ("414", "X12345678９", "GBR", ""),
    ],
)
def test_numbers_of_documents(kind, number, country, kept):
    verdict = check_number(DocumentType(kind), number, country)
    assert (verdict.value, verdict.ok) == (kept, bool(kept))
    assert bool(verdict.why_zh) == bool(verdict.why_en) == (not kept)


def opened(**more):
    client = Client()
    response = client.post("/sign-in/new/", {**TYPED, **more})
    assert response.url == "/sign-in/code/"
    account = Account.objects.get(person__isnull=True, agency="", display_name=more.get("name", "林小满"))
    return client, account


def entered(**more):
    client, account = opened(**more)
    assert client.post("/sign-in/code/", {"code": code_on(client.get("/sign-in/code/"))}).url == "/"
    account.refresh_from_db()
    return client, account


def test_an_account_is_level_one_when_its_telephone_answered_and_sees_nothing_of_anybody():
    client, account = opened()
    assert account.level == 0
    client.post("/sign-in/code/", {"code": code_on(client.get("/sign-in/code/"))})
    account.refresh_from_db()
    assert (account.level, account.person_id) == (1, None)
    asked = client.get("/wallet/")
    assert asked.status_code == 403
    assert "/me/level/?next=%2Fwallet%2F&amp;level=2" in asked.content.decode()
    assert not Person.objects.exists()


@pytest.mark.parametrize(
    "typed",
    [
        {
            "id_type": "414",
            "id_no": "X1234567",
            "country": "GBR",
            "name": "John Smith",
            "phone": "+447911123456",
        },
        {"id_type": "516", "id_no": "H12345678", "name": "黄国强"},
        {"id_type": "511", "id_no": "12345678", "name": "林志豪"},
        {"id_type": "553", "id_no": "911124198108030024", "name": "Anna Schmidt"},
    ],
)
def test_people_with_other_documents_open_one_and_are_matched(typed):
    client, account = entered(**typed)
    assert (
        client.post("/me/level/", {"kind": "population", "level": "2", "next": "/wallet/"}).url == "/wallet/"
    )
    account.refresh_from_db()
    assert (account.level, account.person.id_type, account.person.name) == (
        2,
        typed["id_type"],
        typed["name"],
    )
    assert client.get("/wallet/").status_code == 200


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"id_no": "123"}, "身份证"),
        ({"name": " "}, "姓名"),
        ({"phone": "12"}, "手机号码"),
        ({"id_type": "999"}, "证件类型"),
        ({"id_type": "414", "country": ""}, "三位字母"),
        ({"name": "a\x00b"}, ""),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(wrong, said, read):
    response = Client().post(
        "/sign-in/new/", {**TYPED, "id_no": "X1234567" if "country" in wrong else NUMBER, **wrong}
    )
    if "\x00" in wrong.get("name", ""):
        assert response.status_code == 302
        return
    assert response.status_code == 422
    assert said in read(response)
    assert 'value="林小满"' in read(response) or "name" in wrong
    assert not Account.objects.exists()


def test_without_having_read_nothing_is_opened():
    response = Client().post("/sign-in/new/", {**TYPED, "agreed": ""} | {"agreed": ""})
    assert response.status_code == 302, "a browser sends no unticked box; an empty one counts as ticked"
    typed = {name: value for name, value in TYPED.items() if name != "agreed"}
    assert Client().post("/sign-in/new/", typed).status_code == 422


def test_particulars_lie_encrypted_and_events_do_not_carry_them():
    opened()
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT id_no, phone FROM identities_givenidentity")
        row = cursor.fetchone()
    assert all(
        plain.encode() not in bytes(sealed)
        for plain, sealed in zip((NUMBER, "13812345678"), row, strict=True)
    )
    assert NUMBER not in str(list(Event.objects.order_by("id").values_list("payload", flat=True)))
    assert GivenIdentity.objects.get().id_no == NUMBER


def test_a_name_and_a_number_from_a_paper_do_not_open_what_is_known_of_somebody(read):
    owner = city.person("林小满", born="1990-03-07")
    client, account = entered(id_no=owner.id_no)  # another telephone
    refused = client.post("/me/level/", {"kind": "population", "level": "2"})
    assert refused.status_code == 422
    assert "核验没有通过" in read(refused)
    account.refresh_from_db()
    assert (account.level, account.person_id) == (1, None)
    assert client.get("/me/").status_code == 403
    assert list(Verification.objects.values_list("matched", flat=True)) == [False]


def test_the_owner_with_the_same_telephone_is_matched():
    owner = city.person("林小满", born="1990-03-07")
    client, account = entered(id_no=owner.id_no, phone=owner.phone)
    client.post("/me/level/", {"kind": "population"})
    account.refresh_from_db()
    assert (account.level, account.person_id) == (2, owner.pk)


def test_levels_rise_by_face_with_consent_or_without_a_face(read):
    client, account = entered()
    early = client.post("/me/level/", {"kind": "certificate", "outcome": "matched"})
    assert early.status_code == 422, "nobody has matched the name yet"
    client.post("/me/level/", {"kind": "population"})
    silent = client.post("/me/level/", {"kind": "face", "outcome": "matched"})
    assert (silent.status_code, "单独同意" in read(silent)) == (422, True)
    assert "虚构" in read(silent)
    assert not Verification.objects.filter(verifier="face").exists(), "nobody was asked"
    different = client.post("/me/level/", {"kind": "face", "outcome": "different", "consent": "on"})
    assert different.status_code == 422
    account.refresh_from_db()
    assert account.level == 2
    client.post("/me/level/", {"kind": "face", "outcome": "matched", "consent": "on"})
    account.refresh_from_db()
    assert account.level == 3
    row = Verification.objects.get(verifier="face", matched=True)
    assert row.consent_at is not None
    client.post("/me/level/", {"kind": "certificate", "outcome": "matched"})
    account.refresh_from_db()
    assert account.level == 4
    client.post("/me/level/", {"kind": "population"})
    account.refresh_from_db()
    assert account.level == 4, "a level never falls"
    assert client.post("/me/level/", {"kind": "magic"}).status_code == 404


def test_an_item_asks_for_its_level_says_why_and_leads_back(read):
    account = city.account(city.person(), level=2)
    client = city.signed_in(account)
    asked = client.post("/items/old-age-allowance/apply/")
    assert asked.status_code == 403
    assert "要确认是您本人，需要“四级实名”" in read(asked)
    link = re.search(r'href="(/me/level/\?[^"]+)"', asked.content.decode()).group(1).replace("&amp;", "&")
    page = read(client.get(link))
    assert "要办的事需要“四级实名”" in page
    raised = client.post(
        "/me/level/",
        {
            "kind": "face",
            "outcome": "matched",
            "consent": "on",
            "level": "3",
            "next": "/items/old-age-allowance/",
        },
    )
    assert raised.url == "/items/old-age-allowance/"
    assert client.post("/items/old-age-allowance/apply/").status_code == 302


def test_a_name_that_was_matched_is_not_typed_anew():
    _client, account = entered()
    by = city.actor(account)
    actions.correct(account=account, name="林晓曼", id_type="111", id_no=NUMBER, by=by)
    account.refresh_from_db()
    assert account.display_name == "林晓曼"
    actions.raise_level(account=account, kind="population", said={}, consent=False, by=by)
    account.refresh_from_db()
    with pytest.raises(actions.NameFixed):
        actions.correct(account=account, name="别的名字", id_type="111", id_no=NUMBER, by=by)


def test_one_signs_in_by_telephone_where_it_is_the_only_one():
    _client, account = entered()
    client = Client()
    client.post("/sign-in/", {"username": "13812345678"})
    assert client.post("/sign-in/code/", {"code": code_on(client.get("/sign-in/code/"))}).url == "/"
    assert client.session["_auth_user_id"] == str(account.pk)
    # Somebody writes the number beside a name of their own: without the telephone it stays without effect.
    opened(name="别人")
    client = Client()
    client.post("/sign-in/", {"username": "13812345678"})
    assert client.post("/sign-in/code/", {"code": code_on(client.get("/sign-in/code/"))}).url == "/"
    assert client.session["_auth_user_id"] == str(account.pk)


def test_the_base_cannot_be_asked_without_end(settings):
    from tongban.kernel.parties.calc.limits import Limit
    from tongban.kernel.parties.states import Scope

    client, _account = entered(name="查无此人")
    settings.SIGN_IN_LIMITS = {scope: Limit(1000, 3600) for scope in Scope} | {
        Scope.TRY_DEVICE: Limit(3, 3600)
    }
    tries = [client.post("/me/level/", {"kind": "population"}).status_code for _ in range(4)]
    assert tries == [422, 422, 422, 429]


def test_a_consent_to_faces_keeps_its_words_and_is_taken_back(monkeypatch):
    client = city.signed_in(city.account(city.person(), level=2))
    page = client.get("/me/level/").content.decode()
    assert "只为确认是您本人" in page
    assert "人脸核验的同意" not in page
    client.post("/me/level/", {"kind": "face", "outcome": "matched", "consent": "on"})
    row = Verification.objects.get()
    assert (row.consent_text, row.withdrawn_at) == ("2026-1", None)
    told = []
    monkeypatch.setattr(verifiers.FakeFace, "forget", lambda _self, trace: told.append(trace))
    assert "撤回同意" in client.get("/me/level/").content.decode()
    trace = row.trace
    for _ in range(2):  # a second time changes nothing
        assert client.post("/me/level/withdraw/").status_code == 302
    row.refresh_from_db()
    assert (told, row.trace) == ([trace], "")
    assert row.withdrawn_at is not None
    assert row.account.level == 3, "what was confirmed stays confirmed"
    names = [one.name for one in events.history(row.pk)]
    assert names == ["level.consent_withdrawn"]
    page = client.get("/me/level/").content.decode()
    assert "已撤回" in page
    assert "撤回同意" not in page


def test_nobody_takes_back_anothers_consent():
    mine, other = (city.account(city.person(), level=2) for _ in range(2))
    city.signed_in(mine).post("/me/level/", {"kind": "face", "outcome": "matched", "consent": "on"})
    city.signed_in(other).post("/me/level/withdraw/")
    assert Verification.objects.get().withdrawn_at is None


def test_a_verifier_out_of_order_leaves_the_consent_standing(monkeypatch):
    client = city.signed_in(city.account(city.person(), level=2))
    client.post("/me/level/", {"kind": "face", "outcome": "matched", "consent": "on"})

    def broken(_self, _trace):
        raise OSError("the verifier does not answer")

    monkeypatch.setattr(verifiers.FakeFace, "forget", broken)
    with pytest.raises(OSError, match="does not answer"):
        client.post("/me/level/withdraw/")
    assert Verification.objects.get().withdrawn_at is None
