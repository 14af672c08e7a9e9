"""What banks report of loans and the interest that was paid on them."""

from django.db import models
from django.db.models import F, Q

from tongban.kernel.records.models import EncryptedTextField, Record
from tongban.modules.claims.states import ReportState


class BankReport(Record):
    """One table of a bank for one kind of loans and one year; withdrawn as a whole where it was wrong."""

    bank_id = models.UUIDField()
    fact = models.CharField(max_length=60)
    year = models.PositiveSmallIntegerField()
    digest = models.CharField(max_length=64)
    many = models.PositiveIntegerField()
    interest_fen = models.PositiveBigIntegerField()
    state = models.CharField(max_length=10, default=ReportState.IN_FORCE)
    sent_by = models.UUIDField()
    sent_at = models.DateTimeField()
    withdrawn_by = models.UUIDField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["bank_id", "-id"], name="bank_report_own")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=ReportState.IN_FORCE, withdrawn_at__isnull=True)
                | Q(state=ReportState.WITHDRAWN, withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="bank_report_state",
            ),
            models.CheckConstraint(
                condition=Q(many__gt=0, interest_fen__gt=0), name="bank_report_of_something"
            ),
        ]

    class Privacy:
        internal = {
            "bank_id",
            "fact",
            "year",
            "digest",
            "many",
            "interest_fen",
            "state",
            "sent_by",
            "sent_at",
            "withdrawn_by",
            "withdrawn_at",
        }


class BankLoan(Record):
    """One loan of a report. A loan counts once in a year, whatever report names it (`live` while its report is in force)."""

    report = models.ForeignKey(BankReport, on_delete=models.PROTECT, related_name="loans")
    bank_id = models.UUIDField()
    fact = models.CharField(max_length=60)
    year = models.PositiveSmallIntegerField()
    line = models.PositiveIntegerField()
    subject_id = models.UUIDField()
    loan_no = EncryptedTextField()
    loan_digest = models.CharField(max_length=64)
    principal_fen = models.PositiveBigIntegerField()
    interest_fen = models.PositiveBigIntegerField()
    begins_on = models.DateField()
    ends_on = models.DateField()
    live = models.BooleanField(default=True)

    class Meta:
        indexes = [
            models.Index(fields=["subject_id", "fact", "year"], condition=Q(live=True), name="bank_loan_of")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["bank_id", "loan_digest", "year"], condition=Q(live=True), name="bank_loan_once"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("begins_on"), principal_fen__gt=0, interest_fen__gt=0),
                name="bank_loan_right",
            ),
        ]

    class Privacy:
        internal = {
            "report",
            "bank_id",
            "fact",
            "year",
            "line",
            "subject_id",
            "loan_digest",
            "principal_fen",
            "interest_fen",
            "begins_on",
            "ends_on",
            "live",
        }
        sensitive = {"loan_no"}
