"""Calendars as published, clocks and the append-only facts they are made of."""

from django.db import models
from django.db.models import Q

from tongban.kernel.deadlines.states import ClockFactKind, ClockKind, Unit
from tongban.kernel.records.models import Record


class CalendarYear(Record):
    """The days off and the make-up working days of one year, as the State Council announced them."""

    year = models.PositiveSmallIntegerField(unique=True)
    source = models.CharField(max_length=200)
    data = models.JSONField()
    digest = models.CharField(max_length=64)
    loaded_at = models.DateTimeField()

    class Privacy:
        public = {"id", "year", "source", "data", "digest"}
        internal = {"loaded_at"}


class Clock(Record):
    """One clock of something that has an identifier; what it shows is recomputable from its facts (I9)."""

    subject_id = models.UUIDField()
    kind = models.CharField(max_length=24)
    value = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=10)
    due_on = models.DateField(null=True)
    yellow_on = models.DateField(null=True)
    provisional = models.BooleanField(default=False)
    paused = models.BooleanField(default=False)
    stopped = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject_id", "kind"], name="clock_once"),
            models.CheckConstraint(condition=Q(kind__in=[k.value for k in ClockKind]), name="clock_kind"),
            models.CheckConstraint(condition=Q(unit__in=[u.value for u in Unit]), name="clock_unit"),
        ]

    class Privacy:
        internal = {
            "subject_id",
            "kind",
            "value",
            "unit",
            "due_on",
            "yellow_on",
            "provisional",
            "paused",
            "stopped",
        }


class ClockEntry(Record):
    """One fact of a clock. Append-only: a database trigger refuses changes (migration 0002)."""

    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="entries")
    kind = models.CharField(max_length=10)
    day = models.DateField()
    reason = models.CharField(max_length=20, blank=True, default="")
    basis = models.CharField(max_length=200, blank=True, default="")
    value = models.PositiveSmallIntegerField(null=True)
    approved_by = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=[k.value for k in ClockFactKind]), name="clock_entry_kind"
            )
        ]

    class Privacy:
        internal = {"clock", "kind", "day", "reason", "basis", "value", "approved_by", "at"}
