"""Payouts, the batches in which they are paid, what the bank said, and what a checker was warned of. Amounts in fen."""

from django.db import models
from django.db.models import F, Q

from tongban.kernel.access.states import Permission
from tongban.kernel.ledger.models.books import BudgetLine, Fund
from tongban.kernel.ledger.states import BatchState, Outcome, PayoutState, WarningKind
from tongban.kernel.records.models import BlindIndexField, EncryptedTextField, Record
from tongban.kernel.records.rules import granted, within

# Who takes part in paying. What somebody gets they read in their award or claim.
_OFFICERS = granted(
    Permission.LEDGER_VIEW,
    Permission.LEDGER_RESERVE,
    Permission.LEDGER_MAKE,
    Permission.LEDGER_CHECK,
    Permission.LEDGER_FINANCE,
)


class PaymentBatch(Record):
    """Payouts that go to the treasury together: made, checked and sent by three persons (I7)."""

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="batches")
    fund_code = models.CharField(max_length=60)
    agency = models.CharField(max_length=60)
    place_path = models.CharField(max_length=80, blank=True, default="")
    treasury = models.CharField(max_length=40)
    state = models.CharField(max_length=10, default=BatchState.MADE)
    maker = models.UUIDField()
    checker = models.UUIDField(null=True)
    finance = models.UUIDField(null=True)
    made_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    content = EncryptedTextField(null=True)  # the file as it goes out; frozen when it is approved
    digest = models.CharField(max_length=64, blank=True, default="")
    signature = models.TextField(blank=True, default="")
    reason = models.TextField(blank=True, default="")  # of a rejection

    class Meta:
        indexes = [models.Index(fields=["state", "made_at"], name="batch_by_state")]
        constraints = [
            models.CheckConstraint(
                condition=Q(checker__isnull=True) | ~Q(checker=F("maker")), name="batch_checker_not_maker"
            ),
            models.CheckConstraint(
                condition=Q(finance__isnull=True) | ~Q(finance=F("maker")) & ~Q(finance=F("checker")),
                name="batch_finance_third",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["made", "rejected"])
                | Q(state="approved", checker__isnull=False, content__isnull=False) & ~Q(digest="")
                | Q(
                    state__in=["sent", "delivered"],
                    checker__isnull=False,
                    finance__isnull=False,
                    content__isnull=False,
                )
                & ~Q(digest=""),
                name="batch_persons",
            ),
        ]

    class Rows:
        seen = [_OFFICERS]

    class Privacy:
        internal = {
            "fund",
            "fund_code",
            "agency",
            "place_path",
            "treasury",
            "state",
            "maker",
            "checker",
            "finance",
            "made_at",
            "checked_at",
            "sent_at",
            "digest",
            "signature",
        }
        personal = {"reason"}
        sensitive = {"content"}


class Payout(Record):
    """What one claim gets in one instalment. Its id is what the bank knows it by, for ever."""

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="payouts")
    fund_code = models.CharField(max_length=60)
    agency = models.CharField(max_length=60)
    place_path = models.CharField(max_length=80, blank=True, default="")
    claim = models.CharField(max_length=120)  # a key of the caller's; the ledger knows no more of it
    period = models.CharField(max_length=20)
    instalment = models.PositiveSmallIntegerField(default=1)
    item_key = models.CharField(max_length=120, blank=True, default="")
    payee = models.CharField(max_length=60)  # a key of the caller's
    payee_name = models.CharField(max_length=120)
    account = EncryptedTextField()
    account_index = BlindIndexField(source="account", copies=("approved_index",))
    approved_index = models.CharField(max_length=64, blank=True, default="")  # the account as it was approved
    bank = models.CharField(max_length=120, blank=True, default="")
    fen = models.BigIntegerField()
    state = models.CharField(max_length=10, default=PayoutState.RESERVED)
    batch = models.ForeignKey(PaymentBatch, on_delete=models.PROTECT, null=True, related_name="payouts")
    tries = models.PositiveSmallIntegerField(default=0)  # how often it was sent
    refusal = models.TextField(blank=True, default="")
    reserved_by = models.UUIDField(null=True)
    committed_by = models.UUIDField(null=True)
    reserved_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["account_index"], name="payout_account"),
            models.Index(fields=["payee"]),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["claim", "period", "instalment"],
                condition=~Q(state=PayoutState.RELEASED),
                name="payout_claim_once",
            ),
            models.CheckConstraint(condition=Q(fen__gt=0), name="payout_amount"),
            models.CheckConstraint(condition=Q(state__in=[str(s) for s in PayoutState]), name="payout_state"),
            models.CheckConstraint(
                condition=Q(batch__isnull=False)
                | Q(state__in=[PayoutState.RESERVED, PayoutState.COMMITTED, PayoutState.RELEASED]),
                name="payout_batch",
            ),
        ]

    class Rows:
        seen = [_OFFICERS]

    class Privacy:
        internal = {
            "fund",
            "fund_code",
            "agency",
            "place_path",
            "claim",
            "period",
            "instalment",
            "item_key",
            "state",
            "batch",
            "tries",
            "reserved_by",
            "committed_by",
            "reserved_at",
        }
        personal = {"payee", "payee_name", "bank", "fen", "refusal", "account_index", "approved_index"}
        sensitive = {"account"}


