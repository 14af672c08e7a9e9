"""Posts: written, handed to an office, passed or sent back, ended."""

import uuid
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from typing import Any

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import SYSTEM, Actor, covering
from tongban.kernel.access.states import Area, Permission
from tongban.kernel.events import actions as events
from tongban.kernel.parties import queries as parties
from tongban.kernel.places import queries as places
from tongban.kernel.records.actions import action
from tongban.modules.matching import queries, rules, states
from tongban.modules.matching.calc import words_of
from tongban.modules.matching.calc.posts import BadPost, Typed
from tongban.modules.matching.models import Post
from tongban.modules.matching.states import POST_MOVES, PostSide, PostState, PostVerb


class ActForSomebody(Problem):
    """Only an enterprise or an office posts."""

    code = "matching.act_for_somebody"
    status = 409


class TooManyPosts(Problem):
    """More posts than the city allows an enterprise at a time or in a day."""

    code = "matching.too_many"
    status = 409


class OwnPost(Problem):
    """Who wrote or submitted a post does not look at it."""

    code = "matching.own_post"
    status = 409


class ReasonMissing(Problem):
    """A post is sent back with a reason."""

    code = "matching.reason_missing"
    status = 422


@action
def save_post(*, post_id: uuid.UUID | None, kind: str, side: PostSide, typed: Typed, by: Actor) -> Post:
    """Keep a draft, new or changed. Raises NoSuchPost, ActForSomebody, NotPossibleNow, BadPost."""
    if post_id is None:
        row = _new(kind, side, by)
    else:
        row = queries.post_for(by, post_id, "write", lock=True)
        states.require(POST_MOVES, row.state, PostVerb.SAVE)
    place = places.by_code(typed.place)
    if place is None:
        raise BadPost({"place": ("请选择镇街", "Choose a town")})
    row.category, row.group = typed.category, queries.kind_of(row.kind).categories[typed.category].group.code
    row.title, row.text, row.day = typed.title, typed.text, typed.day
    row.words, row.attributes = words_of(typed.title, typed.text), typed.attributes
    row.place, row.place_path = place.code, place.path
    row.contact_name, row.contact_phone = typed.contact_name, typed.contact_phone
    row.state = PostState.DRAFT
    row.save()
    events.record(name=states.POST_SAVED, about=row, by=by, payload={"kind": row.kind, "side": row.side})
    return row


def _new(kind: str, side: PostSide, by: Actor) -> Post:
    queries.kind_of(kind)
    row = Post(kind=kind, side=side, made_by=by.account_id, made_at=time.now())
    office = covering(by.grants, Permission.MATCHING_MANAGE)
    if by.organisation_id in by.firms(Area.MARKET):
        firm = parties.organisation(by.organisation_id)
        known = parties.profile(None, firm.pk, time.today()).facts.get("org.industry")
        row.subject_id, row.owner_name = firm.pk, firm.name
        row.industry = str(known.value)[:4] if known else ""
        row.agency = queries.book().moderated_by
    elif office:
        row.by_office, row.owner_name = True, by.name
        row.agency = office[0].agency or queries.book().moderated_by
    else:
        raise ActForSomebody(
            sentence_zh="供需信息由企业发布，您现在没有代表企业。",
            sentence_en="Enterprises post offers and needs, and you act for none now.",
            todo_zh="请先在页面上方选择代表哪家企业。",
            todo_en="First choose on top of the page for which enterprise you act.",
        )
    return row


@action
def submit_post(*, post_id: uuid.UUID, by: Actor) -> Post:
    """Hand a draft to the office, or one that expired once more. Raises NoSuchPost, NotPossibleNow, TooManyPosts."""
    row = queries.post_for(by, post_id, "own", lock=True)
    move = states.require(POST_MOVES, row.state, PostVerb.SUBMIT)
    if row.subject_id:
        _within_limits(row.subject_id)
    row.state, row.submitted_by, row.submitted_at = move.target, by.account_id, time.now()
    row.decided_by, row.reason = None, ""
    row.save()
    events.record(name=move.event, about=row, by=by, payload={"kind": row.kind, "side": row.side})
    return row


