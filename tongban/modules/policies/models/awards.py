"""Batches of one item granted without an application (免申即享): whom the data name, what was said of each, what is paid."""

from django.db import models
from django.db.models import F, Q

from tongban.kernel.access.states import Permission
from tongban.kernel.records.models import BlindIndexField, EncryptedJSONField, EncryptedTextField, Record
from tongban.kernel.records.rules import account, firms, holding, people, such, through, within
from tongban.modules.policies.models.texts import PolicyText
from tongban.modules.policies.states import (
    ENDED,
    HELD,
    REMOVED_FOR,
    Answer,
    AwardState,
    BatchState,
    OpinionState,
)

_B, _A = BatchState, AwardState
_SHOWN = [_B.IN_NOTICE, _B.APPROVED, _B.CONFIRMING, _B.ORDERED, _B.RECONCILED]
_DECIDED = [_B.APPROVED, _B.CONFIRMING, _B.ORDERED, _B.RECONCILED]

# Who makes, decides and pays awards; an opinion is asked of departments that have no item in the list.
_OFFICERS = holding(
    Permission.CLAIM_REVIEW, Permission.CLAIM_DECIDE, Permission.LEDGER_VIEW, Permission.LEDGER_MAKE
)


class AwardBatch(Record):
    """One run of an item's edition over everybody, and its way from the list to the bank.

    Text and edition are those that it was made by, for ever: a later edition changes no batch. `last_id` is the last
    subject that the run has looked at.
    """

    item = models.CharField(max_length=60)
    edition = models.CharField(max_length=20)
    audience = models.CharField(max_length=12)
    text = models.ForeignKey(PolicyText, on_delete=models.PROTECT, related_name="+")
    agency = models.CharField(max_length=60)
    place_path = models.CharField(max_length=80, blank=True, default="")
    period = models.CharField(max_length=10, blank=True, default="")  # "" where an item is had once in a life
    as_of = models.DateField()
    state = models.CharField(max_length=12, default=BatchState.RUNNING)
    looked_at = models.PositiveIntegerField(default=0)
    last_id = models.UUIDField(null=True)
    due_on = models.DateField(null=True)  # of the step it is in
    notice_until = models.DateField(null=True)
    made_by = models.UUIDField()
    made_at = models.DateTimeField()
    approved_by = models.UUIDField(null=True)
    approved_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=400, blank=True, default="")  # why it was given up

    class Meta:
        indexes = [models.Index(fields=["agency", "state", "-id"], name="award_batch_desk")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=[s.value for s in _B]), name="award_batch_state"),
            models.CheckConstraint(
                condition=Q(audience__in=["organisation", "person"]), name="award_batch_audience"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=_SHOWN) | Q(notice_until__isnull=False), name="award_batch_in_notice"
            ),
            models.CheckConstraint(
                condition=Q(state__in=_DECIDED, approved_by__isnull=False, approved_at__isnull=False)
                | ~Q(state__in=_DECIDED),
                name="award_batch_approved",
            ),
            # Whoever made a list does not approve it.
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("made_by")),
                name="award_batch_two_persons",
            ),
            models.CheckConstraint(
                condition=Q(state__in=ENDED, ended_at__isnull=False)
                | ~Q(state__in=ENDED) & Q(ended_at__isnull=True),
                name="award_batch_ended",
            ),
            models.UniqueConstraint(
                fields=["item", "period"],
                condition=Q(state__in=[_B.RUNNING, _B.MADE, _B.SAMPLED, _B.CONSULTED, _B.IN_NOTICE]),
                name="award_batch_one_list",
            ),
        ]

    class Privacy:
        public = {"id", "item", "edition", "audience", "agency", "period", "as_of", "state", "notice_until"}
        internal = {
            "text",
            "place_path",
            "looked_at",
            "last_id",
            "due_on",
            "made_by",
            "made_at",
            "approved_by",
            "approved_at",
            "ended_at",
            "reason",
        }


