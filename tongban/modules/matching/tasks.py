"""What follows a published post: it is matched at once, both sides hear of it; every day posts expire."""

import uuid
from datetime import date
from typing import Any

from tongban.foundation import time
from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.events.states import daily, subscribe
from tongban.kernel.notices import actions as notices
from tongban.kernel.notices.states import NoticeKind
from tongban.kernel.parties import queries as parties
from tongban.modules.matching import actions, queries, states
from tongban.modules.matching.models import Match, Post

_NEW = (
    "为“{title}”找到 {many} 条推荐",
    "{many} matches for '{title}'",
    "您发布的“{title}”有新的推荐，每条都说明了为什么合适。请到“供需对接”里查看和确认。",
    "Your post '{title}' has new matches, each with its reasons. See and confirm them in the market.",
)
_OTHER = (
    "新的供需信息适合“{title}”",
    "A new post fits '{title}'",
    "刚发布的“{other}”与您的“{title}”匹配 {score} 分。请到“供需对接”里查看和确认。",
    "'{other}' was just posted and fits your '{title}' with {score} points. See and confirm it in the market.",
)
_ASKED = (
    "对方愿意对接：{title}",
    "The other side is interested: {title}",
    "对方已确认与您的“{title}”对接。您也确认后，双方就能看到联系方式。",
    "The other side confirmed for your '{title}'. Once you confirm too, both see each other's contact.",
)
_RELEASED = (
    "双方已确认：{title}",
    "Both sides confirmed: {title}",
    "“{title}”的对接双方都已确认，请到“供需对接”里查看对方联系方式，谈完请记录结果。",
    "Both sides confirmed for '{title}'. See the contact in the market, and note how it ended.",
)
_DECIDED = {
    "published": (
        "供需信息已发布：{title}",
        "Your post is published: {title}",
        "您提交的“{title}”已通过审核并发布，正在为您寻找推荐。",
        "Your post '{title}' was passed and published; matches are being looked for.",
    ),
    "returned": (
        "供需信息被退回：{title}",
        "Your post was sent back: {title}",
        "您提交的“{title}”需要修改，原因请在“我的供需”里查看。",
        "Your post '{title}' needs a change; see My posts for the reason.",
    ),
    "expired": (
        "供需信息已到期：{title}",
        "Your post has expired: {title}",
        "“{title}”已到期，不再展示。仍然需要的，请在“我的供需”里重新提交。",
        "'{title}' has expired and is no longer shown. Submit it again under My posts if you still need it.",
    ),
}
_SEARCH = (
    "订阅有了新信息：{title}",
    "A search of yours found: {title}",
    "您订阅的供需有了新的发布：“{title}”。",
    "A new post answers your saved search: '{title}'.",
)


def owners(post: Post) -> list[uuid.UUID]:
    """The accounts that hear of a post: those who act for the enterprise, or the officer who posted it."""
    return parties.accounts_of_holder(post.subject_id, time.today()) if post.subject_id else [post.made_by]


def _tell(texts: tuple[str, str, str, str], post: Post, about: Any, key: str, **words: Any) -> None:
    for account in owners(post):
        notices.tell(
            texts,
            account_id=account,
            about=about,
            effect_key=f"matching:{key}:{account}",
            kind=NoticeKind.PROGRESS,
            title=post.title,
            **words,
        )


@subscribe(states.POST_PUBLISHED)
def match_new(event: Any, prepared: None) -> None:
    """Match it, and tell both sides."""
    post = queries.post_for(SYSTEM, event.subject_id)
    found = actions.match_post(post_id=post.pk)
    _tell(_DECIDED["published"], post, post, f"published:{event.pk}")
    if found:
        _tell(_NEW, post, post, f"new:{event.pk}", many=len(found))
    for row in found:
        mine, other = (row.need, row.offer) if row.need_id == post.pk else (row.offer, row.need)
        _tell(_OTHER, other, row, f"other:{row.pk}", other=mine.title, score=int(row.score))


@subscribe(states.POST_PUBLISHED)
def answer_searches(event: Any, prepared: None) -> None:
    """Tell those who saved a search that finds it."""
    post = queries.post_for(SYSTEM, event.subject_id)
    own = owners(post)
    for row in queries.searches_for(post):
        if row.account_id not in own:
            notices.tell(
                _SEARCH,
                account_id=row.account_id,
                about=post,
                effect_key=f"matching:search:{row.pk}:{event.pk}",
                kind=NoticeKind.PROGRESS,
                title=post.title,
            )


@subscribe(states.POST_RETURNED)
def tell_returned(event: Any, prepared: None) -> None:
    """Say that it needs a change."""
    post = queries.post_for(SYSTEM, event.subject_id)
    _tell(_DECIDED["returned"], post, post, f"returned:{event.pk}")


@subscribe(states.POST_EXPIRED)
def tell_expired(event: Any, prepared: None) -> None:
    """Say that it is no longer shown."""
    post = queries.post_for(SYSTEM, event.subject_id)
    _tell(_DECIDED["expired"], post, post, f"expired:{event.pk}")


@subscribe(states.MATCH_CONFIRMED)
def tell_asked(event: Any, prepared: None) -> None:
    """The other side hears that it is asked."""
    row: Match = queries.match_for(SYSTEM, event.subject_id)
    _tell(_ASKED, row.offer if event.payload["side"] == "need" else row.need, row, f"asked:{event.pk}")


@subscribe(states.MATCH_RELEASED)
def tell_released(event: Any, prepared: None) -> None:
    """Both hear that they can talk."""
    row: Match = queries.match_for(SYSTEM, event.subject_id)
    for post in (row.need, row.offer):
        _tell(_RELEASED, post, row, f"released:{event.pk}:{post.pk}")


@daily
def every_day(day: date) -> None:
    """Posts whose time is over leave the market."""
    actions.expire(day=day)
