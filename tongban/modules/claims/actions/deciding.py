"""The decision on a claim: checked once more, fixed to the fen, set aside and payable, all with the decision of the case."""

import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.foundation.money import Fen
from tongban.kernel.access.calc import SYSTEM, Actor
from tongban.kernel.access.rules import require
from tongban.kernel.access.states import Permission
from tongban.kernel.cases import actions as cases
from tongban.kernel.events import actions as events
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.records.actions import action
from tongban.modules.claims import calc, queries, states
from tongban.modules.claims.actions.checking import check, not_now
from tongban.modules.claims.models import Claim, ClaimPart
from tongban.modules.claims.queries import pools
from tongban.modules.claims.queries.judging import Looked
from tongban.modules.claims.states import ClaimState, Stage, Verdict
from tongban.modules.policies.calc.lists import in_reach
from tongban.modules.policies.queries import awards, purses


class NotEligible(Problem):
    """The rule of the edition does not say yes."""

    code = "claim.not_eligible"
    status = 409


class TooLittleMoney(Problem):
    """The fund does not have what the claim comes to."""

    code = "claim.too_little_money"
    status = 409


def not_eligible(looked: Looked) -> NotEligible:
    """The refusal of a claim by what is known today, with what stands against it."""
    if looked.verdict is Verdict.UNKNOWN:
        facts = looked.policies.facts
        lacking = [facts[name].label if name in facts else None for name in looked.match.missing]
        zh = "、".join(one.zh for one in lacking if one)
        en = ", ".join(one.en or one.zh for one in lacking if one)
        return NotEligible(
            sentence_zh=f"还缺数据，不能核定金额：{zh}。",
            sentence_en=f"Data are missing, so no amount can be fixed: {en}.",
            todo_zh="请数据来源部门更新数据后再审定。",
            todo_en="Have the departments send the data, then decide.",
        )
    against = looked.against()
    return NotEligible(
        sentence_zh=f"按今天的数据不符合条件：{'；'.join(zh for zh, _en in against)}。",
        sentence_en=f"By today's data it does not fit: {'; '.join(en for _zh, en in against)}.",
        todo_zh="请作出不予兑现的决定并写明理由；数据有误的，先由来源部门更正。",
        todo_en="Deny it with reasons; where the data are wrong, have their source correct them first.",
    )


@action
def decide(case: Any, claim: Claim, by: Actor) -> Claim:
    """Within the grant of the case: check, fix the amount, reserve it and make it payable into the account of the application.

    Raises NotAllowed, NotNow, NotEligible, NoPurse, TooLittleMoney.
    """
    require(by, Permission.CLAIM_DECIDE)
    if claim.state != ClaimState.OPEN:
        raise not_now(
            "这笔申报已经移出，不能准予",
            "The claim was taken off, so it cannot be granted",
            "请按移出的原因作出不予兑现的决定。",
            "Deny it for the reason for which it was taken off.",
        )
    if queries.open_objections(claim):
        raise not_now("还有异议没有答复", "Objections are not answered yet")
    looked = check(claim, Stage.DECIDED, by)
    if looked.verdict is not Verdict.YES or not looked.fen:
        raise not_eligible(looked)
    if awards.given(claim.item, claim.period, claim.subject_id):
        raise not_now("同一项目已经免申即享", "It is given without applying already")
    claim.fen = looked.fen
    claim.account, claim.bank = str(case.answers.get("account", "")), str(case.answers.get("bank", ""))[:120]
    if pools.window_of(looked.match.offer) is not None:
        return _pool(case, claim, by)
    set_aside(claim, _shares(claim, looked), by)
    cases.fix_benefit(case=case, fen=claim.granted_fen)
    return claim


def _pool(case: Any, claim: Claim, by: Actor) -> Claim:
    """Approved as to what the rule gives; how much of it the pool gives is known for all when the window is over."""
    if pools.cut_of(claim) is not None:
        raise not_now(
            "这个窗口的资金池已经分配完毕",
            "The pool of this window was shared already",
            "请作出不予兑现的决定，或者请财务追加资金后另行办理。",
            "Deny it, or have finance find other money.",
        )
    claim.state = ClaimState.POOLED
    claim.save()
    cases.fix_benefit(case=case, fen=claim.fen or 0)
    payload = {"item": claim.item, "fen": claim.fen}
    events.record(name=states.CLAIM_POOLED, about=claim, by=by, payload=payload)
    return claim


@action
def set_aside(claim: Claim, shares: Mapping[uuid.UUID, Fen], by: Actor) -> None:
    """Set what a locked claim gets of each line aside, each instalment for itself, and make the first payable. Raises NotEnough."""
    planned = calc.instalments(pools.offer_of(claim).edition.data)
    portions = calc.in_parts(shares, [one.percent for one in planned])
    claim.granted_fen = sum(shares.values())
    claim.later_fen = sum(sum(one.values()) for one in portions[1:])
    payout = _reserve(claim, portions[0], 1)
    ledger.commit(payout_id=payout.pk, by=SYSTEM)
    claim.payout_id, claim.state, claim.granted_at = payout.pk, ClaimState.GRANTED, time.now()
    claim.order_due_on = queries.workday(time.today(), calc.order_days(queries.route_of(claim)))
    claim.save()
    later = [
        ClaimPart(
            claim=claim,
            number=number,
            percent=one.percent,
            fen=sum(portion.values()),
            when=dict(one.when),
            due_on=None if one.after_days is None else time.today() + timedelta(days=one.after_days),
            payout_id=_reserve(claim, portion, number).pk,
        )
        for number, (one, portion) in enumerate(zip(planned, portions, strict=False), 1)
        if number > 1
    ]
    ClaimPart.objects.bulk_create(later)
    payload = {"item": claim.item, "fen": claim.granted_fen, "instalments": len(portions)}
    events.record(name=states.CLAIM_GRANTED, about=claim, by=by, payload=payload)


def _reserve(claim: Claim, portion: Mapping[uuid.UUID, Fen], number: int) -> Any:
    several = f":{claim.short_no}" if claim.repeatable else ""
    claimed = ledger.Claimed(
        claim=str(claim.pk),
        period=claim.period or "once",
        payee=str(claim.subject_id),
        payee_name=claim.name,
        account=claim.account or "",
        bank=claim.bank,
        instalment=number,
        item_key=f"{claim.item}:{claim.period}{several}" + (f":{number}" if number > 1 else ""),
        place_path=claim.place_path,
    )
    return ledger.reserve(claimed=claimed, shares=portion, by=SYSTEM)


def _shares(claim: Claim, looked: Looked) -> dict[Any, Fen]:
    """What each budget line gives: all of it, or of a fund that is shared what it has left."""
    edition = looked.match.offer.edition
    purse = purses.purse(looked.policies, edition, claim.as_of.year)
    wanted = [(claim.pk, purse.shares(claim.place_path, looked.fen or 0))]
    given = in_reach(wanted, purse.free, purse.short).get(claim.pk, {})
    if not given:
        raise TooLittleMoney(
            sentence_zh="资金不够支付这笔申报。",
            sentence_en="The fund does not have what this claim comes to.",
            todo_zh="请先由财务调整预算，再审定。",
            todo_en="Have the budget changed first, then decide.",
            about=purse.fund,
        )
    return given
