"""The one cut by which a pool was shared among all claims of an edition's window; never changed (database trigger)."""

from django.db import models
from django.db.models import F, Q

from tongban.kernel.records.models import Record


class PoolCut(Record):
    """What all claims of a window came to, what the pool had for them, and what was given; in fen."""

    item = models.CharField(max_length=60)
    edition = models.CharField(max_length=20)
    agency = models.CharField(max_length=60)
    fund = models.CharField(max_length=60)
    window_until = models.DateField()
    many = models.PositiveIntegerField()
    approved_fen = models.PositiveBigIntegerField()
    free_fen = models.PositiveBigIntegerField()
    given_fen = models.PositiveBigIntegerField()
    shared_by = models.UUIDField()
    shared_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "edition"], name="pool_cut_once"),
            models.CheckConstraint(
                condition=Q(given_fen__lte=F("approved_fen"), many__gt=0) & Q(given_fen__lte=F("free_fen")),
                name="pool_cut_within",
            ),
        ]

    class Privacy:
        public = {"id", "item", "edition", "agency", "fund", "window_until", "many", "approved_fen"}
        internal = {"free_fen", "given_fen", "shared_by", "shared_at"}
