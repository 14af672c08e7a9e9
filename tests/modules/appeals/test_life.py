"""An appeal's life from the pool to the end: whose turn it is, by when, and what is refused."""

import datetime as dt

import pytest

from tests import city
from tests.modules.appeals.filing import answered, filed, routed
from tongban.foundation import time
from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.deadlines.actions import load_calendars
from tongban.kernel.events import queries as events
from tongban.modules.appeals import actions, queries
from tongban.modules.appeals.actions.ending import BadStars, SamePerson
from tongban.modules.appeals.actions.working import NotReady
from tongban.modules.appeals.models import AppealTally
from tongban.modules.appeals.rules import NoSuchAppeal
from tongban.modules.appeals.states import StepNotPossible

MARCH = dt.date(2026, 3, 1)


def stands(row):
    """State, whose turn, next day of March."""
    row.refresh_from_db()
    return row.state, row.owner, row.next_on.day if row.next_on else None


def test_what_no_route_knows_waits_for_the_coordinator(boss, firm):
    row = filed(boss, firm)
    assert stands(row) == ("pool", "desk", 3)
    assert (row.desk, row.agency, row.town, row.size, row.town_agency) == (
        "industry",
        "",
        "441900113",
        "medium",
        "town-dalang",
    )
    assert [event.name for event in events.history(row.pk)] == ["appeal.filed"]


def test_a_route_assigns_at_once_with_all_four_clocks(boss, firm):
    row = filed(boss, firm, "power-supply", answers={"kva": "500"})
    assert (row.agency, [one.agency for one in queries.tasks_of(row)]) == ("power-supply", ["town-dalang"])
    assert stands(row) == ("assigned", "office", 2)
    assert row.contact_by == time.moment("2026-03-02T09:30")
    assert [one.day for one in (row.reply_on, row.close_on, row.supervise_on)] == [3, 9, 11]


def test_the_same_reference_is_filed_once(boss, firm):
    one = filed(boss, firm, reference="x")
    assert filed(boss, firm, reference="x").pk == one.pk
    assert filed(boss, firm, reference="y").pk != one.pk


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": " "},
        {"words": ""},
        {"title": "长" * 81},
        {"category": "nothing"},
        {"category": "hiring"},
        {"category": "hiring", "answers": {"workers": "many"}},
        {"category": "loan", "answers": {"need": "gift"}},
        {"channel": "pigeon"},
    ],
)
def test_what_is_not_enough_is_refused(boss, firm, wrong):
    with pytest.raises(actions.BadAppeal):
        filed(boss, firm, **wrong)


def test_nobody_files_for_a_firm_of_others(boss, desk):
    with pytest.raises(actions.NotYours):
        filed(boss, desk.account_id)


def test_dispute_within_its_limit_and_a_ruling(boss, firm, desk, office, clock):
    row = routed(boss, firm, desk, "commerce", ("finance",))
    lead = office("commerce")
    actions.dispute(appeal_id=row.pk, words="不属于我局职责。", by=lead)
    assert stands(row) == ("disputed", "desk", 2)
    actions.rule(appeal_id=row.pk, lead="justice", words="由司法局主办。", by=desk)
    assert stands(row) == ("assigned", "office", 2)
    assert row.agency == "justice"
    with pytest.raises(NoSuchAppeal):
        actions.contact(appeal_id=row.pk, words="联系了。", by=lead)
    clock.move(days=2)
    with pytest.raises(actions.TooLate):
        actions.dispute(appeal_id=row.pk, words="也不属于我局。", by=office("justice"))


def test_a_ruling_for_the_same_office_ends_the_dispute(boss, firm, desk, office):
    row = routed(boss, firm, desk, "commerce")
    actions.dispute(appeal_id=row.pk, words="不属于我局职责。", by=office("commerce"))
    actions.rule(appeal_id=row.pk, lead="commerce", words="属于你局职责。", by=desk)
    with pytest.raises(actions.TooLate):
        actions.dispute(appeal_id=row.pk, words="还是不属于。", by=office("commerce"))


