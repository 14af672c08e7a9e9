"""Work on batches: compared part by part, money set aside part by part, people told, silence noted, payments noted."""

import uuid
from datetime import date
from typing import Any, NamedTuple

from tongban.foundation import time
from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.events.states import daily, subscribe
from tongban.kernel.ledger import queries as money
from tongban.kernel.ledger.states import CLAWED_BACK, PAID, RECONCILED, REFUSED, RETURNED
from tongban.kernel.notices import actions as notices
from tongban.modules.policies import actions, states
from tongban.modules.policies.calc.lists import Outcome
from tongban.modules.policies.calc.periods import of_part
from tongban.modules.policies.models import Award
from tongban.modules.policies.queries import awards as queries
from tongban.modules.policies.queries import duties
from tongban.modules.policies.states import PART, BatchState, Topic

REMIND_BEFORE = 3  # working days before the last one

_TELL = {
    "asked": (
        "请确认：{item}",
        "Please confirm: {item_en}",
        "您可以免申请享受“{item}” {amount} 元。请在 {until} 前确认意愿和收款账户，点一下就行。",
        "You are granted '{item_en}', {amount} yuan, without applying. Confirm it and the account by {until}.",
    ),
    "again": (
        "请更正收款账户：{item}",
        "Please correct the account: {item_en}",
        "“{item}” {amount} 元没有付到您的账户。请在 {until} 前更正收款账户。",
        "'{item_en}', {amount} yuan, could not be paid into your account. Correct it by {until}.",
    ),
    "reminded": (
        "还没有确认：{item}",
        "Not confirmed yet: {item_en}",
        "“{item}” {amount} 元还在等您确认，{until} 以后转到下一批。",
        "'{item_en}', {amount} yuan, waits for your word; after {until} it moves to the next batch.",
    ),
    "deferred": (
        "转到下一批：{item}",
        "Moved to the next batch: {item_en}",
        "“{item}”到期没有确认，转到下一批；下一批形成名单时会再通知您。",
        "'{item_en}' was not confirmed in time and moves to the next batch; you will be told again.",
    ),
    "removed": (
        "已移出名单：{item}",
        "Taken off the list: {item_en}",
        "您不再在“{item}”的名单上。原因请在“我的免申即享”里查看；有异议可以联系主管部门。",
        "You are no longer on the list of '{item_en}'. See My awards for the reason; ask the agency if you disagree.",
    ),
    "paid": (
        "已到账：{item}",
        "Paid: {item_en}",
        "“{item}” {amount} 元已付到您确认的账户。",
        "'{item_en}', {amount} yuan, was paid into the account you confirmed.",
    ),
    "clawed": (
        "奖补资金被追回：{item}",
        "Clawed back: {item_en}",
        "“{item}”的奖补资金共被追回 {clawed} 元。有异议可以联系主管部门。",
        "Of '{item_en}', {clawed} yuan in all were clawed back. Ask the agency if you disagree.",
    ),
}
_OF_MONEY = ("paid", "clawed")


class Part(NamedTuple):
    """What a job found among the next subjects."""

    after: uuid.UUID | None
    found: list[actions.Candidate]
    last: uuid.UUID | None
    many: int


def compare(event: Any) -> Part | None:
    """Compare the next subjects with the rule of a batch, outside a transaction; None when it is not being made any more."""
    batch = queries.batch(event.subject_id, SYSTEM)
    if batch.state != BatchState.RUNNING:
        return None
    subjects = queries.subjects_after(batch.audience, batch.last_id, PART)
    values = queries.values_of([one[0] for one in subjects], queries.facts_of(batch), time.today())
    found = []
    for subject, name, place in subjects:
        known = values[subject]
        judged = queries.judged(batch, known)
        if judged.outcome is not Outcome.NOT:
            found.append(actions.Candidate(subject, name, place, known, judged))
    return Part(batch.last_id, found, subjects[-1][0] if subjects else None, len(subjects))


def _note(event: Any, part: Part | None) -> None:
    if part is not None:
        actions.add_part(
            batch_id=event.subject_id, after=part.after, found=part.found, last=part.last, many=part.many
        )


@subscribe(states.BATCH_STARTED, prepare=compare)
def first_part(event: Any, part: Part | None) -> None:
    """The first subjects."""
    _note(event, part)


@subscribe(states.BATCH_ADVANCED, prepare=compare)
def next_part(event: Any, part: Part | None) -> None:
    """Every further part."""
    _note(event, part)


@subscribe(states.BATCH_APPROVED)
def first_money(event: Any, prepared: None) -> None:
    """Set the money of the first awards aside."""
    actions.set_aside(batch_id=event.subject_id)


