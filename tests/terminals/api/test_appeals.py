"""Appeals for programs: one call hands one in, the same call again changes nothing, one's own alone, every refusal says why."""

import io
import json
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from tests import city
from tests.modules.appeals.filing import answered
from tongban.modules.appeals import actions
from tongban.modules.appeals.models import Appeal

pytestmark = pytest.mark.django_db
URL = "/api/appeals/"


@pytest.fixture(autouse=True)
def standing_clock(clock):
    """Every test here begins on Monday, 2 March 2026, 9:00."""
    return clock


@pytest.fixture
def head(db):
    """The account of a firm's head, and the firm."""
    person = city.person("邓文彬")
    return city.account(person), city.organisation(person, "东莞市诉求示例电子有限公司")


def send(client, body, url=URL):
    return client.post(url, json.dumps(body), content_type="application/json")


def wish(**more):
    body = {"submission_id": str(uuid.uuid4()), "category": "rights", "title": "拖欠货款"}
    return {**body, "words": "拖欠三百万元。", **more}


def png():
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "white").save(out, "PNG")
    return SimpleUploadedFile("invoice.png", out.getvalue(), "image/png")


def test_one_call_hands_it_in_and_the_same_again_is_the_same(head):
    account, firm = head
    client, body = city.signed_in(account), wish(urgent=True)
    first, second = send(client, body), send(client, body)
    row = Appeal.objects.get()
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert second["Idempotent-Replayed"] == "true"
    assert first.json() == {
        "id": str(row.pk),
        "number": row.number,
        "organisation": str(firm.pk),
        "category": "rights",
        "subcategory": "",
        "title": "拖欠货款",
        "state": "pool",
        "outcome": "",
        "office": "",
        "waits_for_firm": False,
        "next_on": row.next_on.isoformat(),
        "close_on": row.close_on.isoformat(),
        "filed_at": "2026-03-02T09:00:00+08:00",
        "stars": None,
    }
    assert client.get(URL).json() == {"appeals": [first.json()]}


@pytest.mark.parametrize(
    "other",
    [{"title": "别的"}, {"words": "别的"}, {"category": "hiring"}, {"urgent": True}, {"wanted": "钱"}],
)
def test_an_identifier_is_for_one_appeal(head, other):
    client, body = city.signed_in(head[0]), wish()
    assert send(client, body).status_code == 201
    answer = send(client, {**body, **other})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "appeal.same_identifier")
    assert Appeal.objects.count() == 1


def test_typed_answers_are_the_same_again(head):
    client = city.signed_in(head[0])
    body = wish(category="power-supply", answers={"kva": 800})
    assert [send(client, body).status_code for _ in range(2)] == [201, 200]
    assert Appeal.objects.get().answers == {"kva": 800}


def test_another_firm_may_use_the_same_identifier(head):
    other = city.person("何秀珍")
    city.organisation(other, "东莞市另一家示例有限公司")
    body = wish()
    assert send(city.signed_in(head[0]), body).status_code == 201
    assert send(city.signed_in(city.account(other)), body).status_code == 201
    assert Appeal.objects.count() == 2


@pytest.mark.parametrize(
    ("wrong", "status", "about"),
    [
        ({"submission_id": "x"}, 400, "submission_id"),
        ({"title": 5}, 400, "title"),
        ({"urgent": "yes"}, 400, "urgent"),
        ({"answers": []}, 400, "answers"),
        ({"answers": {"a": [1]}}, 400, "answers"),
        ({"files": "x"}, 400, "files"),
        ({"files": ["x"]}, 400, "files"),
        ({"files": [str(uuid.uuid4())]}, 422, ""),
        ({"organisation": str(uuid.uuid4())}, 400, "organisation"),
        ({"organisation": "x"}, 400, "organisation"),
        ({"category": "none"}, 422, ""),
        ({"title": ""}, 422, ""),
        ({"category": "power-supply", "answers": {"kva": "much"}}, 422, ""),
    ],
)
def test_what_is_wrong_is_named(head, wrong, status, about):
    answer = send(city.signed_in(head[0]), wish(**wrong))
    assert answer.status_code == status
    assert answer.json()["error"]["sentence"]
    if about:
        assert about in json.dumps(answer.json(), ensure_ascii=False)
    assert not Appeal.objects.exists()


