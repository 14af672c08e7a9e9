"""The texts that were laid before signers, and what each of them did."""

from django.db import models
from django.db.models import Q

from tongban.kernel.records.models import BlindIndexField, EncryptedJSONField, EncryptedTextField, Record
from tongban.kernel.signatures.states import SignatureState


class SignedText(Record):
    """The whole text of a draft as its signers read it; `digest` covers it and everything behind it, files included.

    `case_id` is no foreign key: cases stand above, and a draft may be thrown away.
    """

    case_id = models.UUIDField()
    digest = models.CharField(max_length=64)
    title = models.CharField(max_length=200)
    text = EncryptedJSONField()
    asked_by = models.UUIDField()  # the account that answers for the application
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case_id", "digest"], name="text_once")]

    class Privacy:
        internal = {"case_id", "digest", "title", "asked_by", "made_at"}
        sensitive = {"text"}


class CaseSignature(Record):
    """One person's signature under one text: asked for, given, refused, or void because the text is another now.

    Whoever has to sign need not be registered: the identity number finds them, through the blind index, when they
    sign in. What was signed stays as it is; a changed draft gets new rows.
    """

    text = models.ForeignKey(SignedText, on_delete=models.PROTECT, related_name="signatures")
    name = models.CharField(max_length=60)
    id_no = EncryptedTextField()
    id_no_index = BlindIndexField(source="id_no", db_index=True)
    roles = models.JSONField(default=list)  # [{zh, en}]
    level = models.PositiveSmallIntegerField()  # the least level of assurance
    state = models.CharField(max_length=10, default=SignatureState.ASKED)
    reason = models.CharField(max_length=300, blank=True, default="")
    account_id = models.UUIDField(null=True)
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    # Of a case that another one opened: the signature under the whole, which stands for this one.
    stands_on = models.ForeignKey("self", on_delete=models.PROTECT, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["text", "id_no_index"], name="signature_once"),
            models.CheckConstraint(
                condition=Q(state__in=[one.value for one in SignatureState]), name="signature_state"
            ),
            models.CheckConstraint(
                condition=Q(state=SignatureState.ASKED, ended_at__isnull=True)
                | ~Q(state=SignatureState.ASKED) & Q(ended_at__isnull=False),
                name="signature_ended_at",
            ),
            models.CheckConstraint(
                condition=~Q(state=SignatureState.SIGNED) | Q(account_id__isnull=False),
                name="signature_by_an_account",
            ),
        ]

    class Privacy:
        internal = {
            "text",
            "id_no_index",
            "roles",
            "level",
            "state",
            "account_id",
            "asked_at",
            "ended_at",
            "stands_on",
        }
        personal = {"name", "reason"}
        sensitive = {"id_no"}
