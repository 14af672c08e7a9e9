"""Claims: the window, once only, the edition of the day, rights beside the case's, notice, decision, money, coming back."""

import uuid
from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from tests import city
from tests.modules.claims import claiming
from tests.modules.claims.claiming import FAST, FEN, a_day_passes, again, claimer, office
from tests.modules.policies.awarding import learn, titles
from tongban.foundation import time
from tongban.foundation.money import BadAmount, parse_yuan
from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.access.rules import NotAllowed
from tongban.kernel.cases import actions as cases
from tongban.kernel.cases import queries as case_queries
from tongban.kernel.cases.actions.deciding import SamePerson
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.catalogue.actions.deriving import CodeTaken, Derived, publish_derived
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.ledger.models import Payout
from tongban.kernel.ledger.queries.treasuries import FakeFileTreasury
from tongban.kernel.ledger.states import Failure
from tongban.kernel.parties import queries as parties
from tongban.kernel.records.actions import action
from tongban.modules.claims import actions, queries, states
from tongban.modules.claims.models import Claim, ClaimCheck
from tongban.modules.claims.rules import NoSuchClaim
from tongban.modules.policies.actions.noticing import NotUnderAName
from tongban.modules.policies.queries import awards, published

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("books")]


def citizen():
    """Somebody under a real name."""
    return city.actor(city.account(city.person("何秀珍")))


def test_only_within_the_window(clock):
    one = claimer()
    draft = claiming.fill(one)
    clock.to("2026-03-14T09:00")  # the day before it opens
    for begin in (
        lambda: cases.submit(case_id=draft.pk, by=one.by),
        lambda: cases.open_draft(item_code=FAST, by=claimer().by),
    ):
        with pytest.raises(actions.NotOpen) as refused:
            begin()
        assert "2026-03-15" in refused.value.sentence_zh
    clock.to("2026-09-30T23:00")
    assert cases.submit(case_id=draft.pk, by=one.by).state == "submitted"
    clock.to("2026-10-01T00:30")
    with pytest.raises(actions.NotOpen):
        cases.open_draft(item_code=FAST, by=claimer().by)


@pytest.fixture
def back_in_time():
    """What a process holds goes by the newest load, which a test that goes back in time writes before the others."""
    yield
    catalogue.forget()


@pytest.mark.usefixtures("back_in_time")
def test_the_edition_is_that_of_the_day(clock):
    item = "scale-up-converted"  # 2024, 2025 and 2026, each with its window
    clock.to("2024-08-20T09:00")
    actions.publish_items(by=SYSTEM)
    early = claimer()
    row = claiming.claim(early, item)
    assert (row.edition, row.period, row.as_of) == ("2024", "", date(2024, 8, 20))
    late = claimer()
    draft = claiming.fill(late, item)
    clock.to(
        "2025-08-20T09:00"
    )  # nothing was loaded meanwhile: the scheduled edition has taken over by itself
    claiming.attach(late, draft)  # what departments sent in 2024 has grown old
    fresh = claiming.claim(claimer(), item)
    assert fresh.edition == "2025"
    with pytest.raises(actions.NotOpen) as refused:
        cases.submit(case_id=draft.pk, by=late.by)
    assert "2024" in refused.value.sentence_zh
    assert queries.of_claim(again(row)).match.offer.edition.name == "2024"
    assert case_queries.version_of(case_queries.case(row.case_id)).definition.subsidy["edition"] == "2024"


def test_nobody_has_the_same_twice(bureau, clock):
    one = claimer()
    row = claiming.claim(one)
    with pytest.raises(actions.ClaimedAlready) as refused:
        cases.open_draft(item_code=FAST, by=one.by)
    assert one.row.name in refused.value.sentence_zh
    twin = Claim.objects.get(pk=row.pk)
    twin.pk, twin.case_id = uuid.uuid4(), uuid.uuid4()
    with pytest.raises(IntegrityError), transaction.atomic():
        action(lambda: twin.save(force_insert=True))()
    cases.withdraw(case_id=row.case_id, by=one.by)
    assert again(row).state == "ended"
    assert claiming.claim(one).state == "open"


