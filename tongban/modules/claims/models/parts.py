"""What of a granted claim is paid later: the second instalment and those after it."""

from django.db import models
from django.db.models import F, Q

from tongban.kernel.records.models import EncryptedTextField, Record
from tongban.kernel.records.rules import within
from tongban.modules.claims.models.claims import Claim
from tongban.modules.claims.states import LATER, PartState

_P = PartState


class ClaimPart(Record):
    """One later instalment of a claim, its money set aside with the decision. `due_on` is empty while it waits for a
    condition that an officer confirms; `basis` is what they found.
    """

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="parts")
    number = models.PositiveSmallIntegerField()  # the first instalment is the claim's own
    percent = models.PositiveSmallIntegerField()
    fen = models.PositiveBigIntegerField()
    clawed_fen = models.PositiveBigIntegerField(default=0)
    when = models.JSONField(default=dict)  # in the words of the edition, Chinese and English
    due_on = models.DateField(null=True)
    state = models.CharField(max_length=10, default=_P.PLANNED)
    basis = EncryptedTextField(null=True)
    reason = EncryptedTextField(null=True)  # why it is held up or not paid
    decided_by = models.UUIDField(null=True)
    payout_id = models.UUIDField(unique=True)
    paid_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["due_on"], condition=Q(state__in=[s.value for s in LATER]), name="claim_part_due"
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["claim", "number"], name="claim_part_once"),
            models.CheckConstraint(condition=Q(state__in=[s.value for s in _P]), name="claim_part_state"),
            models.CheckConstraint(condition=Q(number__gte=2, fen__gt=0), name="claim_part_later"),
            models.CheckConstraint(
                condition=~Q(state=_P.PAID) | Q(paid_at__isnull=False), name="claim_part_paid"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[_P.BLOCKED, _P.FORFEITED]) | Q(reason__isnull=False),
                name="claim_part_held_for_a_reason",
            ),
            models.CheckConstraint(condition=Q(clawed_fen__lte=F("fen")), name="claim_part_clawed"),
        ]

    class Rows:
        seen = [within("claim_id", "claims_claim")]

    class Privacy:
        internal = {
            "claim",
            "number",
            "percent",
            "fen",
            "clawed_fen",
            "when",
            "due_on",
            "state",
            "decided_by",
            "payout_id",
            "paid_at",
        }
        sensitive = {"basis", "reason"}
