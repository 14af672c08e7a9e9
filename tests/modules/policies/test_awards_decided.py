"""Awards without an application, from the public notice on: objections, the decision, money, silence, refused accounts."""

import uuid
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, transaction

from tests import city
from tests.modules.policies.awarding import (
    ACCOUNT,
    BANK,
    FEN,
    ITEM,
    LISTED,
    a_day_passes,
    again,
    award_of,
    bureau,
    confirm,
    firm,
    learn,
    states,
    titles,
)
from tongban.foundation import time
from tongban.kernel.access.rules import NotAllowed
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.ledger.models import Payout
from tongban.kernel.ledger.queries.treasuries import FakeFileTreasury
from tongban.kernel.ledger.rules import SamePerson
from tongban.kernel.ledger.states import Failure
from tongban.kernel.notices.queries import inbox
from tongban.kernel.records.actions import action
from tongban.modules.policies import actions
from tongban.modules.policies.actions.confirming import BadAccount
from tongban.modules.policies.actions.deciding import TooLittleMoney
from tongban.modules.policies.actions.listing import NotNow
from tongban.modules.policies.actions.noticing import NotUnderAName
from tongban.modules.policies.calc.lists import in_reach
from tongban.modules.policies.models import Award, AwardBatch
from tongban.modules.policies.queries import published
from tongban.modules.policies.rules import NoSuchAward, SamePersonDecides
from tongban.modules.policies.tasks.awards import payout_paid

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("books")]


def test_objections_are_signed_and_answered_before_the_decision(office, clock):
    one, other = firm(), firm()
    row = office.in_notice()
    award = award_of(row, one)
    with pytest.raises(NotUnderAName):
        actions.object_to(award_id=award.pk, words="不实", by=office.maker)
    citizen = city.actor(city.account(city.person("何秀珍")))
    made = actions.object_to(award_id=award.pk, words="该企业去年停产", by=citizen)
    assert actions.object_to(award_id=award.pk, words="再说一次", by=citizen) == made
    clock.to("2026-03-10T09:00")
    with pytest.raises(NotNow):
        actions.object_to(award_id=award_of(row, other).pk, words="晚了", by=citizen)
    with pytest.raises(NotNow):
        actions.approve(batch_id=row.pk, by=office.decider)
    with pytest.raises(NoSuchAward):
        actions.answer_objection(objection_id=made.pk, upheld=True, words="x", by=office.opinion_of("tax"))
    actions.answer_objection(objection_id=made.pk, upheld=True, words="经核实成立", by=office.maker)
    assert states(row, one=one, other=other) == {"one": "removed", "other": "listed"}
    assert [note.title_zh for note in inbox(citizen)] == [f"您的异议有了答复：{one.row.name}"]
    actions.approve(batch_id=row.pk, by=office.decider)


def test_two_persons(office, clock):
    firm()
    both = city.actor(city.officer("award_officer", "award_decider", agency="industry", place=""))
    row = actions.start_batch(item=ITEM, by=both)
    city.run_jobs()
    office.consult(row)
    actions.publish_list(batch_id=row.pk, by=both)
    clock.to("2026-03-10T09:00")
    with pytest.raises(SamePersonDecides):
        actions.approve(batch_id=row.pk, by=both)
    with pytest.raises(NotAllowed):
        actions.approve(batch_id=row.pk, by=office.maker)
    actions.approve(batch_id=row.pk, by=office.decider)
    with pytest.raises(DatabaseError), transaction.atomic():
        action(lambda: AwardBatch.objects.filter(pk=row.pk).update(approved_by=both.account_id))()


def test_a_fund_that_does_not_suffice_is_shared_to_the_fen(clock):
    office = bureau(fen=2 * FEN)
    firms = [firm() for _ in range(3)]
    row = office.confirming(clock)
    granted = [award_of(row, one).granted_fen for one in firms]
    assert sum(granted) == 2 * FEN
    assert max(granted) - min(granted) <= 1
    assert office.balances() == (0, 2 * FEN, 0, 0)