def test_the_clocks_stand_still_while_the_firm_is_waited_for(boss, firm, desk, office, clock):
    row = routed(boss, firm, desk)
    lead = office("industry")
    actions.contact(appeal_id=row.pk, words="已联系。", by=lead)
    assert (stands(row), row.close_on.day) == (("working", "office", 5), 23)
    clock.move(days=1)
    actions.ask(appeal_id=row.pk, words="请提供合同。", by=lead)
    assert stands(row) == ("waiting", "firm", 10)
    assert (row.reply_on, row.close_on, row.supervise_on) == (None, None, None)
    clock.move(days=3)
    actions.supply(appeal_id=row.pk, words="合同已提供。", by=boss)
    # Paused on Tuesday, resumed on Friday: three working days (4, 5, 6 March) did not count.
    assert (stands(row), row.close_on.day) == (("working", "office", 10), 26)


def test_an_extension_needs_the_firms_consent_and_comes_once(boss, firm, desk, office):
    row = routed(boss, firm, desk)
    lead = office("industry")
    actions.contact(appeal_id=row.pk, words="已联系。", by=lead)
    actions.propose(appeal_id=row.pk, days=5, words="需要法院查询。", by=lead)
    assert (row.close_on.day, stands(row)) == (23, ("working", "office", 5))
    actions.consent(appeal_id=row.pk, agreed=True, by=boss)
    row.refresh_from_db()
    assert (row.close_on.day, row.reply_on.day, row.extension, row.extended) == (30, 5, None, True)
    with pytest.raises(NotReady):
        actions.propose(appeal_id=row.pk, days=5, words="再延。", by=lead)


def test_an_extension_is_not_proposed_on_the_last_day(boss, firm, desk, office, clock):
    row = routed(boss, firm, desk)
    actions.contact(appeal_id=row.pk, words="已联系。", by=office("industry"))
    clock.to("2026-03-23T09:00")
    with pytest.raises(actions.TooLate):
        actions.propose(appeal_id=row.pk, days=5, words="来不及。", by=office("industry"))


def test_the_lead_answers_after_those_who_assist(boss, firm, desk, office):
    row = routed(boss, firm, desk, "industry", ("justice",))
    with pytest.raises(NotReady):
        answered(row, office("industry"))
    actions.finish(appeal_id=row.pk, words="已出具意见。", by=office("justice"))
    row.refresh_from_db()
    answered(row, office("industry"))
    assert stands(row) == ("answered", "desk", 3)


def test_who_answers_does_not_check(boss, firm, desk):
    both = _both()
    row = answered(routed(boss, firm, desk), both)
    with pytest.raises(SamePerson):
        actions.approve(appeal_id=row.pk, by=both)
    actions.send_back(appeal_id=row.pk, words="没有写明付款日期。", by=desk)
    row.refresh_from_db()
    assert (row.state, row.outcome, row.answered_at) == ("working", "", None)


def _both():
    return city.actor(city.officer("appeal_officer", "appeal_coordinator", agency="industry", place=""))


def test_dissatisfied_reopens_once_then_goes_up_then_ends(boss, firm, desk, office, clock):
    row = answered(routed(boss, firm, desk), office("industry"))
    actions.approve(appeal_id=row.pk, by=desk)
    assert stands(row) == ("rating", "firm", 9)
    with pytest.raises(actions.WordsMissing):
        actions.rate(appeal_id=row.pk, stars=1, by=boss)
    with pytest.raises(BadStars):
        actions.rate(appeal_id=row.pk, stars=6, by=boss)
    clock.move(days=2)
    actions.rate(appeal_id=row.pk, stars=1, words="没有解决。", by=boss)
    assert (stands(row), row.cycle, row.close_on.day) == (("working", "office", 9), 2, 25)
    answered(row, office("industry"))
    actions.approve(appeal_id=row.pk, by=desk)
    actions.rate(appeal_id=row.pk, stars=2, words="还是没有解决。", by=boss)
    assert (stands(row), row.level, row.agency, row.cycle) == (("pool", "desk", 5), 1, "", 3)
    assert row.close_on == dt.date(2026, 3, 18)
    actions.route(appeal_id=row.pk, lead="development-reform", by=desk)
    row.refresh_from_db()
    answered(row, office("development-reform"), "limited")
    actions.approve(appeal_id=row.pk, by=desk)
    actions.rate(appeal_id=row.pk, stars=1, words="仍不满意。", by=boss)
    assert stands(row) == ("closed", "", None)
    sums = {(one.agency, one.measure): one.count for one in AppealTally.objects.all()}
    assert sums["industry", "reopened"] == 2
    assert sums["development-reform", "ended"] == 1
    assert ("development-reform", "satisfied") not in sums


