"""What an applicant has to pay: always to the body that handles the case, never to a counter (domain.md 5)."""

from django.db import models
from django.db.models import Q

from tongban.kernel.cases.models import Case
from tongban.kernel.outcomes.states import PaymentState
from tongban.kernel.records.models import Record


class Payment(Record):
    """The fee of a case, from the notice to the receipt. Amounts in fen."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="payment")
    number = models.CharField(max_length=40, unique=True)  # what the applicant and the cashier know it by
    name = models.CharField(max_length=80)
    amount_fen = models.BigIntegerField()
    payee = models.CharField(max_length=60)  # the agency
    state = models.CharField(max_length=6, default=PaymentState.ASKED)
    asked_at = models.DateTimeField()
    due_on = models.DateField()
    cashier = models.CharField(max_length=40)
    paid_at = models.DateTimeField(null=True)
    channel = models.CharField(max_length=40, blank=True, default="")
    receipt_no = models.CharField(max_length=60, blank=True, default="")

    class Meta:
        indexes = [
            models.Index(fields=["due_on"], name="payment_open", condition=Q(state=PaymentState.ASKED))
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="payment_amount"),
            models.CheckConstraint(
                condition=Q(state=PaymentState.PAID, paid_at__isnull=False) & ~Q(receipt_no="")
                | Q(state=PaymentState.ASKED, paid_at__isnull=True),
                name="payment_paid",
            ),
        ]

    class Privacy:
        internal = {
            "case",
            "number",
            "name",
            "payee",
            "state",
            "asked_at",
            "due_on",
            "cashier",
            "paid_at",
            "channel",
            "receipt_no",
        }
        personal = {"amount_fen"}
