"""Names that somebody has reserved."""

from django.db import models

from tongban.kernel.records.models import Record


class ReservedName(Record):
    """A name kept free for a person until a day (art. 18). One row a key: who comes after the day takes it over."""

    key = models.CharField(max_length=120, unique=True)
    name = models.CharField(max_length=120)
    person_id = models.UUIDField()
    case_id = models.UUIDField(null=True)
    until = models.DateField()
    reserved_at = models.DateTimeField()

    class Privacy:
        public = {"key", "name", "until"}
        internal = {"person_id", "case_id", "reserved_at"}
