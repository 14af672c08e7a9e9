"""What towns write themselves, version by version."""

from django.db import models
from django.db.models import F, Q

from tongban.kernel.records.models import Record
from tongban.modules.appeals.states.townrules import Edition


class TownRuleText(Record):
    """A version of a town's own sub-categories and routes, as it was written. Only a draft changes."""

    town = models.CharField(max_length=12)
    place_path = models.CharField(max_length=80)
    city_desk = models.CharField(max_length=60)
    text = models.TextField()
    state = models.CharField(max_length=10, default=Edition.DRAFT)
    drafted_by = models.UUIDField()
    drafted_at = models.DateTimeField()
    published_by = models.UUIDField(null=True)
    published_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["town", "-published_at", "-id"], name="town_rules_history")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=Edition.DRAFT, published_by=None, published_at=None)
                | Q(
                    state__in=[Edition.LIVE, Edition.PAST],
                    published_by__isnull=False,
                    published_at__isnull=False,
                ),
                name="town_rules_state",
            ),
            # Whoever wrote it does not publish it.
            models.CheckConstraint(
                condition=Q(published_by=None) | ~Q(published_by=F("drafted_by")), name="town_rules_second"
            ),
            models.UniqueConstraint(
                fields=["town", "state"], condition=~Q(state=Edition.PAST), name="town_rules_one_of_each"
            ),
        ]

    class Privacy:
        internal = {
            "town",
            "place_path",
            "city_desk",
            "text",
            "state",
            "drafted_by",
            "drafted_at",
            "published_by",
            "published_at",
        }
