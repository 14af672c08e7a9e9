"""Grants: which account holds which role, where, for which items, from when to when."""

from django.db import models

from tongban.kernel.records.models import Record


class Grant(Record):
    """A role given to an account. Ended, never deleted: who could do what last year must stay answerable."""

    account_id = models.UUIDField(
        db_index=True
    )  # the account stands above this package: no foreign key upward
    role = models.CharField(max_length=20)
    agency = models.CharField(max_length=60, blank=True, default="")
    place_path = models.CharField(max_length=80, blank=True, default="")
    items = models.JSONField(default=list)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    made_at = models.DateTimeField()
    made_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=models.F("starts_on")),
                name="grant_ends_after_start",
            )
        ]

    class Privacy:
        internal = {
            "account_id",
            "role",
            "agency",
            "place_path",
            "items",
            "starts_on",
            "ends_on",
            "made_at",
            "made_by",
        }