def test_what_is_planned_is_followed_until_it_is_done(boss, firm, desk, office):
    row = answered(routed(boss, firm, desk), office("industry"), "planned", planned_on="2026-06-30")
    actions.approve(appeal_id=row.pk, by=desk)
    actions.rate(appeal_id=row.pk, stars=5, by=boss)
    row.refresh_from_db()
    assert (row.state, row.owner, row.next_on) == ("planned", "office", dt.date(2026, 6, 30))
    actions.deliver(appeal_id=row.pk, words="道路已开通。", by=office("industry"))
    actions.approve(appeal_id=row.pk, by=desk)
    actions.rate(appeal_id=row.pk, stars=5, by=boss)
    assert (stands(row), row.outcome) == (("closed", "", None), "solved")


def test_joined_to_another_it_ends_and_points_there(boss, firm, desk):
    one, other = filed(boss, firm), filed(boss, firm)
    actions.merge(appeal_id=other.pk, into=one.number, by=desk)
    assert (stands(other), other.main_id) == (("merged", "", None), one.pk)
    with pytest.raises(StepNotPossible):
        actions.merge(appeal_id=other.pk, into=one.number, by=desk)


def test_time_reminds_goes_on_and_ends(boss, firm, desk, office, clock):
    late, waiting, unrated = (routed(boss, firm, desk) for _ in range(3))
    lead = office("industry")
    actions.contact(appeal_id=waiting.pk, words="已联系。", by=lead)
    actions.ask(appeal_id=waiting.pk, words="请提供合同。", by=lead)
    actions.approve(appeal_id=answered(unrated, lead).pk, by=desk)
    clock.to("2026-03-10T08:00")
    day = clock.now.date()
    assert actions.scan(day=day).moved == 3
    assert actions.scan(day=day).moved == 3  # nothing more
    late.refresh_from_db()
    assert (late.state, late.chased, stands(waiting)[0], stands(unrated)[0]) == (
        "assigned",
        3,
        "working",
        "closed",
    )
    sums = {one.measure: one.count for one in AppealTally.objects.all()}
    assert (sums["ended"], sums.get("rated"), sums.get("satisfied")) == (1, None, None)


def test_a_new_day_off_moves_what_is_in_hand_and_a_new_promise_does_not(boss, firm, desk, office):
    row = routed(boss, firm, desk)
    actions.contact(appeal_id=row.pk, words="已联系。", by=office("industry"))
    year = deadlines.year(next(one.pk for one in deadlines.years() if one.year == 2026))
    changed = {**year.data, "off": [*year.data["off"], "2026-03-04"]}
    others = [one.data for one in deadlines.years() if one.year != 2026]
    load_calendars(years=[*others, changed], by=SYSTEM)
    assert len(queries.wrong()) == 1
    city.run_jobs()
    row.refresh_from_db()
    assert (row.reply_on.day, row.close_on.day, row.next_on.day) == (6, 24, 6)
    assert queries.wrong() == []
    assert actions.recompute(because=year) == 0
    assert row.promise == {"contact": 60, "reply": 3, "close": 15, "supervise": 20}