@subscribe(states.MONEY_SET_ASIDE)
def more_money(event: Any, prepared: None) -> None:
    """Set the money of the next awards aside."""
    actions.set_aside(batch_id=event.subject_id)


@subscribe(states.BATCH_CONFIRMING)
def nobody_to_ask(event: Any, prepared: None) -> None:
    """A batch whose money went elsewhere waits for nobody."""
    actions.note_answered(batch_id=event.subject_id)


@subscribe(states.AWARD_ASKED)
def tell_to_confirm(event: Any, prepared: None) -> None:
    """Ask everybody who may confirm; an account that the bank did not know is asked for again."""
    _tell(event.subject_id, "again" if event.payload.get("again") else "asked", str(event.pk))


@subscribe(states.AWARD_REMINDED)
def tell_again(event: Any, prepared: None) -> None:
    """Remind those who have not answered."""
    _tell(event.subject_id, "reminded", str(event.pk))


@subscribe(states.AWARD_DEFERRED)
def tell_deferred(event: Any, prepared: None) -> None:
    """Say that the next batch comes to whoever was asked, and see whether this one waits for anybody."""
    if event.payload.get("why") == "silence":
        _tell(event.subject_id, "deferred", str(event.pk))
    _answered(event.subject_id)


@subscribe(states.AWARD_DECLINED)
def after_declining(event: Any, prepared: None) -> None:
    """See whether the batch waits for anybody."""
    _answered(event.subject_id)


@subscribe(states.AWARD_REMOVED)
def tell_removed(event: Any, prepared: None) -> None:
    """Whoever knew of being on the list is told that they are not; before the notice nobody knew."""
    row = Award.objects.select_related("batch").get(pk=event.subject_id)
    if row.batch.notice_until is not None:
        _tell(event.subject_id, "removed", str(event.pk))


@subscribe(states.AWARD_PAID)
def tell_paid(event: Any, prepared: None) -> None:
    """Say that the money is there."""
    _tell(event.subject_id, "paid", str(event.pk))


@subscribe(states.AWARD_CLAWED_BACK)
def tell_clawed(event: Any, prepared: None) -> None:
    """Say that money was clawed back."""
    _tell(event.subject_id, "clawed", str(event.pk))


def _answered(award_id: uuid.UUID) -> None:
    actions.note_answered(batch_id=Award.objects.values_list("batch_id", flat=True).get(pk=award_id))


def _tell(award_id: uuid.UUID, what: str, key: str) -> None:
    row = Award.objects.select_related("batch").get(pk=award_id)
    item, part = queries.offer_of(row.batch).item.name, of_part(row.period)
    fen = row.granted_fen or row.fen or 0
    topic = Topic.PAYMENTS if what in _OF_MONEY else Topic.CONFIRMATIONS
    for account in duties.accounts_told(row.subject_id, row.batch.audience, topic, time.today()):
        notices.tell(
            _TELL[what],
            account_id=account,
            about=row,
            effect_key=f"award:{key}:{account}",
            item=f"{item.zh}{part[0]}",
            item_en=f"{item.en or item.zh}{part[1]}",
            amount=_yuan(fen),
            clawed=_yuan(row.clawed_fen),
            until=row.due_on or "",
        )


def _yuan(fen: int) -> str:
    return f"{fen / 100:,.2f}".removesuffix(".00")


@subscribe(PAID)
def payout_paid(event: Any, prepared: None) -> None:
    """The ledger says that a payout was paid."""
    actions.note_paid(payout_id=event.subject_id)
    _clawed(event.subject_id)  # perhaps that was heard of before the payment


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
    _clawed(event.subject_id)


def _clawed(payout_id: uuid.UUID) -> None:
    actions.note_clawed_back(payout_id=payout_id, fen=money.clawed_of(payout_id))


@subscribe(RECONCILED)
def statement_reconciled(event: Any, prepared: None) -> None:
    """A bank statement shows what was paid: batches of which it shows everything have ended."""
    for batch in queries.ordered_batches():
        payouts = queries.paid_payouts(batch)
        if payouts is not None and money.all_on_statements(payouts):
            actions.note_reconciled(batch_id=batch.pk)


@daily
def every_day(day: date) -> None:
    """Departments that said nothing, those near their last day, and those past it."""
    for opinion_id in queries.opinions_due(day):
        actions.note_silence(opinion_id=opinion_id)
    for award_id in queries.unanswered(day):
        actions.defer(award_id=award_id)
    for award_id in queries.to_remind(queries.workday(day, REMIND_BEFORE)):
        actions.remind(award_id=award_id)
