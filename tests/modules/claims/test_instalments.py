"""Later instalments: set aside with the decision, due by a day or a confirmed condition, examined again, ordered and paid."""

import datetime as dt
import uuid

import pytest
from django.db import DatabaseError, transaction
from hypothesis import given
from hypothesis import strategies as st

from tests import city
from tests.modules.claims.claiming import FEN, FITS, a_day_passes, claimer, granted, paid
from tests.modules.policies.awarding import ACCOUNT, LISTED, again, learn, titles
from tests.terminals.console.filling import body
from tongban.foundation import time
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.ledger.models import Payout
from tongban.kernel.ledger.queries import origins
from tongban.kernel.ledger.queries.treasuries import FakeFileTreasury
from tongban.kernel.ledger.states import Failure
from tongban.kernel.records.actions import action
from tongban.modules.claims import actions, calc
from tongban.modules.claims.actions.checking import NotNow, ReasonMissing
from tongban.modules.claims.models import ClaimPart
from tongban.modules.claims.rules import NoSuchClaim
from tongban.modules.policies.queries import published

pytestmark = pytest.mark.django_db
NAME = "高企申报受理奖励"
FIRST, SECOND = 1_400_000, 600_000  # of 20,000 yuan


def plan(monkeypatch, **second):
    """From now on what is granted is paid in two parts, 70 and 30 of a hundred."""
    parts = [
        calc.Instalment(70, None, {}),
        calc.Instalment(30, second.get("after_days"), second.get("when", {})),
    ]
    monkeypatch.setattr(calc, "instalments", lambda data: parts)


@pytest.fixture
def dated(monkeypatch):
    plan(monkeypatch, after_days=30)


@pytest.fixture
def conditional(monkeypatch):
    plan(monkeypatch, when={"zh": "项目验收合格后", "en": "After the project is accepted"})


def the_part(claim):
    return ClaimPart.objects.select_related("claim").get(claim=claim)


def fresh():
    return {name.replace(".", "__"): value for name, value in (LISTED | FITS).items()}


def later(clock, part, one, **facts):
    """The day on which it is due, with what departments know then."""
    clock.to(f"{part.due_on.isoformat()}T09:00")
    learn(one, **(fresh() | facts))
    clock.move(days=-1)
    a_day_passes(clock)
    return again(part)


def received(one):
    return published.profile_of(person_id=None, organisation_id=one.row.pk).values.get(
        "award.high_tech_accepted"
    )


@given(
    st.dictionaries(st.integers(1, 4).map(lambda n: uuid.UUID(int=n)), st.integers(1, 10**12), min_size=1),
    st.integers(1, 99),
)
def test_parts_of_lines_add_up(shares, first):
    found = calc.in_parts(shares, [first, 100 - first])
    assert len(found) == 2 or sum(shares.values()) < 100 * len(shares), "only pennies are paid at once"
    for line, fen in shares.items():
        assert sum(part.get(line, 0) for part in found) == fen
        assert all(found)
        assert len(found) == 1 or abs(found[0].get(line, 0) * 100 - fen * first) < 100


def test_what_the_editions_say():
    items = {item.code: item for item in published.in_force().policies.items}
    home = calc.instalments(items["talent-home"].editions[0].data)
    assert [(one.percent, one.after_days) for one in home] == [(50, None), (50, 730)]
    upgrade = calc.instalments(items["equipment-upgrade"].editions[0].data)
    assert [(one.percent, one.when.get("zh", "")) for one in upgrade] == [(70, ""), (30, "项目验收合格后")]
    assert [one.percent for one in calc.instalments({})] == [100]


