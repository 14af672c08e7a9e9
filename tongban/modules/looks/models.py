"""Looks and alarms. The database refuses to change a look, and to delete it before its time (migration 0001)."""

from django.db import models
from django.db.models import F, Q

from tongban.kernel.records.models import EncryptedTextField, Record
from tongban.modules.looks.states import FOR_A_PURPOSE, Kind, Verdict, Whose


class Look(Record):
    """An officer looked at somebody's data. It holds identifiers and codes: nothing that was seen.

    No foreign keys: it outlives what it speaks of.
    """

    looked_by = models.UUIDField()
    agency = models.CharField(max_length=60, blank=True, default="")
    role = models.CharField(max_length=40, blank=True, default="")
    kind = models.CharField(max_length=10)
    door = models.CharField(max_length=60)  # the name of the address
    whose_kind = models.CharField(max_length=12, blank=True, default="")
    whose_id = models.UUIDField(null=True)  # none: nobody was found, or it holds many
    about_kind = models.CharField(max_length=30, blank=True, default="")
    about_id = models.UUIDField(null=True)  # the piece of work
    purpose = models.CharField(max_length=40, blank=True, default="")
    words = EncryptedTextField(null=True)  # what the officer wrote about the purpose
    at = models.DateTimeField()
    keep_until = models.DateField()
    once = models.CharField(max_length=64, unique=True)

    class Meta:
        indexes = [
            models.Index(fields=["whose_id", "-id"], name="look_whose"),
            models.Index(fields=["looked_by", "at"], condition=Q(about_id__isnull=True), name="look_unbound"),
            models.Index(fields=["keep_until"], name="look_expiry"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=[k.value for k in Kind]), name="look_kind"),
            models.CheckConstraint(
                condition=Q(whose_kind="", whose_id__isnull=True)
                | Q(whose_kind__in=[w.value for w in Whose], whose_id__isnull=False),
                name="look_whose_pair",
            ),
            models.CheckConstraint(
                condition=Q(about_kind="", about_id__isnull=True)
                | ~Q(about_kind="") & Q(about_id__isnull=False),
                name="look_about_pair",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=[k.value for k in FOR_A_PURPOSE]) | ~Q(purpose=""), name="look_purpose"
            ),
        ]

    class Privacy:
        internal = {
            "looked_by",
            "agency",
            "role",
            "kind",
            "door",
            "whose_kind",
            "whose_id",
            "about_kind",
            "about_id",
            "purpose",
            "at",
            "keep_until",
            "once",
        }
        sensitive = {"words"}


class LookAlarm(Record):
    """An officer looked too often without a piece of work: such looks stay closed to them until a supervisor has answered."""

    officer = models.UUIDField()
    agency = models.CharField(max_length=60, blank=True, default="")
    place_path = models.CharField(max_length=80, blank=True, default="")
    role = models.CharField(max_length=40, blank=True, default="")
    count = models.PositiveIntegerField()
    since = models.DateTimeField()
    raised_at = models.DateTimeField()
    refused = models.PositiveIntegerField(default=0)  # looks that were tried while it stood
    verdict = models.CharField(max_length=10, blank=True, default="")
    note = EncryptedTextField(null=True)
    closed_by = models.UUIDField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["agency", "place_path", "-id"], name="look_alarm_desk")]
        constraints = [
            models.UniqueConstraint(
                fields=["officer"], condition=Q(closed_at__isnull=True), name="look_alarm_open_once"
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by__isnull=True, verdict="")
                | Q(
                    closed_at__isnull=False,
                    closed_by__isnull=False,
                    verdict__in=[v.value for v in Verdict],
                    note__isnull=False,
                ),
                name="look_alarm_closed",
            ),
            models.CheckConstraint(
                condition=Q(closed_by__isnull=True) | ~Q(closed_by=F("officer")), name="look_alarm_by_another"
            ),
        ]

    class Privacy:
        internal = {
            "officer",
            "agency",
            "place_path",
            "role",
            "count",
            "since",
            "raised_at",
            "refused",
            "verdict",
            "closed_by",
            "closed_at",
        }
        sensitive = {"note"}
