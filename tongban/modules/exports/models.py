"""Exports and how far they are."""

from django.db import models
from django.db.models import Q

from tongban.kernel.records.models import EncryptedJSONField, EncryptedTextField, Record
from tongban.modules.exports.states import CASES, ExportState, Purpose


class Export(Record):
    """A selection that an officer wants as a file, of cases or of another source. Written part by part, each part by a job of its own."""

    source = models.CharField(max_length=40, default=CASES)  # of what: a registered name
    asked_by = models.UUIDField()
    asked_at = models.DateTimeField()
    as_of = models.DateField()  # the day whose lights count, however long it takes
    # What was chosen, by the source's filters (of cases: scope, state, lamp, item, agency, town, from, to, q). What was searched for may be a name.
    chosen = EncryptedJSONField()
    language = models.CharField(max_length=8)
    purpose = models.CharField(max_length=20, blank=True, default="")
    words = EncryptedTextField(null=True)
    state = models.CharField(max_length=10, default=ExportState.RUNNING)
    total = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    parts = models.PositiveIntegerField(default=0)
    last_id = models.UUIDField(null=True)  # the last row written: the next part begins after it
    ended_at = models.DateTimeField(null=True)
    delete_on = models.DateField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["asked_by", "-id"], name="export_own"),
            models.Index(fields=["delete_on"], condition=Q(state=ExportState.READY), name="export_expiry"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[s.value for s in ExportState]), name="export_state"
            ),
            models.CheckConstraint(
                condition=Q(purpose__in=["", *[p.value for p in Purpose]]), name="export_purpose"
            ),
            models.CheckConstraint(
                condition=Q(state=ExportState.RUNNING, ended_at__isnull=True)
                | ~Q(state=ExportState.RUNNING) & Q(ended_at__isnull=False),
                name="export_ended_at",
            ),
            models.CheckConstraint(
                condition=~Q(state=ExportState.READY) | Q(delete_on__isnull=False), name="export_expires"
            ),
            models.CheckConstraint(condition=Q(done=0) | Q(parts__gt=0), name="export_parts"),
        ]

    class Privacy:
        internal = {
            "source",
            "asked_by",
            "asked_at",
            "as_of",
            "language",
            "purpose",
            "state",
            "total",
            "done",
            "parts",
            "last_id",
            "ended_at",
            "delete_on",
        }
        sensitive = {"chosen", "words"}
