"""Writes about fees: asked for with the acceptance, noted when the cashier says so. Only the promised clock waits."""

import uuid

from django.conf import settings

from tongban.foundation import time
from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.cases import queries as case_queries
from tongban.kernel.cases.actions import work
from tongban.kernel.cases.actions.handling import values_of
from tongban.kernel.cases.actions.promises import day_after
from tongban.kernel.cases.actions.transitions import show_decision
from tongban.kernel.cases.models import Case
from tongban.kernel.cases.states import EXAMINED_STATES
from tongban.kernel.deadlines import actions as clocks
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.deadlines.calc import Limit
from tongban.kernel.deadlines.states import ClockKind, PauseReason, Unit
from tongban.kernel.events import actions as events
from tongban.kernel.outcomes import queries, states
from tongban.kernel.outcomes.models import Payment
from tongban.kernel.outcomes.queries.cashiers import Paid
from tongban.kernel.outcomes.states import PaymentState
from tongban.kernel.records.actions import action

_STATUTORY, _PROMISED = ClockKind.DECISION_STATUTORY, ClockKind.DECISION_PROMISED


@action
def ask_payment(*, case_id: uuid.UUID) -> Payment | None:
    """Ask for the fee of an accepted case; None where nothing is charged. A second call finds what was asked.

    The promised clock stands still until it is paid; no law lets the statutory one wait for money (domain.md 2.1).
    """
    case = Case.objects.select_for_update().get(pk=case_id)
    row = queries.payment_of(case)
    definition = case_queries.version_of(case).definition
    if row is not None or case.state not in EXAMINED_STATES or not definition.fee_rules:
        return row
    fee = definition.fee(values_of(case))
    if fee is None:
        return None
    due = definition.data["fee"]["due"]
    row = Payment(
        case=case,
        number=f"{case.short_no}-F1",
        name=fee[1],
        amount_fen=fee[0],
        payee=case.agency,
        asked_at=time.now(),
        due_on=day_after(Limit(due["value"], Unit(due["unit"])), time.today()),
        cashier=settings.CASHIER,
    )
    row.save(force_insert=True)
    payload = {"number": row.number, "due_on": row.due_on.isoformat()}
    events.record(name=states.PAYMENT_ASKED, about=case, by=SYSTEM, payload=payload)
    promised = deadlines.clock(case.pk, _PROMISED)
    if promised is not None and not promised.stopped and promised.unit != Unit.INSTANT:
        clocks.pause(
            subject_id=case.pk,
            kind=_PROMISED,
            reason=PauseReason.FEE_WAITING,
            day=time.today(),
            by=SYSTEM,
            planned_until=row.due_on,
        )
        _show(case)
    return row


def _show(case: Case) -> None:
    show_decision(case, deadlines.clock(case.pk, _STATUTORY), deadlines.clock(case.pk, _PROMISED))
    work.settle(case)


@action
def note_payment(*, payment_id: uuid.UUID, paid: Paid) -> Payment:
    """Note that a fee was paid, with the number of its receipt; the promised clock goes on. A second call changes nothing."""
    row = Payment.objects.select_for_update().get(pk=payment_id)
    if row.state == PaymentState.PAID:
        return row
    case = Case.objects.select_for_update().get(pk=row.case_id)
    row.state, row.paid_at = PaymentState.PAID, paid.at
    row.channel, row.receipt_no = paid.channel, paid.receipt_no
    row.save()
    events.record(name=states.PAYMENT_RECEIVED, about=case, by=SYSTEM, payload={"number": row.number})
    promised = deadlines.clock(case.pk, _PROMISED)
    waits = promised is not None and not promised.stopped and promised.unit != Unit.INSTANT
    if waits and case_queries.open_pauses(promised)[PauseReason.FEE_WAITING]:
        clocks.resume(subject_id=case.pk, kind=_PROMISED, reason=PauseReason.FEE_WAITING, day=time.today())
        if case.state in EXAMINED_STATES:
            _show(case)
    return row
