"""Matches: found, confirmed by each side, declined, ended with an outcome."""

import uuid

from django.db.models import F

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import SYSTEM, Actor
from tongban.kernel.events import actions as events
from tongban.kernel.records.actions import action
from tongban.modules.matching import queries, rules, states
from tongban.modules.matching.calc import PARTS
from tongban.modules.matching.models import Match, Post
from tongban.modules.matching.states import MATCH_MOVES, FailReason, MatchVerb, PostSide, PostState

_MOST_FEN = 10**15


class OutcomeIncomplete(Problem):
    """A match that came to nothing without a reason, or an amount that is none."""

    code = "matching.outcome_incomplete"
    status = 422


@action
def match_post(*, post_id: uuid.UUID, by: Actor = SYSTEM) -> list[Match]:
    """Keep the best matches of a published post; returns the new ones. Run again, it adds only what is new."""
    post = Post.objects.select_for_update().filter(pk=post_id, state=PostState.PUBLISHED).first()
    if post is None:
        return []
    ids, sides = queries.candidates(post)
    limits = queries.book().limits
    found = queries.scored(post, sides)
    best = found.best(limits["kept"], limits["least"])
    version = queries.weights()[0]
    is_need = post.side == PostSide.NEED
    new = []
    for index in best:
        pair = (post.pk, ids[index]) if is_need else (ids[index], post.pk)
        parts = {
            part: round(float(value), 4) if known else None
            for part, value, known in zip(PARTS, found.parts[index], found.known[index], strict=True)
        }
        new.append(
            Match(
                need_id=pair[0],
                offer_id=pair[1],
                score=round(float(found.scores[index]), 2),
                parts=parts,
                version=version,
                made_at=time.now(),
            )
        )
    side, other = ("need", "offer") if is_need else ("offer", "need")
    held = set(Match.objects.filter(**{side: post}).values_list(f"{other}_id", flat=True))
    new = [row for row in new if getattr(row, f"{other}_id") not in held]
    Match.objects.bulk_create(new, ignore_conflicts=True)  # the other post may be matched at the same moment
    rows = Match.objects.filter(pk__in=[row.pk for row in new]).select_related("need", "offer")
    kept = list(rows.order_by("-score", "id"))
    if kept:
        events.record(name=states.POST_MATCHED, about=post, by=by, payload={"many": len(kept)})
    return kept


def _moved(match_id: uuid.UUID, verb: MatchVerb, by: Actor) -> tuple[Match, states.Move, str]:
    row = queries.match_for(by, match_id, lock=True)
    move = states.require(MATCH_MOVES, row.state, verb)
    # Who acts for both sides speaks for the one that has not spoken.
    sides = sorted(rules.sides(by, row), key=lambda side: getattr(row, f"{side}_at") is not None)
    return row, move, sides[0]


@action
def confirm(*, match_id: uuid.UUID, by: Actor) -> Match:
    """Say that one's side wants it; when both have, contacts are released. Raises NoSuchPost, NotPossibleNow."""
    row, move, side = _moved(match_id, MatchVerb.CONFIRM, by)
    if getattr(row, f"{side}_at") is not None:
        return row  # the button was pressed twice
    if {row.need.state, row.offer.state} != {PostState.PUBLISHED}:
        raise states.NotPossibleNow(
            sentence_zh="其中一方的供需信息已经结束。",
            sentence_en="One of the two posts has ended.",
            todo_zh="请看看其他推荐。",
            todo_en="See the other matches.",
        )
    setattr(row, f"{side}_at", time.now())
    setattr(row, f"{side}_by", by.account_id)
    both = row.need_at is not None and row.offer_at is not None
    if both:
        row.state = move.target
    row.save()
    name = states.MATCH_RELEASED if both else move.event
    events.record(name=name, about=row, by=by, payload={"side": side})
    return row


@action
def decline(*, match_id: uuid.UUID, by: Actor) -> Match:
    """Say that one's side does not want it. Raises NoSuchPost, NotPossibleNow."""
    row, move, side = _moved(match_id, MatchVerb.DECLINE, by)
    row.state, row.ended_by, row.ended_at = move.target, by.account_id, time.now()
    row.save()
    events.record(name=move.event, about=row, by=by, payload={"side": side})
    return row


@action
def record_outcome(
    *, match_id: uuid.UUID, agreed: bool, fen: int | None, reason: str, words: str, by: Actor
) -> Match:
    """Note how it ended: agreed, with or without an amount in fen, or not, and why. It counts in both sides' records.

    Raises NoSuchPost, NotPossibleNow, OutcomeIncomplete.
    """
    row, move, side = _moved(match_id, MatchVerb.AGREE if agreed else MatchVerb.FAIL, by)
    if (not agreed and reason not in set(FailReason)) or "\x00" in words or not 0 <= (fen or 0) <= _MOST_FEN:
        raise OutcomeIncomplete(
            sentence_zh="没有选择未达成的原因，或者金额不对。",
            sentence_en="There is no reason why it came to nothing, or the amount is none.",
            todo_zh="请从列出的原因中选择一个；金额以元填写。",
            todo_en="Choose one of the reasons; write the amount in yuan.",
        )
    row.state, row.ended_by, row.ended_at = move.target, by.account_id, time.now()
    row.amount_fen = fen if agreed else None
    row.fail_reason = "" if agreed else reason
    row.outcome = words.strip()[:600] or None
    row.save()
    # One statement for both posts, in the order of their keys, so that two outcomes never wait for each other.
    for pk in sorted((row.need_id, row.offer_id)):
        Post.objects.filter(pk=pk).update(ended=F("ended") + 1, agreed=F("agreed") + int(agreed))
    events.record(name=move.event, about=row, by=by, payload={"side": side})
    return row
