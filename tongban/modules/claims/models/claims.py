"""Claims, what was known at each check, and objections to those in public notice."""

from django.db import models
from django.db.models import Q

from tongban.kernel.access.states import Permission
from tongban.kernel.records.models import EncryptedJSONField, EncryptedTextField, Record
from tongban.kernel.records.rules import account, firms, granted, people, such, within
from tongban.modules.claims.states import (
    HELD,
    SET_ASIDE,
    UNDER_WAY,
    Answer,
    ClaimState,
    Removal,
    Stage,
    Verdict,
)
from tongban.modules.policies.models import PolicyText

_C = ClaimState


class Claim(Record):
    """The money side of a case by which a subsidy is applied for: of which edition, for which period, how much, paid when.

    Text and edition are those of the day of submission, for ever. Steps, clocks, materials and the decision are the case's.
    """

    case_id = models.UUIDField(unique=True)
    short_no = models.CharField(max_length=24)
    item = models.CharField(max_length=60)
    edition = models.CharField(max_length=20)
    text = models.ForeignKey(PolicyText, on_delete=models.PROTECT, related_name="+")
    audience = models.CharField(max_length=12)
    period = models.CharField(max_length=10, blank=True, default="")  # "" where an item is had once in a life
    repeatable = models.BooleanField(
        default=False
    )  # may be had several times in a period, one after the other
    agency = models.CharField(max_length=60)
    place_path = models.CharField(
        max_length=80, blank=True, default=""
    )  # of the subject: which town bears its part
    subject_id = models.UUIDField()
    name = models.CharField(max_length=120)
    as_of = models.DateField()
    state = models.CharField(max_length=10, default=_C.OPEN)
    fen = models.PositiveBigIntegerField(null=True)  # by the rule, as it was last reckoned
    granted_fen = models.PositiveBigIntegerField(null=True)
    later_fen = models.PositiveBigIntegerField(default=0)  # of what is granted, in later instalments
    clawed_fen = models.PositiveBigIntegerField(default=0)  # of the first instalment
    notice_from = models.DateField(null=True)
    notice_until = models.DateField(null=True)
    removed_for = models.CharField(max_length=10, blank=True, default="")
    reason = EncryptedTextField(null=True)
    removed_by = models.UUIDField(null=True)
    removed_at = models.DateTimeField(null=True)
    account = EncryptedTextField(null=True)
    bank = models.CharField(max_length=120, blank=True, default="")
    pool = models.ForeignKey("claims.PoolCut", on_delete=models.PROTECT, null=True, related_name="claims")
    payout_id = models.UUIDField(null=True, unique=True)
    order_due_on = models.DateField(null=True)
    made_at = models.DateTimeField()
    granted_at = models.DateTimeField(null=True)
    paid_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["agency", "state", "-id"], name="claim_desk"),
            models.Index(fields=["subject_id", "-id"], name="claim_own"),
            models.Index(
                fields=["-notice_until", "-id"], name="claim_noticed", condition=Q(notice_until__isnull=False)
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=[s.value for s in _C]), name="claim_state"),
            models.CheckConstraint(
                condition=Q(audience__in=["organisation", "person"]), name="claim_audience"
            ),
            # The same thing is claimed by the same subject once for a period.
            models.UniqueConstraint(
                fields=["item", "period", "subject_id"],
                condition=Q(state__in=[s.value for s in HELD], repeatable=False),
                name="claim_once",
            ),
            models.UniqueConstraint(
                fields=["item", "period", "subject_id"],
                condition=Q(state__in=[s.value for s in UNDER_WAY], repeatable=True),
                name="claim_one_after_the_other",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[s.value for s in SET_ASIDE])
                | Q(
                    payout_id__isnull=False,
                    granted_fen__isnull=False,
                    granted_at__isnull=False,
                    account__isnull=False,
                ),
                name="claim_money_set_aside",
            ),
            models.CheckConstraint(
                condition=~Q(state=_C.POOLED)
                | Q(fen__isnull=False, account__isnull=False, payout_id__isnull=True, pool__isnull=True),
                name="claim_waits_for_its_pool",
            ),
            models.CheckConstraint(
                condition=Q(granted_fen__isnull=True)
                | Q(fen__isnull=False, granted_fen__lte=models.F("fen")),
                name="claim_never_more_than_the_rule",
            ),
            models.CheckConstraint(
                condition=Q(
                    state=_C.REMOVED,
                    removed_for__in=[r.value for r in Removal],
                    reason__isnull=False,
                    removed_at__isnull=False,
                )
                | ~Q(state=_C.REMOVED) & Q(removed_for=""),
                name="claim_removed_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(notice_from__isnull=True, notice_until__isnull=True)
                | Q(notice_from__isnull=False, notice_until__gte=models.F("notice_from")),
                name="claim_noticed_from_to",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[_C.PAID, _C.CLAWED], paid_at__isnull=False)
                | ~Q(state__in=[_C.PAID, _C.CLAWED]),
                name="claim_paid",
            ),
            models.CheckConstraint(
                condition=Q(clawed_fen=0) | Q(granted_fen__gte=models.F("clawed_fen")), name="claim_clawed"
            ),
            models.CheckConstraint(
                condition=Q(later_fen=0) | Q(granted_fen__gt=models.F("later_fen")), name="claim_first_of_all"
            ),
        ]

    @property
    def first_fen(self) -> int:
        """What the first instalment comes to: all that is granted, where there is no other."""
        return (self.granted_fen or 0) - self.later_fen

    class Rows:
        seen = [
            people("subject_id"),
            firms("subject_id"),
            granted(
                Permission.CLAIM_ACCEPT,
                Permission.CLAIM_REVIEW,
                Permission.CLAIM_DECIDE,
                Permission.LEDGER_MAKE,
            ),
            within("case_id", "cases_case"),
            such("{row}.notice_until IS NOT NULL"),
        ]

    class Privacy:
        public = {"id", "item", "edition", "audience", "agency", "period", "notice_from", "notice_until"}
        internal = {
            "case_id",
            "short_no",
            "text",
            "repeatable",
            "place_path",
            "subject_id",
            "as_of",
            "state",
            "fen",
            "granted_fen",
            "later_fen",
            "clawed_fen",
            "removed_for",
            "removed_by",
            "removed_at",
            "pool",
            "payout_id",
            "order_due_on",
            "made_at",
            "granted_at",
            "paid_at",
        }
        personal = {"name", "bank"}
        sensitive = {"reason", "account"}


