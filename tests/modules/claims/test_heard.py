"""What others hear of claims: the province each step of the money once, the public only sums."""

import json

import pytest

from tests import city
from tests.modules.claims import claiming
from tests.modules.claims.claiming import FEN, claimer
from tongban.kernel.events.models import Event
from tongban.kernel.exchange.models import OutRecord
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.ledger.queries import origins
from tongban.modules.claims import tasks
from tongban.modules.policies.queries.figures import public_figures

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("books")]


def heard() -> list[tuple[str, int, str]]:
    """What waits for the province about claims: kind, fen, credit code."""
    rows = OutRecord.objects.filter(kind__startswith="claim.").order_by("id")
    found = [(row.kind, json.loads(row.envelope)["payload"]) for row in rows]
    return [(kind, said["fen"], said["subject"]) for kind, said in found]


def test_a_paid_claim_is_one_record_for_the_province_and_one_payment_for_everybody(bureau, clock):
    one = claimer("东莞市独有名称有限公司")
    row = claiming.granted(one, bureau, clock)
    assert public_figures(1) is None
    code = one.row.uscc
    assert heard() == [("claim.made", FEN, code), ("claim.granted", FEN, code)]
    batch = claiming.actions.order(claim_ids=[row.pk], treasury="file", by=bureau.money.payer)
    bureau.money.send(batch)
    row = claiming.again(row)
    assert heard()[2:] == [("claim.paid", FEN, code)]
    tasks.province_paid(Event.objects.get(name="claim.paid"), None)  # a job that runs twice
    assert len(heard()) == 3
    for text in OutRecord.objects.filter(kind__startswith="claim.").values_list("envelope", flat=True):
        assert "独有名称" not in text
        assert str(one.row.pk) not in text
    begun = origins()[row.payout_id]
    assert (begun.began, begun.automatic, begun.audience) == (row.as_of, False, "organisation")
    found = public_figures(1)
    assert (found.fen, found.firms, found.percent_automatic) == (FEN, 1, 0)
    ledger.claw_back(payout_id=row.payout_id, fen=100_00, key="1", reason="多付", by=bureau.money.finance)
    city.run_jobs()
    assert heard()[3:] == [("claim.clawed_back", 100_00, code)]
    assert public_figures(1).fen == FEN - 100_00


def test_money_sent_back_is_said_and_paid_again_is_another_record(bureau, clock):
    one = claimer()
    row = claiming.paid(one, bureau, clock)
    ledger.return_money(payout_id=row.payout_id, by=bureau.money.finance)
    city.run_jobs()
    assert heard()[3:] == [("claim.returned", FEN, one.row.uscc)]


def test_one_that_comes_to_nothing_is_ended_once(bureau):
    one = claimer()
    row = claiming.claim(one)
    claiming.cases.withdraw(case_id=row.case_id, by=one.by)
    city.run_jobs()
    assert heard() == [("claim.made", FEN, one.row.uscc), ("claim.ended", 0, one.row.uscc)]
