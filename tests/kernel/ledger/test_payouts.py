"""A payout from the reservation to the closed month, and every way in which the treasury may disappoint."""

from dataclasses import replace

import pytest

from tests import city
from tests.kernel.ledger.money import claimed, office, officer, state
from tongban.foundation import time
from tongban.kernel.ledger import actions, queries, tasks
from tongban.kernel.ledger.actions import NotEnough, WrongStep
from tongban.kernel.ledger.calc import Stated
from tongban.kernel.ledger.models import MonthClose, PaymentBatch, PaymentWarning, Payout, Posting
from tongban.kernel.ledger.queries.treasuries import Answer, FakeApiTreasury, FakeFileTreasury
from tongban.kernel.ledger.rules import SamePerson
from tongban.kernel.ledger.states import Failure, Outcome, WarningKind

pytestmark = pytest.mark.django_db
TREASURIES = {"file": FakeFileTreasury, "api": FakeApiTreasury}


@pytest.fixture(autouse=True)
def outbox(settings, tmp_path, clock):
    settings.OUTBOX = tmp_path


@pytest.fixture
def money():
    """A fund of 1000 fen; afterwards the books hold, whatever the test did to them."""
    yield office()
    assert queries.broken() == [] == queries.one_person()


def statement(money, row, reference="s1", fen=None, incoming=False):
    line = Stated(reference, str(row.pk), fen or row.fen, time.today(), incoming)
    return actions.reconcile(fund_id=money.fund.pk, lines=[line], by=money.finance)


def next_day(clock):
    clock.move(days=1)
    tasks.look_for_answers(clock.now.date())


def test_the_whole_way(money, clock):
    row = money.reserve(300)
    assert money.balances() == (1000, 700, 300, 0, 0)
    actions.commit(payout_id=row.pk, by=money.maker)
    assert money.balances() == (1000, 700, 0, 300, 0)
    batch = money.sent(row)
    assert (state(row), money.balances()) == ("sent", (1000, 700, 0, 300, 0))
    city.run_jobs()
    assert (state(row), money.balances()) == ("paid", (1000, 700, 0, 0, 300))
    assert PaymentBatch.objects.get(pk=batch.pk).state == "delivered"
    assert statement(money, row) == {"matched": 1, "returned": 0, "suspense": 0, "before": 0, "not_paid": 0}
    assert statement(money, row)["before"] == 1
    clock.to("2026-04-01T00:00")
    closed = actions.close_month(fund_id=money.fund.pk, year=2026, month=3, by=money.finance)
    assert closed.balance == {"fund": -1000, "available": 700, "reserved": 0, "payable": 0, "paid": 300}
    assert queries.signed_by(money.fund.agency, closed.digest, closed.signature)
    assert queries.signed_by(batch.agency, batch.digest, batch.signature)
    assert not queries.signed_by(batch.agency, closed.digest, batch.signature)
    clock.to("2026-05-01T00:00")
    april = actions.close_month(fund_id=money.fund.pk, year=2026, month=4, by=money.finance)
    assert april.previous == closed.digest
    assert actions.close_month(fund_id=money.fund.pk, year=2026, month=3, by=money.finance) == closed
    assert MonthClose.objects.filter(fund=money.fund).count() == 2


def test_what_is_not_there_cannot_be_reserved(money):
    money.reserve(1000)
    with pytest.raises(NotEnough):
        money.reserve(1)
    assert money.balances() == (1000, 0, 1000, 0, 0)


def test_a_claim_has_one_live_payout(money):
    first = money.reserve(100, "c", payee="li")
    assert money.reserve(100, "c", payee="li") == first
    for changed in ({"fen": 101, "payee": "li"}, {"fen": 100, "payee": "wang"}):
        with pytest.raises(WrongStep):
            money.reserve(claim="c", **changed)
    assert money.reserve(100, "c", payee="li", instalment=2) != first
    actions.release(payout_id=first.pk, by=money.maker)
    assert money.reserve(50, "c", payee="li") != first
    assert money.balances() == (1000, 850, 150, 0, 0)


