"""A pool is shared once, when its window is over and every claim of it is decided: the same part for all, to the fen."""

from tongban.foundation import time
from tongban.kernel.access.calc import Actor
from tongban.kernel.access.rules import require
from tongban.kernel.access.states import Permission
from tongban.kernel.events import actions as events
from tongban.kernel.records.actions import action
from tongban.modules.claims import rules, states
from tongban.modules.claims.actions.checking import check, not_now
from tongban.modules.claims.actions.deciding import TooLittleMoney, set_aside
from tongban.modules.claims.actions.noticing import stop
from tongban.modules.claims.models import Claim, PoolCut
from tongban.modules.claims.queries import pools
from tongban.modules.claims.states import ClaimState, Stage, Verdict
from tongban.modules.policies.calc.lists import in_reach
from tongban.modules.policies.queries import awards, purses


@action
def share_pool(*, item: str, edition: str, by: Actor) -> PoolCut:
    """Share the pool of an edition's window among all its approved claims, each line by largest remainder.

    Everybody is looked at once more first: who fits no longer is taken off, and the others share what is free by that.
    Raises NotAllowed, NoSuchClaim, NotNow, NoPurse, TooLittleMoney.
    """
    require(by, Permission.CLAIM_DECIDE)
    every = Claim.objects.filter(item=item, edition=edition)
    rows = list(
        rules.claims(by, "decide")
        .select_related("text")
        .filter(item=item, edition=edition, state=ClaimState.POOLED)
        .order_by("id")
        .select_for_update(of=("self",))
    )
    # Whoever decides only for a town does not share what is the whole city's.
    if not rows or len(rows) != every.filter(state=ClaimState.POOLED).count():
        rules.found(None)
    offer = pools.offer_of(rows[0])
    window = pools.window_of(offer)
    until = rules.found(window).ends
    if until is None or time.today() <= until:
        raise not_now(f"申报窗口到 {until} 才结束", f"The window runs until {until}")
    still = every.filter(state=ClaimState.OPEN).count()
    if still:
        raise not_now(
            f"还有 {still} 笔申报没有审定",
            f"{still} claims are not decided yet",
            "请先审定这个窗口的全部申报，再统一分配。",
            "Decide every claim of this window first.",
        )
    rows = [row for row in rows if not _unfit(row, by)]
    if not rows:
        raise not_now("复核后没有符合条件的申报", "After the check no claim is left")
    return _cut(rows, by)


def _unfit(row: Claim, by: Actor) -> bool:
    """Look at a claim again; a definite no takes it off before anything is shared."""
    looked = check(row, Stage.AGAIN, by)
    if looked.verdict is not Verdict.NO:
        return False
    why = "；".join(zh for zh, _en in looked.against())
    stop(row, f"按今天的数据不再符合：{why}", by)
    return True


def _cut(rows: list[Claim], by: Actor) -> PoolCut:
    first, offer = rows[0], pools.offer_of(rows[0])
    _matcher, policies = awards.rule_of(first.text, first.item, first.audience, first.as_of)
    purse = purses.purse(policies, offer.edition, first.as_of.year)
    wanted = [(row.pk, purse.shares(row.place_path, row.fen or 0)) for row in rows]
    lines = {line for _claim, parts in wanted for line in parts}
    given = in_reach(wanted, purse.free, "pro_rata")
    if len(given) != len(rows):
        raise TooLittleMoney(
            sentence_zh="资金池不够每笔申报分到一分钱。",
            sentence_en="The pool does not have a fen for each claim.",
            todo_zh="请先由财务调整预算，再分配。",
            todo_en="Have the budget changed first, then share it.",
            about=purse.fund,
        )
    window = pools.window_of(offer)
    cut = PoolCut(
        item=first.item,
        edition=first.edition,
        agency=first.agency,
        fund=purse.fund,
        window_until=window.ends if window else None,
        many=len(rows),
        approved_fen=sum(row.fen or 0 for row in rows),
        free_fen=sum(purse.free.get(line, 0) for line in lines),
        given_fen=sum(sum(parts.values()) for parts in given.values()),
        shared_by=by.account_id,
        shared_at=time.now(),
    )
    cut.save(force_insert=True)
    for row in rows:
        row.pool = cut
        set_aside(row, given[row.pk], by)
    payload = {"claims": cut.many, "approved": cut.approved_fen, "given": cut.given_fen}
    events.record(name=states.POOL_SHARED, about=cut, by=by, payload=payload)
    return cut
