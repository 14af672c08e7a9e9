"""Whose turn it is: claimed once, passed on for a reason to who may, covered in absence, gone with the case."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from tests import city
from tests.kernel.cases.filling import dispatch
from tests.kernel.cases.stages import WAYS, Office, allowance_draft, at, calls, office
from tongban.foundation import time
from tongban.kernel.cases import actions, queries
from tongban.kernel.cases.actions.work import BadAbsence, NotYourWork, TransferNotPossible
from tongban.kernel.cases.models import Absence, SleepingClaim, WorkItem
from tongban.kernel.cases.states import ENDED_STATES, CaseState
from tongban.kernel.events import queries as events
from tongban.kernel.records.actions import action

pytestmark = pytest.mark.django_db
MARCH = [dt.date(2026, 3, day) if day else None for day in range(32)]


@pytest.fixture
def of(clock) -> Office:
    return office()


def clerk(place: str = city.town(), agency: str = "civil-affairs", items: tuple[str, ...] = ()):
    """A clerk of the town's civil affairs."""
    return city.actor(city.officer("clerk", place=place, agency=agency, items=items))


@pytest.fixture
def team(of):
    """Two clerks of the same desk, and others who may not do its tasks."""
    return {
        "ann": clerk(),
        "ben": clerk(),
        "neighbour": clerk(city.town(city.HUMEN)),
        "market": clerk(agency="market-regulation"),
        "other item": clerk(items=("temporary-relief",)),
        "this item": clerk(items=("old-age-allowance",)),
        "reviewer": city.actor(city.officer("reviewer")),
        "citizen": city.actor(city.account(city.person())),
    }


@pytest.fixture
def task(of, team):
    """A submitted allowance waits for acceptance."""
    case = at(CaseState.SUBMITTED, of)
    (item,) = queries.work_of(case)
    return item


def mine(team) -> list[str]:
    """Who finds a task in their queue."""
    return [name for name, actor in team.items() if queries.work_for(actor).exists()]


class TestClaiming:
    """Out of the pool, into one pair of hands."""

    def test_the_pool_is_everybody_who_has_the_right_there(self, team, task):
        assert mine(team) == ["ann", "ben", "this item"]

    def test_what_is_claimed_is_nobody_elses(self, team, task):
        actions.claim(work_id=task.pk, by=team["ann"])
        assert mine(team) == ["ann"]
        assert [event.name for event in events.history(task.case_id)][-1] == "case.work_claimed"

    @pytest.mark.parametrize("late", ["ben", "neighbour", "market", "other item", "reviewer", "citizen"])
    def test_a_colleague_too_late_and_whoever_may_not_are_told_so(self, team, task, late):
        actions.claim(work_id=task.pk, by=team["ann"])
        with pytest.raises(NotYourWork) as refused:
            actions.claim(work_id=task.pk, by=team[late])
        assert refused.value.status == 409
        task.refresh_from_db()
        assert task.assignee == team["ann"].account_id

    def test_claiming_again_changes_nobody(self, team, task):
        for _ in range(2):
            actions.claim(work_id=task.pk, by=team["ann"])
        assert mine(team) == ["ann"]

    def test_a_finished_task_cannot_be_claimed(self, of, team, task):
        actions.accept(case_id=task.case_id, by=team["ann"])
        with pytest.raises(NotYourWork):
            actions.claim(work_id=task.pk, by=team["ann"])

    def test_a_claim_outlives_what_does_not_concern_it(self, of, clock):
        case, of.applicant = dispatch()
        actions.accept(case_id=case.pk, by=of.clerk)
        market = city.actor(city.officer("reviewer", agency="market-regulation", place=city.CITY))
        (asked,) = queries.work_for(market)
        actions.claim(work_id=asked.pk, by=market)
        actions.complete_step(case_id=case.pk, opinion="齐全", by=of.reviewer)
        assert [(item.pk, item.assignee) for item in queries.work_of(case)] == [(asked.pk, market.account_id)]


class TestPassingOn:
    """To a colleague who may do it, or back into the pool; always with a reason."""

    def test_to_a_colleague(self, team, task):
        actions.claim(work_id=task.pk, by=team["ann"])
        actions.transfer(work_id=task.pk, to=team["ben"], reason="回避", by=team["ann"])
        assert mine(team) == ["ben"]
        last = list(events.history(task.case_id))[-1]
        assert (last.name, last.payload["to"]) == ("case.work_transferred", str(team["ben"].account_id))

    def test_back_into_the_pool(self, team, task):
        actions.claim(work_id=task.pk, by=team["ann"])
        actions.transfer(work_id=task.pk, to=None, reason="休假", by=team["ann"])
        assert mine(team) == ["ann", "ben", "this item"]

    @pytest.mark.parametrize("to", ["neighbour", "market", "other item", "reviewer", "citizen"])
    def test_never_to_who_may_not_do_it(self, team, task, to):
        with pytest.raises(TransferNotPossible) as refused:
            actions.transfer(work_id=task.pk, to=team[to], reason="回避", by=team["ann"])
        assert (refused.value.status, mine(team)) == (422, ["ann", "ben", "this item"])

    @pytest.mark.parametrize("reason", ["", "  ", "\u3000"])
    def test_never_without_a_reason(self, team, task, reason):
        with pytest.raises(TransferNotPossible):
            actions.transfer(work_id=task.pk, to=team["ben"], reason=reason, by=team["ann"])

    def test_nobody_passes_on_what_is_not_theirs(self, team, task):
        actions.claim(work_id=task.pk, by=team["ann"])
        for name in ("ben", "neighbour", "citizen"):
            with pytest.raises(NotYourWork):
                actions.transfer(work_id=task.pk, to=team["ben"], reason="回避", by=team[name])


