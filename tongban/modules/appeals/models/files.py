"""Files that go with a step of an appeal."""

from django.db import models

from tongban.kernel.records.models import Record
from tongban.kernel.records.rules import within


class AppealFile(Record):
    """A clean stored file that goes with a step of the course: who may read the step may read it."""

    entry = models.ForeignKey("appeals.AppealEntry", on_delete=models.CASCADE, related_name="files")
    file_id = models.UUIDField(unique=True)  # of the store: a file goes with one step alone
    name = models.CharField(max_length=200)

    class Rows:
        seen = [within("entry_id", "appeals_appealentry")]

    class Privacy:
        internal = {"entry", "file_id"}
        personal = {"name"}
