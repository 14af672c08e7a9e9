"""A changed calendar: every date of an open case follows, once, and the applicant is told when theirs moved."""

import datetime as dt

import pytest

from tests import city
from tests.kernel.cases.filling import dispatch
from tests.kernel.cases.stages import Office, at, office
from tests.kernel.cases.test_work import computed, stored
from tongban.foundation import time
from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.cases import actions, queries
from tongban.kernel.cases.models import Case
from tongban.kernel.cases.states import CaseState
from tongban.kernel.deadlines import actions as deadlines
from tongban.kernel.deadlines import queries as clocks
from tongban.kernel.deadlines.models import CalendarYear
from tongban.kernel.events.models import Event
from tongban.kernel.notices.models import Notice

pytestmark = pytest.mark.django_db
MARCH = [dt.date(2026, 3, day) if day else None for day in range(32)]


@pytest.fixture
def of(clock) -> Office:
    return office()


def load(year: int, off: list[str]) -> None:
    """Publish a year whose days off are the pack's and these."""
    row = CalendarYear.objects.filter(year=year).first()
    data = row.data if row else {"year": year, "source": "国务院办公厅通知", "off": [], "workdays": []}
    deadlines.load_calendars(years=[{**data, "off": [*data["off"], *off]}], by=SYSTEM)
    city.run_jobs()


def told(case) -> list[str]:
    """What the applicant was told of the calendar."""
    rows = Notice.objects.filter(account_id=case.account_id, title_zh__startswith="到期日有变化")
    return list(rows.values_list("body_zh", flat=True))


def changes(case) -> list[dict]:
    """The events that say so."""
    rows = Event.objects.filter(name="case.due_changed", subject_id=case.pk).order_by("id")
    return [row.payload for row in rows]


def test_all_dates_of_an_examined_case_follow_and_the_applicant_is_told_once(of, clock):
    case, of.applicant = dispatch()
    actions.accept(case_id=case.pk, by=of.clerk)
    other = at(CaseState.CLOSED, of)
    kept = {row.pk: row.due_on for row in (other,)}
    city.run_jobs()
    load(2026, ["2026-03-04", "2026-03-05"])
    case = city.again(case)
    assert (case.due_on, case.statutory_due_on) == (MARCH[16], dt.date(2026, 4, 1))
    assert [step.due_on for step in queries.steps_of(case)] == [MARCH[9], MARCH[9], None, None]
    assert stored(case) == computed(case)
    assert changes(case) == [{"old": "2026-03-12", "new": "2026-03-16"}]
    assert len(told(case)) == 1
    assert "2026-03-16" in told(case)[0]
    assert {row.pk: row.due_on for row in Case.objects.filter(pk=other.pk)} == kept
    load(2026, [])
    assert len(changes(case)) == 1
    assert clocks.wrong() == []


def test_a_calendar_that_moves_nothing_says_nothing(of, clock):
    case = at(CaseState.ACCEPTED, of)
    load(2026, ["2026-11-03"])
    assert (changes(case), told(case)) == ([], [])


def test_by_when_it_is_accepted_moves_without_a_word(of, clock):
    case = at(CaseState.SUBMITTED, of)
    city.run_jobs()
    load(2026, ["2026-03-04"])
    case = city.again(case)
    assert case.due_on == MARCH[10]
    assert stored(case) == computed(case)
    assert (changes(case), told(case)) == ([], [])


def test_a_date_that_becomes_firm_is_told_even_where_it_stays(of, clock):
    clock.to("2026-12-21T09:00")
    case = at(CaseState.ACCEPTED, of)
    city.run_jobs()
    assert (case.due_on, case.provisional) == (dt.date(2027, 1, 4), True)
    load(2027, [])
    case = city.again(case)
    assert (case.due_on, case.provisional) == (dt.date(2027, 1, 4), False)
    assert changes(case) == [{"old": "2027-01-04", "new": "2027-01-04"}]
    assert len(told(case)) == 1


def test_while_the_promise_waits_the_laws_date_is_the_one_that_moves(of, clock):
    case = at(CaseState.ACCEPTED, of)
    actions.propose_pause(
        case_id=case.pk, kind="public_notice", basis="x", reasons="x", planned_days=3, by=of.reviewer
    )
    actions.approve(case_id=case.pk, by=of.head)
    load(2026, ["2026-03-04"])
    case = city.again(case)
    assert (case.due_on, case.statutory_due_on, case.paused) == (MARCH[31], MARCH[31], False)
    assert queries.live_pause(case).planned_end == MARCH[6]
    assert changes(case) == [{"old": "2026-03-30", "new": "2026-03-31"}]


def test_a_case_that_stands_still_has_dates_too(of, clock):
    paused = at(CaseState.SUSPENDED, of)  # planned for five working days
    heard = at(CaseState.IN_REVIEW, of)
    actions.offer_hearing(case_id=heard.pk, matter="拟不予发放", by=of.decider)
    ask_by = queries.hearing_of(heard).ask_by
    actions.ask_hearing(case_id=heard.pk, by=of.applicant)
    assert (queries.live_pause(paused).planned_end, queries.hearing_of(heard).hold_by) == (
        MARCH[9],
        MARCH[30],
    )
    load(2026, ["2026-03-04"])
    assert (queries.live_pause(paused).planned_end, queries.hearing_of(heard).hold_by) == (
        MARCH[10],
        MARCH[31],
    )
    assert queries.hearing_of(heard).ask_by == ask_by  # that day stands in the letter
    for case in (paused, heard):
        assert stored(case) == computed(case)
        assert changes(case) == []


def test_many_cases_are_redated_batch_after_batch(of, clock):
    made = [at(CaseState.ACCEPTED, of) for _ in range(5)]
    year = CalendarYear.objects.get(year=2026)
    looked = []
    after = None
    while True:
        looked.append(actions.follow_calendar(because=year, after=after, most=2))
        last = Event.objects.filter(name="cases.redated").order_by("-id").first()
        if last.payload["after"] is None:
            break
        after = last.payload["after"]
    assert looked == [2, 2, 1]
    assert all(stored(case) == computed(case) for case in made)
    assert actions.follow_calendar(because=year, after=made[-1].pk) == 0


def test_clocks_of_other_things_and_of_ended_cases_are_nobodys_dates(of, clock):
    case = at(CaseState.WITHDRAWN, of)
    before = Case.objects.filter(pk=case.pk).values().get()
    assert actions.follow_clock(case_id=case.pk, kind="receipt") is None
    assert actions.follow_clock(case_id=case.person_id, kind="receipt") is None
    assert Case.objects.filter(pk=case.pk).values().get() == before
    assert time.now() == clock.now
