"""Saved views of the queue."""

from django.db import models
from django.db.models import Q

from tongban.kernel.records.models import EncryptedJSONField, Record


class SavedView(Record):
    """Filters under a name. It opens nothing: what it shows is what the person who uses it may see."""

    account_id = models.UUIDField()
    agency = models.CharField(max_length=60)  # whose officers see it when it is shared
    name = models.CharField(max_length=20)
    filters = EncryptedJSONField()  # parameter → value; a search may be for a name
    shared = models.BooleanField(default=False)
    saved_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["agency"], condition=Q(shared=True), name="view_shared")]
        constraints = [
            models.UniqueConstraint(fields=["account_id", "name"], name="view_once"),
            models.CheckConstraint(condition=~Q(name=""), name="view_named"),
        ]

    class Privacy:
        internal = {"account_id", "agency", "name", "shared", "saved_at"}
        sensitive = {"filters"}
