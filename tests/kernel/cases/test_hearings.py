"""Hearings: five days to ask, seven days' notice, within twenty, not by who examined it; and nothing decided meanwhile."""

import datetime as dt
import uuid

import pytest

from tests import city
from tests.kernel.cases.stages import Office, at, office
from tongban.foundation import time
from tongban.kernel.cases import actions, queries
from tongban.kernel.cases.actions.deciding import NotRipe
from tongban.kernel.cases.actions.handling import ReasonMissing
from tongban.kernel.cases.actions.hearings import BadHearing, NoHearing, may_ask
from tongban.kernel.cases.actions.measures import HearingFirst
from tongban.kernel.cases.states import CaseState, VerbNotPossible
from tongban.kernel.deadlines.models import ClockEntry
from tongban.kernel.events import queries as events
from tongban.kernel.parties import queries as parties

pytestmark = pytest.mark.django_db
MARCH = [dt.date(2026, 3, day) if day else None for day in range(32)]


@pytest.fixture
def of(clock) -> Office:
    return office()


@pytest.fixture
def case(of, clock):
    """An allowance examined on 2 March (promised for the 16th, by law due on the 30th), a hearing offered on the 3rd."""
    case = at(CaseState.IN_REVIEW, of)
    clock.move(days=1)
    return actions.offer_hearing(case_id=case.pk, matter=" 拟不予发放 ", by=of.decider)


def asked(case, of):
    """The applicant asks for it."""
    return actions.ask_hearing(case_id=case.pk, by=of.applicant)


def schedule(case, of, at: str, **changes):
    """Set it for a moment, chaired by the head."""
    given = {"place": "三楼会议室", "chair": of.head.account_id, "by": of.decider, **changes}
    return actions.schedule_hearing(case_id=case.pk, takes_place_at=time.moment(at), **given)


def test_offering_gives_five_working_days(case, of, clock):
    hearing = queries.hearing_of(case)
    assert (hearing.matter, hearing.ask_by, hearing.offered_by) == (
        "拟不予发放",
        MARCH[10],
        of.decider.account_id,
    )
    assert (case.state, case.due_on, case.paused) == ("in_review", MARCH[16], False)
    with pytest.raises(NoHearing):
        actions.offer_hearing(case_id=case.pk, matter="又一次", by=of.decider)


def test_an_offer_says_what_it_is_about(of):
    case = at(CaseState.IN_REVIEW, of)
    with pytest.raises(ReasonMissing):
        actions.offer_hearing(case_id=case.pk, matter=" ", by=of.decider)


def test_an_offer_on_a_day_off_counts_from_the_next_working_day(of, clock):
    case = at(CaseState.IN_REVIEW, of)
    clock.to("2026-03-07T10:00")  # a Saturday: as if offered on Monday the 9th
    case = actions.offer_hearing(case_id=case.pk, matter="拟不予发放", by=of.decider)
    assert queries.hearing_of(case).ask_by == MARCH[16]


@pytest.mark.parametrize(("moment", "possible"), [("2026-03-10T23:59", True), ("2026-03-11T00:00", False)])
def test_it_can_be_asked_for_until_the_day(case, of, clock, moment, possible):
    clock.to(moment)
    assert may_ask(case, queries.hearing_of(case)) is possible
    if possible:
        assert asked(case, of).state == "suspended"
    else:
        with pytest.raises(NoHearing):
            asked(case, of)


@pytest.mark.parametrize(("moment", "ripe"), [("2026-03-10T23:59", False), ("2026-03-11T00:00", True)])
@pytest.mark.parametrize("verb", ["grant", "deny"])
def test_nothing_is_decided_while_it_can_be_asked_for(case, of, clock, moment, ripe, verb):
    clock.to(moment)
    reasons = {"reasons": "年龄不符"} if verb == "deny" else {}
    turn = queries.turn_of(of.decider, case, queries.steps_of(case), None)
    assert (verb in turn.verbs) is ripe
    assert [one.only_for_grant for one in turn.obstacles] == ([] if ripe else [False])
    if ripe:
        assert getattr(actions, verb)(case_id=case.pk, by=of.decider, **reasons).decided_at == clock.now
    else:
        with pytest.raises(NotRipe, match="can still ask") as refused:
            getattr(actions, verb)(case_id=case.pk, by=of.decider, **reasons)
        assert refused.value.status == 409


