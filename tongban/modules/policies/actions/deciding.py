"""The decision on a list, and the money that follows it: everybody's part is reckoned at once and set aside part by part."""

import uuid

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.foundation.money import Fen
from tongban.kernel.access.calc import SYSTEM, Actor
from tongban.kernel.access.rules import require
from tongban.kernel.access.states import Permission
from tongban.kernel.events import actions as events
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.records.actions import action
from tongban.modules.policies import states
from tongban.modules.policies.actions.listing import at_step, not_now, remove
from tongban.modules.policies.actions.noticing import recheck
from tongban.modules.policies.calc.lists import in_reach
from tongban.modules.policies.models import Award, AwardBatch
from tongban.modules.policies.queries import awards as queries
from tongban.modules.policies.queries import purses
from tongban.modules.policies.rules import SamePersonDecides
from tongban.modules.policies.states import PART, AwardState, BatchState, Removal

# Set aside before anybody has named an account: changed by the one who confirms, before anything is paid.
NO_ACCOUNT = "待确认"


class TooLittleMoney(Problem):
    """The fund does not have what the list comes to, and is not shared."""

    code = "award.too_little_money"
    status = 409


@action
def approve(*, batch_id: uuid.UUID, by: Actor) -> AwardBatch:
    """Approve a list whose notice is over: another person than made it, no objection open, everybody checked once more.

    What each gets is fixed here: by the rule, or less where the fund is shared. Raises NotNow, SamePersonDecides,
    TooLittleMoney, NoPurse, NotAllowed, NoSuchAward.
    """
    require(by, Permission.CLAIM_DECIDE)
    batch = at_step(batch_id, by, "decide", BatchState.IN_NOTICE)
    if by.account_id == batch.made_by:
        raise SamePersonDecides(
            sentence_zh="不能审定自己形成的名单。",
            sentence_en="Nobody approves a list of their own.",
            todo_zh="请由另一位有审定权限的同事办理。",
            todo_en="Ask a colleague who may approve.",
        )
    if batch.notice_until is None or time.today() <= batch.notice_until:
        raise not_now("公示期还没有结束", "The public notice is not over")
    if queries.open_objections(batch):
        raise not_now("还有异议没有答复", "Objections are not answered yet")
    recheck(batch, AwardState.LISTED, by)
    many = _grant(batch, by)
    if not many:
        raise not_now("复核后名单上没有人，请终止这一批", "After the check nobody is left: give the batch up")
    batch.state, batch.approved_by, batch.approved_at = BatchState.APPROVED, by.account_id, time.now()
    batch.due_on = queries.workday(time.today(), queries.way(batch).confirm_days)
    batch.save()
    events.record(name=states.BATCH_APPROVED, about=batch, by=by, payload={"awards": many})
    return batch


def _grant(batch: AwardBatch, by: Actor) -> int:
    """Fix what each gets of what the budget lines have left; whoever gets nothing is taken off."""
    rows = list(queries.awards_of(batch, AwardState.LISTED).select_for_update())
    purse = purses.purse_of(batch)
    wanted = [(row.pk, purse.shares(row.place_path, row.fen or 0)) for row in rows if row.fen]
    given = in_reach(wanted, purse.free, purse.short)
    if wanted and not given:
        raise TooLittleMoney(
            sentence_zh="资金不够支付这份名单。",
            sentence_en="The fund does not have what this list comes to.",
            todo_zh="请先由财务调整预算，再审定。",
            todo_en="Have the budget changed first, then approve.",
        )
    for row in rows:
        row.granted_fen = sum(given.get(row.pk, {}).values())
        if row.granted_fen:
            row.save()
        else:
            row.granted_fen = None
            remove(row, Removal.MONEY, "资金已用完", by)
    return len(given)


@action
def set_aside(*, batch_id: uuid.UUID) -> int:
    """Set the money of the next awards of an approved batch aside, and ask each of them; returns how many.

    When all were asked the batch waits for their words. Whoever the money does not suffice for any more, because
    another list was quicker, is free for the next batch.
    """
    batch = queries.batch(batch_id, SYSTEM, lock=True)
    if batch.state != BatchState.APPROVED:
        return 0
    rows = list(queries.awards_of(batch, AwardState.LISTED).select_for_update()[:PART])
    purse, offer = purses.purse_of(batch), queries.offer_of(batch)
    free = dict(purse.free)
    for row in rows:
        shares = purse.shares(row.place_path, row.granted_fen or 0)
        if any(free.get(line, 0) < fen for line, fen in shares.items()):
            row.state, row.granted_fen = AwardState.DEFERRED, None
            row.save()
            events.record(name=states.AWARD_DEFERRED, about=row, by=SYSTEM, payload={"why": "money"})
            continue
        for line, fen in shares.items():
            free[line] -= fen
        _reserve(batch, row, shares, offer.item.name.zh)
    if len(rows) < PART:
        batch.state = BatchState.CONFIRMING
        batch.save()
        events.record(name=states.BATCH_CONFIRMING, about=batch, by=SYSTEM)
    else:
        events.record(name=states.MONEY_SET_ASIDE, about=batch, by=SYSTEM, payload={"awards": len(rows)})
    return len(rows)


def _reserve(batch: AwardBatch, row: Award, shares: dict[uuid.UUID, Fen], name: str) -> None:
    claimed = ledger.Claimed(
        claim=str(row.pk),
        period=batch.period or "once",
        payee=str(row.subject_id),
        payee_name=row.name,
        account=NO_ACCOUNT,
        item_key=f"{batch.item}:{batch.period}",
        place_path=row.place_path,
    )
    payout = ledger.reserve(claimed=claimed, shares=shares, by=SYSTEM)
    row.payout_id, row.state, row.due_on = payout.pk, AwardState.WAITING, batch.due_on
    row.save()
    events.record(name=states.AWARD_ASKED, about=row, by=SYSTEM, payload={"item": batch.item, "name": name})
