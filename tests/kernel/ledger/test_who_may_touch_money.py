"""Rights on money: by agency, place and fund of the grant; denied by default; another's row is not there."""

import itertools

import pytest

from tests.kernel.ledger.money import AGENCY, OTHER_TOWN, TOWN, claimed, office, officer
from tongban.kernel.access.calc import ANONYMOUS
from tongban.kernel.access.rules import NotAllowed
from tongban.kernel.ledger import actions, queries, rules
from tongban.kernel.ledger.models import Fund
from tongban.kernel.ledger.rules import NoSuchMoney

pytestmark = pytest.mark.django_db
ROLES = {
    "fund_officer": {"view", "reserve", "make"},
    "fund_checker": {"view", "check"},
    "finance_officer": {"view", "finance"},
    "clerk": set(),
    "bureau": set(),
}


@pytest.fixture
def money(clock):
    return office()


@pytest.mark.parametrize("role", ROLES)
def test_a_row_is_open_exactly_where_the_grant_reaches(money, role):
    row, batch = money.reserve(), money.batch(money.committed())
    reach = itertools.product([AGENCY, "tax", ""], [TOWN, OTHER_TOWN, ""], [money.fund.code, "another-fund"])
    for (agency, place, code), verb in itertools.product(reach, rules.VERBS):
        actor = officer(role, agency, place, code)
        reaches = agency != "tax" and place != OTHER_TOWN and code == money.fund.code
        expected = reaches and verb in ROLES[role]
        seen = [
            rules.lines(actor, verb).filter(pk=money.line.pk).exists(),
            rules.payouts(actor, verb).filter(pk=row.pk).exists(),
            rules.batches(actor, verb).filter(pk=batch.pk).exists(),
            rules.funds(actor, verb).filter(pk=money.fund.pk).exists(),
        ]
        assert seen == [expected] * 3 + [expected and place == ""], (agency, place, code, verb)


def test_nobody_sees_money_without_a_grant(money):
    money.reserve()
    assert [list(rows(ANONYMOUS)) for rows in (rules.lines, rules.payouts, rules.batches, rules.funds)] == [
        []
    ] * 4
    for read in (queries.line, queries.payout, queries.batch):
        with pytest.raises(NoSuchMoney):
            read(money.line.pk, ANONYMOUS)


def test_another_towns_officer_meets_nothing(money):
    row, batch = money.reserve(), money.batch(money.committed())
    stranger = officer("fund_officer", AGENCY, OTHER_TOWN)
    checker, finance = (officer(role, "tax") for role in ("fund_checker", "finance_officer"))
    for step in (
        lambda: actions.reserve(claimed=claimed(), shares={money.line.pk: 1}, by=stranger),
        lambda: actions.commit(payout_id=row.pk, by=stranger),
        lambda: actions.release(payout_id=row.pk, by=stranger),
        lambda: actions.put_in_batch(payout_ids=[row.pk], treasury="file", by=stranger),
        lambda: actions.approve_batch(batch_id=batch.pk, by=checker),
        lambda: actions.reject_batch(batch_id=batch.pk, reason="x", by=checker),
        lambda: actions.send_batch(batch_id=batch.pk, by=finance),
        lambda: actions.reconcile(fund_id=money.fund.pk, lines=[], by=finance),
        lambda: actions.open_line(fund_id=money.fund.pk, year=2027, place_path="", fen=1, by=finance),
        lambda: actions.open_fund(code="new", name="新", agency=AGENCY, by=finance),
    ):
        with pytest.raises(NoSuchMoney):
            step()
    with pytest.raises(NotAllowed):
        actions.open_fund(code="new", name="新", agency=AGENCY, by=stranger)
    assert not Fund.objects.filter(code="new").exists()


def test_figures_of_a_year_are_those_that_one_may_see(money):
    office(500)
    own = officer("finance_officer", AGENCY, TOWN, money.fund.code)
    assert queries.money_of(own, 2026) == [
        {
            "fund_code": money.fund.code,
            "lines": 1,
            "sum_budget_fen": 1000,
            "sum_available_fen": 1000,
            "sum_reserved_fen": 0,
            "sum_payable_fen": 0,
            "sum_paid_fen": 0,
        }
    ]
    assert queries.money_of(own, 2027) == []