def test_only_the_applicant_asks_and_only_once(case, of, clock):
    stranger = city.actor(city.account(city.person()))
    for by in (stranger, of.decider, of.reviewer):
        with pytest.raises(queries.NoSuchCase):
            actions.ask_hearing(case_id=case.pk, by=by)
    asked(case, of)
    with pytest.raises(VerbNotPossible):
        asked(case, of)


def test_without_an_offer_there_is_nothing_to_ask_for(of):
    case = at(CaseState.IN_REVIEW, of)
    with pytest.raises(NoHearing):
        asked(case, of)


def test_from_the_asking_on_both_clocks_stand_still(case, of, clock):
    clock.to("2026-03-05T10:00")
    case = asked(case, of)
    assert (case.paused, case.due_on, case.statutory_due_on) == (True, None, None)
    hearing = queries.hearing_of(case)
    # Twenty working days, 4 to 6 April are off.
    assert hearing.hold_by == dt.date(2026, 4, 2)
    told = ClockEntry.objects.filter(clock__subject_id=case.pk, kind="paused")
    assert {(one.reason, one.planned_until) for one in told} == {("hearing", hearing.hold_by)}
    assert [(task.kind, task.due_on) for task in queries.work_of(case)] == [("hearing", hearing.hold_by)]
    with pytest.raises(VerbNotPossible):
        actions.grant(case_id=case.pk, by=of.decider)


def test_a_procedure_after_an_unanswered_offer_is_ended_as_one(of, clock):
    """An offer that nobody answered does not stand in the way of beginning and ending a special procedure later."""
    case = at(CaseState.IN_REVIEW, of)
    actions.offer_hearing(case_id=case.pk, matter="拟不予发放", by=of.decider)
    actions.propose_pause(
        case_id=case.pk, kind="testing", basis="x", reasons="x", planned_days=2, by=of.reviewer
    )
    clock.move(days=8)  # until then it could have been asked for
    case = actions.approve(case_id=case.pk, by=of.head)
    assert [task.kind for task in queries.work_of(case)] == ["end_pause"]
    with pytest.raises(NoHearing):
        schedule(case, of, "2026-03-12T09:30")
    assert actions.end_pause(case_id=case.pk, result="合格", by=of.reviewer).state == "in_review"


