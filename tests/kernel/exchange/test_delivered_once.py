"""Whatever the line does, a record has one effect and one answer, and both sides count the same."""

import random
from datetime import timedelta

import pytest
from django.db import connection

from tests import city
from tests.kernel.exchange.line import CITY, FIRM, PROVINCE, firms, held, put, sent, taken
from tongban.foundation import time
from tongban.kernel.access.rules import NotAllowed
from tongban.kernel.exchange import actions, calc, queries
from tongban.kernel.exchange.models import DayTotal, InMessage, OutRecord, Peer, Ticket
from tongban.kernel.exchange.states import BEFORE, KINDS
from tongban.kernel.exchange.tasks import every_day

pytestmark = pytest.mark.django_db

THING = f"award|scale-up-new|{FIRM}"


def patiently(clock, hours: int = 1) -> None:
    """The jobs, and again whenever a line has rested."""
    city.run_jobs()
    for _ in range(hours * 12):
        clock.move(minutes=5)
        city.run_jobs()


def test_a_record_is_sent_taken_over_and_acknowledged(line):
    put()
    city.run_jobs()
    assert sent() == [("award.granted", "acknowledged")]
    assert held() == [(THING, "award.granted", 100_00, 1)]
    assert len(line.carried) == 2  # the record, and the province's verdict


def test_the_same_key_is_said_once(line):
    assert len(put()) == 1
    assert put() == []
    city.run_jobs()
    assert taken() == [("award.granted", 1, "applied", "")]


def test_a_message_that_comes_again_gets_the_stored_answer_and_has_no_second_effect(line):
    put()
    city.run_jobs()
    first = actions.take(line.carried[0])
    assert first == actions.take(line.carried[0])
    receipt = calc.read_receipt(first[1], queries.own_public_key())
    assert (receipt.verdict, receipt.message) == (
        "received",
        OutRecord.objects.get(key__startswith="award").message_id,
    )
    assert held() == [(THING, "award.granted", 100_00, 1)]
    assert InMessage.objects.filter(peer__code=CITY).count() == 1


def test_a_lost_answer_leaves_the_outcome_unknown_and_the_next_try_settles_it(line, clock):
    line.faults = ["lost"]
    put()
    city.run_jobs()
    row = OutRecord.objects.get(key__startswith="award")
    # The verdict has come meanwhile, but nothing counts as taken over before the receipt.
    assert (row.state, row.reason, row.verdict) == ("unknown", "TimeoutError", "applied:")
    clock.move(minutes=5)
    city.run_jobs()
    assert sent() == [("award.granted", "acknowledged")]
    assert held() == [(THING, "award.granted", 100_00, 1)]


def test_while_the_province_is_down_records_wait_and_then_all_arrive_once_and_in_order(line, clock):
    line.faults = ["down"] * 9
    many = firms(12)
    for firm in many:
        put(subject=firm)
        put("award.paid", subject=firm)
    city.run_jobs()
    assert {state for _kind, state in sent()} == {"waiting"}
    assert Peer.objects.get(code=PROVINCE).paused_until > clock.now
    patiently(clock)
    assert sent() == [("award.granted", "acknowledged"), ("award.paid", "acknowledged")] * 12
    assert held() == [(f"award|scale-up-new|{firm}", "award.paid", 100_00, 2) for firm in many]
    assert Peer.objects.get(code=PROVINCE).failures == 0


def test_what_comes_out_of_order_waits_for_what_is_missing(line):
    [first] = put()
    [second] = put("award.paid")
    [third] = put("award.returned")

    for row in (third, first, second):
        actions.take(calc.wire(row.envelope, row.signature))
    assert taken() == [
        ("award.returned", 3, "applied", ""),
        ("award.granted", 1, "applied", ""),
        ("award.paid", 2, "applied", ""),
    ]
    assert held() == [(THING, "award.returned", 100_00, 3)]


@pytest.mark.parametrize("seed", range(2))
def test_through_any_weather_each_has_one_effect(line, clock, seed):
    dice = random.Random(seed)
    line.faults = dice.choices(["", "down", "lost", "twice"], [4, 2, 3, 3], k=120)
    many = firms(4)
    for firm in many:
        for kind in ("award.granted", "award.paid", "award.returned"):
            put(kind, subject=firm)
    patiently(clock, hours=4)
    assert {state for _kind, state in sent()} == {"acknowledged"}
    assert held() == [(f"award|scale-up-new|{firm}", "award.returned", 100_00, 3) for firm in many]
    assert len(taken()) == 12