class ProfileSnapshot(Record):
    """What was known of a subject when it was decided about; never changed (database trigger), so it can be replayed.

    `values` holds only the facts that the item reads.
    """

    subject_id = models.UUIDField(db_index=True)
    as_of = models.DateField()
    values = EncryptedJSONField()
    digest = models.CharField(max_length=64)
    taken_at = models.DateTimeField()

    class Rows:
        seen = [
            people("subject_id"),
            firms("subject_id"),
            _OFFICERS,
        ]

    class Privacy:
        internal = {"subject_id", "as_of", "digest", "taken_at"}
        sensitive = {"values"}


class Award(Record):
    """One subject on the list of a batch. Whoever is taken off stays, with the reason.

    `fen` is what the rule gives, `granted_fen` what the decision gives: less where a fund has to be shared.
    """

    batch = models.ForeignKey(AwardBatch, on_delete=models.PROTECT, related_name="awards")
    item = models.CharField(max_length=60)
    period = models.CharField(max_length=10, blank=True, default="")
    agency = models.CharField(max_length=60)
    place_path = models.CharField(max_length=80, blank=True, default="")
    subject_id = models.UUIDField()
    name = models.CharField(max_length=120)
    snapshot = models.ForeignKey(ProfileSnapshot, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10)
    fen = models.PositiveBigIntegerField(null=True)
    granted_fen = models.PositiveBigIntegerField(null=True)
    missing = models.JSONField(default=list)  # names of facts, where data are needed
    sampled = models.BooleanField(default=False)
    looked_by = models.UUIDField(null=True)
    looked_at = models.DateTimeField(null=True)
    removed_for = models.CharField(max_length=12, blank=True, default="")
    reason = EncryptedTextField(null=True)
    account = EncryptedTextField(null=True)
    account_index = BlindIndexField(source="account", db_index=False)
    bank = models.CharField(max_length=120, blank=True, default="")
    payout_id = models.UUIDField(null=True, unique=True)
    due_on = models.DateField(null=True)  # until when an answer is waited for
    reminded_at = models.DateTimeField(null=True)
    answered_by = models.UUIDField(null=True)
    answered_at = models.DateTimeField(null=True)
    paid_at = models.DateTimeField(null=True)
    clawed_fen = models.PositiveBigIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["batch", "state", "id"], name="award_list"),
            models.Index(fields=["subject_id", "-id"], name="award_own"),
            models.Index(fields=["due_on"], condition=Q(state=_A.WAITING), name="award_waiting"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["batch", "subject_id"], name="award_once_in_a_batch"),
            # The same thing is given to the same subject once, whatever batch names it.
            models.UniqueConstraint(
                fields=["item", "period", "subject_id"],
                condition=Q(state__in=[s.value for s in HELD]),
                name="award_once",
            ),
            models.CheckConstraint(condition=Q(state__in=[s.value for s in _A]), name="award_state"),
            models.CheckConstraint(
                condition=Q(state__in=[_A.NEEDS_DATA, _A.REMOVED]) | Q(fen__isnull=False),
                name="award_amount_known",
            ),
            models.CheckConstraint(
                condition=Q(granted_fen__isnull=True) | Q(granted_fen__lte=F("fen")),
                name="award_never_more_than_the_rule",
            ),
            models.CheckConstraint(
                condition=Q(state=_A.REMOVED, removed_for__in=[r.value for r in REMOVED_FOR])
                | ~Q(state=_A.REMOVED) & Q(removed_for=""),
                name="award_removed_for_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[_A.WAITING, _A.CONFIRMED, _A.ORDERED, _A.PAID, _A.CLAWED])
                | Q(payout_id__isnull=False, granted_fen__isnull=False),
                name="award_money_set_aside",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[_A.CONFIRMED, _A.ORDERED, _A.PAID, _A.CLAWED])
                | Q(account__isnull=False, answered_by__isnull=False, answered_at__isnull=False),
                name="award_confirmed_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[_A.PAID, _A.CLAWED], paid_at__isnull=False)
                | ~Q(state__in=[_A.PAID, _A.CLAWED]) & Q(paid_at__isnull=True),
                name="award_paid",
            ),
            # Only what was paid is clawed back; all of it, and only then, is a state of its own.
            models.CheckConstraint(
                condition=Q(clawed_fen=0) & ~Q(state=_A.CLAWED)
                | Q(state=_A.PAID, clawed_fen__lt=F("granted_fen"))
                | Q(state=_A.CLAWED, clawed_fen=F("granted_fen")),
                name="award_clawed",
            ),
        ]

    class Rows:
        seen = [
            people("subject_id"),
            firms("subject_id"),
            _OFFICERS,
            through("batch_id", "policies_awardbatch", such("{row}.notice_until IS NOT NULL")),
        ]

    class Privacy:
        internal = {
            "batch",
            "item",
            "period",
            "agency",
            "place_path",
            "subject_id",
            "snapshot",
            "state",
            "fen",
            "granted_fen",
            "missing",
            "sampled",
            "looked_by",
            "looked_at",
            "removed_for",
            "account_index",
            "payout_id",
            "due_on",
            "reminded_at",
            "answered_by",
            "answered_at",
            "paid_at",
            "clawed_fen",
        }
        personal = {"name", "bank"}
        sensitive = {"reason", "account"}


