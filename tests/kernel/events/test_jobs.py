"""Jobs: leased, never shared, retried with growing waits, given up in the end, done once in effect."""

import threading

import pytest
from django.db import connections

from tests import city
from tongban.foundation import time
from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.events import actions, queries, states, tasks
from tongban.kernel.events.calc import wait_before
from tongban.kernel.events.models import Job
from tongban.kernel.parties.models import Person
from tongban.kernel.places.models import Place
from tongban.kernel.records.actions import action
from tongban.kernel.records.models import WriteOutsideAction

pytestmark = pytest.mark.django_db


def record(times: int = 1):
    """So many events of the tests' own."""
    return [actions.record(name="test.happened", about=Person(), by=SYSTEM) for _ in range(times)][-1]


def only_job() -> Job:
    """The one job there is."""
    return Job.objects.get()


def test_a_job_is_done_once_and_what_was_prepared_reaches_it(heard, clock):
    seen = []
    heard(lambda event, prepared: seen.append((event.pk, prepared)), prepare=lambda event: f"for {event.pk}")
    event = record()
    assert tasks.run_waiting("w") == 1
    assert seen == [(event.pk, f"for {event.pk}")]
    job = only_job()
    assert (job.done_at, job.lease_until, job.error, job.tries) == (clock.now, None, "", 0)
    assert tasks.run_waiting("w") == 0
    assert queries.finished_keys() == [job.effect_key]


def test_two_workers_never_get_the_same_job(heard, clock):
    heard(lambda event, prepared: None)
    record(5)
    first = actions.claim(worker="a", most=3)
    second = actions.claim(worker="b", most=3)
    assert (len(first), len(second)) == (3, 2)
    assert not {job.pk for job in first} & {job.pk for job in second}
    assert actions.claim(worker="c") == []
    assert {job.leased_by for job in Job.objects.filter(pk__in=[j.pk for j in second])} == {"b"}


def test_the_oldest_go_first(heard, clock):
    heard(lambda event, prepared: None)
    record()
    clock.move(seconds=5)
    record()
    clock.move(seconds=5)
    assert [job.run_at for job in actions.claim(worker="a")] == sorted(
        Job.objects.values_list("run_at", flat=True)
    )


def test_the_lease_of_a_dead_worker_runs_out(heard, clock):
    heard(lambda event, prepared: None)
    record()
    (job,) = actions.claim(worker="died")
    clock.move(seconds=states.LEASE_SECONDS)
    assert actions.claim(worker="b") == []
    clock.move(seconds=1)
    assert actions.claim(worker="b") == [job]


def test_a_late_worker_whose_lease_ran_out_has_no_effect(heard, clock):
    seen = []
    heard(lambda event, prepared: seen.append(1))
    record()
    (slow,) = actions.claim(worker="slow")
    clock.move(seconds=states.LEASE_SECONDS + 1)
    assert tasks.run_waiting("quick") == 1
    assert tasks.run_job(slow) is True
    assert seen == [1]


def test_a_failure_waits_longer_each_time_and_is_given_up_in_the_end(heard, clock):
    heard(lambda event, prepared: 1 / 0)
    record()
    waits = []
    for tries in range(1, states.MAX_TRIES + 1):
        assert tasks.run_waiting("w") == 1
        job = only_job()
        assert (job.tries, job.error, job.lease_until) == (tries, "ZeroDivisionError: division by zero", None)
        waits.append((job.run_at - clock.now).total_seconds())
        assert tasks.run_waiting("w") == 0
        clock.move(seconds=waits[-1])
    assert waits == [wait_before(n) for n in range(1, states.MAX_TRIES + 1)]
    assert waits[:4] == [2, 4, 8, 16]
    assert max(waits) == states.LONGEST_WAIT_SECONDS
    assert only_job().dead_at is not None
    clock.move(days=30)
    assert tasks.run_waiting("w") == 0
    assert queries.job_figures() == {"waiting": 0, "dead": 1, "oldest": None}
    assert queries.unfinished() == 0


def test_a_person_can_give_a_dead_job_another_series(heard, clock):
    broken = [True]
    seen = []
    heard(lambda event, prepared: seen.append(1) if not broken else 1 / 0)
    record()
    (job,) = actions.claim(worker="w")
    action(Job.objects.filter(pk=job.pk).update)(tries=states.MAX_TRIES - 1)
    job.refresh_from_db()
    tasks.run_job(job)
    actions.retry(job=only_job())
    broken.clear()
    assert tasks.run_waiting("w") == 1
    assert (seen, only_job().tries, only_job().dead_at) == ([1], 0, None)


def test_a_listener_that_crashes_after_half_its_work_leaves_no_half(heard, clock):
    crash = [True]

    def apply(event, prepared):
        Place(code=str(event.pk)[:12], path=f"{event.pk}/", kind="town", name_zh="x", name_en="x").save()
        if crash:
            raise RuntimeError("power cut")

    heard(apply)
    record()
    places = Place.objects.count()
    tasks.run_waiting("w")
    assert Place.objects.count() == places
    assert only_job().done_at is None
    crash.clear()
    clock.move(seconds=2)
    tasks.run_waiting("w")
    tasks.run_waiting("w")
    assert Place.objects.count() == places + 1


def test_slow_work_runs_outside_any_action_and_its_failure_is_kept(heard, clock):
    heard(lambda event, prepared: None, prepare=lambda event: Person().save())
    record()
    tasks.run_waiting("w")
    assert only_job().error.startswith(WriteOutsideAction.__name__)


def test_one_failing_listener_does_not_hold_up_the_others(heard, clock):
    seen = []
    heard(lambda event, prepared: 1 / 0)
    heard(lambda event, prepared: seen.append(1))
    record()
    assert tasks.run_waiting("w") == 2
    assert seen == [1]
    assert queries.job_figures()["waiting"] == 1


def test_a_job_for_a_listener_that_no_longer_exists_fails_and_is_seen(heard, clock):
    heard(lambda event, prepared: None)
    record()
    states.HANDLERS.clear()
    tasks.run_waiting("w")
    assert only_job().error.startswith("KeyError")


def test_the_worker_works_until_it_is_stopped(heard, clock, monkeypatch):
    stop = threading.Event()
    ran = iter([2, 0, 0])

    def run(**_):
        count = next(ran)
        if not count:
            stop.set()
        return count

    monkeypatch.setattr(tasks, "run_waiting", run)
    monkeypatch.setattr(tasks, "IDLE_SECONDS", 0)
    tasks.work(stop)
    assert list(ran) == [0]


@pytest.mark.django_db(transaction=True)
def test_workers_side_by_side_do_each_job_once():
    """Over real connections: four workers, forty jobs of real letters' kind, each effect once."""
    rows = [city.person() for _ in range(3)]
    city.run_jobs()
    states.EVENTS["test.happened"] = states.EventName("test.happened", "", "")
    seen: list[str] = []
    key = "tests.side_by_side"
    states.HANDLERS[key] = states.Handler(
        key, "test.happened", lambda event, _: seen.append(str(event.pk)), None
    )
    try:
        for number in range(40):
            actions.record(name="test.happened", about=rows[number % 3], by=SYSTEM)

        def run(name: str) -> None:
            try:
                tasks.run_waiting(name)
            finally:
                connections.close_all()

        with time.freeze(time.now()):
            threads = [threading.Thread(target=run, args=[str(n)]) for n in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
    finally:
        del states.EVENTS["test.happened"], states.HANDLERS[key]
    assert len(seen) == len(set(seen)) == 40
    assert queries.unfinished() == 0