def test_by_its_day_examined_ordered_and_paid(bureau, clock, dated):
    one = claimer()
    claim = granted(one, bureau, clock)
    part = the_part(claim)
    assert (claim.granted_fen, claim.first_fen, part.fen) == (FEN, FIRST, SECOND)
    assert part.due_on == time.today() + dt.timedelta(days=30)
    assert bureau.money.balances() == (98 * FEN + FEN, SECOND, FIRST, 0)
    batch = actions.order(claim_ids=[claim.pk], treasury="file", by=bureau.money.payer)
    bureau.money.send(batch)
    assert (again(claim).state, received(one)) == ("paid", FIRST)
    assert titles(one)[-1] == f"兑现资金已到账：{NAME}"
    with pytest.raises(NotNow):
        actions.order(claim_ids=[], part_ids=[part.pk], treasury="file", by=bureau.money.payer)
    assert actions.examine_part(part_id=part.pk) is False, "not before its day"
    part = later(clock, part, one)
    assert (part.state, titles(one)[-1]) == ("due", f"第 2 期可以拨付：{NAME}")
    batch = actions.order(claim_ids=[], part_ids=[part.pk], treasury="file", by=bureau.money.payer)
    bureau.money.send(batch)
    assert (again(part).state, received(one)) == ("paid", FEN)
    assert titles(one)[-1] == f"第 2 期已到账：{NAME}"
    assert bureau.money.balances() == (99 * FEN, 0, 0, FEN)
    assert part.payout_id in origins()
    assert Payout.objects.filter(claim=str(claim.pk)).count() == 2
    finance = bureau.money.finance
    ledger.claw_back(payout_id=part.payout_id, fen=100, key="1", reason="审计", by=finance)
    city.run_jobs()
    assert (again(part).clawed_fen, received(one)) == (100, FEN - 100)


def test_an_exclusion_holds_it_up_until_it_is_over_and_what_is_not_known_passes_none(bureau, clock, dated):
    one = claimer()
    part = the_part(paid(one, bureau, clock))
    clock.to(f"{part.due_on.isoformat()}T09:00")
    clock.move(days=40)  # what departments said is too old by now
    a_day_passes(clock)
    assert again(part).state == "blocked"
    assert "缺数据" in again(part).reason
    before = titles(one)
    assert before[-1] == f"第 2 期暂缓拨付：{NAME}"
    a_day_passes(clock)
    assert titles(one) == before, "said once, not every day"
    learn(one, **(fresh() | {"org__dishonest": True}))
    a_day_passes(clock)
    assert again(part).state == "blocked"
    assert "缺数据" not in again(part).reason
    learn(one, org__dishonest=False)
    a_day_passes(clock)
    assert again(part).state == "due"
    learn(one, org__dishonest=True)
    with pytest.raises(NotNow, match="barred"):
        actions.order(claim_ids=[], part_ids=[part.pk], treasury="file", by=bureau.money.payer)


def test_by_a_condition_that_an_officer_confirms(bureau, clock, conditional):
    one = claimer()
    claim = granted(one, bureau, clock)
    part = the_part(claim)
    assert part.due_on is None
    with pytest.raises(NotNow):
        actions.confirm_part(part_id=part.pk, words="已验收", by=bureau.reviewer)
    bureau.money.send(actions.order(claim_ids=[claim.pk], treasury="file", by=bureau.money.payer))
    a_day_passes(clock)
    assert again(part).state == "planned", "no day makes it due"
    with pytest.raises(ReasonMissing):
        actions.confirm_part(part_id=part.pk, words=" ", by=bureau.reviewer)
    other = city.actor(city.officer("claim_reviewer", agency="industry", place=city.CITY))
    for stranger in (other, bureau.money.payer, one.by):
        with pytest.raises(NoSuchClaim):
            actions.confirm_part(part_id=part.pk, words="已验收", by=stranger)
        with pytest.raises(NoSuchClaim):
            actions.forfeit_part(part_id=part.pk, reason="未验收", by=stranger)
    learn(one, **fresh())
    actions.confirm_part(part_id=part.pk, words="验收意见（示例）12 号", by=bureau.reviewer)
    assert (again(part).state, again(part).basis) == ("due", "验收意见（示例）12 号")
    with pytest.raises(NotNow):
        actions.confirm_part(part_id=part.pk, words="再确认", by=bureau.reviewer)