def _within_limits(subject: uuid.UUID) -> None:
    limits = queries.book().limits
    morning = datetime.combine(time.today(), clock_time.min, time.SHANGHAI)
    rows = Post.objects.filter(subject_id=subject)
    today = rows.filter(submitted_at__gte=morning).count()
    standing = rows.filter(state__in=(PostState.WAITING, PostState.PUBLISHED)).count()
    for many, most, zh, en in (
        (
            today,
            limits["posts_a_day"],
            "每家企业每天最多提交 {} 条",
            "An enterprise may submit {} posts a day",
        ),
        (
            standing,
            limits["posts_standing"],
            "每家企业最多同时有 {} 条",
            "An enterprise may have {} posts at a time",
        ),
    ):
        if many >= most:
            raise TooManyPosts(
                sentence_zh=f"{zh.format(most)}，已经用完。",
                sentence_en=f"{en.format(most)}; they are used up.",
                todo_zh="请结束不再需要的，或者明天再提交；草稿还在。",
                todo_en="Close those you no longer need, or submit tomorrow; the draft is kept.",
            )


def _looked_at(post_id: uuid.UUID, verb: PostVerb, by: Actor) -> tuple[Post, states.Move]:
    row = queries.post_for(by, post_id, "office", lock=True)
    move = states.require(POST_MOVES, row.state, verb)
    if by.account_id in (row.made_by, row.submitted_by):
        raise OwnPost(
            sentence_zh="不能审核自己写的或者自己提交的供需信息。",
            sentence_en="Nobody looks at a post that they wrote or submitted themselves.",
            todo_zh="请由其他经办人审核。",
            todo_en="Let another officer look at it.",
        )
    row.state, row.decided_by = move.target, by.account_id
    return row, move


@action
def publish_post(*, post_id: uuid.UUID, by: Actor) -> Post:
    """Pass a post; it is matched at once after that. Raises NoSuchPost, NotPossibleNow, OwnPost."""
    row, move = _looked_at(post_id, PostVerb.PUBLISH, by)
    row.published_at = time.now()
    row.expires_on = time.today() + timedelta(days=queries.book().limits["days"])
    row.save()
    events.record(name=move.event, about=row, by=by, payload={"kind": row.kind, "side": row.side})
    return row


@action
def return_post(*, post_id: uuid.UUID, reason: str, by: Actor) -> Post:
    """Send a post back with what is to be changed. Raises NoSuchPost, NotPossibleNow, OwnPost, ReasonMissing."""
    row, move = _looked_at(post_id, PostVerb.RETURN, by)
    row.reason = reason.strip()[:300]
    if not row.reason or "\x00" in row.reason:
        raise ReasonMissing(
            sentence_zh="退回时没有写明原因。",
            sentence_en="It is not said what is to be changed.",
            todo_zh="请写明要修改什么。",
            todo_en="Write what is to be changed.",
        )
    row.save()
    events.record(name=move.event, about=row, by=by, payload={})
    return row


@action
def close_post(*, post_id: uuid.UUID, by: Actor) -> Post:
    """End one's own post. Raises NoSuchPost, NotPossibleNow."""
    row = queries.post_for(by, post_id, "own", lock=True)
    move = states.require(POST_MOVES, row.state, PostVerb.CLOSE)
    row.state = move.target
    row.save()
    events.record(name=move.event, about=row, by=by, payload={})
    return row


@action
def expire(*, day: date, by: Actor = SYSTEM) -> int:
    """End the posts whose last day is over; returns how many. A second time changes nothing."""
    move = POST_MOVES[PostVerb.EXPIRE]
    rows: Any = rules.posts(SYSTEM).filter(state=PostState.PUBLISHED, expires_on__lt=day).order_by("id")
    gone = list(rows.select_for_update())
    for row in gone:
        row.state = move.target
        row.save()
        events.record(name=move.event, about=row, by=by, payload={})
    return len(gone)