def test_from_the_file_to_the_rating(head):
    account, _ = head
    client, desk = (
        city.signed_in(account),
        city.actor(city.officer("appeal_coordinator", agency="industry", place="")),
    )
    kept = client.post(f"{URL}files/", {"file": png()})
    assert kept.status_code == 201
    made = send(client, wish(files=[kept.json()["id"]])).json()
    url = f"{URL}{made['id']}/"
    by = city.actor(city.officer("appeal_officer", agency="industry", place=""))
    row = actions.route(appeal_id=uuid.UUID(made["id"]), lead="industry", by=desk)
    actions.contact(appeal_id=row.pk, words="已联系。", by=by)
    actions.ask(appeal_id=row.pk, words="请补充合同。", by=by)
    assert client.get(url).json()["can"] == ["supply", "withdraw"]
    assert send(client, {"verb": "supply", "words": "合同见附件。"}, f"{url}verbs/").status_code == 200
    row.refresh_from_db()
    actions.invite(appeal_id=row.pk, agency="justice", words="内部的话", by=by)
    actions.finish(
        appeal_id=row.pk,
        words="内部的意见",
        by=city.actor(city.officer("appeal_officer", agency="justice", place="")),
    )
    row.refresh_from_db()
    answered(row, by)
    assert "已协调解决" not in client.get(url).content.decode()
    actions.approve(appeal_id=row.pk, by=desk)
    whole = client.get(url).json()
    assert [one["verb"] for one in whole["course"]] == [
        "file",
        "route",
        "contact",
        "ask",
        "supply",
        "approve",
    ]
    assert whole["course"][-1]["words"] == "已协调解决。"
    assert "内部" not in json.dumps(whole, ensure_ascii=False)
    [file] = whole["course"][0]["files"]
    assert file["name"] == "invoice.png"
    assert client.get(f"{url}files/{file['id']}/")["Content-Type"] == "image/png"
    assert whole["can"] == ["rate", "withdraw"]
    rated = send(client, {"verb": "rate", "stars": 5, "words": "好。"}, f"{url}verbs/")
    assert (rated.status_code, rated.json()["state"], rated.json()["stars"]) == (200, "closed", 5)
    assert send(client, {"verb": "rate", "stars": 5}, f"{url}verbs/").status_code == 409
    for body in ({"verb": "rate", "stars": "5"}, {"verb": "route"}, {"verb": "rate"}):
        assert send(client, body, f"{url}verbs/").status_code == 400


def test_anothers_is_not_there(head):
    client = city.signed_in(head[0])
    made = send(client, wish(confidential=True)).json()
    url = f"{URL}{made['id']}/"
    other = city.person("何秀珍")
    city.organisation(other, "东莞市另一家示例有限公司")
    stranger = city.signed_in(city.account(other))
    assert stranger.get(url).status_code == 404
    assert send(stranger, {"verb": "withdraw"}, f"{url}verbs/").status_code == 404
    assert stranger.get(f"{url}files/{uuid.uuid4()}/").status_code == 404
    assert stranger.get(URL).json() == {"appeals": []}
    assert stranger.get(URL, {"organisation": str(head[1].pk)}).status_code == 400
    nobody = city.signed_in(city.account(city.person("周玉兰")))
    assert nobody.get(URL).status_code == 400


def test_a_visitor_is_asked_to_sign_in(client):
    for path in (URL, f"{URL}{uuid.uuid4()}/"):
        assert client.get(path).status_code == 401
    assert client.post(f"{URL}files/").status_code == 401


def test_a_file_that_is_none_is_refused(head):
    client = city.signed_in(head[0])
    assert client.post(f"{URL}files/").status_code == 400
    bad = SimpleUploadedFile("x.pdf", b"not a pdf", "application/pdf")
    assert client.post(f"{URL}files/", {"file": bad}).status_code == 422
