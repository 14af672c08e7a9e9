"""Fees: asked for after the acceptance, looked for at the cashier's once a day and whenever the applicant comes back."""

import logging
from datetime import date

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.foundation.money import format_yuan
from tongban.kernel.cases import queries as cases
from tongban.kernel.cases import states as case_states
from tongban.kernel.events.models import Event
from tongban.kernel.events.states import daily, subscribe
from tongban.kernel.notices import actions as notices
from tongban.kernel.outcomes import actions, queries, states
from tongban.kernel.outcomes.queries.cashiers import cashier
from tongban.kernel.outcomes.tasks.notices import key_for

log = logging.getLogger(__name__)


@subscribe(case_states.ACCEPTED)
def fee_asked(event: Event, prepared: None) -> None:
    """Accepted: now the fee is due, where the item charges one."""
    actions.ask_payment(case_id=event.subject_id)


@subscribe(case_states.DEEMED_ACCEPTED)
def fee_asked_when_deemed(event: Event, prepared: None) -> None:
    """The same where the law accepted it."""
    actions.ask_payment(case_id=event.subject_id)


@daily
def look_for_payments(day: date) -> None:
    """Ask the cashier for every fee that is open; one that is not answered for is asked for tomorrow."""
    for payment_id in queries.unpaid():
        row = queries.payment(payment_id)
        try:
            paid = cashier(row.cashier).look(row.number)
        except Problem:
            log.warning("the cashier said nothing of payment %s", payment_id)
            continue
        if paid is not None:
            actions.note_payment(payment_id=payment_id, paid=paid)


@subscribe(states.PAYMENT_ASKED)
def told_to_pay(event: Event, prepared: None) -> None:
    """Tell the applicant what there is to pay, and by when."""
    case = cases.case(event.subject_id)
    row = queries.payment_of(case)
    if row is None:
        return
    amount = format_yuan(row.amount_fen)
    for account in cases.told(case, time.today()):
        notices.notify(
            account_id=account,
            title=(f"请缴费：{case.item_name}", f"Please pay: {case.item_name}"),
            body=(
                f"编号 {case.short_no}。{row.name} {amount} 元，请在 {row.due_on} 前在办件页面缴费；等待缴费期间承诺时限停止计时。",
                f"Number {case.short_no}. Please pay {amount} yuan on the case's page by {row.due_on}; the promised time waits.",
            ),
            about=case,
            effect_key=key_for(event, case, account),
        )