class PayoutShare(Record):
    """What one budget line bears of a payout. Never changed."""

    payout = models.ForeignKey(Payout, on_delete=models.PROTECT, related_name="shares")
    line = models.ForeignKey(BudgetLine, on_delete=models.PROTECT, related_name="shares")
    fen = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["payout", "line"], name="share_once"),
            models.CheckConstraint(condition=Q(fen__gt=0), name="share_amount"),
        ]

    class Rows:
        seen = [within("payout_id", "ledger_payout")]

    class Privacy:
        internal = {"payout", "line"}
        personal = {"fen"}


class BankAnswer(Record):
    """What the treasury said of a payout, as it came; `applied` is False for what contradicted an earlier answer."""

    payout = models.ForeignKey(Payout, on_delete=models.PROTECT, related_name="answers")
    batch = models.ForeignKey(PaymentBatch, on_delete=models.PROTECT, related_name="answers")
    key = models.CharField(max_length=120, unique=True)  # the treasury's own number of the answer
    outcome = models.CharField(max_length=10)
    reason = models.TextField(blank=True, default="")
    applied = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(outcome__in=[str(o) for o in Outcome]), name="answer_outcome")
        ]

    class Rows:
        seen = [within("payout_id", "ledger_payout")]

    class Privacy:
        internal = {"payout", "batch", "key", "outcome", "applied", "at"}
        personal = {"reason"}


class StatementLine(Record):
    """One line of a bank statement. `incoming` is money that came back; without a payout it stands in suspense."""

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="statement_lines")
    reference = models.CharField(max_length=120, unique=True)
    payout = models.ForeignKey(Payout, on_delete=models.PROTECT, null=True, related_name="statement_lines")
    incoming = models.BooleanField()
    fen = models.BigIntegerField()
    day = models.DateField()
    read_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(fen__gt=0), name="statement_amount")]

    class Privacy:
        internal = {"fund", "reference", "payout", "incoming", "day", "read_at"}
        personal = {"fen"}


class PaymentWarning(Record):
    """What a batch's checker was warned of, and the reason why it is paid all the same."""

    batch = models.ForeignKey(PaymentBatch, on_delete=models.PROTECT, related_name="warnings")
    payout = models.ForeignKey(Payout, on_delete=models.PROTECT, related_name="warnings")
    kind = models.CharField(max_length=16)
    others = models.JSONField(default=list)
    reason = models.TextField(blank=True, default="")
    acknowledged_by = models.UUIDField(null=True)
    acknowledged_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "payout", "kind"], name="warning_once"),
            models.CheckConstraint(condition=Q(kind__in=[str(k) for k in WarningKind]), name="warning_kind"),
            models.CheckConstraint(
                condition=Q(acknowledged_by__isnull=True, reason="")
                | Q(acknowledged_by__isnull=False, acknowledged_at__isnull=False) & ~Q(reason=""),
                name="warning_reason",
            ),
        ]

    class Privacy:
        internal = {"batch", "payout", "kind", "others", "acknowledged_by", "acknowledged_at"}
        personal = {"reason"}
