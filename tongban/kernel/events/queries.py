"""Reads of the log and of the jobs."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, Q, QuerySet

from tongban.foundation.ids import first_id
from tongban.foundation.time import SHANGHAI
from tongban.kernel.events.calc import canonical, digest
from tongban.kernel.events.models import Event, Job
from tongban.kernel.records.queries import Kept

_HISTORY: Kept[Event] = Kept(lambda subject_id: Event.objects.filter(subject_id=subject_id).order_by("id"))


def history(subject_id: uuid.UUID) -> list[Event]:
    """All events of one subject, oldest first."""
    return _HISTORY.all(subject_id)


def histories(subject_ids: Iterable[uuid.UUID], names: Iterable[str]) -> list[Event]:
    """Events of these names of several subjects, oldest first."""
    return list(Event.objects.filter(subject_id__in=list(subject_ids), name__in=sorted(names)).order_by("id"))


def event(event_id: uuid.UUID) -> Event:
    """One event; raises Event.DoesNotExist."""
    return Event.objects.get(pk=event_id)


def by_name(name: str):
    """Events of one name, newest first."""
    return Event.objects.filter(name=name).order_by("-id")


def audited(
    *,
    actor_id: uuid.UUID | None = None,
    name: str = "",
    begin: datetime | None = None,
    end: datetime | None = None,
    before: uuid.UUID | None = None,
) -> QuerySet[Event]:
    """What happened, newest first: by one account, of one name, from `begin` until before `end`, before one event.

    Identifiers grow with time, so that days are a range of them and a page goes on where the last one ended.
    """
    rows = Event.objects.order_by("-id")
    if actor_id is not None:
        rows = rows.filter(actor_id=actor_id)
    if name:
        rows = rows.filter(name=name)
    if begin is not None:
        rows = rows.filter(pk__gte=first_id(begin))
    if end is not None:
        rows = rows.filter(pk__lt=first_id(end))
    return rows if before is None else rows.filter(pk__lt=before)


def waiting(now: datetime):
    """Jobs that may be taken at `now`: due, not finished, not under a live lease. Oldest first."""
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
    return Job.objects.filter(free, done_at__isnull=True, dead_at__isnull=True, run_at__lte=now).order_by(
        "run_at"
    )


def unfinished() -> int:
    """How many jobs are neither done nor given up."""
    return Job.objects.filter(done_at__isnull=True, dead_at__isnull=True).count()


def job_figures() -> dict[str, object]:
    """Counts for the console: waiting, failed for good, and since when the oldest waits."""
    return Job.objects.aggregate(
        waiting=Count("pk", filter=Q(done_at__isnull=True, dead_at__isnull=True)),
        dead=Count("pk", filter=Q(dead_at__isnull=False)),
        oldest=Min("run_at", filter=Q(done_at__isnull=True, dead_at__isnull=True)),
    )


def document_of(row: Event) -> dict[str, Any]:
    """What an event says, as one document: the same when it is written, checked and sealed."""
    return {
        "id": str(row.id),
        "name": row.name,
        "subject": str(row.subject_id),
        "actor": str(row.actor_id),
        "at": row.at.astimezone(SHANGHAI).isoformat(),
        "payload": row.payload,
    }


def content_of(row: Event) -> bytes:
    """The bytes of an event that are sealed."""
    return canonical(document_of(row))


def digest_of(row: Event) -> str:
    """The digest of an event's content, over the same document when it is written and when it is checked."""
    return digest(document_of(row))


def without(place: Any, since: datetime | None) -> QuerySet[Event]:
    """Events for which the condition `place` (of a place in the sealed log) does not hold, oldest first."""
    rows = Event.objects.filter(~Q(place)).order_by("id")
    return rows if since is None else rows.filter(pk__gte=first_id(since))


def some(ids: Iterable[uuid.UUID]) -> list[Event]:
    """The events of these identifiers, as far as they are there."""
    return list(Event.objects.filter(pk__in=list(ids)))


def finished_keys() -> list[str]:
    """The effect keys of all finished jobs (invariant I2)."""
    return list(Job.objects.filter(done_at__isnull=False).values_list("effect_key", flat=True))


def altered() -> list[uuid.UUID]:
    """Events whose content no longer has the digest that was written with it (invariant I8, in part)."""
    return [row.pk for row in Event.objects.all().iterator() if digest_of(row) != row.digest]
