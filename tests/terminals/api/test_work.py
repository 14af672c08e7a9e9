"""JSON for officers: the queue and the verbs, with the rights and the sentences of the desk."""

import json
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import city

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def standing_clock(clock):
    """Every test here begins on Monday, 2 March 2026, 9:00."""
    return clock


@pytest.fixture
def clerk(db):
    return city.signed_in(city.officer("clerk", agency="market-regulation"))


def call(client, case, **body):
    return client.post(f"/api/cases/{case.pk}/verbs/", json.dumps(body), content_type="application/json")


def test_the_queue_holds_what_waits_and_nothing_else(clerk):
    first, _ = city.food()
    second, _ = city.food()
    city.food(place="441900121")  # another town's
    data = clerk.get("/api/queue/").json()
    assert [one["id"] for one in data["cases"]] == [str(first.pk), str(second.pk)]
    assert (data["found"], data["more"]) == (2, False)
    assert set(data["cases"][0]) == {
        "id",
        "short_no",
        "case_no",
        "item",
        "state",
        "fingerprint",
        "submitted_at",
        "due_on",
        "light",
    }
    assert data["cases"][0]["light"] == "green"
    for query, found in (
        ("lamp=red", 0),
        ("lamp=green", 2),
        ("item=food-licence", 2),
        ("item=tax-proof", 0),
        ("state=submitted", 2),
        ("scope=all&state=accepted", 0),
        ("scope=all", 2),
        ("page=2", 2),
    ):
        assert clerk.get(f"/api/queue/?{query}").json()["found"] == found, query
    assert clerk.get("/api/queue/?page=2").json()["cases"] == []


@pytest.mark.parametrize("query", ["lamp=pink", "state=nowhere", "town=1", "page=0", "page=x", "page=99999"])
def test_what_the_queue_does_not_know_is_said(clerk, query):
    answer = clerk.get(f"/api/queue/?{query}")
    assert answer.status_code == 400
    assert answer.json()["error"]["about"] == query.split("=")[0]


def test_the_queue_costs_the_same_for_one_and_for_three(clerk):
    counts = []
    for _ in range(3):
        city.food()
        clerk.get("/api/queue/")
        with CaptureQueriesContext(connection) as asked:
            clerk.get("/api/queue/")
        counts.append(len(asked))
    assert counts[0] == counts[1] == counts[2]


def test_a_case_goes_its_way(clerk, settings):
    case, _ = city.food()
    of = {
        name: city.signed_in(city.officer(name, agency="market-regulation"))
        for name in ("reviewer", "decider")
    }
    second = city.officer("reviewer", agency="market-regulation")
    answer = call(clerk, case, verb="accept")
    assert (answer.status_code, answer.json()["state"]) == (200, "accepted")
    assert call(of["reviewer"], case, verb="complete_step", opinion="齐全").json()["state"] == "in_review"
    done = call(of["reviewer"], case, verb="complete_step", opinion="符合", second_officer=str(second.pk))
    assert done.status_code == 200
    settings.FRESH_MINUTES = 0
    late = call(of["decider"], case, verb="grant")
    assert (late.status_code, late.json()["error"]["code"]) == (403, "access.not_fresh")
    settings.FRESH_MINUTES = 15
    assert call(of["decider"], case, verb="grant").json()["state"] == "granted"


def test_a_supplement_and_refusals(clerk):
    case, _ = city.food()
    point = {"kind": "material", "id": "layout", "note": "看不清"}
    assert (
        call(clerk, case, verb="request_supplement", points=[point]).json()["state"] == "supplement_requested"
    )
    again = call(clerk, case, verb="accept")
    assert again.status_code == 409
    other, _ = city.food()
    assert call(clerk, other, verb="refuse").status_code == 422
    assert call(clerk, other, verb="refuse", reasons="不属于本机关").json()["state"] == "refused"


@pytest.mark.parametrize(
    "body",
    [
        {"verb": "fly"},
        {"verb": "refuse", "reasons": 5},
        {"verb": "complete_step", "step": "x"},
        {"verb": "complete_step", "verdict": "perhaps"},
        {"verb": "request_supplement", "points": ["layout"]},
        {"verb": "request_supplement", "points": [{"kind": "material", "id": "layout", "note": 1}]},
        {},
    ],
)
def test_a_body_that_cannot_be_read_is_said(clerk, body):
    case, _ = city.food()
    answer = call(clerk, case, **body)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "api.bad_request"


def test_strangers_find_nothing(clerk):
    case, _ = city.food()
    applicant = city.signed_in(city.account(city.person()))
    elsewhere = city.signed_in(
        city.officer("clerk", agency="market-regulation", place=city.town("441900121"))
    )
    assert applicant.get("/api/queue/").status_code == 404
    assert call(applicant, case, verb="accept").status_code == 404
    assert call(elsewhere, case, verb="accept").status_code == 404
    assert elsewhere.get("/api/queue/").json()["cases"] == []
    assert Client().get("/api/queue/").status_code == 401
    unknown = f"/api/cases/{uuid.uuid4()}/verbs/"
    assert (
        clerk.post(unknown, json.dumps({"verb": "accept"}), content_type="application/json").status_code
        == 404
    )
