"""What was indexed when. The index itself is a full-text table of each database (migration 0001)."""

from django.db import models

from tongban.kernel.records.models import Record


class IndexState(Record):
    """The state of one kind of entries; processes compare the stamp with what they hold in memory."""

    kind = models.CharField(max_length=20, unique=True)
    form = models.PositiveIntegerField()
    stamp = models.UUIDField()
    speech = models.JSONField(default=dict)  # how people here speak: synonyms, fillers, cues (calc.speech)

    class Privacy:
        internal = {"kind", "form", "stamp", "speech"}