def test_what_is_claimed_is_on_no_list_and_the_other_way_round(clock):
    clock.to("2026-08-20T09:00")
    item = "scale-up-new"
    by_list, by_claim = claimer(), claimer()
    money = claiming.office("industry", "industry-2026").money
    claiming.claim(by_claim, item)
    batch = money.made(item)
    named = {award.subject_id for award in awards.awards_of(batch)}
    assert by_list.row.pk in named
    assert by_claim.row.pk not in named
    with pytest.raises(actions.ClaimedAlready):
        cases.open_draft(item_code=item, by=by_list.by)


def test_rights_of_claims_stand_beside_those_of_cases(bureau):
    row = claiming.claim(claimer())
    clerk, reviewer, decider = (
        city.actor(city.officer(role, agency="science", place=city.CITY))
        for role in ("clerk", "reviewer", "decider")
    )
    with pytest.raises(NotAllowed):
        cases.accept(case_id=row.case_id, by=clerk)
    cases.accept(case_id=row.case_id, by=bureau.clerk)
    with pytest.raises(NotAllowed):
        cases.complete_step(case_id=row.case_id, opinion="符合", by=reviewer)
    with pytest.raises(NoSuchClaim):
        queries.claim_for(decider, row.pk)
    with pytest.raises(NoSuchClaim):
        queries.claim_for(claiming.office("industry", "industry-2026").reviewer, row.pk)
    assert queries.claim_for(bureau.clerk, row.pk) == row


def test_a_notice_runs_its_days_and_waits_for_answers(bureau, clock):
    one = claimer()
    row = claiming.in_notice(one, bureau)
    assert (row.notice_from, row.notice_until) == (date(2026, 3, 16), date(2026, 3, 23))
    with pytest.raises(actions.NotNow):
        cases.complete_step(case_id=row.case_id, opinion="提前结束", by=bureau.reviewer)
    with pytest.raises(NotUnderAName):
        actions.object_to(claim_id=row.pk, words="不实", by=bureau.reviewer)
    by = citizen()
    made = actions.object_to(claim_id=row.pk, words="该企业去年停产", by=by)
    assert actions.object_to(claim_id=row.pk, words="再说一次", by=by) == made
    claiming.end_notice(row, clock)
    assert case_queries.case(row.case_id).waiting_for == "case.review"
    with pytest.raises(actions.NotNow):
        cases.complete_step(case_id=row.case_id, opinion="无异议", by=bureau.reviewer)
    with pytest.raises(NoSuchClaim):
        actions.answer_objection(objection_id=made.pk, upheld=False, words="x", by=bureau.decider)
    actions.answer_objection(objection_id=made.pk, upheld=False, words="经核实在产", by=bureau.reviewer)
    a_day_passes(clock)
    assert case_queries.case(row.case_id).waiting_for == "case.decide"


def test_an_objection_that_is_upheld_takes_it_off(bureau, clock):
    one = claimer()
    row = claiming.in_notice(one, bureau)
    made = actions.object_to(claim_id=row.pk, words="该企业去年停产", by=citizen())
    actions.answer_objection(objection_id=made.pk, upheld=True, words="经核实已停产", by=bureau.reviewer)
    row = again(row)
    assert (row.state, row.removed_for, row.reason) == ("removed", "objection", "经核实已停产")
    with pytest.raises(actions.NotNow):
        cases.grant(case_id=row.case_id, by=bureau.decider)
    cases.deny(case_id=row.case_id, reasons=row.reason, by=bureau.decider)
    assert again(row).state == "removed"
    assert bureau.money.balances() == (100 * FEN, 0, 0, 0)


