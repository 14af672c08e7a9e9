"""Funds, budget lines with their guarded balances, and the postings that nobody can change. Amounts in fen."""

from django.db import models
from django.db.models import F, Q

from tongban.kernel.ledger.states import Account, PostingKind
from tongban.kernel.records.models import Record


class Fund(Record):
    """Money of one funder for one purpose."""

    code = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    agency = models.CharField(max_length=60)  # which runs it, and whose seal closes its months
    opened_at = models.DateTimeField()

    class Privacy:
        public = {"code", "name", "agency"}
        internal = {"opened_at"}


class BudgetLine(Record):
    """What a fund gives in one year for one place. Changed by conditional updates of `actions.posting` only."""

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="lines")
    fund_code = models.CharField(max_length=60)  # as in the fund: grants are asked by it
    agency = models.CharField(max_length=60)
    year = models.PositiveSmallIntegerField()
    place_path = models.CharField(max_length=80, blank=True, default="")
    budget_fen = models.BigIntegerField(default=0)
    available_fen = models.BigIntegerField(default=0)
    reserved_fen = models.BigIntegerField(default=0)
    payable_fen = models.BigIntegerField(default=0)
    paid_fen = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["fund", "year", "place_path"], name="budget_line_once"),
            models.CheckConstraint(
                condition=Q(available_fen__gte=0, reserved_fen__gte=0, payable_fen__gte=0, paid_fen__gte=0),
                name="budget_line_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(
                    budget_fen=F("available_fen") + F("reserved_fen") + F("payable_fen") + F("paid_fen")
                ),
                name="budget_line_adds_up",
            ),
        ]

    class Privacy:
        internal = {
            "fund",
            "fund_code",
            "agency",
            "year",
            "place_path",
            "budget_fen",
            "available_fen",
            "reserved_fen",
            "payable_fen",
            "paid_fen",
        }


class Posting(Record):
    """One transaction of the books. Written after its entries, and closed by that: nothing can be added to it."""

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="postings")
    kind = models.CharField(max_length=10)
    key = models.CharField(
        max_length=120, unique=True
    )  # the effect: a second one with the same key is refused
    payout = models.ForeignKey("Payout", on_delete=models.PROTECT, null=True, related_name="postings")
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="reversal")
    reason = models.TextField(blank=True, default="")
    at = models.DateTimeField()
    made_by = models.UUIDField(null=True)  # the account; none where the system did it

    class Meta:
        indexes = [models.Index(fields=["fund", "at"], name="posting_by_fund")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=[str(k) for k in PostingKind]), name="posting_kind"),
            models.CheckConstraint(
                condition=Q(kind="reversal", reverses__isnull=False) & ~Q(reason="")
                | ~Q(kind="reversal") & Q(reverses__isnull=True),
                name="posting_reversal_names_original",
            ),
        ]

    class Privacy:
        internal = {"fund", "kind", "key", "payout", "reverses", "at", "made_by"}
        personal = {"reason"}


class LedgerEntry(Record):
    """So many fen into an account (minus: out of it). Never changed; those of a posting add up to zero."""

    # The posting is written after its entries, so the reference is checked at the end of the transaction.
    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="entries")
    line = models.ForeignKey(BudgetLine, on_delete=models.PROTECT, null=True, related_name="entries")
    account = models.CharField(max_length=10)
    fen = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(fen=0), name="entry_not_empty"),
            models.CheckConstraint(condition=Q(account__in=[str(a) for a in Account]), name="entry_account"),
            models.CheckConstraint(
                condition=Q(line__isnull=False) | Q(account__in=["fund", "suspense"]), name="entry_line"
            ),
        ]

    class Privacy:
        internal = {"posting", "line", "account", "fen"}


class MonthClose(Record):
    """A closed month of a fund: its trial balance, digest and seal, chained to the month closed before it."""

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="closes")
    year = models.PositiveSmallIntegerField()
    month = models.PositiveSmallIntegerField()
    balance = models.JSONField()  # account → fen
    postings = models.PositiveIntegerField()
    previous = models.CharField(max_length=64, blank=True, default="")
    digest = models.CharField(max_length=64)
    signature = models.TextField()  # base64, by the seal of the fund's agency over the digest's document
    closed_at = models.DateTimeField()
    closed_by = models.UUIDField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["fund", "year", "month"], name="month_closed_once"),
            models.CheckConstraint(condition=Q(month__gte=1, month__lte=12), name="month_close_month"),
        ]

    class Privacy:
        internal = {
            "fund",
            "year",
            "month",
            "balance",
            "postings",
            "previous",
            "digest",
            "signature",
            "closed_at",
            "closed_by",
        }