class TestSetting:
    """Day, place and chair."""

    @pytest.fixture(autouse=True)
    def _asked(self, case, of, clock):
        clock.to("2026-03-05T10:00")
        asked(case, of)

    @pytest.mark.parametrize(
        ("at", "fits"),
        [
            ("2026-03-11T23:59", False),
            ("2026-03-12T00:00", True),  # seven days later
            ("2026-04-02T23:59", True),  # the last of twenty working days
            ("2026-04-03T00:00", False),
        ],
    )
    def test_told_seven_days_before_and_held_within_twenty(self, case, of, at, fits):
        if fits:
            schedule(case, of, at)
            assert queries.hearing_of(case).takes_place_at == time.moment(at)
        else:
            with pytest.raises(BadHearing) as refused:
                schedule(case, of, at)
            assert (refused.value.status, "2026-04-02" in refused.value.todo_zh) == (422, True)

    def test_the_chair_did_not_examine_the_case(self, case, of):
        # Clerk, reviewer and who offered it have had it in their hands; an unknown account is nobody.
        for chair in (of.clerk.account_id, of.reviewer.account_id, of.decider.account_id, uuid.uuid4()):
            with pytest.raises(BadHearing):
                schedule(case, of, "2026-03-17T09:30", chair=chair)
        schedule(case, of, "2026-03-17T09:30", chair=of.other.account_id)
        assert queries.hearing_of(case).chair == "梁志远"

    def test_it_takes_a_place(self, case, of):
        with pytest.raises(BadHearing):
            schedule(case, of, "2026-03-17T09:30", place="  ")

    def test_it_is_held_after_its_time_with_a_record(self, case, of, clock):
        with pytest.raises(NoHearing):
            actions.hold_hearing(case_id=case.pk, record="双方陈述", by=of.decider)
        schedule(case, of, "2026-03-17T09:30")
        clock.to("2026-03-17T09:29")
        with pytest.raises(NoHearing, match="not taken place"):
            actions.hold_hearing(case_id=case.pk, record="双方陈述", by=of.decider)
        clock.to("2026-03-17T11:00")
        with pytest.raises(ReasonMissing):
            actions.hold_hearing(case_id=case.pk, record=" ", by=of.decider)
        case = actions.hold_hearing(case_id=case.pk, record=" 双方陈述 ", by=of.decider)
        # 3, 4 and 5 March are used; 18 March is the fourth day.
        assert (case.state, case.paused, case.due_on, case.statutory_due_on) == (
            "in_review",
            False,
            MARCH[26],
            dt.date(2026, 4, 10),
        )
        assert [(task.kind, task.step.step) for task in queries.work_of(case)] == [("step", "approve")]
        hearing = queries.hearing_of(case)
        assert (hearing.record, hearing.held_by, hearing.held_at) == (
            "双方陈述",
            of.decider.account_id,
            clock.now,
        )
        assert actions.deny(case_id=case.pk, reasons="年龄不符", by=of.decider).state == "denied"
        assert [event.name for event in events.history(case.pk)][-5:] == [
            "case.hearing_offered",
            "case.hearing_asked",
            "case.hearing_scheduled",
            "case.hearing_held",
            "case.denied",
        ]


class TestTheApplicantsFiveDays:
    """No act of the office takes a day of them (article 47)."""

    @pytest.mark.parametrize("after", range(8))
    def test_no_special_procedure_begins_while_a_hearing_may_be_asked_for(self, case, of, clock, after):
        actions.propose_pause(
            case_id=case.pk,
            kind="testing",
            basis="第四十五条",
            reasons="送检",
            planned_days=9,
            by=of.reviewer,
        )
        clock.move(days=after)
        open_still = clock.now.date() <= queries.hearing_of(case).ask_by
        if open_still:
            with pytest.raises(HearingFirst):
                actions.approve(case_id=case.pk, by=of.head)
            asked(case, of)  # on every one of the days
            assert queries.running_pause(city.again(case)) is None
            assert queries.live_pause(case).state == "asked", "the proposal waits"
        else:
            assert actions.approve(case_id=case.pk, by=of.head).state == "suspended"
            with pytest.raises(VerbNotPossible):
                asked(case, of)

    def test_the_page_does_not_offer_it(self, case, of, clock):
        actions.propose_pause(
            case_id=case.pk,
            kind="testing",
            basis="第四十五条",
            reasons="送检",
            planned_days=9,
            by=of.reviewer,
        )
        turn = queries.turn_of(of.head, city.again(case), queries.steps_of(case), None)
        assert "suspend" not in turn.verbs
        assert "reject" in turn.verbs

    def test_a_stop_of_the_promise_alone_takes_nothing_from_it(self, case, of, clock):
        actions.propose_pause(
            case_id=case.pk,
            kind="site_check",
            basis="本市规定",
            reasons="踏勘",
            planned_days=9,
            by=of.reviewer,
        )
        actions.approve(case_id=case.pk, by=of.head)
        assert asked(case, of).state == "suspended"


def test_the_applicant_reads_of_a_hearing_and_not_of_a_special_procedure(case, of, clock):
    own = city.signed_in(parties.account(of.applicant.account_id))
    asked(case, of)
    page = own.get(f"/cases/{case.pk}/").content.decode()
    assert "听证期间停止计时" in page
    assert "特别程序期间" not in page
    assert "停表，听证中" in page