def test_a_penalty_during_the_notice_takes_it_off_by_itself(bureau, clock):
    one = claimer()
    row = claiming.in_notice(one, bureau)
    learn(one, org__biggest_penalty_24m=15_000_000, org__penalty_kind="environment")
    a_day_passes(clock)
    row = again(row)
    assert (row.state, row.removed_for) == ("removed", "recheck")
    assert "环境违法" in row.reason
    assert titles(one)[-1] == "已移出公示：高企申报受理奖励"
    stages = ClaimCheck.objects.filter(claim=row).order_by("id").values_list("stage", "verdict")
    assert list(stages)[-1] == ("again", "no")
    assert case_queries.case(row.case_id).waiting_for == "case.decide"


def test_who_does_not_fit_is_not_published_and_not_granted(bureau, clock):
    one = claimer(org__patents=0)
    row = claiming.in_notice(one, bureau)
    assert (row.state, row.notice_from) == ("open", None)
    with pytest.raises(actions.NotEligible) as refused:
        cases.grant(case_id=row.case_id, by=bureau.decider)
    assert "有有效知识产权" in refused.value.sentence_zh
    cases.deny(case_id=row.case_id, reasons="没有有效知识产权", by=bureau.decider)
    assert again(row).state == "ended"


def test_whoever_handled_a_claim_does_not_decide_it(bureau, clock):
    both = city.actor(city.officer("claim_reviewer", "claim_decider", agency="science", place=city.CITY))
    one = claimer()
    row = claiming.accepted(one, bureau)
    cases.complete_step(case_id=row.case_id, opinion="符合条件", by=both)
    city.run_jobs()
    claiming.end_notice(row, clock)
    with pytest.raises(SamePerson):
        cases.grant(case_id=row.case_id, by=both)


def test_an_empty_fund_grants_nothing_and_keeps_the_case(clock):
    bureau = office(fen=0)
    one = claimer()
    row = claiming.to_decide(one, bureau, clock)
    with pytest.raises(actions.TooLittleMoney):
        cases.grant(case_id=row.case_id, by=bureau.decider)
    assert case_queries.case(row.case_id).state == "in_review"
    assert Payout.objects.count() == 0


def test_a_refused_account_is_put_right_by_its_owner_alone(bureau, clock):
    one = claimer()
    row = claiming.granted(one, bureau, clock)
    FakeFileTreasury().fail(**{"6222024000000123": Failure.REFUSE})
    bureau.money.send(actions.order(claim_ids=[row.pk], treasury="file", by=bureau.money.payer))
    assert again(row).state == "refused"
    assert titles(one)[-1] == "请更正收款账户：高企申报受理奖励"
    right = {"account": "6222024000000999", "bank": "示例银行"}
    for stranger in (claimer().by, bureau.clerk, bureau.decider):
        with pytest.raises(NoSuchClaim):
            actions.correct_account(claim_id=row.pk, by=stranger, **right)
    with pytest.raises(actions.BadAccount):
        actions.correct_account(claim_id=row.pk, account="12", bank="示例银行", by=one.by)
    actions.correct_account(claim_id=row.pk, by=one.by, **right)
    bureau.money.send(actions.order(claim_ids=[row.pk], treasury="file", by=bureau.money.payer))
    assert again(row).state == "paid"


def test_a_penalty_after_the_decision_stops_the_order(bureau, clock):
    one = claimer()
    row = claiming.granted(one, bureau, clock)
    learn(one, org__biggest_penalty_24m=15_000_000, org__penalty_kind="environment")
    with pytest.raises(actions.NotEligible) as refused:
        actions.order(claim_ids=[row.pk], treasury="file", by=bureau.money.payer)
    assert row.short_no in refused.value.sentence_zh
    with pytest.raises(NoSuchClaim):
        actions.take_off(claim_id=row.pk, reason="受到处罚", by=bureau.reviewer)
    with pytest.raises(actions.ReasonMissing):
        actions.take_off(claim_id=row.pk, reason=" ", by=bureau.decider)
    actions.take_off(claim_id=row.pk, reason="受到处罚", by=bureau.decider)
    assert bureau.money.balances() == (100 * FEN, 0, 0, 0)


