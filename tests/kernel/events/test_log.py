"""The log: written with the change and its jobs or not at all, never changed, only declared events."""

import pytest
from django.db import DatabaseError, connection, transaction

from tests import city
from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.events import actions, queries, states
from tongban.kernel.events.models import Event, Job
from tongban.kernel.parties.models import Person
from tongban.kernel.records.actions import action

pytestmark = pytest.mark.django_db


def record(about=None, **payload):
    """One event of the test's own."""
    return actions.record(name="test.happened", about=about or Person(), by=SYSTEM, payload=payload)


def test_an_event_keeps_who_what_when_and_its_digest(heard, clock):
    row = city.person()
    event = queries.event(record(row, n=1).pk)
    assert (event.name, event.subject_kind, event.subject_id) == ("test.happened", "person", row.pk)
    assert (event.actor_kind, event.actor_id, event.at, event.payload) == (
        "system",
        None,
        clock.now,
        {"n": 1},
    )
    assert queries.digest_of(event) == event.digest
    assert [one.name for one in queries.history(row.pk)] == [
        "person.registered",
        "fact.learned",
        "test.happened",
    ]


def test_each_listener_gets_one_job(heard):
    heard(lambda event, prepared: None)
    heard(lambda event, prepared: None)
    event = record()
    jobs = Job.objects.filter(event_id=event.pk).order_by("handler")
    handlers = sorted(states.HANDLERS)
    assert [job.handler for job in jobs] == handlers
    assert {job.effect_key for job in jobs} == {f"{event.pk}:{handler}" for handler in handlers}
    assert {(job.run_at, job.tries, job.done_at, job.dead_at) for job in jobs} == {(event.at, 0, None, None)}


def test_a_change_rolled_back_leaves_neither_event_nor_job(heard):
    heard(lambda event, prepared: None)
    events, jobs = Event.objects.count(), Job.objects.count()

    @action
    def fails() -> None:
        record()
        assert (Event.objects.count(), Job.objects.count()) == (events + 1, jobs + 1)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    assert (Event.objects.count(), Job.objects.count()) == (events, jobs)


def test_nobody_records_an_event_that_nobody_declared(heard):
    with pytest.raises(ValueError, match=r"'test\.unheard' is not declared"):
        actions.record(name="test.unheard", about=Person(), by=SYSTEM)


def test_names_are_declared_and_listeners_registered_once(heard):
    with pytest.raises(ValueError, match="declared twice"):
        states.declare("test.happened", "", "")

    def listener(event, prepared):
        """Nothing."""

    states.subscribe("test.happened")(listener)
    with pytest.raises(ValueError, match="registered twice"):
        states.subscribe("test.happened")(listener)
    with pytest.raises(ValueError, match="nobody declared"):
        states.subscribe("test.unheard")(listener)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE events_event SET name = 'other'", "DELETE FROM events_event", "UPDATE events_event SET id = id"],
)
def test_the_database_refuses_to_change_or_delete_an_event(statement, heard):
    event = record(n=1)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert queries.event(event.pk).payload == {"n": 1}


def test_not_even_an_action_changes_an_event(heard):
    event = record()
    for write in (event.save, event.delete, lambda: Event.objects.filter(pk=event.pk).update(name="x")):
        with pytest.raises(DatabaseError, match="append-only"):
            action(write)()


def test_every_declared_event_has_a_name_of_the_house_and_two_sentences():
    for event in states.EVENTS.values():
        noun, _, verb = event.name.partition(".")
        assert noun.isidentifier()
        assert verb.isidentifier()
        assert event.sentence_zh
        assert event.sentence_en


def test_events_of_one_name_come_newest_first(heard):
    first, second = record(), record()
    assert list(queries.by_name("test.happened")) == [second, first]
