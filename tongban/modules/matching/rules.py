"""Who may see and do what with posts and matches: the list and the single row are one condition."""

from typing import Any

from django.db.models import Q, QuerySet

from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import (
    SYSTEM,
    Actor,
    Among,
    ByGrant,
    Missing,
    Own,
    Policy,
    Recused,
    Represented,
    Rule,
)
from tongban.kernel.access.rules import allowed, unbarred
from tongban.kernel.access.states import Area, Permission
from tongban.modules.matching.models import Match, Post
from tongban.modules.matching.states import PostState

POSTS = Policy("post")
_BECAUSE = ("岗位覆盖该类供需", "a grant covers this kind")
_OFFICE = ByGrant(Permission.MATCHING_MANAGE, item="kind")
_OWN = ("代表的企业", "of an organisation acted for")
# Drafts are their owner's alone; an office looks at what was handed to it.
_HANDED: Rule = Among("state", tuple(one for one in PostState if one is not PostState.DRAFT))
POSTS.allow("read", Among("state", (PostState.PUBLISHED,)), "已发布", "it is published")
POSTS.allow("read", Represented("subject_id", Area.MARKET), *_OWN)
_FOR_OFFICE = ("本单位代发", "posted by one's office")
_MADE = Own("made_by", "account_id") & Missing("subject_id")
# What an office posted is in the hands of all who work there; its words stay with who wrote them.
_COLLEAGUES = _OFFICE & _HANDED & Missing("subject_id")
POSTS.allow("read", _MADE | _COLLEAGUES, *_FOR_OFFICE)
POSTS.allow("own", Represented("subject_id", Area.MARKET), *_OWN)
POSTS.allow("own", (_OFFICE & _MADE) | _COLLEAGUES, *_FOR_OFFICE)
POSTS.allow("write", Represented("subject_id", Area.MARKET), *_OWN)
POSTS.allow("write", _OFFICE & _MADE, *_FOR_OFFICE)
POSTS.allow("office", _OFFICE & (_HANDED | Own("made_by", "account_id")), *_BECAUSE)
# Who keeps away from an enterprise keeps away from its posts and matches (公务员法 art. 76).
POSTS.deny(Recused(("id", "subject_id")), "已经登记回避", "is recused")
_EITHER_SIDE = Recused(("need__subject_id", "offer__subject_id"))


class NoSuchPost(Problem):
    """There is no such post, match or search, or the actor may not do this with it."""

    code = "matching.not_found"
    status = 404


def posts(actor: Actor, verb: str = "read") -> QuerySet[Post]:
    """The posts that this actor may `verb`: read, own, write, office."""
    rows = Post.objects.all()
    return rows if actor is SYSTEM else rows.filter(allowed(POSTS, actor, verb))


def may_write(actor: Actor, post: Post) -> bool:
    """Whether to offer that the words of a post are changed: to the enterprise, or to the officer who wrote them."""
    return POSTS.offers(actor, "write", post)


def matches(actor: Actor) -> QuerySet[Match]:
    """The matches of which one side is the actor's own."""
    if actor is SYSTEM:
        return Match.objects.all()
    own = posts(actor, "own").values("pk")
    return between(actor, Q(need__in=own) | Q(offer__in=own))


def between(actor: Actor, condition: Q) -> QuerySet[Match]:
    """The matches of a condition, without those of an enterprise from which the actor keeps away."""
    return Match.objects.filter(unbarred(condition, [_EITHER_SIDE], actor))


def of_market(actor: Actor) -> QuerySet[Post]:
    """The published posts, which everybody reads but who keeps away."""
    return Post.objects.filter(
        unbarred(Q(state=PostState.PUBLISHED), [line.rule for line in POSTS.bars], actor)
    )


def sides(actor: Actor, match: Match) -> frozenset[str]:
    """On which sides of a match the actor stands."""
    own = set(posts(actor, "own").filter(pk__in=[match.need_id, match.offer_id]).values_list("pk", flat=True))
    return frozenset(side for side in ("need", "offer") if getattr(match, f"{side}_id") in own)


def found(row: Any) -> Any:
    """The row; raises NoSuchPost."""
    if row is None:
        raise NoSuchPost(
            sentence_zh="没有这条供需信息或者对接，或者不在您的权限内。",
            sentence_en="There is no such post or match, or it is not yours to see.",
            todo_zh="请从“供需对接”重新打开；切换代表的企业后再看。",
            todo_en="Open it from the market again, acting for the right enterprise.",
        )
    return row