def test_one_payout_of_three_funders(money):
    second, third = office(500), office(500)
    shares = {money.line.pk: 57, second.line.pk: 24, third.line.pk: 19}
    row = actions.reserve(claimed=claimed(), shares=shares, by=money.reserver)
    assert row.fen == 100
    actions.commit(payout_id=row.pk, by=money.maker)
    money.sent(Payout.objects.get(pk=row.pk))
    city.run_jobs()
    paid = [one.balances()[4] for one in (money, second, third)]
    assert sorted(paid) == [19, 24, 57]
    actions.claw_back(payout_id=row.pk, fen=50, key="k", reason="超标准", by=money.finance)
    left = [one.balances()[4] for one in (money, second, third)]
    assert sum(left) == 50
    for one in (money, second, third):
        assert sum(queries.trial_balance(one.fund, time.now().replace(year=2027)).values()) == 0


def test_releasing_gives_back_what_was_approved(money):
    row = money.committed(300)
    actions.release(payout_id=row.pk, by=money.maker)
    actions.release(payout_id=row.pk, by=money.maker)
    assert (state(row), money.balances()) == ("released", (1000, 1000, 0, 0, 0))


def test_nobody_takes_two_of_the_three_steps(money):
    both = replace(money.maker, grants=(*money.maker.grants, *money.checker.grants, *money.finance.grants))
    batch = actions.put_in_batch(payout_ids=[money.committed().pk], treasury="file", by=both)
    with pytest.raises(SamePerson):
        actions.approve_batch(batch_id=batch.pk, by=both)
    actions.approve_batch(batch_id=batch.pk, by=money.checker)
    checker_too = replace(money.checker, grants=(*money.checker.grants, *money.finance.grants))
    for actor in (both, checker_too):
        with pytest.raises(SamePerson):
            actions.send_batch(batch_id=batch.pk, by=actor)
    row = money.reserve()
    with pytest.raises(SamePerson):
        actions.commit(payout_id=row.pk, by=money.reserver)


def test_a_checker_has_to_say_why_in_spite_of_each_warning(money):
    first, second = money.committed(90, account="62"), money.committed(90, account="62")
    batch = money.batch(first, second, thresholds=[91])
    assert sorted(PaymentWarning.objects.filter(batch=batch).values_list("kind", flat=True)) == [
        WarningKind.JUST_UNDER,
        WarningKind.JUST_UNDER,
        WarningKind.SHARED_ACCOUNT,
        WarningKind.SHARED_ACCOUNT,
    ]
    with pytest.raises(WrongStep):
        actions.approve_batch(batch_id=batch.pk, by=money.checker)
    warning = batch.warnings.order_by("id")[0]
    with pytest.raises(WrongStep):
        actions.acknowledge(warning_id=warning.pk, reason=" ", by=money.checker)
    for one in batch.warnings.order_by("id"):
        actions.acknowledge(warning_id=one.pk, reason="已核实", by=money.checker)
    with pytest.raises(WrongStep):  # another checker cannot rest on this one's word
        actions.approve_batch(batch_id=batch.pk, by=officer("fund_checker"))
    assert actions.approve_batch(batch_id=batch.pk, by=money.checker).state == "approved"


def test_an_account_changed_after_approval_is_a_warning(money):
    row = money.committed()
    actions.change_account(payout_id=row.pk, account="999", bank="别家", by=money.reserver)
    batch = money.batch(row)
    assert [one.kind for one in batch.warnings.order_by("id")] == [WarningKind.ACCOUNT_CHANGED]


def test_a_rejected_batch_leaves_its_payouts_payable(money):
    row = money.committed()
    batch = money.approve(money.batch(row))
    actions.reject_batch(batch_id=batch.pk, reason="金额待核", by=money.checker)
    assert state(row) == "committed"
    with pytest.raises(WrongStep):
        money.send(batch)
    money.sent(Payout.objects.get(pk=row.pk))
    assert state(row) == "sent"