def test_money_by_what_the_fund_says():
    a, b, line = (uuid.UUID(int=n) for n in (1, 2, 9))
    wanted = [(a, {line: 60}), (b, {line: 60})]
    assert in_reach(wanted, {line: 100}, "pro_rata") == {a: {line: 50}, b: {line: 50}}
    assert in_reach(wanted, {line: 100}, "first_come") == {a: {line: 60}}
    assert in_reach(wanted, {line: 100}, "refuse") == {}
    assert in_reach(wanted, {line: 120}, "refuse") == {a: {line: 60}, b: {line: 60}}
    assert in_reach(wanted, {}, "pro_rata") == {}


def test_an_empty_fund_approves_nothing(clock):
    office = bureau(fen=0)
    firm()
    row = office.in_notice()
    clock.to("2026-03-10T09:00")
    with pytest.raises(TooLittleMoney):
        actions.approve(batch_id=row.pk, by=office.decider)
    assert again(row).state == "in_notice"


def test_silence_is_reminded_of_and_then_free_for_the_next_batch(office, clock):
    silent = firm()
    row = office.confirming(clock)
    due = award_of(row, silent).due_on
    assert due.isoformat() == "2026-03-31"  # fifteen working days after 10 March
    a_day_passes(clock, 21)
    assert titles(silent) == ["请确认：首次上规模奖励", "还没有确认：首次上规模奖励"]
    assert award_of(row, silent).state == "waiting"
    a_day_passes(clock)
    assert award_of(row, silent).state == "deferred"
    assert titles(silent)[-1] == "转到下一批：首次上规模奖励"
    assert office.balances() == (100 * FEN, 0, 0, 0)
    assert again(row).state == "ordered"
    learn(silent, **LISTED)
    assert states(office.made(), silent=silent) == {"silent": "listed"}


def test_only_who_acts_for_the_firm_confirms(office, clock):
    one, other = firm(), firm()
    row = office.confirming(clock)
    award = award_of(row, one)
    for wrong in ("12ab", "1234", "1" * 31, ""):
        with pytest.raises(BadAccount):
            actions.confirm_award(award_id=award.pk, account=wrong, bank=BANK, by=one.by)
    with pytest.raises(BadAccount):
        actions.confirm_award(award_id=award.pk, account=ACCOUNT, bank=" ", by=one.by)
    for stranger in (other.by, office.maker, city.actor(city.account(city.person()))):
        with pytest.raises(NoSuchAward):
            actions.confirm_award(award_id=award.pk, account=ACCOUNT, bank=BANK, by=stranger)
        with pytest.raises(NoSuchAward):
            actions.decline_award(award_id=award.pk, by=stranger)
    confirm(one, row)
    with pytest.raises(NotNow):
        actions.decline_award(award_id=award.pk, by=one.by)
    payout = Payout.objects.get(pk=award_of(row, one).payout_id)
    assert (payout.account, payout.state, payout.payee_name) == (
        "6222024000000123",
        "committed",
        one.row.name,
    )


def test_an_account_that_the_bank_does_not_know_is_asked_for_again(office, clock):
    one = firm()
    row = office.confirming(clock)
    confirm(one, row)
    payment = actions.order(batch_id=row.pk, treasury="file", by=office.payer)
    FakeFileTreasury().fail(**{"6222024000000123": Failure.REFUSE})
    office.send(payment)
    assert award_of(row, one).state == "waiting"
    assert titles(one)[-1] == "请更正收款账户：首次上规模奖励"
    assert again(row).state == "confirming"
    confirm(one, row, "6222024000000999")
    office.send(actions.order(batch_id=row.pk, treasury="file", by=office.payer))
    assert award_of(row, one).state == "paid"
    assert office.balances() == (99 * FEN, 0, 0, FEN)


def paid(office, clock, one):
    """The firm's award, paid."""
    row = office.confirming(clock)
    confirm(one, row)
    office.send(actions.order(batch_id=row.pk, treasury="file", by=office.payer))
    return award_of(row, one)