def test_what_is_clawed_back_counts_no_more(bureau, clock):
    one = claimer()
    row = claiming.paid(one, bureau, clock)
    back = {"payout_id": row.payout_id, "reason": "虚报冒领", "by": bureau.money.finance}
    ledger.claw_back(fen=500_000, key="0", **back)
    city.run_jobs()
    facts = parties.profile(None, one.row.pk, time.today()).facts
    assert (again(row).state, again(row).clawed_fen) == ("paid", 500_000)
    assert (facts["award.high_tech_accepted"].value, facts["org.awards"].value) == (1_500_000, [FAST])
    ledger.claw_back(fen=1_500_000, key="1", **back)
    city.run_jobs()
    facts = parties.profile(None, one.row.pk, time.today()).facts
    assert (again(row).state, facts["award.high_tech_accepted"].value) == ("clawed", 0)
    assert facts["org.awards"].value == []
    assert titles(one)[-2:] == ["兑现资金被追回：高企申报受理奖励"] * 2


def test_a_supplement_stops_the_clock_and_the_account_that_counts_is_the_last(bureau, clock):
    one = claimer()
    row = claiming.claim(one)
    points = [{"kind": "field", "id": "account", "note": "户名不一致"}]
    with pytest.raises(NotAllowed):
        cases.request_supplement(
            case_id=row.case_id,
            points=points,
            message="请更正",
            by=city.actor(city.officer("clerk", agency="science", place=city.CITY)),
        )
    cases.request_supplement(case_id=row.case_id, points=points, message="请更正", by=bureau.clerk)
    assert case_queries.case(row.case_id).paused
    cases.save(case_id=row.case_id, by=one.by, answers={"account": "6222024000000777"})
    cases.resubmit(case_id=row.case_id, by=one.by)
    cases.accept(case_id=row.case_id, by=bureau.clerk)
    cases.complete_step(case_id=row.case_id, opinion="符合", by=bureau.reviewer)
    city.run_jobs()
    claiming.end_notice(row, clock)
    cases.grant(case_id=row.case_id, by=bureau.decider)
    assert Payout.objects.get(pk=again(row).payout_id).account == "6222024000000777"


def test_what_was_found_at_a_check_never_changes(bureau):
    row = claiming.claim(claimer())
    with pytest.raises(DatabaseError), transaction.atomic():
        action(lambda: ClaimCheck.objects.filter(claim=row).update(verdict=states.Verdict.NO))()


def test_items_are_published_once_and_never_in_the_place_of_others(clock):
    assert actions.publish_items(by=SYSTEM) == 0
    codes = {one.code for one in catalogue.derived()}
    assert FAST in codes
    assert not codes & {one.code for one in catalogue.items()}
    with pytest.raises(CodeTaken):
        publish_derived(wanted=[Derived("food-licence", {"valid_from": "2026-01-01"})], by=SYSTEM)


@pytest.mark.parametrize("route", ["ordinary", "expert", "interest", "people", "fast"])
def test_every_route_becomes_a_procedure(route):
    made = [one for one in catalogue.derived() if _route(one.code) == route]
    assert made
    for one in made:
        steps = one.definition.steps
        assert steps[-1].type == "approve"
        assert {name for step in steps for name in step.after} <= {step.id for step in steps}


def _route(code: str) -> str:
    _policy, item = published.in_force().item(code)
    edition = item.edition_on(time.today())
    return edition.procedure if edition else ""


def test_what_nobody_knows_the_applicant_says_and_it_is_marked(clock):
    one = claimer(org__above_scale=True)
    item = "energy-audit-subsidy"
    definition = catalogue.item(item).definition
    base = [id for id in definition.fields if id.startswith("base_")]
    if not base:
        pytest.skip("its amount asks for nothing")
    answers = {id: (True if definition.fields[id].type == "yesno" else 8_000_000) for id in base}
    row = claiming.claim(one, item, **answers)
    check = ClaimCheck.objects.get(claim=row)
    assert check.said == sorted(definition.fields[id].fact for id in base)


def test_amounts_are_read_to_the_fen():
    assert parse_yuan("5,000.00".replace(",", "")) == 500_000
    with pytest.raises(BadAmount):
        parse_yuan("五千")
