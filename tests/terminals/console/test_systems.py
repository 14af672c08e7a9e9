"""The register of systems: who sees it, what is refused, that a secret is shown once."""

import html
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import city
from tests.modules.signon.signing_on import System
from tongban.kernel.events.models import Event
from tongban.modules.signon.models import RelyingSystem

pytestmark = pytest.mark.django_db
PATH = "/console/systems/"
TYPED = {
    "client_id": "housing-fund",
    "realm": "people",
    "agency": "housing-fund",
    "name_zh": "公积金系统",
    "name_en": "Housing fund",
    "purpose_zh": "查询和提取公积金",
    "purpose_en": "Housing fund accounts",
    "redirect_uris": "https://fund.example.gov.cn/back\nhttps://fund.example.gov.cn/back2",
    "logout_uris": "",
    "backchannel_uri": "",
    "scopes": ["profile", "acting_for"],
    "least_level": "2",
    "sector": "",
}


@pytest.fixture
def officer(db, clock):
    return city.signed_in(city.officer("signon_officer", agency="data-bureau", place=""))


def registered(client, **other):
    return client.post(f"{PATH}new/", {**TYPED, **other})


def secret_of(answer):
    assert answer.status_code == 200
    return re.search(r'id="secret">([^<]+)<', answer.content.decode())[1]


def test_a_system_is_registered_and_its_secret_shown_once(officer):
    answer = registered(officer)
    secret = secret_of(answer)
    row = RelyingSystem.objects.get(client_id="housing-fund")
    assert row.redirect_uris == ["https://fund.example.gov.cn/back", "https://fund.example.gov.cn/back2"]
    assert (row.scopes, row.sector, row.least_level) == (
        ["openid", "profile", "acting_for"],
        "housing-fund",
        2,
    )
    assert answer["Cache-Control"] == "no-store"
    for page in (PATH, f"{PATH}{row.pk}/"):
        assert secret not in officer.get(page).content.decode()
    event = Event.objects.get(name="relying_system.registered", subject_id=row.pk)
    assert secret not in str(event.payload)


@pytest.mark.parametrize(
    ("other", "about"),
    [
        ({"client_id": "Housing"}, "3 到 40 位"),
        ({"client_id": ""}, "3 到 40 位"),
        ({"realm": "everybody"}, "没有选择给谁用"),
        ({"name_zh": " "}, "必须填写"),
        ({"purpose_en": "x" * 301}, "至多 300 个字"),
        ({"redirect_uris": ""}, "至少要有一个回跳地址"),
        ({"redirect_uris": "http://fund.example.gov.cn/back"}, "必须以 https:// 开头"),
        ({"redirect_uris": "https://fund.example.gov.cn/*"}, "通配符"),
        ({"redirect_uris": "https://fund.example.gov.cn/#x"}, "#"),
        ({"redirect_uris": "https://me@fund.example.gov.cn/"}, "用户名"),
        ({"redirect_uris": "https:///back"}, "没有主机名"),
        ({"redirect_uris": "https://fund.example.gov.cn:99999/"}, "端口不对"),
        ({"redirect_uris": "javascript:alert(1)"}, "地址"),
        ({"backchannel_uri": "ftp://fund.example.gov.cn/"}, "必须以 https:// 开头"),
        ({"logout_uris": "http://fund.example.gov.cn/"}, "必须以 https:// 开头"),
        ({"least_level": "9"}, "没有这个实名等级"),
    ],
)
def test_what_cannot_be_is_refused_with_the_form_as_it_was(officer, other, about):
    answer = registered(officer, **other)
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 422
    assert about in page
    assert other.get("name_zh") or TYPED["name_zh"] in page
    assert not RelyingSystem.objects.filter(client_id=TYPED["client_id"]).exists()


def test_a_name_is_given_once(officer):
    registered(officer)
    assert registered(officer).status_code == 422
    assert RelyingSystem.objects.filter(client_id="housing-fund").count() == 1


def test_a_registration_is_changed_and_its_name_stays(officer):
    row = System("housing-fund").row
    own = f"{PATH}{row.pk}/"
    answer = officer.post(own, {**TYPED, "client_id": "other", "realm": "staff", "name_zh": "新名字"})
    assert answer.status_code == 302
    row.refresh_from_db()
    assert (row.client_id, row.realm, row.name_zh) == ("housing-fund", "people", "新名字")
    changes = Event.objects.filter(name="relying_system.changed", subject_id=row.pk)
    assert changes.count() == 1
    officer.post(own, {**TYPED, "name_zh": "新名字"})
    assert changes.count() == 1, "the same again is no change"
    assert officer.post(own, {**TYPED, "redirect_uris": "ftp://x"}).status_code == 422


def test_secrets_are_exchanged_and_systems_stopped(officer):
    row = System("housing-fund").row
    first = secret_of(officer.post(f"{PATH}{row.pk}/secret/"))
    assert secret_of(officer.post(f"{PATH}{row.pk}/secret/")) != first
    officer.post(f"{PATH}{row.pk}/stop/")
    assert "已停用" in officer.get(PATH).content.decode()
    officer.post(f"{PATH}{row.pk}/stop/", {"resume": "1"})
    row.refresh_from_db()
    assert row.stopped_at is None


def test_keys_are_exchanged_by_a_button(officer):
    for when in ("later", "now"):
        assert officer.post(f"{PATH}keys/", {"when": when}).status_code == 302
    assert officer.get(PATH).content.decode().count("正在签名") == 1


def test_the_register_is_nobody_elses_business(db, clock):
    row = System("housing-fund").row
    for who in (city.officer("bureau", agency="data-bureau", place=""), city.account(city.person())):
        client = city.signed_in(who)
        for path in ("", "new/", f"{row.pk}/"):
            assert client.get(f"{PATH}{path}").status_code == 404
        for path in (f"{row.pk}/secret/", f"{row.pk}/stop/", "keys/"):
            assert client.post(f"{PATH}{path}").status_code == 404


def test_the_list_asks_as_often_for_three_systems_as_for_one(officer):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            officer.get(PATH)
        return len(queries)

    System("system-1")
    asked()
    before = asked()
    for n in (2, 3):
        System(f"system-{n}")
    assert asked() == before
