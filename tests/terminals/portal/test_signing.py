"""Signing in by code, going on from there, and forms that outlive their session."""

import re
import uuid

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from tests import city
from tests.terminals.portal.conftest import TYPED
from tongban.kernel.cases import queries

pytestmark = pytest.mark.django_db


def ask(client, username, **more):
    response = client.post("/sign-in/", {"username": username, **more})
    assert (response.status_code, response.url) == (302, "/sign-in/code/")
    return client.get("/sign-in/code/")


def code_on(page):
    return re.search(r'class="num">(\d{6})<', page.content.decode()).group(1)


def sign_in(client, account, **more):
    return client.post("/sign-in/code/", {"code": code_on(ask(client, account.username, **more))})


def test_the_code_leads_in_and_only_once(resident):
    client = Client()
    code = code_on(ask(client, resident.username))
    before = client.session.session_key
    response = client.post("/sign-in/code/", {"code": code})
    assert (response.status_code, response.url) == (302, "/")
    assert client.session.session_key != before, "the session is a fresh one"
    assert resident.display_name in client.get("/").content.decode()
    other = Client()
    ask(other, resident.username)
    assert other.post("/sign-in/code/", {"code": code}).status_code == 422


def test_five_wrong_tries_end_a_code(resident, read):
    client = Client()
    code = code_on(ask(client, resident.username))
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    for _try in range(5):
        response = client.post("/sign-in/code/", {"code": wrong})
        assert response.status_code == 422
        assert "验证码不正确或者已经过期" in read(response)
        assert "请核对后重新输入" in read(response)
    assert client.post("/sign-in/code/", {"code": code}).status_code == 422


def test_an_unknown_account_gets_the_same_answers(resident, read):
    client = Client()
    assert "如果账号“nobody”存在" in read(ask(client, "nobody"))
    assert client.post("/sign-in/code/", {"code": "123456"}).status_code == 422


def test_without_the_demo_no_code_is_shown(resident, settings, caplog):
    settings.DEMO = False
    client = Client()
    with caplog.at_level("INFO", "tongban"):
        page = ask(client, resident.username)
    assert not re.search(r"\d{6}", page.content.decode().split("<main")[1].split("</main")[0])
    assert resident.username not in client.get("/sign-in/").content.decode()


def test_demo_accounts_are_those_of_the_settings(resident, stranger, settings):
    settings.DEMO_ACCOUNTS = [resident.username]
    page = Client().get("/sign-in/").content.decode()
    assert re.findall(r'name="username" value="([^"]+)"', page) == [resident.username]


@pytest.mark.parametrize(
    ("wanted", "ends"),
    [("/wallet/?a=1", "/wallet/?a=1"), ("https://elsewhere.example/", "/"), ("//x", "/")],
)
def test_one_goes_on_to_where_one_wanted(resident, wanted, ends):
    assert sign_in(Client(), resident, next=wanted).url == ends


def test_staff_go_to_their_desk(db):
    client = Client()
    assert sign_in(client, city.officer("clerk")).url == "/sign-in/enrol/"
    page = client.post("/sign-in/enrol/", {"code": code_on(client.get("/sign-in/enrol/"))})
    assert 'href="/desk/"' in page.content.decode()


def test_signing_out_ends_the_session(resident):
    client = city.signed_in(resident)
    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/").url == "/"
    assert client.get("/wallet/").url.startswith("/sign-in/")


def test_one_acts_only_for_those_one_may_act_for(shopkeeper, read):
    account, company = shopkeeper
    foreign = city.organisation(city.person("周敏"), "别人的公司")
    client = city.signed_in(account)
    client.post("/act-for/", {"for": str(company.pk)})
    assert client.session["acting_for"] == str(company.pk)
    assert company.name in read(client.get("/me/"))
    client.post("/act-for/", {"for": str(foreign.pk)})
    assert client.session["acting_for"] == ""


class TestExpiredSession:
    def test_what_was_typed_is_saved_after_signing_in(self, shopkeeper, begin, read):
        account, _company = shopkeeper
        client = city.signed_in(account)
        at = begin(client)
        client.logout()
        path = f"{at}sections/staff/"
        response = client.post(path, {**TYPED["staff"], "manager_phone": "1390013900"})
        assert response.status_code == 403
        assert "登录已过期" in read(response)
        assert f"/sign-in/?next={path.replace('/', '%2F')}" in read(response)
        stored = [session.get_decoded() for session in Session.objects.all()]
        assert "李明" not in str(stored), "no personal data lie readable in the session"
        assert sign_in(client, account, next=path).url == path
        page = read(client.get(path))
        assert "已为您保留" in page
        assert 'value="李明"' in page
        assert 'value="1390013900"' in page, "wrong values are kept too"
        assert "已为您保留" not in read(client.get(path))

    def test_somebody_else_saves_nothing(self, shopkeeper, resident, begin):
        client = city.signed_in(shopkeeper[0])
        at = begin(client)
        client.logout()
        client.post(f"{at}sections/staff/", TYPED["staff"])
        sign_in(client, resident)
        case = queries.case(uuid.UUID(at.split("/")[2]))
        assert case.answers == {}

    def test_a_huge_form_is_not_kept(self, shopkeeper, begin):
        client = city.signed_in(shopkeeper[0])
        at = begin(client)
        client.logout()
        client.post(f"{at}sections/staff/", {"manager_name": "x" * 70_000})
        assert "kept" not in client.session
