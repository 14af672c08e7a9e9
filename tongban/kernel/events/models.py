"""The log and the jobs. An event is never changed: database triggers refuse it (migration 0002)."""

from django.db import models

from tongban.kernel.records.models import Record


class Event(Record):
    """Something that happened, written in the transaction that made it happen.

    No foreign keys: the log outlives what it speaks of. Payloads carry identifiers and codes, never names,
    numbers of persons or text that somebody typed.
    """

    name = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=30)
    subject_id = models.UUIDField()
    actor_kind = models.CharField(max_length=10)
    actor_id = models.UUIDField(null=True)
    at = models.DateTimeField()
    payload = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)

    class Meta:
        indexes = [
            models.Index(fields=["subject_id", "id"]),
            models.Index(fields=["name", "at"]),
            models.Index(fields=["actor_id", "id"], name="event_of_actor"),
        ]

    class Privacy:
        internal = {"name", "subject_kind", "subject_id", "actor_kind", "actor_id", "at", "payload", "digest"}


class Job(Record):
    """Work that follows an event. Taken by lease, at least once; `effect_key` makes a second one impossible."""

    handler = models.CharField(max_length=120)
    event_id = models.UUIDField()
    effect_key = models.CharField(max_length=200, unique=True)
    run_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    leased_by = models.CharField(max_length=80, default="")
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(default="")
    done_at = models.DateTimeField(null=True)
    dead_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["run_at"],
                condition=models.Q(done_at__isnull=True, dead_at__isnull=True),
                name="job_waiting",
            ),
            models.Index(fields=["event_id"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(done_at__isnull=True) | models.Q(dead_at__isnull=True), name="job_one_end"
            ),
        ]

    class Privacy:
        internal = {
            "handler",
            "event_id",
            "effect_key",
            "run_at",
            "lease_until",
            "leased_by",
            "tries",
            "error",
            "done_at",
            "dead_at",
        }


class DailyRun(Record):
    """One piece of daily work on one day: leased by a worker, done once."""

    name = models.CharField(max_length=120)
    day = models.DateField()
    lease_until = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "day"], name="daily_once")]

    class Privacy:
        internal = {"name", "day", "lease_until", "done_at"}
