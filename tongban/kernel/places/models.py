"""Places and halls, loaded from the pack."""

from django.db import models

from tongban.kernel.places.calc import point_path
from tongban.kernel.places.states import PointKind
from tongban.kernel.records.models import Record


class Place(Record):
    """A city, town or village. The path makes an area a prefix; codes of the pack, no digit arithmetic."""

    code = models.CharField(max_length=12, unique=True)
    path = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=20)
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=80)
    order = models.PositiveSmallIntegerField(default=0)

    class Privacy:
        public = {"id", "code", "path", "kind", "name_zh", "name_en", "order"}


class Hall(Record):
    """A point where people are served: a service hall, a village's station, or a self-service terminal.

    `x` and `y` stand on the pack's schematic map; `opening` and `offers` are what the pack says, read by `calc`.
    """

    code = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=10, default=PointKind.HALL)
    place = models.ForeignKey(Place, on_delete=models.PROTECT)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120)
    address_zh = models.CharField(max_length=120)
    address_en = models.CharField(max_length=200)
    hours_zh = models.CharField(max_length=120)
    hours_en = models.CharField(max_length=200)
    phone = models.CharField(max_length=30)
    agency = models.CharField(max_length=60, blank=True, default="")  # whose seal its receipts carry
    x = models.FloatField(null=True)
    y = models.FloatField(null=True)
    opening = models.JSONField(default=dict)
    offers = models.JSONField(default=list)
    barrier_free = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=[k.value for k in PointKind]), name="hall_kind"
            ),
            models.CheckConstraint(
                condition=models.Q(x__isnull=True, y__isnull=True)
                | models.Q(x__isnull=False, y__isnull=False),
                name="hall_on_the_map",
            ),
        ]

    class Privacy:
        public = {
            "id",
            "code",
            "kind",
            "place",
            "name_zh",
            "name_en",
            "address_zh",
            "address_en",
            "hours_zh",
            "hours_en",
            "phone",
            "agency",
            "x",
            "y",
            "opening",
            "offers",
            "barrier_free",
        }

    @property
    def path(self) -> str:
        """Its own place in the tree, under the place it stands in: a grant for it reaches no other point."""
        return point_path(self.place.path, self.code)
