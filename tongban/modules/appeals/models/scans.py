"""The daily scans for appeals whose day has come."""

from django.db import models

from tongban.kernel.records.models import Record


class AppealScan(Record):
    """The chase of one day: when it was last run and how many appeals it moved in all."""

    day = models.DateField(unique=True)
    run_at = models.DateTimeField()
    moved = models.PositiveIntegerField(default=0)

    class Privacy:
        internal = {"day", "run_at", "moved"}
