"""From the estimate to what is payable: reserve, release, commit. A claim has one live payout for each instalment."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from tongban.foundation import time
from tongban.foundation.money import Fen
from tongban.kernel.access.calc import SYSTEM, Actor
from tongban.kernel.events import actions as events
from tongban.kernel.ledger import rules, states
from tongban.kernel.ledger.actions.posting import post, require_state, shares_of, wrong_step
from tongban.kernel.ledger.models import BudgetLine, Payout, PayoutShare
from tongban.kernel.ledger.states import BATCHABLE, RELEASABLE, Account, PayoutState, PostingKind
from tongban.kernel.records.actions import action


@dataclass(frozen=True)
class Claimed:
    """What is to be paid to whom. `claim`, `payee` and `item_key` are keys of the caller's, of which the ledger knows no more.

    `item_key` names what is paid for (an invoice, a machine): the same payee, amount and item twice is a warning.
    """

    claim: str
    period: str
    payee: str
    payee_name: str
    account: str
    bank: str = ""
    instalment: int = 1
    item_key: str = ""
    place_path: str = ""


@action
def reserve(*, claimed: Claimed, shares: Mapping[uuid.UUID, Fen], by: Actor) -> Payout:
    """Set money of one or several budget lines (line → fen) aside for a claim; a second call finds the first payout.

    The fund of the payout is that of the first line by id: its agency pays. Raises NotEnough; WrongStep for a payout
    of other content under the same claim, period and instalment.
    """
    rules.require_apart(by, claimed.payee)
    lines = {row.pk: row for row in rules.lines(by, "reserve").filter(pk__in=list(shares))}
    if not shares or min(shares.values()) <= 0 or not claimed.account.strip():
        raise wrong_step(
            claimed.claim,
            "请填写收款账户，各出资金额须大于零",
            "An account and amounts above zero are needed",
        )
    for line_id in shares:
        rules.found(lines.get(line_id))
    held = Payout.objects.filter(claim=claimed.claim, period=claimed.period, instalment=claimed.instalment)
    first = held.exclude(state=PayoutState.RELEASED).first()
    if first is not None:
        if first.payee != claimed.payee or _shares(first) != dict(shares):
            raise wrong_step(
                claimed.claim, "该申报同一期已有另一笔款项", "The claim has another payout for this period"
            )
        return first
    row = _new(claimed, lines[min(shares)], sum(shares.values()), by)
    row.save(force_insert=True)
    PayoutShare.objects.bulk_create(
        [PayoutShare(payout=row, line_id=line, fen=fen) for line, fen in sorted(shares.items())]
    )
    moves = shares_of(row, Account.AVAILABLE, Account.RESERVED)
    post(fund=row.fund, kind=PostingKind.RESERVE, key=f"reserve:{row.pk}", moves=moves, by=by, payout=row)
    events.record(name=states.RESERVED, about=row, by=by, payload={"period": row.period})
    return row


def _new(claimed: Claimed, line: BudgetLine, fen: Fen, by: Actor) -> Payout:
    return Payout(
        fund_id=line.fund_id,
        fund_code=line.fund_code,
        agency=line.agency,
        place_path=claimed.place_path or line.place_path,
        claim=claimed.claim,
        period=claimed.period,
        instalment=claimed.instalment,
        item_key=claimed.item_key,
        payee=claimed.payee,
        payee_name=claimed.payee_name,
        account=claimed.account,
        bank=claimed.bank,
        fen=fen,
        reserved_by=by.account_id,
        reserved_at=time.now(),
    )


def _shares(row: Payout) -> dict[uuid.UUID, Fen]:
    return {share.line_id: share.fen for share in row.shares.order_by("line_id")}


def _locked(payout_id: uuid.UUID, by: Actor, verb: str) -> Payout:
    return rules.found(rules.payouts(by, verb).filter(pk=payout_id).select_for_update().first())


@action
def release(*, payout_id: uuid.UUID, by: Actor) -> Payout:
    """Give back what was set aside or approved and not paid; a second call changes nothing. Raises WrongStep."""
    row = _locked(payout_id, by, "reserve")
    if row.state == PayoutState.RELEASED:
        return row
    require_state(row, *RELEASABLE)
    source = Account.RESERVED if row.state == PayoutState.RESERVED else Account.PAYABLE
    moves = shares_of(row, source, Account.AVAILABLE)
    post(fund=row.fund, kind=PostingKind.RELEASE, key=f"release:{row.pk}", moves=moves, by=by, payout=row)
    row.state = PayoutState.RELEASED
    row.save()
    events.record(name=states.RELEASED, about=row, by=by)
    return row


@action
def commit(*, payout_id: uuid.UUID, by: Actor) -> Payout:
    """Make a reserved payout payable, when the decision stands; its account is noted as approved. A second call changes nothing.

    Another person than who reserved it, unless the system did either. Raises WrongStep, SamePerson.
    """
    row = _locked(payout_id, by, "reserve")
    if row.state == PayoutState.COMMITTED:
        return row
    require_state(row, PayoutState.RESERVED)
    if by is not SYSTEM:
        rules.require_person(by, "reserve", row.reserved_by)
    moves = shares_of(row, Account.RESERVED, Account.PAYABLE)
    post(fund=row.fund, kind=PostingKind.COMMIT, key=f"commit:{row.pk}", moves=moves, by=by, payout=row)
    row.state, row.committed_by, row.approved_index = PayoutState.COMMITTED, by.account_id, row.account_index
    row.save()
    events.record(name=states.COMMITTED, about=row, by=by)
    return row


@action
def change_account(*, payout_id: uuid.UUID, account: str, bank: str, by: Actor) -> Payout:
    """Pay into another account, as after a refusal. Done after the approval, the checker is warned. Raises WrongStep."""
    row = _locked(payout_id, by, "reserve")
    require_state(row, PayoutState.RESERVED, *BATCHABLE)
    if not account.strip():
        raise wrong_step(row.pk, "请填写收款账户", "An account is needed")
    row.account, row.bank = account, bank
    row.save()
    events.record(name=states.ACCOUNT_CHANGED, about=row, by=by)
    return row