@pytest.mark.parametrize("treasury", TREASURIES)
def test_a_refused_account_is_paid_after_it_was_corrected_under_the_same_id(money, treasury):
    row = money.committed(100, account="bad")
    TREASURIES[treasury]().fail(bad=Failure.REFUSE)
    money.sent(row, treasury=treasury)
    city.run_jobs()
    assert (state(row), money.balances()) == ("refused", (1000, 900, 0, 100, 0))
    assert Payout.objects.get(pk=row.pk).refusal == "账户不存在（演示）"
    actions.change_account(payout_id=row.pk, account="good", bank="", by=money.reserver)
    money.sent(Payout.objects.get(pk=row.pk), treasury=treasury)
    city.run_jobs()
    assert (state(row), money.balances()) == ("paid", (1000, 900, 0, 0, 100))
    assert TREASURIES[treasury]().paid() == {str(row.pk): 1}


@pytest.mark.parametrize("treasury", TREASURIES)
def test_silence_is_unknown_until_the_statement_speaks(money, clock, treasury):
    row = money.committed(100, account="slow")
    TREASURIES[treasury]().fail(slow=Failure.TIMEOUT)
    money.sent(row, treasury=treasury)
    city.run_jobs()
    next_day(clock)
    assert (state(row), money.balances()) == ("unknown", (1000, 900, 0, 100, 0))
    assert list(queries.unknown_payouts(money.finance)) == [row]
    for forbidden in (
        lambda: money.batch(row),
        lambda: actions.release(payout_id=row.pk, by=money.maker),
        lambda: actions.change_account(payout_id=row.pk, account="x", bank="", by=money.maker),
    ):
        with pytest.raises(WrongStep):
            forbidden()
    statement(money, row)
    assert (state(row), money.balances()) == ("paid", (1000, 900, 0, 0, 100))
    assert TREASURIES[treasury]().paid() == {str(row.pk): 1}


def test_the_bank_certifies_that_it_did_not_pay(money, clock):
    row = money.committed(100, account="slow")
    FakeFileTreasury().fail(slow=Failure.TIMEOUT)
    money.sent(row)
    city.run_jobs()
    next_day(clock)
    actions.reconcile(fund_id=money.fund.pk, lines=[], not_paid=[row.pk], by=money.finance)
    assert state(row) == "refused"


@pytest.mark.parametrize("treasury", TREASURIES)
@pytest.mark.parametrize("failure", [Failure.PARTIAL, Failure.LATE, Failure.DUPLICATE])
def test_answers_in_pieces_late_or_twice_pay_once(money, clock, treasury, failure):
    row, other = money.committed(100, account="odd"), money.committed(50)
    TREASURIES[treasury]().fail(odd=failure)
    money.sent(row, other, treasury=treasury)
    city.run_jobs()
    assert state(other) == "paid"
    assert state(row) == ("paid" if failure == Failure.DUPLICATE else "sent")
    next_day(clock)
    next_day(clock)
    assert (state(row), money.balances()) == ("paid", (1000, 850, 0, 0, 150))


def test_answers_that_contradict_each_other_are_kept_and_not_believed(money):
    row = money.committed(100)
    batch = money.sent(row)

    def say(key, outcome):
        return actions.record_answer(batch_id=batch.pk, answer=Answer(key, str(row.pk), outcome))

    assert say("a", Outcome.REFUSED)
    assert not say("a", Outcome.REFUSED)
    assert not say("b", Outcome.PAID)
    assert (state(row), money.balances()) == ("unknown", (1000, 900, 0, 100, 0))
    assert say("c", Outcome.PAID)
    assert not say("d", Outcome.REFUSED)
    assert (state(row), money.balances()) == ("paid", (1000, 900, 0, 0, 100))
    assert list(row.answers.order_by("id").values_list("key", "applied")) == [
        ("a", True),
        ("b", False),
        ("c", True),
        ("d", False),
    ]


def paid(money, fen=100):
    row = money.committed(fen)
    money.sent(row)
    city.run_jobs()
    assert state(row) == "paid"
    return Payout.objects.get(pk=row.pk)


