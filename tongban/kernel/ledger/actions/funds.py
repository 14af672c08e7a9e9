"""Funds and their budget lines. The finance officer of the whole fund opens and changes them."""

import uuid

from tongban.foundation import time
from tongban.foundation.money import Fen
from tongban.kernel.access.calc import SYSTEM, Actor, Granted, covering, covers
from tongban.kernel.access.rules import require
from tongban.kernel.events import actions as events
from tongban.kernel.ledger import rules, states
from tongban.kernel.ledger.actions.posting import Move, post, wrong_step
from tongban.kernel.ledger.models import BudgetLine, Fund
from tongban.kernel.ledger.states import Account, PostingKind
from tongban.kernel.records.actions import action


def _reaches(grant: Granted, agency: str, code: str) -> bool:
    return not grant.place_path and covers(grant, agency=agency, place_path="", item=code)


@action
def open_fund(*, code: str, name: str, agency: str, by: Actor) -> Fund:
    """Open a fund that `agency` runs; opened again under its code it is the same one. Raises NotAllowed, NoSuchMoney."""
    if by is not SYSTEM:
        require(by, rules.VERBS["finance"])
        if not any(_reaches(grant, agency, code) for grant in covering(by.grants, rules.VERBS["finance"])):
            rules.found(None)
    held = Fund.objects.filter(code=code).first()
    if held is not None:
        if held.agency != agency:
            raise wrong_step(code, "该资金编号已属于其他单位", "Another agency runs a fund of this code")
        return held
    row = Fund(code=code, name=name, agency=agency, opened_at=time.now())
    row.save(force_insert=True)
    events.record(name=states.FUND_OPENED, about=row, by=by, payload={"code": code, "agency": agency})
    return row


@action
def open_line(*, fund_id: uuid.UUID, year: int, place_path: str, fen: Fen, by: Actor) -> BudgetLine:
    """Give a fund's money of one year to one place ("" for the whole city); once for each. Raises WrongStep."""
    fund = rules.found(rules.funds(by, "finance").filter(pk=fund_id).select_for_update().first())
    if fen < 0 or BudgetLine.objects.filter(fund=fund, year=year, place_path=place_path).exists():
        raise wrong_step(
            fund.code, "该预算已下达或金额有误", "This line is there already, or the amount is negative"
        )
    row = BudgetLine(fund=fund, fund_code=fund.code, agency=fund.agency, year=year, place_path=place_path)
    row.save(force_insert=True)
    if fen:
        moves = [Move(row.pk, Account.FUND, Account.AVAILABLE, fen)]
        post(fund=fund, kind=PostingKind.BUDGET, key=f"open:{row.pk}", moves=moves, by=by)
    events.record(name=states.LINE_OPENED, about=row, by=by, payload={"year": year, "fen": fen})
    row.refresh_from_db()
    return row


@action
def change_budget(*, line_id: uuid.UUID, fen: Fen, key: str, reason: str, by: Actor) -> BudgetLine:
    """Add `fen` to a line's budget, or take from what is available where it is negative. The same key changes once.

    Raises NotEnough, WrongStep.
    """
    row = rules.found(rules.lines(by, "finance").filter(pk=line_id).select_for_update().first())
    rules.found(rules.funds(by, "finance").filter(pk=row.fund_id).first())
    if not fen or not reason.strip():
        raise wrong_step(row.pk, "请填写调整金额和理由", "An amount and a reason are needed")
    effect = f"budget:{row.pk}:{key}"
    if row.fund.postings.filter(key=effect).exists():
        return row
    ways = (Account.FUND, Account.AVAILABLE) if fen > 0 else (Account.AVAILABLE, Account.FUND)
    moves = [Move(row.pk, *ways, abs(fen))]
    post(fund=row.fund, kind=PostingKind.BUDGET, key=effect, moves=moves, by=by, reason=reason)
    events.record(name=states.BUDGET_CHANGED, about=row, by=by, payload={"fen": fen})
    row.refresh_from_db()
    return row
