"""Ratings: one for each handled case, voluntary."""

from django.db import models
from django.db.models import Q

from tongban.kernel.records.models import EncryptedTextField, Record


class Rating(Record):
    """What the applicant says of how the case was handled. One case, one rating (一事一评)."""

    case_id = models.UUIDField(unique=True)
    item_code = models.CharField(max_length=60)
    agency = models.CharField(max_length=60)
    place_path = models.CharField(max_length=80)
    level = models.PositiveSmallIntegerField()
    words = EncryptedTextField(null=True)
    given_by = models.UUIDField()
    given_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["item_code", "level"])]
        constraints = [models.CheckConstraint(condition=Q(level__gte=1, level__lte=5), name="rating_level")]

    class Privacy:
        internal = {"case_id", "item_code", "agency", "place_path", "level", "given_by", "given_at"}
        sensitive = {"words"}