def test_one_that_is_not_paid_any_more_frees_its_money(bureau, clock, conditional):
    one = claimer()
    part = the_part(paid(one, bureau, clock))
    with pytest.raises(ReasonMissing):
        actions.forfeit_part(part_id=part.pk, reason="", by=bureau.decider)
    actions.forfeit_part(part_id=part.pk, reason="项目没有通过验收", by=bureau.decider)
    city.run_jobs()
    assert again(part).state == "forfeited"
    assert titles(one)[-1] == f"第 2 期不再拨付：{NAME}"
    assert bureau.money.balances() == (100 * FEN - FIRST, 0, 0, FIRST)
    with pytest.raises(NotNow):
        actions.forfeit_part(part_id=part.pk, reason="再来", by=bureau.decider)


def test_a_claim_stopped_before_payment_leaves_no_part_of_it(bureau, clock, dated):
    claim = granted(claimer(), bureau, clock)
    for wrong in ({"state": "blocked"}, {"state": "paid"}, {"number": 1}, {"clawed_fen": SECOND + 1}):
        with pytest.raises(DatabaseError), transaction.atomic():
            action(lambda wrong=wrong: ClaimPart.objects.filter(claim=claim).update(**wrong))()
    actions.take_off(claim_id=claim.pk, reason="核实后停止", by=bureau.decider)
    assert the_part(claim).state == "forfeited"
    assert bureau.money.balances() == (100 * FEN, 0, 0, 0)


def test_an_account_that_the_bank_does_not_know_is_put_right_for_all_that_follows(bureau, clock, dated):
    one = claimer()
    part = the_part(paid(one, bureau, clock))
    part = later(clock, part, one)
    FakeFileTreasury().fail(**{ACCOUNT.replace(" ", ""): Failure.REFUSE})
    bureau.money.send(actions.order(claim_ids=[], part_ids=[part.pk], treasury="file", by=bureau.money.payer))
    assert again(part).state == "refused"
    page = f"/policies/claims/{part.claim_id}/"
    client = city.signed_in(one.account)
    client.post("/act-for/", {"for": str(one.row.pk), "next": "/"})
    assert "银行没有付成" in body(client.get(page))
    said = {"account": "6222 0240 0000 0999", "bank": "示例银行长安支行"}
    assert client.post(f"{page}account/", said).status_code == 302
    assert again(part).state == "due"
    assert Payout.objects.get(pk=part.payout_id).account == "6222024000000999"
    bureau.money.send(actions.order(claim_ids=[], part_ids=[part.pk], treasury="file", by=bureau.money.payer))
    assert again(part).state == "paid"


def test_pages_of_the_firm_and_of_officers(bureau, clock, conditional):
    one = claimer()
    claim = paid(one, bureau, clock)
    part = the_part(claim)
    own = city.signed_in(one.account)
    page = body(own.get(f"/policies/claims/{claim.pk}/"))
    assert "第 2 期" in page
    assert "项目验收合格后" in page
    reviewer = city.signed_in(city.officer("claim_reviewer", agency="science", place=city.CITY))
    path = f"/desk/claims/parts/{part.pk}"
    assert f"{path}/confirm/" in body(reviewer.get(f"/desk/claims/{claim.pk}/"))
    assert f"{path}/forfeit/" not in body(reviewer.get(f"/desk/claims/{claim.pk}/"))
    assert reviewer.post(f"{path}/confirm/", {"words": ""}).status_code == 422
    assert reviewer.post(f"{path}/forfeit/", {"words": "不付"}).status_code == 404
    stranger = city.signed_in(city.officer("claim_reviewer", agency="industry", place=city.CITY))
    assert stranger.post(f"{path}/confirm/", {"words": "已验收"}).status_code == 404
    assert reviewer.post(f"{path}/confirm/", {"words": "已验收"}).status_code == 302
    payer = city.signed_in(city.officer("fund_officer", agency="science", place=""))
    shown = body(payer.get("/desk/claims/"))
    assert f'name="part" value="{part.pk}"' in shown
    answer = payer.post("/desk/claims/order/", {"part": str(part.pk)})
    assert answer.status_code == 302
    assert again(part).state == "ordered"
