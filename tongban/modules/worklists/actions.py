"""Writes of saved views."""

import uuid
from collections.abc import Mapping

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import Actor
from tongban.kernel.access.rules import require
from tongban.kernel.access.states import Permission
from tongban.kernel.events import actions as events
from tongban.kernel.records.actions import action
from tongban.modules.worklists import queries, states
from tongban.modules.worklists.models import SavedView
from tongban.modules.worklists.states import LONGEST_FILTER, LONGEST_NAME, MOST_FILTERS, MOST_VIEWS


class BadView(Problem):
    """A view without a name, with too long a one, or without a filter."""

    code = "saved_view.bad"
    status = 422


class TooManyViews(Problem):
    """As many views as fit above a queue."""

    code = "saved_view.too_many"
    status = 409


@action
def save(*, name: str, filters: Mapping[str, str], shared: bool, by: Actor) -> SavedView:
    """Keep filters under a name; an own view of that name is replaced. Raises NotAllowed, BadView, TooManyViews."""
    require(by, Permission.CASE_VIEW)
    name = " ".join(name.replace("\x00", "").split())
    kept = {key: value for key, value in sorted(filters.items()) if value}
    long = len(kept) > MOST_FILTERS or any(
        len(part) > LONGEST_FILTER for pair in kept.items() for part in pair
    )
    if not name or len(name) > LONGEST_NAME or not kept or long:
        raise BadView(
            sentence_zh=f"视图需要 1 到 {LONGEST_NAME} 个字的名称和至少一个筛选条件。",
            sentence_en=f"A view needs a name of up to {LONGEST_NAME} characters and at least one filter.",
            todo_zh="请先筛选，再起个名称保存。",
            todo_en="Choose a filter first, then name it.",
        )
    row = queries.named(by, name)
    if row is None and queries.how_many(by) >= MOST_VIEWS:
        raise TooManyViews(
            sentence_zh=f"最多保存 {MOST_VIEWS} 个视图。",
            sentence_en=f"{MOST_VIEWS} views can be kept.",
            todo_zh="请先删除不用的视图。",
            todo_en="Delete one first.",
        )
    row = row or SavedView(account_id=by.account_id, name=name)
    row.agency, row.filters, row.shared, row.saved_at = queries.agency_of(by), kept, shared, time.now()
    row.save()
    payload = {"filters": list(kept), "shared": shared}
    events.record(name=states.VIEW_SAVED, about=row, by=by, payload=payload)
    return row


@action
def delete(*, view_id: uuid.UUID, by: Actor) -> None:
    """Delete an own view. Raises NoSuchView."""
    row = queries.own(by, view_id)
    events.record(name=states.VIEW_DELETED, about=row, by=by)
    row.delete()