class ClaimCheck(Record):
    """What the rule said of a claim at one point, and what was known then; never changed (database trigger), so it can be replayed.

    `values` holds only the facts that the item reads; `said` names those of them that only the applicant says.
    """

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="checks")
    stage = models.CharField(max_length=10)
    verdict = models.CharField(max_length=8)
    fen = models.PositiveBigIntegerField(null=True)
    fails = models.JSONField(default=list)
    missing = models.JSONField(default=list)
    said = models.JSONField(default=list)
    values = EncryptedJSONField()
    digest = models.CharField(max_length=64)
    as_of = models.DateField()
    taken_at = models.DateTimeField()
    taken_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(stage__in=[s.value for s in Stage]), name="claim_check_stage"),
            models.CheckConstraint(
                condition=Q(verdict__in=[v.value for v in Verdict]), name="claim_check_verdict"
            ),
            models.CheckConstraint(
                condition=~Q(verdict=Verdict.YES) | Q(fen__isnull=False), name="claim_check_amount"
            ),
        ]

    class Rows:
        seen = [within("claim_id", "claims_claim")]

    class Privacy:
        internal = {
            "claim",
            "stage",
            "verdict",
            "fen",
            "fails",
            "missing",
            "said",
            "digest",
            "as_of",
            "taken_at",
            "taken_by",
        }
        sensitive = {"values"}


class ClaimObjection(Record):
    """An objection to a claim in public notice, under one's own name, and its answer."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="objections")
    made_by = models.UUIDField()
    made_at = models.DateTimeField()
    words = EncryptedTextField()
    answer = models.CharField(max_length=8, blank=True, default="")
    answer_words = EncryptedTextField(null=True)
    answered_by = models.UUIDField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["claim", "made_by"], name="claim_objection_once"),
            models.CheckConstraint(
                condition=Q(answer="", answered_by__isnull=True, answered_at__isnull=True)
                | Q(
                    answer__in=[a.value for a in Answer],
                    answered_by__isnull=False,
                    answered_at__isnull=False,
                    answer_words__isnull=False,
                ),
                name="claim_objection_answered",
            ),
            # Nobody answers their own objection.
            models.CheckConstraint(
                condition=Q(answered_by__isnull=True) | ~Q(answered_by=models.F("made_by")),
                name="claim_objection_two_persons",
            ),
        ]

    class Rows:
        seen = [
            account("made_by"),
            within("claim_id", "claims_claim"),
        ]

    class Privacy:
        internal = {"claim", "made_by", "made_at", "answer", "answered_by", "answered_at"}
        sensitive = {"words", "answer_words"}
