"""What the province is told of subsidies, when, and that nobody's name or identity number is part of it."""

import json
import uuid
from datetime import date

import pytest

from tests import city
from tests.modules.policies.awarding import FEN, ITEM, award_of, bureau, confirm, firm
from tongban.kernel.exchange.models import OutRecord
from tongban.kernel.ledger import actions as ledger
from tongban.modules.policies import actions
from tongban.modules.policies import states as policy_states
from tongban.modules.provincial import calc, queries
from tongban.modules.provincial.tasks import after_loading

pytestmark = pytest.mark.django_db


def heard() -> list[tuple[str, int, str]]:
    """What waits for the province about awards: kind, fen, credit code."""
    rows = OutRecord.objects.filter(kind__startswith="award.")
    found = [(row.kind, json.loads(row.envelope)["payload"]) for row in rows.order_by("id")]
    return [(kind, said["fen"], said["subject"]) for kind, said in found]


class TestItems:
    """Items in force."""

    def test_the_loading_of_a_pack_tells_every_item_of_city_and_towns_once(self, clock):
        rows = OutRecord.objects.filter(kind="item.published")
        assert set(rows.values_list("item", flat=True)) == set(queries.items_in_force())
        assert ITEM in queries.items_in_force()
        assert "provincial-scale-new" not in queries.items_in_force()
        before = OutRecord.objects.count()
        after_loading(Told(), None)
        assert OutRecord.objects.count() == before

    def test_an_item_that_is_gone_is_ended_and_one_that_comes_back_is_published(self, clock, monkeypatch):
        def told() -> list[tuple[str, int]]:
            return list(OutRecord.objects.filter(item=ITEM).order_by("seq").values_list("kind", "seq"))

        there = queries.items_in_force()
        for now in ({code: said for code, said in there.items() if code != ITEM}, there):
            monkeypatch.setattr(queries, "items_in_force", lambda now=now: now)
            after_loading(Told(), None)
        assert told() == [("item.published", 1), ("item.ended", 2), ("item.published", 3)]

    def test_news_is_what_differs(self):
        one, other = {"item": "a", "name": "A"}, {"item": "b", "name": "B"}
        before = {"a": ("item.published", {"item": "a", "name": "old"}), "c": ("item.changed", {"item": "c"})}
        assert calc.news({"a": one, "b": other}, before) == [
            ("item.changed", one),
            ("item.published", other),
            ("item.ended", {"item": "c"}),
        ]
        assert calc.news({"a": one}, {"a": ("item.changed", one)}) == []
        assert calc.news({}, {"a": ("item.ended", one)}) == []

    def test_an_edition_without_an_end_has_none(self):
        begins = date(2026, 1, 1)
        said = calc.item_said(
            code="a", name="A", policy="p", level="city", edition="1", begins=begins, ends=None
        )
        assert "ends" not in said


class TestAwards:
    """Awards and their money."""

    def test_granted_paid_sent_back_and_clawed_back(self, books, clock):
        office, one = bureau(), firm()
        batch = office.confirming(clock)
        code = one.row.uscc
        assert heard() == [("award.granted", FEN, code)]
        confirm(one, batch)
        payment = actions.order(batch_id=batch.pk, treasury="file", by=office.payer)
        assert len(heard()) == 1  # nothing is paid before the treasury says so
        office.send(payment)
        payout = award_of(batch, one).payout_id
        assert heard()[1:] == [("award.paid", FEN, code)]
        ledger.return_money(payout_id=payout, by=office.finance)
        city.run_jobs()
        assert heard()[2:] == [("award.returned", FEN, code)]
        confirm(one, batch, "6222024000000999")
        office.send(actions.order(batch_id=batch.pk, treasury="file", by=office.payer))
        assert heard()[3:] == [("award.paid", FEN, code)]
        ledger.claw_back(payout_id=payout, fen=100_00, key="1", reason="多付", by=office.finance)
        city.run_jobs()
        assert heard()[4:] == [("award.clawed_back", 100_00, code)]

    def test_one_that_is_declined_is_ended(self, books, clock):
        office, one = bureau(), firm()
        batch = office.confirming(clock)
        actions.decline_award(award_id=award_of(batch, one).pk, by=one.by)
        city.run_jobs()
        assert heard() == [("award.granted", FEN, one.row.uscc), ("award.ended", 0, one.row.uscc)]

    def test_of_whoever_was_taken_off_before_the_decision_nothing_is_said(self, books, clock):
        office, one = bureau(), firm()
        batch = office.made()
        actions.look_at(award_id=award_of(batch, one).pk, right=False, reason="已注销", by=office.maker)
        city.run_jobs()
        assert heard() == []

    def test_a_person_is_a_number_of_ours(self, clock):
        class Batch:
            audience = "person"

        class Award:
            pk, batch, batch_id, item, subject_id = (
                uuid.uuid4(),
                Batch(),
                uuid.uuid4(),
                "old-age",
                uuid.uuid4(),
            )

        said = queries.award_said(Award(), 5)
        assert said["subject"] == f"person:{Award.pk}"
        assert set(said) == {"item", "subject", "batch", "fen", "on"}

    def test_what_is_said_of_a_firm_is_its_code_and_no_name_of_anybody(self, books, clock):
        office, one = bureau(), firm(name="东莞市示例独有名称有限公司")
        office.confirming(clock)
        [text] = OutRecord.objects.filter(kind="award.granted").values_list("envelope", flat=True)
        assert one.row.uscc in text
        assert "独有名称" not in text
        assert str(one.row.pk) not in text


class Told:
    """An event as a job is told of it."""

    def __init__(self) -> None:
        self.pk = uuid.uuid4()
        self.name = policy_states.POLICIES_LOADED
