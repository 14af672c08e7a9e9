"""Sides, states of posts and matches with their tables, and the events."""

from dataclasses import dataclass
from enum import StrEnum

from tongban.foundation.errors import Problem
from tongban.kernel.events.states import declare


class PostSide(StrEnum):
    """Whether something is wanted or offered."""

    NEED = "need"
    OFFER = "offer"

    @property
    def other(self) -> "PostSide":
        return PostSide.OFFER if self is PostSide.NEED else PostSide.NEED


class PostState(StrEnum):
    """Where a post stands."""

    DRAFT = "draft"
    WAITING = "waiting"
    RETURNED = "returned"
    PUBLISHED = "published"
    CLOSED = "closed"
    EXPIRED = "expired"


class PostVerb(StrEnum):
    """What can be done to a post."""

    SAVE = "save"
    SUBMIT = "submit"
    PUBLISH = "publish"
    RETURN = "return"
    CLOSE = "close"
    EXPIRE = "expire"


class MatchState(StrEnum):
    """How far two posts have come with each other. Who confirmed is in columns; released means both did."""

    PROPOSED = "proposed"
    RELEASED = "released"
    DECLINED = "declined"
    AGREED = "agreed"
    FAILED = "failed"


class MatchVerb(StrEnum):
    """What a side can do with a match."""

    CONFIRM = "confirm"
    DECLINE = "decline"
    AGREE = "agree"
    FAIL = "fail"


class WeightState(StrEnum):
    """Weights that were learned: proposed until another person publishes them."""

    PROPOSED = "proposed"
    PUBLISHED = "published"
    DROPPED = "dropped"


@dataclass(frozen=True)
class Move:
    """From where to where a verb leads, and the event that says so."""

    sources: frozenset[str]
    target: str
    event: str


POST_SAVED = declare("post.saved", "保存了供需信息", "A post was saved")
POST_SUBMITTED = declare("post.submitted", "提交了供需信息", "A post was submitted")
POST_PUBLISHED = declare("post.published", "发布了供需信息", "A post was published")
POST_RETURNED = declare("post.returned", "退回了供需信息", "A post was sent back")
POST_CLOSED = declare("post.closed", "结束了供需信息", "A post was closed")
POST_EXPIRED = declare("post.expired", "供需信息已到期", "A post expired")
POST_MATCHED = declare("post.matched", "为供需信息找到了推荐", "A post was matched")
MATCH_CONFIRMED = declare("match.confirmed", "一方确认了对接意向", "One side confirmed a match")
MATCH_RELEASED = declare(
    "match.released", "双方确认，交换联系方式", "Both sides confirmed, contacts were released"
)
MATCH_DECLINED = declare("match.declined", "一方没有意向", "A side declined a match")
MATCH_AGREED = declare("match.agreed", "对接成功", "A match came to an agreement")
MATCH_FAILED = declare("match.failed", "对接没有成功", "A match came to nothing")
SEARCH_SAVED = declare("market_search.saved", "订阅了供需信息", "A market search was saved")
SEARCH_ENDED = declare("market_search.ended", "取消了供需订阅", "A market search was ended")
WEIGHTS_PROPOSED = declare("match_weights.proposed", "学得新的对接权重", "Weights of matching were learned")
WEIGHTS_PUBLISHED = declare("match_weights.published", "发布了对接权重", "Weights of matching were published")
WEIGHTS_DROPPED = declare("match_weights.dropped", "放弃了对接权重", "Weights of matching were dropped")
MATCHING_LOADED = declare("matching.loaded", "载入了供需对接规则", "The book of matching was loaded")

