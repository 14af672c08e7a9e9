"""Special procedures, stops of the promise and extensions: proposed, decided by another, and what they do to the dates."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from tests import city
from tests.kernel.cases.filling import dispatch
from tests.kernel.cases.stages import Office, allowance_draft, at, office, pause, ready_to_decide
from tongban.kernel.cases import actions, queries
from tongban.kernel.cases.actions.deciding import NotRipe
from tongban.kernel.cases.actions.handling import ReasonMissing
from tongban.kernel.cases.actions.measures import BadProposal, NothingProposed, OwnProposal
from tongban.kernel.cases.models import Extension, Pause
from tongban.kernel.cases.states import CaseState, VerbNotPossible
from tongban.kernel.deadlines.calc import ImpossibleHistory
from tongban.kernel.deadlines.models import Clock, ClockEntry
from tongban.kernel.events import queries as events
from tongban.kernel.records.actions import action

pytestmark = pytest.mark.django_db
MARCH = [dt.date(2026, 3, day) if day else None for day in range(32)]


@pytest.fixture
def of(clock) -> Office:
    return office()


@pytest.fixture
def case(of):
    """A food licence accepted on 2 March: promised for the 9th, by law due on the 16th."""
    case, of.applicant = city.food()
    case = actions.accept(case_id=case.pk, by=of.clerk)
    assert (case.due_on, case.statutory_due_on) == (MARCH[9], MARCH[16])
    return case


def propose(case, by, kind="testing", **changes):
    """Propose a procedure of five working days."""
    given = {"kind": kind, "basis": "第四十五条", "reasons": "需要送检", "planned_days": 5, **changes}
    return actions.propose_pause(case_id=case.pk, by=by, **given)


def dates(case) -> dict[str, dt.date | None]:
    """What the decision clocks show."""
    rows = Clock.objects.filter(subject_id=case.pk, kind__startswith="decision")
    return {row.kind.removeprefix("decision_"): row.due_on for row in rows}


def kinds(case) -> list[str]:
    """The open tasks."""
    return [task.kind for task in queries.work_of(case)]


class TestSpecialProcedure:
    """Article 45: what it needs is not counted, and the applicant is told how long."""

    def test_proposed_by_who_examines_it_changes_nothing_yet(self, case, of, clock):
        case = propose(case, of.reviewer)
        assert (case.state, case.paused, dates(case)) == (
            "accepted",
            False,
            {"statutory": MARCH[16], "promised": MARCH[9]},
        )
        (row,) = Pause.objects.filter(case=case)
        assert (row.state, row.asked_by, row.decided_by, row.planned_end) == (
            "asked",
            of.reviewer.account_id,
            None,
            None,
        )
        assert kinds(case) == ["step", "approve"]
        assert set(queries.queue(of.head)) == {case}
        assert set(queries.queue(city.actor(city.officer("head", agency="health", place=city.CITY)))) == set()

    def test_the_head_agrees_and_both_clocks_stand_still_for_as_long_as_it_takes(self, case, of, clock):
        clock.move(days=2)
        propose(case, of.reviewer)
        case = actions.approve(case_id=case.pk, by=of.head)
        assert (case.state, case.paused, case.due_on) == ("suspended", True, None)
        assert dates(case) == {"statutory": None, "promised": None}
        row = queries.live_pause(case)
        assert (row.state, row.decided_by, row.planned_end) == ("running", of.head.account_id, MARCH[11])
        told = ClockEntry.objects.filter(clock__subject_id=case.pk, kind="paused")
        assert {(one.planned_until, one.reason, one.basis) for one in told} == {
            (MARCH[11], "testing", "第四十五条")
        }
        assert [(task.kind, task.due_on) for task in queries.work_of(case)] == [("end_pause", MARCH[11])]
        clock.to("2026-03-11T15:00")
        case = actions.end_pause(case_id=case.pk, result="合格", by=of.reviewer)
        assert (case.state, case.paused, case.due_on, case.statutory_due_on) == (
            "in_review",
            False,
            MARCH[16],
            MARCH[23],
        )
        row.refresh_from_db()
        assert (row.state, row.ended_at, row.ended_by, row.result) == (
            "ended",
            clock.now,
            of.reviewer.account_id,
            "合格",
        )
        assert kinds(case) == ["step"]

    def test_the_head_says_no_and_the_case_goes_on_as_it_was(self, case, of):
        propose(case, of.reviewer)
        with pytest.raises(ReasonMissing):
            actions.reject(case_id=case.pk, note=" ", by=of.head)
        before = dates(case)
        case = actions.reject(case_id=case.pk, note="不需要", by=of.head)
        assert (case.state, dates(case), kinds(case)) == ("accepted", before, ["step"])
        assert queries.live_pauses(case) == []
        propose(case, of.reviewer, kind="appraisal")  # something else can be proposed now
        assert [row.kind for row in queries.live_pauses(case)] == ["appraisal"]
        assert [event.name for event in events.history(case.pk)][-3:] == [
            "case.pause_proposed",
            "case.proposal_rejected",
            "case.pause_proposed",
        ]

    @pytest.mark.parametrize("decide", ["approve", "reject"])
    def test_nobody_decides_on_their_own_proposal(self, case, of, decide):
        both = city.actor(city.officer("reviewer", "head", agency="market-regulation"))
        propose(case, both)
        note = {"note": "不"} if decide == "reject" else {}
        with pytest.raises(OwnProposal) as refused:
            getattr(actions, decide)(case_id=case.pk, by=both, **note)
        assert refused.value.status == 409
        assert queries.live_pause(case).state == "asked"
        turn = queries.turn_of(both, case, queries.steps_of(case), None)
        assert turn.verbs & {"suspend", "reject", "extend", "stop_promise"} == set()
        turn = queries.turn_of(of.head, case, queries.steps_of(case), None)
        assert {"suspend", "reject"} <= turn.verbs

    def test_neither_does_the_database_allow_it(self, case, of):
        mine = {"decided_at": case.accepted_at, "decided_by": of.reviewer.account_id}
        for name, write in (
            ("pause_maker_is_not_checker", lambda: pause(case, of, state="running", **mine)),
            ("extension_maker_is_not_checker", lambda: extension(case, of, state="running", **mine)),
        ):
            with pytest.raises(IntegrityError, match=name), transaction.atomic():
                write()

    @pytest.mark.parametrize(
        "wrong",
        [
            {"kind": "holiday"},
            {"basis": "  "},
            {"planned_days": 0},
            {"planned_days": 366},
        ],
    )
    def test_a_proposal_that_cannot_be(self, case, of, wrong):
        with pytest.raises(BadProposal) as refused:
            propose(case, of.reviewer, **wrong)
        assert refused.value.status == 422
        assert not Pause.objects.filter(case=case).exists()

    def test_a_proposal_needs_reasons_and_one_comes_after_the_other(self, case, of):
        with pytest.raises(ReasonMissing):
            propose(case, of.reviewer, reasons="")
        propose(case, of.reviewer)
        with pytest.raises(BadProposal, match="has been proposed"):
            propose(case, of.reviewer, kind="appraisal")
        with pytest.raises(IntegrityError), transaction.atomic():
            pause(case, of)

    def test_others_find_nothing(self, case, of):
        for by in (of.clerk, of.applicant, city.actor(city.officer("reviewer", agency="health"))):
            with pytest.raises(queries.NoSuchCase):
                propose(case, by)
        propose(case, of.reviewer)
        for by in (of.reviewer, of.decider, city.actor(city.officer("head", agency="health"))):
            with pytest.raises(queries.NoSuchCase):
                actions.approve(case_id=case.pk, by=by)

    def test_where_nothing_is_proposed_or_running_there_is_nothing_to_decide(self, case, of):
        for write in (
            lambda: actions.approve(case_id=case.pk, by=of.head),
            lambda: actions.reject(case_id=case.pk, note="x", by=of.head),
            lambda: actions.end_pause(case_id=case.pk, result="x", by=of.reviewer),
        ):
            with pytest.raises(NothingProposed) as refused:
                write()
            assert refused.value.status == 409
        propose(case, of.reviewer)
        with pytest.raises(NothingProposed):  # proposed is not yet running
            actions.end_pause(case_id=case.pk, result="x", by=of.reviewer)
        actions.approve(case_id=case.pk, by=of.head)
        with pytest.raises(ReasonMissing):
            actions.end_pause(case_id=case.pk, result="", by=of.reviewer)

    def test_while_it_runs_nothing_else_happens(self, case, of):
        propose(case, of.reviewer)
        actions.approve(case_id=case.pk, by=of.head)
        for write in (
            lambda: actions.complete_step(case_id=case.pk, opinion="x", by=of.reviewer),
            lambda: actions.grant(case_id=case.pk, by=of.decider),
            lambda: propose(case, of.reviewer),
            lambda: actions.propose_extension(case_id=case.pk, reasons="x", by=of.reviewer),
        ):
            with pytest.raises(VerbNotPossible):
                write()

    def test_a_waiting_proposal_holds_up_the_decision(self, of):
        case = ready_to_decide(of)
        propose(case, of.reviewer)
        for write in (
            lambda: actions.grant(case_id=case.pk, by=of.decider),
            lambda: actions.deny(case_id=case.pk, reasons="x", by=of.decider),
        ):
            with pytest.raises(NotRipe):
                write()
        actions.reject(case_id=case.pk, note="不需要", by=of.head)
        assert actions.grant(case_id=case.pk, by=of.decider).state == "granted"


class TestStopOfThePromise:
    """No law lets the statutory clock stand still for a site visit."""

    def test_the_statutory_clock_runs_on_and_its_date_is_shown(self, case, of, clock):
        clock.move(days=2)
        propose(case, of.reviewer, kind="site_check")
        case = actions.approve(case_id=case.pk, by=of.head)
        assert (case.state, case.paused, case.due_on) == ("accepted", False, MARCH[16])
        assert dates(case) == {"statutory": MARCH[16], "promised": None}
        assert kinds(case) == ["step", "end_pause"]
        clock.to("2026-03-11T10:00")
        case = actions.end_pause(case_id=case.pk, result="已踏勘", by=of.reviewer)
        assert (case.state, case.due_on, kinds(case)) == ("accepted", MARCH[16], ["step"])
        assert dates(case) == {"statutory": MARCH[16], "promised": MARCH[16]}

    def test_a_procedure_can_begin_and_end_within_it(self, case, of, clock):
        clock.move(days=1)
        propose(case, of.reviewer, kind="site_check")
        actions.approve(case_id=case.pk, by=of.head)
        with pytest.raises(BadProposal):
            propose(case, of.reviewer, kind="consultation")  # one stop of the promise is enough
        clock.move(days=2)
        propose(case, of.reviewer, kind="inspection")
        case = actions.approve(case_id=case.pk, by=of.head)
        assert (case.state, case.paused) == ("suspended", True)
        clock.to("2026-03-10T10:00")
        case = actions.end_pause(case_id=case.pk, result="合格", by=of.reviewer)
        # The law's clock used 3, 4 and 5 March and goes on, the promise still waits.
        assert (case.state, case.paused, case.due_on) == ("in_review", False, MARCH[19])
        assert [row.kind for row in queries.live_pauses(case)] == ["site_check"]
        clock.to("2026-03-12T10:00")
        case = actions.end_pause(case_id=case.pk, result="已踏勘", by=of.reviewer)
        assert dates(case) == {"statutory": MARCH[19], "promised": MARCH[18]}
        assert (case.due_on, kinds(case)) == (MARCH[18], ["step"])


def extension(case, of, **values):
    """An extension that the reviewer proposed, past the action."""
    row = Extension(
        case=case,
        value=5,
        unit="workdays",
        basis="第四十二条",
        reasons="案情复杂",
        asked_at=case.accepted_at,
        asked_by=of.reviewer.account_id,
        **values,
    )
    action(row.save)(force_insert=True)
    return row


class TestExtension:
    """Article 42: once, before the limit ends, by the head, for as long as the law says."""

    @pytest.fixture
    def dispatched(self, of):
        """Promised for 12 March, by law due on the 30th."""
        case, of.applicant = dispatch()
        case = actions.accept(case_id=case.pk, by=of.clerk)
        assert (case.due_on, case.statutory_due_on) == (MARCH[12], MARCH[30])
        return case

    def test_ten_days_more_for_both_clocks_and_no_second_time(self, dispatched, of):
        actions.propose_extension(case_id=dispatched.pk, reasons="案情复杂", by=of.reviewer)
        with pytest.raises(BadProposal):
            actions.propose_extension(case_id=dispatched.pk, reasons="还要", by=of.reviewer)
        case = actions.approve(case_id=dispatched.pk, by=of.head)
        assert dates(case) == {"statutory": dt.date(2026, 4, 14), "promised": MARCH[26]}
        assert (case.due_on, case.statutory_due_on) == (MARCH[26], dt.date(2026, 4, 14))
        (row,) = case.extensions.all()
        assert (row.value, row.unit, row.state, row.decided_by) == (
            10,
            "workdays",
            "running",
            of.head.account_id,
        )
        with pytest.raises(BadProposal, match="extended once"):
            actions.propose_extension(case_id=case.pk, reasons="还要", by=of.reviewer)
        with pytest.raises(IntegrityError, match=r"extension|UNIQUE"), transaction.atomic():
            extension(case, of)

    def test_refused_it_changes_nothing_and_may_be_asked_for_again(self, dispatched, of):
        actions.propose_extension(case_id=dispatched.pk, reasons="案情复杂", by=of.reviewer)
        case = actions.reject(case_id=dispatched.pk, note="按期办结", by=of.head)
        assert dates(case) == {"statutory": MARCH[30], "promised": MARCH[12]}
        assert [row.note for row in case.extensions.all()] == ["按期办结"]
        actions.propose_extension(case_id=dispatched.pk, reasons="补充理由", by=of.other)
        assert actions.approve(case_id=case.pk, by=of.head).due_on == MARCH[26]

    def test_never_after_the_limit(self, dispatched, of, clock):
        clock.to("2026-03-30T10:00")
        actions.propose_extension(case_id=dispatched.pk, reasons="案情复杂", by=of.reviewer)
        clock.to("2026-03-31T10:00")
        with pytest.raises(ImpossibleHistory) as refused:
            actions.approve(case_id=dispatched.pk, by=of.head)
        assert refused.value.status == 409
        actions.reject(case_id=dispatched.pk, note="已过期", by=of.head)
        with pytest.raises(BadProposal, match="passed"):
            actions.propose_extension(case_id=dispatched.pk, reasons="案情复杂", by=of.reviewer)

    def test_a_broken_promise_stays_broken_and_the_laws_date_is_shown(self, dispatched, of, clock):
        clock.to("2026-03-16T10:00")
        actions.propose_extension(case_id=dispatched.pk, reasons="案情复杂", by=of.reviewer)
        case = actions.approve(case_id=dispatched.pk, by=of.head)
        assert dates(case) == {"statutory": dt.date(2026, 4, 14), "promised": MARCH[12]}
        assert case.due_on == dt.date(2026, 4, 14)
        # Also after a procedure that stopped both.
        propose(case, of.reviewer)
        actions.approve(case_id=case.pk, by=of.head)
        clock.move(days=1)
        case = actions.end_pause(case_id=case.pk, result="合格", by=of.reviewer)
        assert case.due_on == case.statutory_due_on == dt.date(2026, 4, 15)

    def test_a_promise_on_the_spot_has_no_days_to_add_to(self, of):
        case, of.applicant = city.food("yes")
        actions.accept(case_id=case.pk, by=of.clerk)
        actions.propose_extension(case_id=case.pk, reasons="系统故障", by=of.decider)
        case = actions.approve(case_id=case.pk, by=of.head)
        assert dates(case) == {"statutory": MARCH[23], "promised": MARCH[2]}
        assert case.due_on == MARCH[23]

    def test_the_decision_task_moves_with_the_date(self, of):
        case = ready_to_decide(of)
        draft = allowance_draft(of)
        other = at(CaseState.IN_REVIEW, of, draft)
        assert {task.due_on for task in queries.work_of(other)} == {MARCH[4]}
        actions.propose_extension(case_id=case.pk, reasons="案情复杂", by=of.reviewer)
        case = actions.approve(case_id=case.pk, by=of.head)
        assert case.due_on == MARCH[16]
        assert {task.kind for task in queries.work_of(case)} == {"step"}

    def test_where_the_law_knows_none(self, of):
        case = at(CaseState.IN_REVIEW, of)
        with pytest.raises(BadProposal, match="allows no extension"):
            actions.propose_extension(case_id=case.pk, reasons="x", by=of.reviewer)
        turn = queries.turn_of(of.reviewer, case, queries.steps_of(case), None)
        assert "propose_extension" not in turn.verbs
        with pytest.raises(ReasonMissing):
            actions.propose_extension(case_id=case.pk, reasons=" ", by=of.reviewer)


class TestTheEnd:
    """What was proposed or ran when the case came to its end has ended with it."""

    @pytest.mark.parametrize("verb", ["withdraw", "terminate"])
    @pytest.mark.parametrize("agreed", [False, True])
    def test_of_a_case_that_ends_without_a_decision(self, case, of, verb, agreed):
        other, _ = city.food()
        actions.accept(case_id=other.pk, by=of.clerk)
        for one in (case, other):
            actions.propose_extension(case_id=one.pk, reasons="案情复杂", by=of.reviewer)
            propose(one, of.reviewer)
            if agreed:
                actions.approve(case_id=one.pk, by=of.head)
        if verb == "withdraw":
            actions.withdraw(case_id=case.pk, by=of.applicant)
        else:
            actions.terminate(case_id=case.pk, reasons="主体注销", by=of.decider)
        assert [row.state for row in queries.measures_of(case)] == ["ended", "ended"]
        assert [row.ended_at is not None for row in case.pauses.all()] == [agreed]
        assert sorted(row.state for row in queries.measures_of(other)) == (
            ["asked", "running"] if agreed else ["asked", "asked"]
        )

    def test_of_a_case_decided_while_the_promise_stood_still(self, of, clock):
        case = ready_to_decide(of)
        propose(case, of.reviewer, kind="site_check")
        actions.approve(case_id=case.pk, by=of.head)
        clock.move(days=1)
        actions.grant(case_id=case.pk, by=of.decider)
        (row,) = case.pauses.all()
        assert (row.state, row.ended_at) == ("ended", clock.now)
