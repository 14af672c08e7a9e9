"""Who keeps away from a payee sees and moves nothing of theirs: payouts, batches in which there is one, statements."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import city
from tests.kernel.ledger.money import office, state
from tongban.foundation import time
from tongban.kernel.access.calc import Actor, Granted
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.ledger import queries, rules
from tongban.kernel.ledger.calc import Stated
from tongban.kernel.ledger.models import StatementLine
from tongban.kernel.ledger.rules import KeptAway, NoSuchMoney

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def standing_clock(clock):
    """Every test here begins on Monday, 2 March 2026, 9:00."""
    return clock


def keys(rows) -> set:
    return {row.pk for row in rows}


@pytest.fixture
def firm():
    return city.organisation(city.person("林启明"), "东莞市台信示例精密机械有限公司")


@pytest.fixture
def of():
    return office()


def kept_away(by: Actor, firm) -> Actor:
    return replace(by, grants=(*by.grants, Granted("recused", "", "", (), firm.pk)))


def test_payouts_and_batches_of_the_payee_are_not_there(of, firm):
    theirs, other = of.committed(payee=str(firm.pk)), of.committed()
    waiting = of.committed()  # in no batch: what is empty must not hide every batch
    closed, open_ = of.batch(theirs), of.batch(other)
    for by in (of.maker, of.checker, of.finance):
        kept = kept_away(by, firm)
        assert keys(rules.payouts(by)) == {theirs.pk, other.pk, waiting.pk}
        assert keys(rules.payouts(kept)) == {other.pk, waiting.pk}
        assert keys(queries.batches(by)) == {closed.pk, open_.pk}
        assert keys(queries.batches(kept)) == {open_.pk}
        assert keys(rules.lines(kept)) == {of.line.pk}, "budgets are nobody's"
        assert queries.payouts_of(theirs.claim, kept) == []
        for read, row in ((queries.payout, theirs), (queries.batch, closed)):
            assert read(row.pk, by) == row
            with pytest.raises(NoSuchMoney):
                read(row.pk, kept)


def test_no_step_of_a_payment_is_taken(of, firm):
    maker, checker, finance = (kept_away(one, firm) for one in (of.maker, of.checker, of.finance))
    reserver = kept_away(of.reserver, firm)
    with pytest.raises(NoSuchMoney):
        replace(of, reserver=reserver).reserve(payee=str(firm.pk))
    row = of.reserve(payee=str(firm.pk))
    with pytest.raises(NoSuchMoney):
        ledger.commit(payout_id=row.pk, by=maker)
    row = ledger.commit(payout_id=row.pk, by=of.maker)
    with pytest.raises(NoSuchMoney):
        ledger.put_in_batch(payout_ids=[row.pk, of.committed().pk], treasury="file", by=maker)
    batch = of.batch(row)
    for refused in (
        lambda: ledger.approve_batch(batch_id=batch.pk, by=checker),
        lambda: ledger.reject_batch(batch_id=batch.pk, reason="有误", by=checker),
        lambda: replace(of, checker=checker).approve(of.batch(of.committed(payee=str(firm.pk)))),
    ):
        with pytest.raises(NoSuchMoney):
            refused()
    of.approve(batch)
    with pytest.raises(NoSuchMoney):
        ledger.send_batch(batch_id=batch.pk, by=finance)
    of.send(batch)
    for refused in (
        lambda: ledger.return_money(payout_id=row.pk, by=finance),
        lambda: ledger.claw_back(payout_id=row.pk, fen=1, key="1", reason="追回", by=finance),
        lambda: ledger.reverse(posting_id=row.postings.first().pk, reason="记错", by=finance),
    ):
        with pytest.raises(NoSuchMoney):
            refused()


def test_a_statement_that_shows_the_payee_is_read_by_a_colleague(of, firm, settings, tmp_path):
    settings.OUTBOX = tmp_path
    theirs, other, certified = (
        of.committed(payee=str(firm.pk)),
        of.committed(),
        of.committed(payee=str(firm.pk)),
    )
    of.sent(theirs, other, certified)
    kept = kept_away(of.finance, firm)
    shown = [
        Stated(f"s-{one.pk}", str(one.pk), one.fen, time.today(), incoming=False) for one in (other, theirs)
    ]
    strange = Stated("s-strange", "not a payout", 7, time.today(), incoming=False)
    for lines, not_paid in (
        (shown, []),
        ([shown[0], strange, Stated("back", str(theirs.pk), 1, time.today(), incoming=True)], []),
        ([], [certified.pk]),
    ):
        with pytest.raises(KeptAway):
            ledger.reconcile(fund_id=of.fund.pk, lines=lines, not_paid=not_paid, by=kept)
    assert not StatementLine.objects.exists(), "read as a whole or not at all"
    assert {state(one) for one in (theirs, other, certified)} == {"sent"}
    counted = ledger.reconcile(fund_id=of.fund.pk, lines=[shown[0], strange], by=kept)
    assert (counted["matched"], counted["suspense"]) == (1, 1), "what is nobody's, or another's, they read"
    counted = ledger.reconcile(fund_id=of.fund.pk, lines=shown, not_paid=[certified.pk], by=of.finance)
    assert (counted["matched"], counted["before"], counted["not_paid"]) == (1, 1, 1)
    assert [state(one) for one in (theirs, other, certified)] == ["paid", "paid", "refused"]


def test_without_a_recusal_nothing_more_is_asked(of, firm):
    of.batch(of.committed(payee=str(firm.pk)))
    kept = kept_away(of.checker, firm)
    asked = {}
    for name, by in (("free", of.checker), ("kept", kept)):
        with CaptureQueriesContext(connection) as captured:
            list(queries.batches(by))
        asked[name] = [one["sql"] for one in captured]
    assert [len(asked[name]) for name in ("free", "kept")] == [1, 2]
    assert "NOT" not in asked["free"][0]