_P, _M = PostState, MatchState
POST_MOVES = {
    PostVerb.SAVE: Move(frozenset({_P.DRAFT, _P.RETURNED}), _P.DRAFT, POST_SAVED),
    PostVerb.SUBMIT: Move(frozenset({_P.DRAFT, _P.RETURNED, _P.EXPIRED}), _P.WAITING, POST_SUBMITTED),
    PostVerb.PUBLISH: Move(frozenset({_P.WAITING}), _P.PUBLISHED, POST_PUBLISHED),
    PostVerb.RETURN: Move(frozenset({_P.WAITING}), _P.RETURNED, POST_RETURNED),
    PostVerb.CLOSE: Move(
        frozenset({_P.DRAFT, _P.RETURNED, _P.WAITING, _P.PUBLISHED, _P.EXPIRED}), _P.CLOSED, POST_CLOSED
    ),
    PostVerb.EXPIRE: Move(frozenset({_P.PUBLISHED}), _P.EXPIRED, POST_EXPIRED),
}
MATCH_MOVES = {
    MatchVerb.CONFIRM: Move(frozenset({_M.PROPOSED}), _M.RELEASED, MATCH_CONFIRMED),
    MatchVerb.DECLINE: Move(frozenset({_M.PROPOSED}), _M.DECLINED, MATCH_DECLINED),
    MatchVerb.AGREE: Move(frozenset({_M.RELEASED}), _M.AGREED, MATCH_AGREED),
    MatchVerb.FAIL: Move(frozenset({_M.RELEASED}), _M.FAILED, MATCH_FAILED),
}
if set(POST_MOVES) != set(PostVerb) or set(MATCH_MOVES) != set(MatchVerb):
    raise AssertionError("every verb needs its row")
# In these both have agreed that the other may call.
WITH_CONTACT = (_M.RELEASED, _M.AGREED, _M.FAILED)
ENDED_MATCHES = (_M.AGREED, _M.FAILED)

POST_NAMES = {
    _P.DRAFT: ("草稿", "Draft"),
    _P.WAITING: ("待审核", "To be looked at"),
    _P.RETURNED: ("退回修改", "Sent back"),
    _P.PUBLISHED: ("已发布", "Published"),
    _P.CLOSED: ("已结束", "Closed"),
    _P.EXPIRED: ("已到期", "Expired"),
}
MATCH_NAMES = {
    _M.PROPOSED: ("待确认", "To be confirmed"),
    _M.RELEASED: ("双方已确认", "Both confirmed"),
    _M.DECLINED: ("没有意向", "Declined"),
    _M.AGREED: ("已达成", "Agreed"),
    _M.FAILED: ("未达成", "Came to nothing"),
}


class FailReason(StrEnum):
    """Why a match came to nothing: a list, so that it can be counted."""

    PRICE = "price"
    TERMS = "terms"
    QUALITY = "quality"
    TIMING = "timing"
    NO_ANSWER = "no_answer"
    GONE = "gone"
    OTHER = "other"


FAIL_NAMES = {
    FailReason.PRICE: ("价格谈不拢", "No agreement on price"),
    FailReason.TERMS: ("条件与发布不符", "Not as it was posted"),
    FailReason.QUALITY: ("质量或能力不够", "Quality or capability too low"),
    FailReason.TIMING: ("时间不合适", "Timing"),
    FailReason.NO_ANSWER: ("联系不上对方", "No answer"),
    FailReason.GONE: ("已与他人达成", "Agreed with somebody else"),
    FailReason.OTHER: ("其他", "Other"),
}


class NotPossibleNow(Problem):
    """The post or the match is in a state that has no such step; somebody may have been faster."""

    code = "matching.not_possible"
    status = 409


def require(moves: dict, state: str, verb: str) -> Move:
    """The row of a table for this verb; raises NotPossibleNow when the state is not among its sources."""
    move = moves[verb]
    if state not in move.sources:
        raise NotPossibleNow(
            sentence_zh="现在的状态不能这样处理。",
            sentence_en="This is not possible in the present state.",
            todo_zh="可能有人刚刚处理过，请刷新页面查看。",
            todo_en="Somebody may just have handled it; reload the page.",
            about=str(verb),
        )
    return move
