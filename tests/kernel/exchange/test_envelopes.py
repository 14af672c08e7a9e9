"""What is not exactly what a peer has signed is refused, with a clear status, and leaves nothing behind."""

import json
import random
import uuid
from datetime import timedelta

import pytest
from django.test import Client

from tests.kernel.exchange.line import CITY, PROVINCE, put
from tongban.foundation import time
from tongban.kernel.exchange import actions, calc
from tongban.kernel.exchange.models import InMessage, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def envelope(line) -> dict[str, str]:
    """A good one, as it goes over the wire."""
    [row] = put()
    return {"signed": row.envelope, "signature": row.signature}


def post(outer: object) -> tuple[int, str]:
    """Bring it to the address; the status and the code of the error."""
    raw = outer if isinstance(outer, bytes) else json.dumps(outer).encode()
    answer = Client().post("/api/exchange/", raw, content_type="application/json")
    return answer.status_code, answer.json().get("error", {}).get("code", "")


def resigned(settings, envelope: dict[str, str], **changes: object) -> dict[str, str]:
    """The envelope with other contents, signed anew with a good key."""
    document = json.loads(envelope["signed"])
    payload = changes.pop("payload", None)
    document.update(changes)
    if payload:
        document["payload"].update(payload)
    text = calc.text_of(document)
    return {"signed": text, "signature": calc.sign(text, settings.EXCHANGE_KEY)}


def test_a_good_one_is_taken_and_answered(envelope):
    assert post(envelope) == (200, "")
    assert post(envelope) == (200, "")
    assert InMessage.objects.filter(peer__code=CITY).count() == 1


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b"{",
        b'{"signed": "{}", "signature": "x"}',
        b'{"signed": 1, "signature": "x"}',
        b"\xff\xfe",
        b"null",
    ],
)
def test_what_is_no_envelope_is_a_400(line, raw):
    assert post(raw) == (400, "exchange.envelope")


@pytest.mark.parametrize(
    "changes",
    [
        {"seq": 0},
        {"seq": True},
        {"seq": 2**31},
        {"schema": 2},
        {"made_at": "yesterday"},
        {"made_at": "2026-03-02T09:00:00"},
        {"message": "1"},
        {"stream": "a\x00b"},
        {"kind": "x" * 41},
    ],
)
def test_fields_that_are_not_so_are_a_400(envelope, settings, changes):
    assert post(resigned(settings, envelope, **changes)) == (400, "exchange.envelope")


def test_one_changed_sign_is_refused_and_leaves_nothing(envelope):
    assert post({**envelope, "signed": envelope["signed"].replace("10000", "10001")}) == (
        403,
        "exchange.signature",
    )
    assert post({**envelope, "signature": ""}) == (403, "exchange.signature")
    assert not InMessage.objects.exists()


def mutated(raw: bytes, dice: random.Random) -> bytes:
    """A message of which some bytes were changed, lost, doubled, exchanged or cut off on the way."""
    found = bytearray(raw)
    for _ in range(dice.choice((1, 1, 1, 2, 5))):
        at, other = dice.randrange(len(found)), dice.randrange(len(found))
        match dice.randrange(6):
            case 0:
                found[at] ^= 1 << dice.randrange(8)
            case 1:
                del found[at : at + 1 if len(found) > 1 else at]
            case 2:
                found.insert(at, dice.randrange(256))
            case 3:
                found[at], found[other] = found[other], found[at]
            case 4:
                found[at:at] = found[min(at, other) : max(at, other)][:40]
            case 5:
                del found[max(1, at) :]
    return bytes(found)


@pytest.mark.parametrize("many", [500, pytest.param(10_000, marks=pytest.mark.faults)])
def test_what_was_changed_on_the_way_is_never_taken(envelope, many):
    raw, dice = json.dumps(envelope).encode(), random.Random(many)
    statuses = set()
    for _ in range(many):
        sent = mutated(raw, dice)
        status, _code = post(sent)
        statuses.add(status)
        # A change of what is not signed, such as a blank between the fields, leaves the message what it is.
        assert status in (400, 403) or (status == 200 and json.loads(sent)["signed"] == envelope["signed"]), (
            sent
        )
    assert {400, 403} <= statuses
    assert InMessage.objects.count() <= 1


def test_unknown_senders_and_other_receivers_are_refused(envelope, settings):
    for changes in ({"sender": "999999"}, {"receiver": "999999"}, {"sender": PROVINCE, "receiver": PROVINCE}):
        assert post(resigned(settings, envelope, **changes)) == (403, "exchange.signature")


def test_the_future_and_what_is_too_old_are_refused(envelope, settings, clock):
    future = (time.now() + timedelta(minutes=6)).isoformat()
    assert post(resigned(settings, envelope, made_at=future)) == (422, "exchange.clock")
    clock.move(days=61)
    assert post(envelope) == (422, "exchange.clock")
    assert not InMessage.objects.exists()


def test_a_duplicate_is_answered_however_late(envelope, clock):
    assert post(envelope) == (200, "")
    clock.move(days=400)
    assert post(envelope) == (200, "")


@pytest.mark.parametrize(
    "payload",
    [
        {"fen": "100"},
        {"fen": -1},
        {"item": "Scale Up"},
        {"name": "陈晓雯"},
        {"subject": "441900199003070013"},
    ],
)
def test_a_signed_message_of_the_wrong_shape_is_refused_for_good(envelope, settings, payload):
    bad = resigned(settings, envelope, payload=payload)
    status, answer = actions.take(json.dumps(bad).encode())
    receipt = calc.read_receipt(answer, calc.public_half(settings.EXCHANGE_KEY))
    assert (status, receipt.verdict, receipt.reason) == (422, "refused", "schema")
    assert actions.take(json.dumps(bad).encode()) == (status, answer)
    [row] = InMessage.objects.all()
    assert (row.state, row.reason, row.item, row.fen) == ("refused", "schema", "", 0)


def test_one_number_for_two_contents_is_a_conflict_and_a_ticket(envelope, settings):
    assert post(envelope) == (200, "")
    assert post(resigned(settings, envelope, payload={"fen": 5})) == (409, "exchange.conflict")
    other = resigned(
        settings, envelope, message=str(uuid.uuid4())
    )  # another number in the same place of its stream
    assert post(other) == (409, "exchange.conflict")
    assert [(row.kind, row.peer.code) for row in Ticket.objects.select_related("peer")] == [
        ("conflict", CITY)
    ] * 2
    assert InMessage.objects.count() == 1


def test_only_post(line):
    assert Client().get("/api/exchange/").status_code == 405


def test_too_large_is_said(line):
    assert post(b"x" * (64 * 1024 + 1)) == (413, "exchange.too_large")
