"""Receiving duties, kept apart from the case, which records the handling ones."""

from django.db import models
from django.db.models import Q

from tongban.kernel.access.states import Permission
from tongban.kernel.cases.models import Case
from tongban.kernel.receptions.states import Consent, Mode, Proof
from tongban.kernel.records.models import EncryptedTextField, Record
from tongban.kernel.records.rules import behind, granted, within


class Reception(Record):
    """An application taken in at a window for the person in front of it: where, by whom, how identity was checked.

    The case itself says who handles it; a rating and a complaint look at both.
    """

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="reception")
    hall = models.CharField(max_length=40)
    place_path = models.CharField(max_length=80)  # the hall's own path: a grant for it reaches no other hall
    agency = models.CharField(max_length=60)
    item_code = models.CharField(max_length=60)
    mode = models.CharField(max_length=12, blank=True, default="")
    proof = models.CharField(max_length=12)
    note = EncryptedTextField(null=True)
    opened_at = models.DateTimeField()
    opened_by = models.UUIDField()
    consent = models.CharField(max_length=6, blank=True, default="")
    consent_file_id = models.UUIDField(null=True)
    consented_at = models.DateTimeField(null=True)
    help_ended_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    received_by = models.UUIDField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["place_path", "-id"],
                opclasses=["varchar_pattern_ops", "uuid_ops"],
                name="reception_hall",
            )
        ]
        constraints = [
            models.CheckConstraint(condition=Q(proof__in=[p.value for p in Proof]), name="reception_proof"),
            models.CheckConstraint(
                condition=Q(consent="", consented_at__isnull=True, consent_file_id__isnull=True)
                | Q(consent=Consent.CODE, consented_at__isnull=False, consent_file_id__isnull=True)
                | Q(consent=Consent.PAPER, consented_at__isnull=False, consent_file_id__isnull=False),
                name="reception_consent",
            ),
            models.CheckConstraint(
                condition=Q(mode="", received_at__isnull=True, received_by__isnull=True)
                | Q(
                    mode__in=[m.value for m in Mode],
                    received_at__isnull=False,
                    received_by__isnull=False,
                ),
                name="reception_received",
            ),
        ]

    class Rows:
        seen = [within("case_id", "cases_case"), granted(Permission.CASE_RECEIVE)]
        opens = {Case: [behind("receptions_reception", "case_id", granted(Permission.CASE_RECEIVE))]}

    class Privacy:
        internal = {
            "case",
            "hall",
            "place_path",
            "agency",
            "item_code",
            "mode",
            "proof",
            "opened_at",
            "opened_by",
            "consent",
            "consent_file_id",
            "consented_at",
            "help_ended_at",
            "received_at",
            "received_by",
        }
        sensitive = {"note"}
