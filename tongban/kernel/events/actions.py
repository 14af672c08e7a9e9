"""Writes of the log and of the jobs."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from django.db import connection
from django.db.models import Q

from tongban.foundation import time
from tongban.foundation.ids import uuid7, veiled
from tongban.kernel.events import queries, states
from tongban.kernel.events.calc import wait_before
from tongban.kernel.events.models import DailyRun, Event, Job
from tongban.kernel.records.actions import action


class Doer(Protocol):
    """Whoever acts: kind and identifier are all the log keeps of them."""

    kind: states.ActorKind
    account_id: uuid.UUID | None

    def acts_for(self, row: Any) -> uuid.UUID | None:
        """For whom they act on the row; None for themselves."""


@dataclass(frozen=True)
class Happened:
    """What happened to the row `about`: the name of the event, who did it, identifiers and codes as payload."""

    name: str
    about: Any
    by: Doer
    payload: dict[str, Any] | None = None


@action
def record(*, name: str, about: Any, by: Doer, payload: dict[str, Any] | None = None) -> Event:
    """Write one event about the row `about` and the jobs of everybody who listens; joins the caller's transaction.

    For whom the doer acts stands in the payload under "for". Raises ValueError for an event that nobody declared.
    """
    return record_all(happened=[Happened(name, about, by, payload)])[0]


@action
def record_all(*, happened: Sequence[Happened]) -> list[Event]:
    """Write what one write made happen, in this order, as `record` does, in one statement for all."""
    now = time.now()
    rows = [_event(one, now) for one in happened]
    Event.objects.bulk_create(rows)
    jobs = [
        Job(handler=handler.key, event_id=row.id, effect_key=f"{row.id}:{handler.key}", run_at=now)
        for row in rows
        for handler in states.handlers_of(row.name)
    ]
    if jobs:
        Job.objects.bulk_create(jobs)
    return rows


def _event(one: Happened, now: datetime) -> Event:
    if one.name not in states.EVENTS:
        raise ValueError(f"event {one.name!r} is not declared")
    principal = one.by.acts_for(one.about)
    event = Event(
        id=uuid7(),
        name=one.name,
        subject_kind=one.about._meta.model_name,
        subject_id=one.about.pk,
        actor_kind=one.by.kind,
        actor_id=one.by.account_id,
        at=now,
        payload={**(one.payload or {}), **({"for": str(principal)} if principal else {})},
    )
    event.digest = queries.digest_of(event)
    return event


@action
def claim(*, worker: str, most: int = 20) -> list[Job]:
    """Lease up to `most` waiting jobs to `worker`; another worker gets others."""
    now = time.now()
    rows = queries.waiting(now)
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=True)
    jobs = list(rows[:most])
    until = now + timedelta(seconds=states.LEASE_SECONDS)
    if jobs:
        Job.objects.filter(pk__in=[job.pk for job in jobs]).update(lease_until=until, leased_by=worker)
    return jobs


@action
def finish(*, job: Job, apply: Any, event: Event, prepared: Any) -> None:
    """Apply the effect and close the job in one transaction: both happen or neither."""
    closed = Job.objects.filter(pk=job.pk, done_at__isnull=True).update(
        done_at=time.now(), lease_until=None, error=""
    )
    if closed:  # otherwise another worker finished it after our lease ran out
        apply(event, prepared)


@action
def fail(*, job: Job, error: str) -> None:
    """Put a failed job back with a wait, or give it up after MAX_TRIES and leave it for a person."""
    tries = job.tries + 1
    now = time.now()
    Job.objects.filter(pk=job.pk, done_at__isnull=True).update(
        tries=tries,
        error=veiled(error)[:2000],  # what failed may quote what somebody typed
        lease_until=None,
        run_at=now + timedelta(seconds=wait_before(tries)),
        dead_at=now if tries >= states.MAX_TRIES else None,
    )


@action
def postpone(*, job: Job, until: datetime) -> None:
    """Let a job wait until a moment that its listener named; its tries stay what they are."""
    Job.objects.filter(pk=job.pk, done_at__isnull=True).update(lease_until=None, run_at=until)


@action
def retry(*, job: Job) -> None:
    """Give a job that was given up another series of tries."""
    Job.objects.filter(pk=job.pk, dead_at__isnull=False).update(tries=0, dead_at=None, run_at=time.now())


@action
def lease_day(*, name: str, day: date) -> bool:
    """Take one piece of the day's work; False when it is done or another worker has it."""
    DailyRun.objects.bulk_create([DailyRun(name=name, day=day)], ignore_conflicts=True)
    now = time.now()
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
    until = now + timedelta(seconds=states.DAILY_LEASE_SECONDS)
    return bool(
        DailyRun.objects.filter(free, name=name, day=day, done_at__isnull=True).update(lease_until=until)
    )


@action
def finish_day(*, name: str, day: date) -> None:
    """Note that the day's work is done."""
    DailyRun.objects.filter(name=name, day=day).update(done_at=time.now(), lease_until=None)