class Opinion(Record):
    """What one department says of the list of a batch. Silence until the day is no objection, and is noted as silence."""

    batch = models.ForeignKey(AwardBatch, on_delete=models.PROTECT, related_name="opinions")
    step = models.CharField(max_length=40)
    agency = models.CharField(max_length=60)
    place_path = models.CharField(max_length=80, blank=True, default="")
    item_code = models.CharField(max_length=60)
    state = models.CharField(max_length=10, default=OpinionState.OPEN)
    asked_at = models.DateTimeField()
    due_on = models.DateField()
    answered_by = models.UUIDField(null=True)
    answered_at = models.DateTimeField(null=True)
    words = EncryptedTextField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["agency"], condition=Q(state=OpinionState.OPEN), name="opinion_desk"),
            models.Index(fields=["due_on"], condition=Q(state=OpinionState.OPEN), name="opinion_due"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["batch", "step"], name="opinion_once"),
            models.CheckConstraint(
                condition=Q(state__in=[s.value for s in OpinionState]), name="opinion_state"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[OpinionState.CLEAR, OpinionState.AGAINST], answered_by__isnull=False)
                | Q(state__in=[OpinionState.OPEN, OpinionState.SILENT], answered_by__isnull=True),
                name="opinion_of_somebody",
            ),
        ]

    class Privacy:
        internal = {
            "batch",
            "step",
            "agency",
            "place_path",
            "item_code",
            "state",
            "asked_at",
            "due_on",
            "answered_by",
            "answered_at",
        }
        sensitive = {"words"}


class Objection(Record):
    """Somebody objects, under their own name, to one award that is in public notice. Answered before the decision."""

    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="objections")
    made_by = models.UUIDField()
    made_at = models.DateTimeField()
    words = EncryptedTextField()
    answer = models.CharField(max_length=10, blank=True, default="")
    answer_words = EncryptedTextField(null=True)
    answered_by = models.UUIDField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["award", "made_by"], name="objection_once"),
            models.CheckConstraint(
                condition=Q(answer="", answered_by__isnull=True)
                | Q(answer__in=[a.value for a in Answer], answered_by__isnull=False),
                name="objection_answered_by_somebody",
            ),
        ]

    class Rows:
        seen = [
            account("made_by"),
            within("award_id", "policies_award"),
        ]

    class Privacy:
        internal = {"award", "made_by", "made_at", "answer", "answered_by", "answered_at"}
        sensitive = {"words", "answer_words"}


__all__ = ["Award", "AwardBatch", "Objection", "Opinion", "ProfileSnapshot"]
