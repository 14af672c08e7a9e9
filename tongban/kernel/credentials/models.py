"""E-licences: the row, the serial counters, the ledger of every use."""

from django.db import models
from django.db.models import Q

from tongban.kernel.credentials.states import CredentialState
from tongban.kernel.documents.models import StoredFile
from tongban.kernel.records.models import EncryptedJSONField, Record


class Credential(Record):
    """One e-licence. What it says of its holder is encrypted; number, issuer, validity and state are its face."""

    identifier = models.CharField(max_length=120, unique=True)  # 电子证照标识
    number = models.CharField(max_length=60)
    type = models.CharField(max_length=60)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120)
    holder_kind = models.CharField(max_length=20)
    holder_id = models.UUIDField()
    holder_name = models.CharField(max_length=120)
    issuer = models.CharField(max_length=60)
    issuer_name = models.CharField(max_length=120)
    fields = EncryptedJSONField()  # [{id, label {zh, en}, value, privacy}]
    state = models.CharField(max_length=10, default=CredentialState.VALID)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT)
    verify_code = models.CharField(max_length=24, unique=True)
    case_id = models.UUIDField()
    version = models.PositiveSmallIntegerField(default=1)
    replaces = models.ForeignKey("self", on_delete=models.PROTECT, null=True)
    issued_at = models.DateTimeField()
    effect_key = models.CharField(max_length=200, unique=True)

    class Meta:
        indexes = [models.Index(fields=["holder_id", "type"]), models.Index(fields=["case_id"])]
        constraints = [
            models.UniqueConstraint(fields=["type", "number"], name="credential_number_once"),
            models.CheckConstraint(
                condition=Q(state__in=[s.value for s in CredentialState]), name="credential_state"
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=models.F("valid_from")),
                name="credential_valid_dates",
            ),
        ]

    class Privacy:
        public = {
            "id",
            "identifier",
            "number",
            "type",
            "name_zh",
            "name_en",
            "issuer",
            "issuer_name",
            "state",
        }
        internal = {
            "holder_kind",
            "holder_id",
            "valid_from",
            "valid_until",
            "file",
            "verify_code",
            "case_id",
            "version",
            "replaces",
            "issued_at",
            "effect_key",
        }
        personal = {"holder_name"}
        sensitive = {"fields"}


class CredentialSerial(Record):
    """The next serial number of a type at an issuer; locked while a number is taken."""

    type = models.CharField(max_length=60)
    issuer = models.CharField(max_length=60)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["type", "issuer"], name="credential_serial_once")]

    class Privacy:
        internal = {"type", "issuer", "last"}


class CredentialUse(Record):
    """One look at a credential or reuse of it: by whom, for what, when (用证台账)."""

    credential = models.ForeignKey(Credential, on_delete=models.PROTECT, related_name="uses")
    purpose = models.CharField(max_length=200)
    used_by = models.UUIDField(null=True)
    case_id = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Privacy:
        internal = {"credential", "purpose", "used_by", "case_id", "at"}
