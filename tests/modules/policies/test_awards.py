"""Granted without an application: from the list that data make to the bank's statement, and every way out of it."""

import pytest
from django.db import DatabaseError, transaction

from tests import city
from tests.modules.policies.awarding import (
    FEN,
    ITEM,
    LISTED,
    a_day_passes,
    again,
    award_of,
    confirm,
    firm,
    learn,
    states,
    titles,
)
from tongban.foundation import time
from tongban.kernel.access.rules import NotAllowed
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.ledger.calc import Stated
from tongban.kernel.records.actions import action
from tongban.modules.policies import actions
from tongban.modules.policies.actions.listing import NotAutomatic, NotNow, ReasonMissing
from tongban.modules.policies.calc.lists import sampled
from tongban.modules.policies.models import Award, ProfileSnapshot
from tongban.modules.policies.queries import awards as queries
from tongban.modules.policies.queries import published
from tongban.modules.policies.rules import NoSuchAward

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("books")]


def test_the_whole_way(office, clock):
    yes, also, lacking, barred, other = (
        firm(),
        firm(),
        firm(org__above_scale_year=None),
        firm(org__dishonest=True),
        firm(org__industry_section="f"),
    )
    row = office.made()
    assert row.state == "made"
    found = states(row, yes=yes, also=also, lacking=lacking, barred=barred, other=other)
    assert found == {"yes": "listed", "also": "listed", "lacking": "needs_data", "barred": "removed"}
    assert award_of(row, lacking).missing == ["org.above_scale_year"]
    assert award_of(row, barred).removed_for == "excluded"
    kept = award_of(row, yes).snapshot
    asked = queries.facts_of(row)
    assert set(kept.values) == set(asked) & {*LISTED}
    assert kept.digest == queries.digest_of(kept.values)
    with pytest.raises(DatabaseError), transaction.atomic():
        action(lambda: ProfileSnapshot.objects.filter(pk=kept.pk).update(digest="x"))()

    with pytest.raises(NotNow):
        actions.finish_sample(batch_id=row.pk, by=office.maker)
    row = office.consult(row)
    assert row.state == "consulted"
    row = actions.publish_list(batch_id=row.pk, by=office.maker)
    assert row.notice_until.isoformat() == "2026-03-09"  # five working days after Monday
    with pytest.raises(NotNow):
        actions.approve(batch_id=row.pk, by=office.decider)
    clock.to("2026-03-10T09:00")
    actions.approve(batch_id=row.pk, by=office.decider)
    city.run_jobs()
    assert again(row).state == "confirming"
    assert office.balances() == (98 * FEN, 2 * FEN, 0, 0)
    assert titles(yes) == ["请确认：首次上规模奖励"]

    confirm(yes, row)
    confirm(yes, row)
    assert office.balances() == (98 * FEN, FEN, FEN, 0)
    payment = actions.order(batch_id=row.pk, treasury="file", by=office.payer)
    assert states(row, yes=yes, also=also) == {"yes": "ordered", "also": "waiting"}
    office.send(payment)
    paid = award_of(row, yes)
    assert (paid.state, office.balances()) == ("paid", (98 * FEN, FEN, 0, FEN))
    assert titles(yes)[-1] == "已到账：首次上规模奖励"
    assert again(row).state == "confirming"
    actions.decline_award(award_id=award_of(row, also).pk, by=also.by)
    city.run_jobs()
    assert again(row).state == "ordered"
    assert office.balances() == (99 * FEN, 0, 0, FEN)
    line = Stated("s1", str(paid.payout_id), FEN, time.today(), incoming=False)
    ledger.reconcile(fund_id=office.line.fund_id, lines=[line], by=office.finance)
    city.run_jobs()
    assert again(row).state == "reconciled"


def test_what_was_paid_is_known_to_every_rule(office, clock):
    yes, also = firm(), firm()
    row = office.confirming(clock)
    confirm(yes, row)
    office.send(actions.order(batch_id=row.pk, treasury="file", by=office.payer))
    actions.decline_award(award_id=award_of(row, also).pk, by=also.by)
    profile = published.profile_of(person_id=None, organisation_id=yes.row.pk)
    assert profile.values["award.scale_up_new"] == FEN
    assert ITEM in profile.values["org.awards"]
    assert (
        next(one for one in published.matches(profile, "organisation") if one.offer.code == ITEM).verdict
        is False
    )
    again_made = office.made()
    assert states(again_made, yes=yes, also=also) == {}


def test_a_list_is_made_in_parts_and_a_part_twice_changes_nothing(office, clock, monkeypatch):
    from tongban.modules.policies import tasks
    from tongban.modules.policies.actions import listing

    monkeypatch.setattr(listing, "PART", 2)
    monkeypatch.setattr(tasks.awards, "PART", 2)
    firms = [firm() for _ in range(5)]
    row = actions.start_batch(item=ITEM, by=office.maker)
    part = tasks.awards.compare(Told(row))
    for _ in range(2):
        tasks.awards.first_part(Told(row), part)
    assert again(row).looked_at == 2
    city.run_jobs()
    done = again(row)
    assert done.state == "made"
    assert done.looked_at >= 5
    assert Award.objects.filter(batch=row, state="listed").count() == len(firms)
    assert Award.objects.filter(batch=row, sampled=True).count() == 3


class Told:
    """An event about a row."""

    def __init__(self, row):
        self.subject_id = row.pk
        self.payload = {}


