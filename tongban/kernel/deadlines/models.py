"""Calendars as published, clocks and the append-only facts they are made of."""

from django.db import models
from django.db.models import Q

from tongban.kernel.deadlines.states import ClockKind, EntryKind, Unit
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


class LightRule(Record):
    """When lights turn yellow, as the city's pack says; one row at the most, without it the defaults hold."""

    yellow_share = models.CharField(max_length=20)
    yellow_left = models.PositiveSmallIntegerField()
    loaded_at = models.DateTimeField()
    only = models.PositiveSmallIntegerField(default=1, unique=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(only=1), name="light_rule_once")]

    class Privacy:
        public = {"id", "yellow_share", "yellow_left"}
        internal = {"loaded_at", "only"}


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
            models.CheckConstraint(
                condition=Q(stopped=False) | Q(paused=False, yellow_on__isnull=True), name="clock_stopped"
            ),
        ]
        # A new calendar asks for the running ones, which are few among those of all years.
        indexes = [models.Index(fields=["id"], condition=Q(stopped=False), name="clock_running")]

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
    """One fact of a clock, or its recomputation for a new calendar. Append-only: triggers refuse changes (0003).

    `due_on` is what the clock showed after it, so the ledger tells what people were told at the time.
    """

    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="entries")
    kind = models.CharField(max_length=10)
    day = models.DateField()
    reason = models.CharField(max_length=20, blank=True, default="")
    basis = models.CharField(max_length=200, blank=True, default="")
    value = models.PositiveSmallIntegerField(null=True)
    approved_by = models.UUIDField(null=True)
    planned_until = models.DateField(null=True)
    due_on = models.DateField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=[k.value for k in EntryKind]), name="clock_entry_kind"
            ),
            models.CheckConstraint(
                condition=Q(planned_until__isnull=True)
                | Q(kind="paused", planned_until__gte=models.F("day")),
                name="clock_entry_planned",
            ),
            models.CheckConstraint(
                condition=~Q(kind="extended") | Q(value__isnull=False, value__gt=0), name="clock_entry_value"
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["paused", "resumed"]) | ~Q(reason=""), name="clock_entry_reason"
            ),
        ]

    class Privacy:
        internal = {
            "clock",
            "kind",
            "day",
            "reason",
            "basis",
            "value",
            "approved_by",
            "planned_until",
            "due_on",
            "at",
        }
