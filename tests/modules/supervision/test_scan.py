"""The scan raises one card for each limit that runs out, closes those whose case moved on, and does nothing twice."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import city
from tongban.foundation import time
from tongban.kernel.cases import actions as cases
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.events import queries as events
from tongban.modules.supervision import actions, tasks
from tongban.modules.supervision.models import Card, Scan

pytestmark = pytest.mark.django_db


def scanned(day: str):
    """Run the scan of a day."""
    return actions.scan(day=date.fromisoformat(day))


def cards(**conditions):
    """The cards there are: whose, what for, which colour, for which limit, whether they are open."""
    rows = Card.objects.filter(**conditions).order_by("raised_on", "colour", "short_no")
    return [(r.short_no, r.trigger, r.colour, r.due_on.isoformat(), r.closed_on is None) for r in rows]


def accepted(case, clerk, due="2026-03-20", yellow="2026-03-18"):
    """Accept a case; its promised limit in the columns as a test wants it."""
    cases.accept(case_id=case.pk, by=clerk)
    set_columns(case, due_on=due, yellow_on=yellow)
    return city.again(case)


def set_columns(case, **values):
    """Write columns that the clocks keep, as a test wants them."""
    with connection.cursor() as cursor:
        sets = ", ".join(f"{name} = %s" for name in values)
        key = case.pk if connection.vendor == "postgresql" else case.pk.hex
        cursor.execute(f"UPDATE {case._meta.db_table} SET {sets} WHERE id = %s", [*values.values(), key])


def test_a_case_turns_yellow_then_red(clock):
    case = city.allowance()  # five working days to accept: until 9 March, yellow from 80 % or one day left
    yellow = case.yellow_on
    assert case.due_on == date(2026, 3, 9)
    actions.scan(day=yellow - timedelta(days=1))
    assert cards() == []
    actions.scan(day=yellow)
    assert cards() == [(case.short_no, "case_near_due", "yellow", "2026-03-09", True)]
    scanned("2026-03-09")
    assert cards() == [(case.short_no, "case_near_due", "yellow", "2026-03-09", True)]
    scanned("2026-03-10")
    assert cards() == [
        (case.short_no, "case_near_due", "yellow", "2026-03-09", False),
        (case.short_no, "case_overdue", "red", "2026-03-09", True),
    ]
    red = Card.objects.get(colour="red")
    assert (red.case_id, red.step_id, red.agency, red.place_path, red.item_code, red.state) == (
        case.pk,
        None,
        "civil-affairs",
        case.place_path,
        "old-age-allowance",
        "raised",
    )
    assert (red.raised_on, red.raised_by) == (date(2026, 3, 10), None)
    assert red.pk.version == 7


def test_again_on_the_same_day_changes_nothing():
    city.allowance()
    city.allowance(place=city.HUMEN)
    first = scanned("2026-03-10")
    assert (first.raised, first.closed) == (2, 0)
    before = list(Card.objects.order_by("id").values())
    second = scanned("2026-03-10")
    assert (second.pk, second.raised, second.closed) == (first.pk, 2, 0)
    assert list(Card.objects.order_by("id").values()) == before
    assert [scan.day for scan in Scan.objects.all()] == [date(2026, 3, 10)]
    assert [e.payload["raised"] for e in events.history(first.pk)] == [2, 0]


def test_a_card_closes_when_the_case_moves_on_and_a_new_limit_gets_its_own(clerk, clock):
    case, other = city.allowance(), city.allowance()
    scanned("2026-03-10")
    clock.to("2026-03-10T10:00")
    accepted(case, clerk)
    scanned("2026-03-11")
    assert cards() == [
        (case.short_no, "case_overdue", "red", "2026-03-09", False),
        (other.short_no, "case_overdue", "red", "2026-03-09", True),
    ]
    assert Card.objects.get(closed_on__isnull=False).closed_on == date(2026, 3, 11)
    scanned("2026-03-23")
    assert (case.short_no, "case_overdue", "red", "2026-03-20", True) in cards()
    assert Card.objects.filter(case_id=case.pk, colour="red").count() == 2


def test_a_paused_case_raises_nothing(clerk):
    case, _applicant = city.food()
    points = [{"kind": "field", "id": "area", "note": "与图纸不一致"}]
    by = city.actor(city.officer("clerk", agency="market-regulation"))
    cases.request_supplement(case_id=case.pk, points=points, message="", by=by)
    scanned("2026-06-01")
    assert cards() == []


def test_drafts_and_finished_cases_raise_nothing(clerk):
    city.food_draft()
    case = city.allowance()
    cases.refuse(case_id=case.pk, reasons="不属于受理范围", by=clerk)
    scanned("2026-06-01")
    assert cards() == []


def test_a_step_is_overdue_though_the_case_is_not(clerk):
    case = accepted(city.allowance(), clerk, due="2026-04-20", yellow="2026-04-16")
    (step,) = [step for step in case.steps.all() if step.state == "open"]
    assert step.due_on < date(2026, 3, 30)
    scanned("2026-03-30")
    assert cards() == [(case.short_no, "step_overdue", "red", step.due_on.isoformat(), True)]
    assert Card.objects.get().step_id == step.pk
    scanned("2026-03-31")
    assert len(cards()) == 1
    reviewer = city.actor(city.officer("reviewer"))
    cases.complete_step(case_id=case.pk, opinion="符合", by=reviewer)
    scanned("2026-04-01")
    assert cards(step_id=step.pk) == [(case.short_no, "step_overdue", "red", step.due_on.isoformat(), False)]


def test_an_overdue_case_gets_no_card_for_its_step_too(clerk):
    case = accepted(city.allowance(), clerk, due="2026-03-12", yellow="2026-03-11")
    scanned("2026-06-01")
    assert cards() == [(case.short_no, "case_overdue", "red", "2026-03-12", True)]


def test_a_supplement_asked_for_too_late(clock):
    clerk = city.actor(city.officer("clerk", agency="market-regulation"))
    late, _ = city.food()
    in_time, _ = city.food()
    points = [{"kind": "field", "id": "area", "note": "与图纸不一致"}]
    clock.to("2026-03-09T17:00")  # the fifth working day
    cases.request_supplement(case_id=in_time.pk, points=points, message="", by=clerk)
    clock.to("2026-03-10T09:00")
    set_supplement_late(late, points, clerk)
    scanned("2026-03-10")
    assert cards(trigger="late_notice") == [(late.short_no, "late_notice", "red", "2026-03-09", True)]
    scanned("2026-03-11")
    scanned("2026-03-12")
    # It stays a fact, whatever the case does: only a supervisor ends it.
    assert cards(trigger="late_notice") == [(late.short_no, "late_notice", "red", "2026-03-09", True)]


def set_supplement_late(case, points, clerk):
    """Ask in time by the clock of the case, then let the notice have gone out a day too late."""
    moment = time.now()
    with time.freeze("2026-03-09T16:00"):
        cases.request_supplement(case_id=case.pk, points=points, message="", by=clerk)
    supplement = city.again(case).supplement
    set_columns(supplement, asked_at=moment)


def test_silence_until_the_limit_is_a_card_of_its_own(clock):
    case = city.allowance()
    clock.to("2026-03-10T00:05")
    cases.deem_accepted(case_id=case.pk)
    scanned("2026-03-10")
    scanned("2026-03-11")
    # By then the case runs under the limit of the decision: that it was late to be told shows nowhere else.
    assert cards() == [(case.short_no, "deemed_accepted", "red", "2026-03-09", True)]


def test_the_agency_of_the_step_answers_for_it(clerk):
    case = accepted(city.allowance(), clerk, due="2026-04-20", yellow="2026-04-16")
    (step,) = [step for step in case.steps.all() if step.state == "open"]
    set_columns(step, agency="human-resources", place_path=city.CITY)
    scanned("2026-03-30")
    card = Card.objects.get()
    assert (card.agency, card.place_path) == ("human-resources", city.CITY)
    set_columns(step, agency="", due_on="2026-03-17")
    scanned("2026-03-31")
    assert [card.agency for card in Card.objects.filter(closed_on__isnull=True)] == ["civil-affairs"]


def test_the_pack_says_what_raises_which_colour(monkeypatch):
    city.allowance()
    held = catalogue.snapshot().pack
    monkeypatch.setitem(held, "supervision", {"triggers": {}, "chase_days": 3, "on_time_target": 98})
    scanned("2026-03-10")
    assert cards() == []
    monkeypatch.setitem(
        held, "supervision", {"triggers": {"case_overdue": "yellow"}, "chase_days": 3, "on_time_target": 98}
    )
    scanned("2026-03-10")
    assert [card[1:3] for card in cards()] == [("case_overdue", "yellow")]


def test_as_many_statements_for_three_cases_as_for_one():
    city.allowance()

    def statements(day):
        with CaptureQueriesContext(connection) as seen:
            scanned(day)
        return len(seen)

    one = statements("2026-03-10")
    for place in (city.DALANG, city.HUMEN):
        city.allowance(place=place)
    set_all_due("2026-03-11")
    assert statements("2026-03-12") == one
    assert Card.objects.filter(closed_on__isnull=True).count() == 3


def set_all_due(day):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cases_case SET due_on = %s, yellow_on = %s", [day, day])


def test_the_daily_task_scans():
    city.allowance()
    tasks.every_day(date(2026, 3, 10))
    assert [card[1] for card in cards()] == ["case_overdue"]