class TestRefused:
    """The peer's word that something is not taken over."""

    def test_a_word_that_skips_a_step_is_refused_with_the_reason(self, line):
        put("award.paid")
        city.run_jobs()
        row = OutRecord.objects.get(key__startswith="award")
        assert (row.state, row.reason) == ("refused", "order")
        assert held() == []

    def test_more_than_was_granted_is_refused(self, line):
        put(fen=100_00)
        put("award.paid", fen=100_01)
        city.run_jobs()
        assert sent() == [("award.granted", "acknowledged"), ("award.paid", "refused")]
        assert held() == [(THING, "award.granted", 100_00, 1)]

    def test_an_officer_sends_it_again_as_a_new_message_and_the_old_one_is_kept(self, line):
        officer = city.actor(city.officer("exchange_officer", agency="data-bureau", place=""))
        [row] = put("award.paid")
        city.run_jobs()
        put()
        city.run_jobs()
        again = actions.replay(record_id=row.pk, by=officer)
        assert (again.state, again.seq, again.message_id != row.message_id) == ("waiting", 3, True)
        assert [one["message"] for one in again.earlier] == [str(row.message_id)]
        city.run_jobs()
        assert sent() == [("award.paid", "acknowledged"), ("award.granted", "acknowledged")]
        assert held() == [(THING, "award.paid", 100_00, 2)]

    def test_one_that_was_taken_over_is_not_sent_again(self, line):
        officer = city.actor(city.officer("exchange_officer", agency="data-bureau", place=""))
        [row] = put()
        city.run_jobs()
        with pytest.raises(actions.NotToBeReplayed):
            actions.replay(record_id=row.pk, by=officer)

    def test_nobody_else_sends_again(self, line):
        [row] = put()
        with pytest.raises(NotAllowed):
            actions.replay(record_id=row.pk, by=city.actor(city.officer("clerk")))

    def test_an_unsigned_refusal_settles_nothing(self, line, monkeypatch):
        """Whoever stands on the line cannot have a record dropped."""
        from tongban.kernel.exchange.queries.wire import Answer

        monkeypatch.setattr(
            line, "post", lambda url, content: Answer(403, b'{"refused": true}', error="HTTP 403")
        )
        put()
        city.run_jobs()
        assert sent() == [("award.granted", "unknown")]


class TestDays:
    """Totals of a day, compared both ways."""

    def test_both_sides_compare_and_agree(self, line, clock):
        put()
        put("award.paid")
        city.run_jobs()
        clock.move(days=1)
        every_day(time.today())
        city.run_jobs()
        rows = DayTotal.objects.filter(peer__code=PROVINCE).order_by("kind")
        found = [(row.side, row.kind, row.our_records, row.their_fen, row.agreed) for row in rows]
        assert found == [
            ("ours", "award.granted", 1, 100_00, True),
            ("ours", "award.paid", 1, 100_00, True),
        ]
        assert DayTotal.objects.filter(peer__code=CITY, side="theirs", agreed=True).count() == 2
        assert not Ticket.objects.exists()
        assert queries.disagreeing() == []

    def test_a_difference_opens_a_ticket_on_both_sides_and_agreement_closes_it(self, line, clock):
        put()
        city.run_jobs()
        day = time.today()
        swept("UPDATE exchange_inmessage SET fen = 7")
        clock.move(days=1)
        every_day(time.today())
        city.run_jobs()
        assert set(Ticket.objects.values_list("peer__code", "kind", "day")) == {
            (CITY, "difference", day),
            (PROVINCE, "difference", day),
        }
        assert queries.disagreeing() == []  # a ticket says so
        swept("UPDATE exchange_inmessage SET fen = 10000")
        officer = city.actor(city.officer("exchange_officer", agency="data-bureau", place=""))
        actions.compare_again(peer_code=PROVINCE, day=day, by=officer)
        city.run_jobs()
        assert not Ticket.objects.filter(closed_at=None).exists()

    def test_a_ticket_that_is_swept_away_is_an_invariant_broken(self, line, clock):
        put()
        city.run_jobs()
        swept("UPDATE exchange_inmessage SET fen = 7")
        clock.move(days=1)
        every_day(time.today())
        city.run_jobs()
        swept("DELETE FROM exchange_ticket")
        assert len(queries.disagreeing()) == 2

    def test_what_a_peer_does_not_settle_in_time_is_a_ticket_and_no_silence(self, line, clock):
        line.faults = ["down"] * 10_000
        put()
        day = time.today()
        city.run_jobs()
        clock.move(days=3)
        assert len(queries.silently_late()) == 1
        every_day(time.today())
        assert list(Ticket.objects.values_list("peer__code", "kind", "day")) == [(PROVINCE, "late", day)]
        assert queries.silently_late() == []
        line.faults = []
        clock.move(minutes=10)
        city.run_jobs()
        every_day(time.today() + timedelta(days=1))
        assert not Ticket.objects.filter(kind="late", closed_at=None).exists()

    def test_without_an_address_nothing_is_late(self, line, clock):
        swept("UPDATE exchange_peer SET url = ''")
        put()
        city.run_jobs()
        clock.move(days=5)
        every_day(time.today())
        assert sent() == [("award.granted", "waiting")]
        assert (queries.silently_late(), queries.disagreeing()) == ([], [])
        assert not Ticket.objects.exists()


def swept(statement: str) -> None:
    """Change rows behind the program's back."""
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_every_word_about_an_award_or_a_claim_has_its_place():
    assert set(BEFORE) == {kind for kind in KINDS if kind.startswith(("award.", "claim."))} - {"award.result"}
