"""Files by digest, uploads on their way to become one, and letters."""

from django.db import models
from django.db.models import F, Q

from tongban.kernel.documents.states import FileVerdict, LetterKind
from tongban.kernel.records.models import Record
from tongban.kernel.records.rules import account


class StoredFile(Record):
    """A file in the store, named by its digest. Only clean ones are in the store at all."""

    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.PositiveIntegerField()
    media_type = models.CharField(max_length=60)
    name = models.CharField(max_length=200)
    verdict = models.CharField(max_length=12)
    kept_by = models.UUIDField(null=True)
    kept_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(verdict__in=[v.value for v in FileVerdict]), name="file_verdict"
            )
        ]

    class Privacy:
        internal = {"sha256", "size", "media_type", "verdict", "kept_by", "kept_at"}
        personal = {"name"}


class Upload(Record):
    """A file that arrives piece by piece: what is here lies in quarantine, and nothing of it is believed yet.

    `about_id` and `part` say what it is for: a case and the material. `file` is set once it has been attached there.
    """

    account_id = models.UUIDField(db_index=True)
    about_id = models.UUIDField()
    part = models.CharField(max_length=60)
    name = models.CharField(max_length=200)
    size = models.PositiveIntegerField()
    offset = models.PositiveIntegerField(default=0)
    begun_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(size__gt=0), name="upload_not_empty"),
            models.CheckConstraint(condition=Q(offset__lte=F("size")), name="upload_within_size"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("begun_at")), name="upload_expires_later"),
            models.CheckConstraint(
                condition=Q(file__isnull=True) | Q(offset=F("size")), name="upload_whole_when_kept"
            ),
        ]

    class Rows:
        seen = [account("account_id")]

    class Privacy:
        internal = {
            "account_id",
            "about_id",
            "part",
            "size",
            "offset",
            "begun_at",
            "expires_at",
            "file",
        }
        personal = {"name"}


class Letter(Record):
    """A letter of the law about a case, rendered and kept by digest."""

    about_id = models.UUIDField(db_index=True)
    kind = models.CharField(max_length=20)
    number = models.CharField(max_length=60, unique=True)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT)
    sealed_by = models.CharField(max_length=60, blank=True, default="")
    verify_code = models.CharField(max_length=24, unique=True)
    issued_at = models.DateTimeField()
    effect_key = models.CharField(max_length=200, unique=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=[k.value for k in LetterKind]), name="letter_kind")
        ]

    class Rows:
        seen = ()  # what it is about opens it

    class Privacy:
        internal = {
            "about_id",
            "kind",
            "number",
            "file",
            "sealed_by",
            "verify_code",
            "issued_at",
            "effect_key",
        }


class LetterSerial(Record):
    """The last number of a kind of letter at an agency in a year; locked while a number is taken."""

    kind = models.CharField(max_length=20)
    agency = models.CharField(max_length=60)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "agency", "year"], name="letter_serial_once")]

    class Privacy:
        internal = {"kind", "agency", "year", "last"}
