"""Places and halls, loaded from the pack."""

from django.db import models

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
    """A government service centre that people can go to."""

    code = models.CharField(max_length=40, unique=True)
    place = models.ForeignKey(Place, on_delete=models.PROTECT)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120)
    address_zh = models.CharField(max_length=120)
    address_en = models.CharField(max_length=200)
    hours_zh = models.CharField(max_length=120)
    hours_en = models.CharField(max_length=200)
    phone = models.CharField(max_length=30)

    class Privacy:
        public = {
            "id",
            "code",
            "place",
            "name_zh",
            "name_en",
            "address_zh",
            "address_en",
            "hours_zh",
            "hours_en",
            "phone",
        }
