"""JSON for programs: one call files a case, the same call again changes nothing, failures say what to do."""

import json
import uuid

import pytest
from django.test import Client

from tests import city
from tests.packs.reading import items as pack_items
from tongban.kernel.cases.models import Case

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def standing_clock(clock):
    """Every test here begins on Monday, 2 March 2026, 9:00."""
    return clock


@pytest.fixture
def elder(db):
    return city.account(city.person("何秀珍", born="1940-05-01"))


@pytest.fixture
def resident(db):
    return city.account(city.person(social_insurance__paid_months=88, social_insurance__status="paying"))


def send(client, body, **headers):
    data = body if isinstance(body, str) else json.dumps(body)
    return client.post("/api/cases/", data, content_type="application/json", headers=headers)


def allowance(**more):
    return {"submission_id": str(uuid.uuid4()), "item": "old-age-allowance", **more}


def proof(**more):
    body = {"submission_id": str(uuid.uuid4()), "item": "social-insurance-proof"}
    return {**body, "situation": {"purpose": "school"}, "answers": {"receiver": "大朗中心小学"}, **more}


def test_one_call_files_a_case(elder):
    body = allowance()
    response = send(city.signed_in(elder), body)
    case = Case.objects.get()
    assert response.status_code == 201
    assert response.json() == {
        "id": body["submission_id"],
        "short_no": case.short_no,
        "case_no": case.case_no,
        "item": "old-age-allowance",
        "state": "submitted",
        "fingerprint": case.fingerprint,
        "submitted_at": "2026-03-02T09:00:00+08:00",
        "due_on": "2026-03-09",
    }
    assert case.channel == "api"


def test_the_same_call_again_is_the_same_answer(resident):
    client, body = city.signed_in(resident), proof()
    first, second = send(client, body), send(client, body)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert "Idempotent-Replayed" not in first
    assert second["Idempotent-Replayed"] == "true"
    assert Case.objects.count() == 1


@pytest.mark.parametrize(
    "other",
    [
        {"situation": {"purpose": "house"}},
        {"answers": {"receiver": "别的学校"}},
        {"answers": {}},
        {"signed": ["more"]},
        {"item": "tax-proof", "situation": {}, "answers": {}},
    ],
)
def test_the_same_identifier_for_something_else_is_refused(resident, other):
    client, body = city.signed_in(resident), proof()
    send(client, body)
    response = send(client, {**body, **other})
    assert response.status_code == 422
    assert response.json()["error"]["code"] == "case.other_content"
    assert Case.objects.count() == 1


def test_hidden_and_known_fields_do_not_make_another_content(resident):
    client, body = city.signed_in(resident), proof()
    body["answers"] |= {"name": "冒名"}
    assert [send(client, body).status_code for _twice in range(2)] == [201, 200]


def test_somebody_elses_identifier_tells_nothing_of_their_case(elder, resident):
    body = allowance()
    send(city.signed_in(elder), body)
    case = Case.objects.get()
    response = send(city.signed_in(resident), body)
    assert response.status_code == 422
    assert case.short_no not in response.content.decode()


def test_what_is_missing_is_named(resident):
    response = send(city.signed_in(resident), proof(situation={}))
    error = response.json()["error"]
    assert response.status_code == 422
    assert (error["code"], error["questions"], error["fields"]) == ("case.not_complete", ["purpose"], [])
    assert "还有 1 处没有完成" in error["sentence"]
    assert Case.objects.count() == 0, "a refused call leaves nothing behind"


@pytest.mark.parametrize(
    ("body", "about"),
    [
        ("nonsense", "body"),
        ("[]", "body"),
        ({"item": "tax-proof"}, "submission_id"),
        (allowance(answers=[]), "answers"),
        (allowance(situation={"purpose": {"a": 1}}), "situation"),
    ],
)
def test_a_body_that_cannot_be_read(elder, body, about):
    response = send(city.signed_in(elder), body)
    error = response.json()["error"]
    assert response.status_code == 400
    assert (error["code"], error["about"]) == ("api.bad_request", about)


def test_an_unknown_item(elder):
    response = send(city.signed_in(elder), allowance(item="none"))
    assert response.status_code == 404
    assert response.json()["error"]["code"] == "item.unknown"


def test_errors_speak_the_callers_language(elder):
    client = city.signed_in(elder)
    client.cookies["tb_lang"] = "en"
    assert send(client, allowance(item="none")).json()["error"]["sentence"] == "There is no item 'none'."


def test_without_a_session_nothing_is_filed(elder):
    response = send(Client(), allowance())
    assert response.status_code == 401
    assert response.json()["error"]["code"] == "api.sign_in"
    assert Case.objects.count() == 0


def test_the_token_is_demanded(elder):
    client = Client(enforce_csrf_checks=True)
    client.force_login(elder, backend="tongban.site.sign_in.CodeBackend")
    assert send(client, allowance()).status_code == 403
    client.get("/sign-in/?level=3")
    token = client.cookies["csrftoken"].value
    assert send(client, allowance(), **{"X-CSRFToken": token}).status_code == 201


def test_a_case_is_shown_to_its_owner_only(elder, resident):
    client = city.signed_in(elder)
    id = send(client, allowance()).json()["id"]
    assert client.get(f"/api/cases/{id}/").json()["state"] == "submitted"
    response = city.signed_in(resident).get(f"/api/cases/{id}/")
    assert response.status_code == 404
    assert response.json()["error"]["code"] == "case.unknown"
    assert Client().get(f"/api/cases/{id}/").status_code == 401


def test_the_catalogue_is_open(db):
    items = Client().get("/api/items/").json()["items"]
    assert [item["code"] for item in items] == sorted(item["code"] for item in pack_items())
    [food] = [item for item in items if item["code"] == "food-licence"]
    assert food["name"]["zh"] == "食品经营许可证核发（新办）"
    assert food["limits"] == {"statutory": 10, "promised": 5}


def test_searching_is_open(db):
    found = Client().get("/api/search/", {"q": "开个小饭馆要办什么证"}).json()["items"]
    assert found[0]["code"] == "food-licence"
    assert found == sorted(found, key=lambda item: -item["score"])
    assert Client().get("/api/search/").json() == {"items": []}


def test_only_the_methods_that_make_sense(elder):
    client = city.signed_in(elder)
    assert client.get("/api/cases/").status_code == 405
    assert client.post("/api/items/").status_code == 405
