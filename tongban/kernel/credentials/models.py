"""E-licences: the row, the serial counters, the ledger of every use."""

from django.db import models
from django.db.models import Q

from tongban.kernel.access.states import Permission
from tongban.kernel.credentials.states import Act, ActState, CredentialState, UseKind
from tongban.kernel.documents.models import Letter, StoredFile
from tongban.kernel.records.models import EncryptedJSONField, EncryptedTextField, Record
from tongban.kernel.records.rules import firms, granted, people, within


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
    case_id = models.UUIDField(null=True)  # none for licences that were taken over from an older system
    place_path = models.CharField(max_length=80, blank=True, default="")  # whose office looks after it
    item_code = models.CharField(max_length=60, blank=True, default="")
    signed = models.TextField(blank=True, default="")  # the body of its QR code, verifiable without a network
    version = models.PositiveSmallIntegerField(default=1)
    replaces = models.ForeignKey("self", on_delete=models.PROTECT, null=True)
    issued_at = models.DateTimeField()
    effect_key = models.CharField(max_length=200, unique=True)

    class Meta:
        indexes = [
            models.Index(fields=["holder_id", "type"]),
            models.Index(fields=["case_id"]),
            models.Index(fields=["issuer", "number"], name="credential_of_issuer"),
        ]
        constraints = [
            # A renewed licence keeps its number; each version of it has it once.
            models.UniqueConstraint(fields=["type", "number", "version"], name="credential_number_once"),
            models.CheckConstraint(
                condition=Q(state__in=[s.value for s in CredentialState]), name="credential_state"
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=models.F("valid_from")),
                name="credential_valid_dates",
            ),
        ]

    class Rows:
        seen = [
            people("holder_id"),
            firms("holder_id"),
            granted(Permission.CREDENTIAL_MANAGE, Permission.CASE_HEAD, agency="issuer"),
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
            "item_code",
        }
        internal = {
            "holder_kind",
            "holder_id",
            "valid_from",
            "valid_until",
            "file",
            "verify_code",
            "case_id",
            "place_path",
            "signed",
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
    """One look at a credential or use of it: how, by whom, for what, when (用证台账)."""

    credential = models.ForeignKey(Credential, on_delete=models.PROTECT, related_name="uses")
    kind = models.CharField(max_length=8, default=UseKind.CHECK)
    purpose = models.CharField(max_length=200)
    used_by = models.UUIDField(null=True)
    user_name = models.CharField(max_length=120, blank=True, default="")  # as the holder reads it
    case_id = models.UUIDField(null=True)
    lending_id = models.UUIDField(null=True)  # under which authority of the holder
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=[k.value for k in UseKind]), name="use_kind")
        ]

    class Rows:
        seen = [within("credential_id", "credentials_credential")]

    class Privacy:
        internal = {"credential", "kind", "purpose", "used_by", "case_id", "lending_id", "at"}
        personal = {"user_name"}


class CredentialAct(Record):
    """What an authority did with a credential after it was issued, or proposes to do: on what ground, by whom, agreed by whom."""

    credential = models.ForeignKey(Credential, on_delete=models.PROTECT, related_name="acts")
    act = models.CharField(max_length=8)
    ground = models.CharField(max_length=20)
    reasons = EncryptedTextField()
    document_no = models.CharField(max_length=80, blank=True, default="")  # of the decision it rests on
    until = models.DateField(null=True)  # of a suspension: its last day
    state = models.CharField(max_length=8, default=ActState.PROPOSED)
    proposed_by = models.UUIDField(null=True)  # none: the system, when time is over
    proposed_at = models.DateTimeField()
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    note = EncryptedTextField(null=True)  # why the head did not agree

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(act__in=[a.value for a in Act]), name="credential_act_kind"),
            models.CheckConstraint(
                condition=Q(state__in=[s.value for s in ActState]), name="credential_act_state"
            ),
            models.CheckConstraint(
                condition=Q(state=ActState.PROPOSED, decided_at__isnull=True)
                | ~Q(state=ActState.PROPOSED) & Q(decided_at__isnull=False),
                name="credential_act_decided",
            ),
            # Where the head has to agree, it is another person than who proposed.
            models.CheckConstraint(
                condition=~Q(act__in=[Act.SUSPEND, Act.REVOKE, Act.FORFEIT])
                | Q(decided_by__isnull=True)
                | ~Q(decided_by=models.F("proposed_by")),
                name="credential_act_two_people",
            ),
            models.UniqueConstraint(
                fields=["credential"],
                condition=Q(state=ActState.PROPOSED),
                name="credential_act_one_proposal",
            ),
        ]

    class Rows:
        seen = [within("credential_id", "credentials_credential")]
        opens = {Letter: [within("about_id", "credentials_credentialact")]}

    class Privacy:
        internal = {
            "credential",
            "act",
            "ground",
            "document_no",
            "until",
            "state",
            "proposed_by",
            "proposed_at",
            "decided_by",
            "decided_at",
        }
        sensitive = {"reasons", "note"}
