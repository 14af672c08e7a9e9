"""Looks: one for a visit, sealed, not to be changed or deleted early; too many without a case are stopped and told."""

import uuid

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from tests import city
from tongban.kernel.events import queries as events
from tongban.kernel.records.actions import action
from tongban.modules.looks import actions, calc, queries
from tongban.modules.looks.actions import BadAnswer, TooManyLooks
from tongban.modules.looks.calc import Seen
from tongban.modules.looks.models import Look, LookAlarm
from tongban.modules.looks.rules import NoSuchAlarm
from tongban.modules.looks.states import Kind, Whose

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def standing(clock):
    return clock


@pytest.fixture
def clerk():
    return city.actor(city.officer("clerk", agency="civil-affairs"))


@pytest.fixture
def supervisor():
    return city.actor(city.officer("supervisor", agency="civil-affairs", name="蔡国平"))


def seen(whose=None, about=None, kind=Kind.VIEW, door="desk-case", **more):
    return Seen(
        kind=kind,
        door=door,
        whose=(Whose.PERSON, whose) if whose else None,
        about=("case", about) if about else None,
        agency="civil-affairs",
        role="clerk",
        **more,
    )


def look(by, *args, **more):
    return actions.look(seen=seen(*args, **more), by=by)


def test_a_look_says_who_whose_when_for_what_and_nothing_that_was_seen(clerk, clock):
    person, case = city.person(), uuid.uuid4()
    assert look(clerk, person.pk, case) is True
    row = Look.objects.get()
    assert (row.looked_by, row.agency, row.role) == (clerk.account_id, "civil-affairs", "clerk")
    assert (row.whose_kind, row.whose_id, row.about_kind, row.about_id) == ("person", person.pk, "case", case)
    assert (row.kind, row.door, row.at, row.words) == ("view", "desk-case", clock.now, None)
    [event] = events.history(row.pk)
    assert (event.name, event.actor_id) == ("look.recorded", clerk.account_id)
    assert event.payload == {
        "kind": "view",
        "door": "desk-case",
        "whose": str(person.pk),
        "about": str(case),
        "role": "clerk",
        "agency": "civil-affairs",
    }


def test_one_visit_is_one_look(clerk, clock, settings, django_assert_num_queries):
    one, other, case = uuid.uuid4(), uuid.uuid4(), uuid.uuid4()
    assert [look(clerk, one, case), look(clerk, one, case), look(clerk, other, case)] == [True, False, True]
    assert look(clerk, one, case, door="desk-letter", kind=Kind.FILE), "another door is another look"
    clock.move(minutes=settings.LOOK_VISIT_MINUTES)
    assert look(clerk, one, case)
    with django_assert_num_queries(1):
        look(clerk, one, case)


def test_what_is_shown_in_full_is_never_taken_together(clerk, clock):
    one, case = uuid.uuid4(), uuid.uuid4()
    for _ in range(2):
        assert look(clerk, one, case, kind=Kind.REVEAL, purpose="contact")
        clock.move(seconds=1)
    assert Look.objects.count() == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        actions._record(seen=seen(one, case, Kind.REVEAL), once="x", by=clerk)


def test_people_leave_no_looks_at_their_own(clock):
    me = city.actor(city.account(city.person()))
    assert look(me, me.person_id, uuid.uuid4()) is False
    assert not Look.objects.exists()


def test_a_look_cannot_be_changed_nor_deleted_before_its_time(clerk, settings):
    look(clerk, uuid.uuid4(), uuid.uuid4())
    for change in (lambda: Look.objects.update(agency="x"), Look.objects.all().delete):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            action(change)()
    assert actions.forget() == 0
    settings.LOOK_YEARS = 0
    look(clerk, uuid.uuid4(), uuid.uuid4())
    assert Look.objects.count() == 2


def test_what_was_kept_long_enough_goes_and_the_log_stays(clerk, clock, settings):
    look(clerk, uuid.uuid4(), uuid.uuid4())
    settings.LOOK_YEARS = 0
    look(clerk, uuid.uuid4(), uuid.uuid4(), door="desk-letter")
    short = Look.objects.get(door="desk-letter")
    clock.move(days=1)
    assert actions.forget() == 1
    assert [row.door for row in Look.objects.all()] == ["desk-case"]
    assert [one.name for one in events.history(short.pk)] == ["look.recorded"]
    assert queries.broken() == []


def test_a_look_that_the_log_knows_otherwise_is_found(clerk):
    look(clerk, uuid.uuid4(), uuid.uuid4())
    row = Look.objects.get()
    forged = Look(
        **{
            f.attname: getattr(row, f.attname)
            for f in Look._meta.concrete_fields
            if f.attname not in ("id", "once")
        },
        once="forged",
    )
    action(forged.save)(force_insert=True)
    assert queries.broken() == [f"look {forged.pk}: the log says something else of it"]


