"""Messages, notes and labels of cases; what people write is encrypted."""

from django.db import models
from django.db.models import Q

from tongban.kernel.records.models import EncryptedTextField, Record
from tongban.modules.correspondence.states import Side


class Message(Record):
    """A message on a case, from one side to the other. `read_at` is when the other side first read it."""

    case_id = models.UUIDField()
    side = models.CharField(max_length=10)
    words = EncryptedTextField()
    sent_by = models.UUIDField()
    sent_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    read_by = models.UUIDField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["case_id", "id"], name="message_case"),
            models.Index(
                fields=["side", "case_id"], condition=Q(read_at__isnull=True), name="message_unread"
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(side__in=[s.value for s in Side]), name="message_side"),
            models.CheckConstraint(
                condition=Q(read_at__isnull=True, read_by__isnull=True)
                | Q(read_at__isnull=False, read_by__isnull=False),
                name="message_read_pair",
            ),
        ]

    class Privacy:
        internal = {"case_id", "side", "sent_by", "sent_at", "read_at", "read_by"}
        sensitive = {"words"}


class Note(Record):
    """A note among officers. No page, letter or answer of the applicant's side reads this table."""

    case_id = models.UUIDField(db_index=True)
    words = EncryptedTextField()
    written_by = models.UUIDField()
    written_at = models.DateTimeField()

    class Privacy:
        internal = {"case_id", "written_by", "written_at"}
        sensitive = {"words"}


class Label(Record):
    """A few characters by which officers of one agency sort cases. Not for what concerns a person."""

    case_id = models.UUIDField()
    agency = models.CharField(max_length=60)
    text = models.CharField(max_length=20)
    put_by = models.UUIDField()
    put_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["agency", "text"], name="label_text")]
        constraints = [
            models.UniqueConstraint(fields=["case_id", "agency", "text"], name="label_once"),
            models.CheckConstraint(condition=~Q(text=""), name="label_says_something"),
        ]

    class Privacy:
        internal = {"case_id", "agency", "put_by", "put_at"}
        personal = {"text"}
