"""Who may do what to which batches, awards, opinions and drafts: the list and the single row are one condition."""

from typing import TypeVar

from django.db.models import Model, QuerySet

from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import (
    SYSTEM,
    Actor,
    ByGrant,
    Granted,
    Own,
    Policy,
    Recused,
    Represented,
    Touches,
    covering,
    covers,
)
from tongban.kernel.access.rules import allowed, require
from tongban.kernel.access.states import Area, Permission
from tongban.modules.policies.models import Award, AwardBatch, Objection, Opinion, PolicyDraft

M = TypeVar("M", bound=Model)

BATCHES = Policy("award_batch")
_ITEM = "岗位覆盖该项目", "a grant covers this item"
_FUND = "岗位覆盖该资金", "a grant covers its fund"
for _verb in ("view", "make"):
    BATCHES.allow(_verb, ByGrant(Permission.CLAIM_REVIEW, item="item"), *_ITEM)
BATCHES.allow("view", ByGrant(Permission.LEDGER_VIEW, item="item"), *_FUND)
BATCHES.allow("decide", ByGrant(Permission.CLAIM_DECIDE, item="item"), *_ITEM)
BATCHES.allow("order", ByGrant(Permission.LEDGER_MAKE, item="item"), *_FUND)

OPINIONS = Policy("award_opinion")
OPINIONS.allow("answer", ByGrant(Permission.CLAIM_REVIEW), "本部门被征求意见", "the own agency is asked")

AWARDS = Policy("award")
AWARDS.allow("own", Own("subject_id", "person_id"), "本人", "one's own")
AWARDS.allow("own", Represented("subject_id", Area.MONEY), "代表的企业", "of an organisation acted for")
# A list is decided as one: who keeps away from somebody on it keeps away from the list (公务员法 art. 76).
_AWAY = "已经登记回避", "is recused"
BATCHES.deny(Touches("policies.Award", "batch_id", ("subject_id",)), *_AWAY)
OPINIONS.deny(Touches("policies.Award", "batch_id", ("subject_id",), at="batch_id"), *_AWAY)
AWARDS.deny(Recused(("subject_id",)), *_AWAY)


class NoSuchAward(Problem):
    """There is no such batch, award, opinion or objection, or the actor may not do this with it."""

    code = "award.not_found"
    status = 404


class SamePersonDecides(Problem):
    """Whoever made a list would approve it."""

    code = "award.same_person"
    status = 409


def batches(actor: Actor, verb: str = "view") -> QuerySet[AwardBatch]:
    """The batches that this actor may `verb`."""
    rows = AwardBatch.objects.all()
    return rows if actor is SYSTEM else rows.filter(allowed(BATCHES, actor, verb))


def opinions(actor: Actor) -> QuerySet[Opinion]:
    """The opinions that this actor may give or read."""
    return Opinion.objects.filter(allowed(OPINIONS, actor, "answer"))


def awards(actor: Actor) -> QuerySet[Award]:
    """The awards that are the actor's own, or of those they act for."""
    return Award.objects.filter(allowed(AWARDS, actor, "own"))


def objections(actor: Actor) -> QuerySet[Objection]:
    """The objections to awards of batches that this actor makes."""
    return Objection.objects.filter(award__batch__in=batches(actor, "make").values("pk"))


def require_agency(actor: Actor, agency: str, item: str) -> None:
    """The actor makes lists of this agency's item. Raises NotAllowed, NoSuchAward."""
    require(actor, Permission.CLAIM_REVIEW)
    if not any(_reaches(grant, agency, item) for grant in covering(actor.grants, Permission.CLAIM_REVIEW)):
        found(None)


def may_make(actor: Actor, agency: str, item: str) -> bool:
    """Whether the actor makes lists of this agency's item."""
    return any(_reaches(grant, agency, item) for grant in covering(actor.grants, Permission.CLAIM_REVIEW))


def _reaches(grant: Granted, agency: str, item: str) -> bool:
    return covers(grant, agency=agency, place_path="", item=item)


def found(row: M | None) -> M:
    """The row; raises NoSuchAward."""
    if row is None:
        raise NoSuchAward(
            sentence_zh="没有这一批、这一户、这条意见或异议，或者不在您的权限内。",
            sentence_en="There is no such batch, award, opinion or objection, or your role does not cover it.",
            todo_zh="请核对后从列表重新打开。",
            todo_en="Check it, and open it from the list again.",
        )
    return row


DRAFTS = Policy("policies.PolicyDraft")
_DRAFT = ByGrant(Permission.POLICY_DRAFT, item="policy")
_PUBLISH = ByGrant(Permission.POLICY_PUBLISH, item="policy")
DRAFTS.allow(
    "view", _DRAFT | _PUBLISH, "本部门政策的起草人或者发布人", "Drafter or publisher of the agency's policies"
)
DRAFTS.allow("draft", _DRAFT, "本部门政策的起草人", "Drafter of the agency's policies")
DRAFTS.allow("publish", _PUBLISH, "本部门政策的发布人", "Publisher of the agency's policies")


def visible(actor: Actor, verb: str = "view") -> QuerySet[PolicyDraft]:
    """The drafts that the actor may `verb`: view, draft or publish."""
    return PolicyDraft.objects.filter(allowed(DRAFTS, actor, verb))


def reaches(actor: Actor, *permissions: Permission, agency: str, place_path: str, policy: str) -> bool:
    """Whether a grant of the actor carries one of the permissions for a policy of this agency."""
    return any(
        covers(grant, agency=agency, place_path=place_path, item=policy)
        for permission in permissions
        for grant in covering(actor.grants, permission)
    )