class TestAbsence:
    """The stand-in sees what was assigned to who is away, on those days, with a right of their own."""

    def away(self, team, stand_in="ben", starts=3, ends=5):
        return actions.set_absence(
            stand_in=team[stand_in].account_id, starts_on=MARCH[starts], ends_on=MARCH[ends], by=team["ann"]
        )

    def test_on_those_days_and_no_others(self, team, task, clock):
        actions.claim(work_id=task.pk, by=team["ann"])
        self.away(team)
        seen = []
        for _ in range(6):
            seen.append(mine(team))
            clock.move(days=1)
        assert seen == [["ann"], ["ann", "ben"], ["ann", "ben"], ["ann", "ben"], ["ann"], ["ann"]]

    def test_the_stand_in_does_it(self, team, task, clock):
        actions.claim(work_id=task.pk, by=team["ann"])
        self.away(team)
        clock.move(days=1)
        actions.claim(work_id=task.pk, by=team["ben"])
        assert mine(team) == ["ben"]

    @pytest.mark.parametrize("stand_in", ["neighbour", "reviewer"])
    def test_it_gives_no_right_that_the_stand_in_lacks(self, team, task, clock, stand_in):
        actions.claim(work_id=task.pk, by=team["ann"])
        self.away(team, stand_in)
        clock.move(days=1)
        assert mine(team) == ["ann"]

    @pytest.mark.parametrize(("stand_in", "starts", "ends"), [("ann", 3, 5), ("ben", 5, 3), ("ben", 1, 1)])
    def test_days_and_people_that_cannot_be(self, team, stand_in, starts, ends):
        with pytest.raises(BadAbsence):
            self.away(team, stand_in, starts, ends)
        assert not Absence.objects.exists()

    def test_the_database_says_so_too(self, team, clock):
        id = team["ann"].account_id
        for name, values in (
            ("absence_days", {"stand_in": team["ben"].account_id, "ends_on": MARCH[1]}),
            ("absence_other_person", {"stand_in": id, "ends_on": MARCH[5]}),
        ):
            row = Absence(account_id=id, starts_on=MARCH[3], set_at=time.now(), **values)
            with pytest.raises(IntegrityError, match=name), transaction.atomic():
                action(row.save)(force_insert=True)


@pytest.mark.parametrize("state", [*ENDED_STATES, CaseState.DRAFT, CaseState.SUPPLEMENT_REQUESTED])
def test_nobodys_turn(of, state):
    """No task stays when a case has ended, and there is none while the applicant is to act."""
    at(CaseState.SUBMITTED, of)  # another case, whose task must not be touched
    case = at(state, of)
    assert (queries.work_of(case), case.waiting_for) == ([], "")
    assert WorkItem.objects.count() == 1


@pytest.mark.parametrize("state", CaseState)
def test_whose_turn_is_stored_as_it_is_computed(of, state):
    case = allowance_draft(of)
    for verb in WAYS[state]:
        calls(case, of)[verb]()
        assert stored(case) == computed(case)


def stored(case) -> set[tuple]:
    """The open tasks of a case."""
    return {
        (item.kind, item.step_id, item.permission, item.agency, item.place_path, item.item_code, item.due_on)
        for item in queries.work_of(case)
    }


def computed(case) -> set[tuple]:
    """Whose turn it is by state, steps and measures."""
    case = city.again(case)
    return {
        (
            turn.kind,
            turn.step and turn.step.pk,
            turn.permission,
            turn.agency,
            turn.place_path,
            case.item_code,
            turn.due_on,
        )
        for turn in actions.turns_of(case)
    }


def test_a_claim_survives_a_standstill(clock):
    of = office()
    case, of.applicant = dispatch()
    actions.accept(case_id=case.pk, by=of.clerk)
    mine = next(item for item in queries.work_of(case) if item.step.step == "review")
    actions.claim(work_id=mine.pk, by=of.reviewer)
    actions.propose_pause(
        case_id=case.pk, kind="testing", basis="第四十五条", reasons="送检", planned_days=9, by=of.other
    )
    actions.approve(case_id=case.pk, by=of.head)
    assert [item.kind for item in queries.work_of(case)] == ["end_pause"]
    actions.end_pause(case_id=case.pk, result="合格", by=of.other)
    again = {item.step.step: item.assignee for item in queries.work_of(case)}
    assert again == {"review": of.reviewer.account_id, "consult_market": None}
    assert not SleepingClaim.objects.filter(case=case).exists()


def test_a_claim_survives_a_hearing_and_nothing_sleeps_after_the_end(clock):
    of = office()
    case, of.applicant = dispatch()
    actions.accept(case_id=case.pk, by=of.clerk)
    mine = next(item for item in queries.work_of(case) if item.step.step == "review")
    actions.claim(work_id=mine.pk, by=of.reviewer)
    actions.offer_hearing(case_id=case.pk, matter="拟不予许可", by=of.decider)
    actions.ask_hearing(case_id=case.pk, by=of.applicant)
    assert SleepingClaim.objects.get(case=case).assignee == of.reviewer.account_id
    actions.withdraw(case_id=case.pk, by=of.applicant)
    assert not SleepingClaim.objects.filter(case=case).exists()
    assert queries.work_of(case) == []
