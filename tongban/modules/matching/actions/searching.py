"""Saved searches."""

import uuid

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import Actor
from tongban.kernel.events import actions as events
from tongban.kernel.records.actions import action
from tongban.modules.matching import queries, rules
from tongban.modules.matching.models import MarketSearch
from tongban.modules.matching.states import SEARCH_ENDED, SEARCH_SAVED, PostSide


class TooManySearches(Problem):
    """More saved searches than an account may have."""

    code = "matching.too_many_searches"
    status = 409


@action
def save_search(*, kind: str, side: str, category: str, place: str, by: Actor) -> MarketSearch:
    """Be told of new posts of a kind and side; a second time changes nothing. Raises NoSuchPost, TooManySearches."""
    known = queries.kind_of(kind)
    rules.found(side if side in set(PostSide) else None)
    rules.found(category if not category or category in known.categories else None)
    rules.found(place if not place or place in queries.book().towns else None)
    rows = MarketSearch.objects.filter(account_id=by.account_id)
    wanted = {"kind": kind, "side": side, "category": category, "place": place}
    held = rows.filter(**wanted).first()
    if held is not None:
        return held
    most = queries.book().limits["searches"]
    if rows.count() >= most:
        raise TooManySearches(
            sentence_zh=f"订阅最多可以有 {most} 个。",
            sentence_en=f"There can be at most {most} saved searches.",
            todo_zh="请先取消不需要的订阅。",
            todo_en="Take back those you no longer need.",
        )
    row = MarketSearch(account_id=by.account_id, saved_at=time.now(), **wanted)
    MarketSearch.objects.bulk_create([row], ignore_conflicts=True)
    kept = rows.filter(**wanted).get()
    if kept.pk == row.pk:
        events.record(name=SEARCH_SAVED, about=row, by=by, payload=wanted)
    return kept


@action
def end_search(*, search_id: uuid.UUID, by: Actor) -> None:
    """Take a saved search back. Raises NoSuchPost."""
    row = rules.found(MarketSearch.objects.filter(account_id=by.account_id, pk=search_id).first())
    events.record(name=SEARCH_ENDED, about=row, by=by, payload={})
    row.delete()