def test_money_that_came_back_is_payable_again(money):
    row = paid(money)
    statement(money, row, "out")
    statement(money, row, "in", incoming=True)
    assert (state(row), money.balances()) == ("returned", (1000, 900, 0, 100, 0))
    assert actions.return_money(payout_id=row.pk, by=money.finance).state == "returned"
    money.sent(Payout.objects.get(pk=row.pk))
    batch = Payout.objects.get(pk=row.pk).batch_id
    actions.record_answer(batch_id=batch, answer=Answer("again", str(row.pk), Outcome.PAID))
    assert statement(money, row, "out2")["matched"] == 1
    assert (state(row), money.balances()) == ("paid", (1000, 900, 0, 0, 100))


def test_what_is_clawed_back_leaves_the_budget(money):
    row = paid(money)
    for _ in range(2):
        actions.claw_back(payout_id=row.pk, fen=30, key="k", reason="不符合条件", by=money.finance)
    assert money.balances() == (970, 900, 0, 0, 70)
    for wrong in ({"fen": 71, "reason": "x"}, {"fen": 0, "reason": "x"}, {"fen": 1, "reason": " "}):
        with pytest.raises(WrongStep):
            actions.claw_back(payout_id=row.pk, key="other", by=money.finance, **wrong)
    with pytest.raises(WrongStep):
        actions.return_money(payout_id=row.pk, by=money.finance)


def test_a_correction_names_what_it_corrects_and_is_made_once(money):
    row = paid(money)
    pay = Posting.objects.get(payout=row, kind="pay")
    made = actions.reverse(posting_id=pay.pk, reason="误记", by=money.finance)
    assert (made.reverses, state(row), money.balances()) == (pay, "unknown", (1000, 900, 0, 100, 0))
    assert actions.reverse(posting_id=pay.pk, reason="误记", by=money.finance) == made
    statement(money, row)
    assert (state(row), money.balances()) == ("paid", (1000, 900, 0, 0, 100))
    second = Posting.objects.filter(payout=row, kind="pay").order_by("-id")[0]
    for cannot in (second, Posting.objects.get(payout=row, kind="reserve"), made):
        with pytest.raises(WrongStep):
            actions.reverse(posting_id=cannot.pk, reason="x", by=money.finance)


def test_a_second_debit_of_the_bank_stands_in_suspense_and_no_month_closes_on_it(money, clock):
    row = paid(money)
    statement(money, row, "out")
    assert statement(money, row, "twice")["suspense"] == 1
    assert statement(money, row, "odd", fen=99)["suspense"] == 1
    clock.to("2026-04-01T00:00")
    close = {"fund_id": money.fund.pk, "year": 2026, "month": 3, "by": money.finance}
    with pytest.raises(WrongStep):
        actions.close_month(**close)
    clock.to("2026-03-31T23:59")
    for posting in Posting.objects.filter(fund=money.fund, kind="suspense").order_by("id"):
        actions.reverse(posting_id=posting.pk, reason="银行已更正", by=money.finance)
    with pytest.raises(WrongStep):
        actions.close_month(**close)
    clock.to("2026-04-01T00:00")
    actions.close_month(**close)


def test_no_month_closes_on_a_payment_that_no_statement_shows(money, clock):
    paid(money)
    clock.to("2026-04-01T00:00")
    with pytest.raises(WrongStep):
        actions.close_month(fund_id=money.fund.pk, year=2026, month=3, by=money.finance)


def test_a_budget_is_changed_once_and_never_below_what_is_bound(money):
    money.reserve(400)
    for _ in range(2):
        actions.change_budget(line_id=money.line.pk, fen=-600, key="k", reason="压减", by=money.finance)
    assert money.balances() == (400, 0, 400, 0, 0)
    with pytest.raises(NotEnough):
        actions.change_budget(line_id=money.line.pk, fen=-1, key="l", reason="压减", by=money.finance)
    actions.change_budget(line_id=money.line.pk, fen=5, key="m", reason="追加", by=money.finance)
    assert money.balances() == (405, 5, 400, 0, 0)
