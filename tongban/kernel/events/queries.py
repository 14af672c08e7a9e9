"""Reads of the log and of the jobs."""

import uuid
from datetime import datetime

from django.db.models import Count, Min, Q

from tongban.foundation.time import SHANGHAI
from tongban.kernel.events.calc import digest
from tongban.kernel.events.models import Event, Job
from tongban.kernel.records.queries import Kept

_HISTORY: Kept[Event] = Kept(lambda subject_id: Event.objects.filter(subject_id=subject_id).order_by("id"))


def history(subject_id: uuid.UUID) -> list[Event]:
    """All events of one subject, oldest first."""
    return _HISTORY.all(subject_id)


def event(event_id: uuid.UUID) -> Event:
    """One event; raises Event.DoesNotExist."""
    return Event.objects.get(pk=event_id)


def by_name(name: str):
    """Events of one name, newest first."""
    return Event.objects.filter(name=name).order_by("-id")


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


def digest_of(row: Event) -> str:
    """The digest of an event's content, over the same document when it is written and when it is checked."""
    return digest(
        {
            "id": str(row.id),
            "name": row.name,
            "subject": str(row.subject_id),
            "actor": str(row.actor_id),
            "at": row.at.astimezone(SHANGHAI).isoformat(),
            "payload": row.payload,
        }
    )


def finished_keys() -> list[str]:
    """The effect keys of all finished jobs (invariant I2)."""
    return list(Job.objects.filter(done_at__isnull=False).values_list("effect_key", flat=True))


def altered() -> list[uuid.UUID]:
    """Events whose content no longer has the digest that was written with it (invariant I8, in part)."""
    return [row.pk for row in Event.objects.all().iterator() if digest_of(row) != row.digest]
