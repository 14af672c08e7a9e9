"""Reads of fees: what a case costs, whether it was paid, what is still open."""

import uuid

from tongban.kernel.cases import queries as cases
from tongban.kernel.cases.models import Case
from tongban.kernel.cases.states import OPEN_STATES
from tongban.kernel.outcomes.models import Payment
from tongban.kernel.outcomes.states import PaymentState


def payment_of(case: Case) -> Payment | None:
    """The fee of a case; no query where the item charges none."""
    if not cases.version_of(case).definition.fee_rules:
        return None
    return Payment.objects.filter(case=case).first()


def payable(case: Case, payment: Payment | None) -> bool:
    """Whether the applicant can pay now."""
    return payment is not None and payment.state == PaymentState.ASKED and case.state in OPEN_STATES


def payment_by_number(number: str) -> Payment | None:
    """The fee with this number."""
    return Payment.objects.filter(number=number).select_related("case").first()


def unpaid() -> list[uuid.UUID]:
    """The fees that were asked for and of which nobody knows yet that they were paid."""
    rows = Payment.objects.filter(state=PaymentState.ASKED, case__state__in=OPEN_STATES)
    return list(rows.order_by("id").values_list("pk", flat=True))


def payment(payment_id: uuid.UUID) -> Payment:
    """One fee for the machinery."""
    return Payment.objects.select_related("case").get(pk=payment_id)


@cases.also_ask
def fee_unpaid(case: Case) -> cases.Obstacle | None:
    """A result is given when its fee was paid; a denial need not wait for it."""
    row = payment_of(case)
    if row is None or row.state == PaymentState.PAID:
        return None
    return cases.Obstacle(
        "申请人还没有缴费，不能作出准予决定。",
        "The fee has not been paid, so it cannot be granted.",
        "缴费后系统会自动登记。",
        "It is noted by itself once it has been paid.",
        only_for_grant=True,
    )