class TestTooMany:
    """T6: an insider who browses."""

    def test_five_hundred_look_ups_without_a_case_are_stopped_and_told(self, clerk, supervisor, settings):
        people, refused = [uuid.uuid4() for _ in range(500)], 0
        for one in people:
            try:
                look(clerk, one, door="desk-licence")
            except TooManyLooks:
                refused += 1
        assert (settings.LOOKS_MOST, refused) == (60, 440)
        assert Look.objects.count() == 60
        row = LookAlarm.objects.get()
        assert (row.officer, row.count, row.refused, row.agency) == (
            clerk.account_id,
            60,
            440,
            "civil-affairs",
        )
        assert [one.name for one in events.history(row.pk)] == ["look_alarm.raised"]
        assert list(queries.alarms(supervisor)) == [row]
        assert queries.open_alarms(supervisor) == 1

    def test_searches_count_each_by_what_was_sought_which_is_kept_nowhere(self, clerk, settings):
        settings.LOOKS_MOST = 2
        number = city.person().id_no
        look(clerk, kind=Kind.SEARCH, sought=number)
        look(clerk, kind=Kind.SEARCH, sought=number)
        look(clerk, kind=Kind.SEARCH, sought="other")
        with pytest.raises(TooManyLooks):
            look(clerk, kind=Kind.SEARCH, sought="third")
        assert Look.objects.count() == 2
        assert not any(number in str(value) for row in Look.objects.values() for value in row.values())

    def test_work_on_cases_goes_on(self, clerk, settings):
        settings.LOOKS_MOST = 1
        look(clerk, uuid.uuid4())
        for _ in range(3):
            with pytest.raises(TooManyLooks):
                look(clerk, uuid.uuid4())
        assert all(look(clerk, uuid.uuid4(), uuid.uuid4()) for _ in range(5))
        colleague = city.actor(city.officer("clerk"))
        assert look(colleague, uuid.uuid4()), "another officer is not touched"

    def test_looks_of_an_hour_ago_count_no_more(self, clerk, clock, settings):
        settings.LOOKS_MOST = 2
        for _ in range(4):
            look(clerk, uuid.uuid4())
            clock.move(minutes=31)

    def test_a_supervisor_answers_and_the_officer_goes_on(self, clerk, supervisor, settings):
        settings.LOOKS_MOST = 2
        for _ in range(2):
            look(clerk, uuid.uuid4())
        with pytest.raises(TooManyLooks):
            look(clerk, uuid.uuid4())
        row = LookAlarm.objects.get()
        for verdict, note in (("", "x"), ("work", " "), ("other", "x")):
            with pytest.raises(BadAnswer):
                actions.close_alarm(alarm_id=row.pk, verdict=verdict, note=note, by=supervisor)
        actions.close_alarm(alarm_id=row.pk, verdict="work", note="排查重复登记。", by=supervisor)
        with pytest.raises(BadAnswer):
            actions.close_alarm(alarm_id=row.pk, verdict="misuse", note="再来", by=supervisor)
        names = [one.name for one in events.history(row.pk)]
        assert names == ["look_alarm.raised", "look_alarm.closed"]

    def test_after_the_answer_only_what_comes_after_it_counts(self, clerk, supervisor, settings, clock):
        settings.LOOKS_MOST = 2
        for _ in range(2):
            look(clerk, uuid.uuid4())
        with pytest.raises(TooManyLooks):
            look(clerk, uuid.uuid4())
        clock.move(minutes=1)
        actions.close_alarm(alarm_id=LookAlarm.objects.get().pk, verdict="work", note="是", by=supervisor)
        clock.move(minutes=1)
        assert look(clerk, uuid.uuid4())
        assert look(clerk, uuid.uuid4())
        with pytest.raises(TooManyLooks):
            look(clerk, uuid.uuid4())
        assert LookAlarm.objects.count() == 2

    def test_nobody_answers_an_alarm_about_themself_or_out_of_reach(self, settings):
        settings.LOOKS_MOST = 1
        both = city.actor(city.officer("clerk", "supervisor"))
        far = city.actor(city.officer("supervisor", agency="market-regulation"))
        look(both, uuid.uuid4())
        with pytest.raises(TooManyLooks):
            look(both, uuid.uuid4())
        row = LookAlarm.objects.get()
        with pytest.raises(BadAnswer):
            actions.close_alarm(alarm_id=row.pk, verdict="work", note="是", by=both)
        with pytest.raises(NoSuchAlarm):
            actions.close_alarm(alarm_id=row.pk, verdict="work", note="是", by=far)
        with pytest.raises(IntegrityError), transaction.atomic():
            action(LookAlarm.objects.filter(pk=row.pk).update)(
                closed_by=row.officer, closed_at=row.raised_at, verdict="work", note=b"x"
            )

    def test_exports_do_not_count(self, clerk, settings):
        settings.LOOKS_MOST = 1
        for _ in range(3):
            actions.look(seen=seen(kind=Kind.EXPORT, sought=str(uuid.uuid4())), by=clerk)


def test_who_looked_is_for_whom_it_concerns(clerk):
    me, other = city.person(), city.person()
    firm = city.organisation(me)
    mine, others = city.actor(city.account(me)), city.actor(city.account(other))
    for whose in (me.pk, other.pk):
        look(clerk, whose, uuid.uuid4())
    actions.look(
        seen=calc.Seen(kind=Kind.VIEW, door="desk-firm", whose=(Whose.ORGANISATION, firm.pk)), by=clerk
    )
    assert [row.whose_id for row in queries.at_data_of(mine, me.pk)] == [me.pk]
    assert [row.whose_id for row in queries.at_data_of(mine, firm.pk)] == [firm.pk]
    assert list(queries.at_data_of(mine, other.pk)) == []
    assert list(queries.at_data_of(others, firm.pk)) == []
    assert list(queries.at_data_of(clerk, me.pk)) == []
