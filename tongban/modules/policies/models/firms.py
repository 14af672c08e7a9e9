"""Who in an enterprise is told of what, and which of the items that it can have it knows of."""

from django.db import models
from django.db.models import Q

from tongban.kernel.parties.states import GIVEN_DUTIES
from tongban.kernel.records.models import Record


class FirmDuty(Record):
    """A person who may act for an organisation has a duty there. Worth nothing without a live mandate."""

    organisation_id = models.UUIDField()
    person_id = models.UUIDField()
    duty = models.CharField(max_length=10)
    given_by = models.UUIDField()
    given_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation_id", "person_id", "duty"], name="firm_duty_once"),
            models.CheckConstraint(
                condition=Q(duty__in=[one.value for one in GIVEN_DUTIES]), name="firm_duty_given"
            ),
        ]

    class Privacy:
        internal = {"organisation_id", "person_id", "duty", "given_by", "given_at"}


class FirmNotices(Record):
    """How one organisation wants to be told: which duties of which topic, and whether of every new match.

    `known` are the codes of what it could have when it was last looked at: only what is new since is told.
    """

    organisation_id = models.UUIDField(unique=True)
    routes = models.JSONField(default=dict)  # topic → duties; a topic that is not named goes as the city says
    watching = models.BooleanField(default=False)
    known = models.JSONField(default=list)
    looked_on = models.DateField(null=True)
    set_by = models.UUIDField()
    set_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["organisation_id"], condition=Q(watching=True), name="firm_notices_watching")
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(watching=False) | Q(looked_on__isnull=False), name="firm_notices_watched_since"
            )
        ]

    class Privacy:
        internal = {"organisation_id", "routes", "watching", "known", "looked_on", "set_by", "set_at"}