def test_only_what_is_free_of_application_and_ones_own(office):
    with pytest.raises(NotAutomatic):
        actions.start_batch(item="cluster-town-upgrade", by=office.maker)
    with pytest.raises(NotAllowed):
        actions.start_batch(item=ITEM, by=office.payer)
    with pytest.raises(NoSuchAward):
        actions.start_batch(item=ITEM, by=office.opinion_of("tax"))
    with pytest.raises(published.NoSuchSubsidy):
        actions.start_batch(item="none-such", by=office.maker)
    row = actions.start_batch(item=ITEM, by=office.maker)
    with pytest.raises(NotNow):
        actions.start_batch(item=ITEM, by=office.maker)
    with pytest.raises(NoSuchAward):
        actions.give_up(batch_id=row.pk, reason="x", by=office.opinion_of("tax"))
    with pytest.raises(ReasonMissing):
        actions.give_up(batch_id=row.pk, reason=" ", by=office.maker)
    assert actions.give_up(batch_id=row.pk, reason="换一天", by=office.maker).state == "given_up"
    city.run_jobs()  # the job that would have compared finds nothing to do
    assert again(row).looked_at == 0
    assert actions.start_batch(item=ITEM, by=office.maker).pk != row.pk


def test_the_sample_is_drawn_by_digest_and_takes_off(office):
    firms = [firm() for _ in range(4)]
    row = office.made()
    drawn = list(Award.objects.filter(batch=row, sampled=True).order_by("id"))
    listed = list(Award.objects.filter(batch=row, state="listed").values_list("pk", flat=True))
    assert {one.pk for one in drawn} == set(sampled(row.pk, listed, 3))
    with pytest.raises(ReasonMissing):
        actions.look_at(award_id=drawn[0].pk, right=False, reason="", by=office.maker)
    off = actions.look_at(award_id=drawn[0].pk, right=False, reason="统计数据有误", by=office.maker)
    assert (off.state, off.removed_for, off.reason) == ("removed", "sample", "统计数据有误")
    with pytest.raises(NotNow):
        actions.look_at(award_id=drawn[0].pk, right=True, reason="", by=office.maker)
    with pytest.raises(NoSuchAward):
        actions.look_at(award_id=drawn[1].pk, right=True, reason="", by=firms[0].by)
    city.run_jobs()
    assert [titles(one) for one in firms] == [[]] * 4  # nobody knew of the list yet


def test_a_department_takes_off_and_silence_is_no_objection(office, clock):
    bad, good = firm(), firm()
    row = office.made()
    for award in Award.objects.filter(batch=row, sampled=True).order_by("id"):
        actions.look_at(award_id=award.pk, right=True, reason="", by=office.maker)
    actions.finish_sample(batch_id=row.pk, by=office.maker)
    opinions = {one.agency: one for one in queries.opinions_of(row)}
    assert set(opinions) == {"market-regulation", "ecology", "emergency"}
    ecology = office.opinion_of("ecology")
    award = award_of(row, bad)
    with pytest.raises(NoSuchAward):
        actions.give_opinion(opinion_id=opinions["emergency"].pk, against={}, words="", by=ecology)
    with pytest.raises(ReasonMissing):
        actions.give_opinion(opinion_id=opinions["ecology"].pk, against={award.pk: ""}, words="", by=ecology)
    actions.give_opinion(
        opinion_id=opinions["ecology"].pk, against={award.pk: "两年内受过十万元处罚"}, words="", by=ecology
    )
    with pytest.raises(NotNow):
        actions.give_opinion(opinion_id=opinions["ecology"].pk, against={}, words="", by=ecology)
    assert states(row, bad=bad, good=good) == {"bad": "removed", "good": "listed"}
    assert again(row).state == "sampled"
    a_day_passes(clock, 7)  # the fifth working day is the following Monday
    assert again(row).state == "sampled"
    a_day_passes(clock)
    assert again(row).state == "consulted"
    assert {one.agency: one.state for one in queries.opinions_of(row)} == {
        "market-regulation": "silent",
        "ecology": "against",
        "emergency": "silent",
    }


def test_everybody_is_looked_at_again_before_every_step(office, clock):
    first, second, third, last = firm(), firm(), firm(), firm()
    row = office.consulted()
    learn(first, org__abnormal=True)
    actions.publish_list(batch_id=row.pk, by=office.maker)
    assert states(row, first=first, second=second) == {"first": "removed", "second": "listed"}
    learn(second, org__dishonest=True)
    clock.to("2026-03-10T09:00")
    actions.approve(batch_id=row.pk, by=office.decider)
    city.run_jobs()
    assert titles(second) == ["已移出名单：首次上规模奖励"]
    for one in (third, last):
        confirm(one, row)
    learn(third, org__dishonest=True)
    actions.order(batch_id=row.pk, treasury="file", by=office.payer)
    city.run_jobs()
    found = states(row, first=first, second=second, third=third, last=last)
    assert found == {"first": "removed", "second": "removed", "third": "removed", "last": "ordered"}
    assert {award_of(row, one).removed_for for one in (first, second, third)} == {"recheck"}
    assert "dishonest" in award_of(row, third).reason
    assert office.balances() == (99 * FEN, 0, FEN, 0)


def test_data_that_grew_old_take_nobody_off(office, clock):
    old, fresh = firm(), firm()
    row = office.confirming(clock)
    confirm(old, row)
    confirm(fresh, row)
    clock.to("2026-06-01T09:00")
    learn(fresh, **LISTED)
    actions.order(batch_id=row.pk, treasury="file", by=office.payer)
    assert states(row, old=old, fresh=fresh) == {"old": "confirmed", "fresh": "ordered"}
    learn(old, **LISTED)
    actions.order(batch_id=row.pk, treasury="file", by=office.payer)
    assert states(row, old=old, fresh=fresh) == {"old": "ordered", "fresh": "ordered"}
    assert again(row).state == "ordered"
