"""Who may see and do what with claims: the list and the single row are one condition."""

from typing import TypeVar

from django.db.models import Model, QuerySet

from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import SYSTEM, Actor, ByGrant, Own, Policy, Recused, Represented
from tongban.kernel.access.rules import allowed
from tongban.kernel.access.states import Area, Permission
from tongban.modules.claims.models import Claim, ClaimObjection

M = TypeVar("M", bound=Model)

CLAIMS = Policy("claim")
_ITEM = "岗位覆盖该项目", "a grant covers this item"
_FUND = "岗位覆盖该资金", "a grant covers its fund"
for _permission in (Permission.CLAIM_ACCEPT, Permission.CLAIM_REVIEW, Permission.CLAIM_DECIDE):
    CLAIMS.allow("view", ByGrant(_permission, item="item"), *_ITEM)
CLAIMS.allow("view", ByGrant(Permission.LEDGER_MAKE, item="item"), *_FUND)
CLAIMS.allow("notice", ByGrant(Permission.CLAIM_REVIEW, item="item"), *_ITEM)
CLAIMS.allow("decide", ByGrant(Permission.CLAIM_DECIDE, item="item"), *_ITEM)
CLAIMS.allow("order", ByGrant(Permission.LEDGER_MAKE, item="item"), *_FUND)
CLAIMS.allow("own", Own("subject_id", "person_id"), "本人", "one's own")
CLAIMS.allow("own", Represented("subject_id", Area.MONEY), "代表的企业", "of an organisation acted for")
CLAIMS.deny(Recused(("case_id", "subject_id")), "已经登记回避", "is recused")


class NoSuchClaim(Problem):
    """There is no such claim or objection, or the actor may not do this with it."""

    code = "claim.not_found"
    status = 404


def claims(actor: Actor, verb: str = "view") -> QuerySet[Claim]:
    """The claims that this actor may `verb`: view, notice, decide, order, own."""
    rows = Claim.objects.all()
    return rows if actor is SYSTEM else rows.filter(allowed(CLAIMS, actor, verb))


def objections(actor: Actor) -> QuerySet[ClaimObjection]:
    """The objections to claims whose notice this actor looks after."""
    return ClaimObjection.objects.filter(claim__in=claims(actor, "notice").values("pk"))


def found(row: M | None) -> M:
    """The row; raises NoSuchClaim."""
    if row is None:
        raise NoSuchClaim(
            sentence_zh="没有这笔申报或异议，或者不在您的权限内。",
            sentence_en="There is no such claim or objection, or your role does not cover it.",
            todo_zh="请核对后从列表重新打开。",
            todo_en="Check it, and open it from the list again.",
        )
    return row
