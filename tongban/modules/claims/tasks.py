"""Stands at the gates of cases, follows their course and the ledger's answers, and tells people. Every day: notices, editions."""

import uuid
from datetime import date
from typing import Any

from tongban.foundation import time
from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.cases import actions as cases
from tongban.kernel.cases.states import STEP_LAPSED
from tongban.kernel.events.states import daily, subscribe
from tongban.kernel.ledger import queries as ledger
from tongban.kernel.ledger.states import CLAWED_BACK, PAID, REFUSED, RETURNED
from tongban.kernel.notices import actions as notices
from tongban.kernel.parties import queries as parties
from tongban.modules.claims import actions, queries, states
from tongban.modules.policies.queries import awards, published
from tongban.modules.policies.states import DRAFT_PUBLISHED

cases.gate(actions.at_gate)
cases.hold(actions.holds_notice)
awards.also_given(queries.given)

_TELL = {
    "removed": (
        "已移出公示：{item}",
        "Taken off: {item_en}",
        "您申报的“{item}”已移出公示或停止拨付。原因请在“我的申报”里查看；有异议可以联系主管部门。",
        "Your claim of '{item_en}' was taken off. See My claims for the reason; ask the agency if you disagree.",
    ),
    "refused": (
        "请更正收款账户：{item}",
        "Please correct the account: {item_en}",
        "“{item}” {amount} 元没有付到您的账户。请在“我的申报”里更正收款账户。",
        "'{item_en}', {amount} yuan, could not be paid into your account. Correct it under My claims.",
    ),
    "paid": (
        "兑现资金已到账：{item}",
        "Paid: {item_en}",
        "“{item}” {amount} 元已付到您申报的账户。",
        "'{item_en}', {amount} yuan, was paid into the account of your claim.",
    ),
    "clawed": (
        "兑现资金被追回：{item}",
        "Clawed back: {item_en}",
        "“{item}”的兑现资金已被追回 {clawed} 元。有异议可以联系主管部门。",
        "Of '{item_en}', {clawed} yuan were clawed back. Ask the agency if you disagree.",
    ),
}


def _tell(claim_id: uuid.UUID, what: str, key: str) -> None:
    row = queries.claim_for(SYSTEM, claim_id)
    _policy, item = published.in_force().item(row.item)
    for account in parties.accounts_of_holder(row.subject_id, time.today()):
        notices.tell(
            _TELL[what],
            account_id=account,
            about=row,
            effect_key=f"claim:{key}:{account}",
            item=item.name.zh,
            item_en=item.name.en or item.name.zh,
            amount=_yuan(row.granted_fen or 0),
            clawed=_yuan(row.clawed_fen),
        )


def _yuan(fen: int) -> str:
    return f"{fen / 100:,.2f}".removesuffix(".00")


@subscribe(states.CLAIM_STEPPED)
def step_completed(event: Any, prepared: None) -> None:
    """Perhaps the turn of the public notice has come."""
    actions.begin_notice(case_id=uuid.UUID(event.payload["case"]))


@subscribe(STEP_LAPSED)
def step_lapsed(event: Any, prepared: None) -> None:
    """The same, where the last of those who were asked said nothing."""
    actions.begin_notice(case_id=event.subject_id)


@subscribe(states.CLAIM_REMOVED)
def tell_removed(event: Any, prepared: None) -> None:
    """Whoever claimed is told that it was taken off."""
    _tell(event.subject_id, "removed", str(event.pk))


@subscribe(states.CLAIM_REFUSED)
def tell_refused(event: Any, prepared: None) -> None:
    """Ask for another account."""
    _tell(event.subject_id, "refused", str(event.pk))


@subscribe(states.CLAIM_PAID)
def tell_paid(event: Any, prepared: None) -> None:
    """Say that the money is there."""
    _tell(event.subject_id, "paid", str(event.pk))


@subscribe(states.CLAIM_CLAWED_BACK)
def tell_clawed(event: Any, prepared: None) -> None:
    """Say that money was clawed back."""
    _tell(event.subject_id, "clawed", str(event.pk))


@subscribe(PAID)
def payout_paid(event: Any, prepared: None) -> None:
    """The ledger says that a payout was paid."""
    actions.note_paid(payout_id=event.subject_id)


@subscribe(REFUSED)
def payout_refused(event: Any, prepared: None) -> None:
    """The bank does not know the account."""
    actions.note_refused(payout_id=event.subject_id)


@subscribe(RETURNED)
def payout_returned(event: Any, prepared: None) -> None:
    """The payee's bank sent it back."""
    actions.note_refused(payout_id=event.subject_id)


@subscribe(CLAWED_BACK)
def payout_clawed_back(event: Any, prepared: None) -> None:
    """Somebody noted money that was given back."""
    actions.note_clawed_back(payout_id=event.subject_id, fen=ledger.clawed_of(event.subject_id))


@subscribe(DRAFT_PUBLISHED)
def policy_published(event: Any, prepared: None) -> None:
    """An officer put a new text of a policy in force: what is applied for by it says the same."""
    actions.publish_items(by=SYSTEM)


@daily
def every_day(day: date) -> None:
    """Editions that begin or end, and a look at everybody in notice: a penalty may have come."""
    actions.publish_items(by=SYSTEM)
    for claim_id in queries.in_notice(day):
        actions.recheck_in_notice(claim_id=claim_id)
