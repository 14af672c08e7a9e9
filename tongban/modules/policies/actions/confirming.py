"""What those on an approved list say: yes and into which account, or no; and what becomes of silence."""

import uuid

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import SYSTEM, Actor
from tongban.kernel.events import actions as events
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.ledger.states import PayoutState
from tongban.kernel.parties import actions as parties
from tongban.kernel.parties.states import SubjectKind
from tongban.kernel.records.actions import action
from tongban.modules.policies import states
from tongban.modules.policies.actions.listing import not_now
from tongban.modules.policies.models import Award
from tongban.modules.policies.queries import awards as queries
from tongban.modules.policies.states import AwardState

ACCOUNT_FACTS = {
    "organisation": ("org.bank_account", SubjectKind.ORGANISATION),
    "person": ("person.bank_account", SubjectKind.PERSON),
}
_DIGITS = range(9, 31)  # bank accounts of firms and cards have no common check digit, only a length


class BadAccount(Problem):
    """What was typed is no bank account, or no bank is named."""

    code = "award.bad_account"
    status = 422


@action
def confirm_award(*, award_id: uuid.UUID, account: str, bank: str, by: Actor) -> Award:
    """Say yes to an award and into which account; it is payable from then on. Said again, it changes nothing.

    Raises NoSuchAward, NotNow, BadAccount.
    """
    row = queries.own_award(by, award_id, lock=True)
    number = "".join(account.split()).replace("-", "")
    if row.state == AwardState.CONFIRMED and row.account == number:
        return row
    if row.state != AwardState.WAITING:
        raise not_now("这笔奖补现在不需要确认", "This award does not wait for a word")
    if not (number.isascii() and number.isdigit() and len(number) in _DIGITS) or not bank.strip():
        raise BadAccount(
            sentence_zh="银行账号应为 9 到 30 位数字，并写明开户银行。",
            sentence_en="An account has 9 to 30 digits, and its bank is named.",
            todo_zh="请对照开户许可证或银行卡填写。",
            todo_en="Copy it from the bank's paper or the card.",
        )
    payout = ledger.change_account(
        payout_id=row.payout_id, account=number, bank=bank.strip()[:120], by=SYSTEM
    )
    if payout.state == PayoutState.RESERVED:  # one that the bank sent back is payable already
        ledger.commit(payout_id=row.payout_id, by=SYSTEM)
    row.account, row.bank, row.state = number, bank.strip()[:120], AwardState.CONFIRMED
    row.answered_by, row.answered_at, row.due_on = by.account_id, time.now(), None
    row.save()
    events.record(name=states.AWARD_CONFIRMED, about=row, by=by)
    _learn(row, number, by)
    return row


def _learn(row: Award, number: str, by: Actor) -> None:
    """An account that was confirmed once is not typed again."""
    name, kind = ACCOUNT_FACTS[row.batch.audience]
    parties.learn(
        subject_kind=kind, subject_id=row.subject_id, facts={name: number}, source="applicant", by=by
    )


@action
def decline_award(*, award_id: uuid.UUID, by: Actor) -> Award:
    """Say no to an award; its money is free again. Raises NoSuchAward, NotNow."""
    row = queries.own_award(by, award_id, lock=True)
    if row.state == AwardState.DECLINED:
        return row
    if row.state != AwardState.WAITING:
        raise not_now("这笔奖补现在不能放弃", "This award cannot be declined now")
    ledger.release(payout_id=row.payout_id, by=SYSTEM)
    row.state, row.due_on = AwardState.DECLINED, None
    row.answered_by, row.answered_at = by.account_id, time.now()
    row.save()
    events.record(name=states.AWARD_DECLINED, about=row, by=by)
    return row


@action
def remind(*, award_id: uuid.UUID) -> bool:
    """Note that an award is near its last day, for whom a notice follows; once. False when it waits no more."""
    row = Award.objects.select_for_update().filter(pk=award_id).first()
    if row is None or row.state != AwardState.WAITING or row.reminded_at is not None:
        return False
    row.reminded_at = time.now()
    row.save()
    events.record(name=states.AWARD_REMINDED, about=row, by=SYSTEM)
    return True


@action
def defer(*, award_id: uuid.UUID) -> bool:
    """Nobody answered by the last day: the money is free, and the next batch may name the subject again."""
    row = Award.objects.select_for_update().filter(pk=award_id).first()
    if row is None or row.state != AwardState.WAITING or row.due_on is None or row.due_on >= time.today():
        return False
    ledger.release(payout_id=row.payout_id, by=SYSTEM)
    row.state, row.due_on = AwardState.DEFERRED, None
    row.save()
    events.record(name=states.AWARD_DEFERRED, about=row, by=SYSTEM, payload={"why": "silence"})
    return True