def known(one):
    """What rules know of awards that the firm received."""
    values = published.profile_of(person_id=None, organisation_id=one.row.pk).values
    return values["award.scale_up_new"], values["org.awards"], values["org.awards_year"]


def test_what_is_clawed_back_counts_no_more(office, clock):
    one, other = firm(), firm()
    row = paid(office, clock, one)
    learn(one, org__awards=["other-award", ITEM])
    back = {"payout_id": row.payout_id, "reason": "虚报产值", "by": office.finance}
    ledger.claw_back(fen=1_500_000, key="0", **back)
    city.run_jobs()
    assert (again(row).state, again(row).clawed_fen) == ("paid", 1_500_000)
    assert known(one) == (FEN - 1_500_000, ["other-award", ITEM], [ITEM])
    for _ in range(2):  # the job ran twice: counted once
        actions.note_clawed_back(payout_id=row.payout_id, fen=1_500_000)
        city.run_jobs()
    assert known(one)[0] == FEN - 1_500_000
    ledger.claw_back(fen=FEN - 1_500_000, key="1", **back)
    city.run_jobs()
    assert (again(row).state, again(row).clawed_fen) == ("clawed", FEN)
    assert known(one) == (0, ["other-award"], [])
    told = [note for note in inbox(one.by).order_by("id") if note.title_zh.startswith("奖补资金被追回")]
    assert [note.body_zh.split("共被追回 ")[1].split(" 元")[0] for note in told] == ["15,000", "50,000"]
    assert titles(other) == ["请确认：首次上规模奖励"]  # nobody else hears of it
    assert award_of(row.batch, other).clawed_fen == 0
    learn(one, **LISTED)
    actions.decline_award(award_id=award_of(row.batch, other).pk, by=other.by)
    city.run_jobs()
    assert states(office.made(), one=one) == {}  # the period is used: no list names it again


def test_a_claw_back_heard_of_before_the_payment_is_not_lost(office, clock):
    one = firm()
    row = paid(office, clock, one)
    ledger.claw_back(payout_id=row.payout_id, fen=100, key="0", reason="多付", by=office.finance)
    action(lambda: Award.objects.filter(pk=row.pk).update(state="ordered", paid_at=None))()
    city.run_jobs()
    assert again(row).clawed_fen == 0
    payout_paid(SimpleNamespace(subject_id=row.payout_id), None)
    assert (again(row).state, again(row).clawed_fen) == ("paid", 100)


@pytest.mark.parametrize(
    "wrong", [{"clawed_fen": FEN}, {"state": "clawed"}, {"state": "clawed", "clawed_fen": FEN - 1}]
)
def test_the_table_takes_no_half_claw_back(office, clock, wrong):
    row = paid(office, clock, firm())
    with pytest.raises(DatabaseError), transaction.atomic():
        action(lambda: Award.objects.filter(pk=row.pk).update(**wrong))()


def test_who_confirms_nothing_pays_nothing(office, clock):
    firm()
    row = office.confirming(clock)
    with pytest.raises(NotNow):
        actions.order(batch_id=row.pk, treasury="file", by=office.payer)
    with pytest.raises(NoSuchAward):
        actions.order(batch_id=row.pk, treasury="file", by=office.maker)
    assert SamePerson.status == 409


def test_the_batch_keeps_the_text_it_was_made_by(office, clock):
    one = firm()
    row = office.consulted()
    clock.to("2026-12-31T09:00")  # the last day of the edition
    learn(one, **LISTED)
    row = actions.publish_list(batch_id=row.pk, by=office.maker)
    clock.to("2027-01-12T09:00")
    learn(one, **LISTED)
    assert published.in_force().item(ITEM)[1].edition_on(time.today()) is None
    approved = actions.approve(batch_id=row.pk, by=office.decider)
    assert approved.edition == "2026"
    assert award_of(row, one).granted_fen == FEN
