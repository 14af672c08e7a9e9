"""Publication: proposed by one person, published or returned by another, at once or from a day, and taken back."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.foundation.packs import PackError
from tongban.kernel.access.calc import Actor
from tongban.kernel.access.states import Permission
from tongban.kernel.catalogue import calc, queries, states
from tongban.kernel.catalogue.actions.drafting import locked
from tongban.kernel.catalogue.actions.versions import add_version, note_change
from tongban.kernel.catalogue.models import ItemDraft, ItemVersion, ServiceItem
from tongban.kernel.catalogue.states import DraftState
from tongban.kernel.events import actions as events
from tongban.kernel.records.actions import action


class ItemFaults(Problem):
    """The definition does not pass the checks; `errors` has every fault."""

    code = "item_draft.faults"
    status = 422

    def __init__(self, errors: Sequence[PackError]) -> None:
        self.errors = list(errors)
        first = self.errors[0]
        super().__init__(
            sentence_zh=f"还有 {len(self.errors)} 处需要修改，第一处：{first.where} {first.what_zh or first.what}。",
            sentence_en=f"{len(self.errors)} faults, the first: {first.where} {first.what}.",
            todo_zh="请按页面上的提示逐处改正。",
            todo_en="Correct them where the pages show them.",
        )


class NoChange(Problem):
    """The draft says what is published already."""

    code = "item_draft.no_change"
    status = 409


class NotProposed(Problem):
    """The draft does not wait for publication."""

    code = "item_draft.not_proposed"
    status = 409


class FourEyes(Problem):
    """Who changed a draft does not publish it."""

    code = "item_draft.four_eyes"
    status = 409


class PastDay(Problem):
    """A version would begin before it is published."""

    code = "item_draft.past_day"
    status = 422


class ReasonMissing(Problem):
    """A return or a rollback without a reason."""

    code = "item_draft.reason_missing"
    status = 422


class ScheduleStands(Problem):
    """A version that is scheduled would silently undo this one on its day."""

    code = "item.schedule_stands"
    status = 409


def _require_faultless(definition: Mapping[str, Any]) -> None:
    errors = calc.check_item(definition, queries.known())
    if errors:
        raise ItemFaults(errors)


def _require_reason(reason: str) -> str:
    if not reason.strip():
        raise ReasonMissing(
            sentence_zh="还没有写明理由。",
            sentence_en="There is no reason yet.",
            todo_zh="请写明理由，对方和今后查看的人会看到。",
            todo_en="Write the reason; the other person and those who look later will read it.",
        )
    return reason.strip()


@action
def propose(*, draft_id: uuid.UUID, by: Actor, seen: int | None = None) -> ItemDraft:
    """Send a draft to another person for publication.

    Raises NoSuchDraft, NotEditable, DraftMoved, ItemFaults, NoChange when it says what is in force already.
    """
    draft = locked(by, draft_id, seen)
    if draft.text:
        _found, errors = calc.check_text(draft.text, draft.item_code, queries.known())
        raise ItemFaults(errors)
    _require_faultless(draft.definition)
    if draft.base_version is not None:
        base = queries.definition_of(draft.item_code, draft.base_version)
        if not calc.differences(base, draft.definition):
            raise NoChange(
                sentence_zh="草稿和正在使用的版本没有区别。",
                sentence_en="The draft says what is in force already.",
                todo_zh="请先修改，或者放弃这份草稿。",
                todo_en="Change something, or discard the draft.",
            )
    draft.state, draft.proposed_at, draft.note = DraftState.PROPOSED, time.now(), ""
    draft.save(update_fields=["state", "proposed_at", "note"])
    events.record(name=states.DRAFT_PROPOSED, about=draft, by=by, payload={"item": draft.item_code})
    return draft


def _waiting(by: Actor, draft_id: uuid.UUID) -> ItemDraft:
    draft = queries.draft_for(by, draft_id, "publish", lock=True)
    if draft.state != DraftState.PROPOSED:
        raise NotProposed(
            sentence_zh="这份草稿没有在等待发布。",
            sentence_en="This draft does not wait for publication.",
            todo_zh="请回到列表查看它现在的状态。",
            todo_en="See the list for where it stands now.",
        )
    if by.account_id is None or str(by.account_id) in {*draft.hands, str(draft.author_id)}:
        raise FourEyes(
            sentence_zh="您修改过这份草稿，不能由您发布或者退回。",
            sentence_en="You changed this draft, so you cannot publish or return it.",
            todo_zh="请另一位有发布权限的同事处理。",
            todo_en="Ask another person with the right to publish.",
        )
    return draft


@action
def approve(*, draft_id: uuid.UUID, by: Actor, valid_from: date | None = None) -> ItemDraft:
    """Publish a proposed draft, at once or from a day that is still to come. Open cases keep their version.

    Raises NoSuchDraft, NotProposed, FourEyes, ItemFaults, PastDay, ScheduleStands.
    """
    draft, today = _waiting(by, draft_id), time.today()
    day = valid_from or today
    if day < today:
        raise PastDay(
            sentence_zh="生效日期已经过去。",
            sentence_en="The day has passed already.",
            todo_zh="请选择今天或者以后的日期。",
            todo_en="Choose today or a later day.",
        )
    item = queries.service_item(draft.item_code, lock=True)
    if item is None:
        item = ServiceItem(code=draft.item_code)
        item.save(force_insert=True)
    _require_no_schedule(item, today)
    row = _publish(item, draft.definition, day, by)
    draft.state, draft.published, draft.valid_from = DraftState.PUBLISHED, row, day
    draft.publisher_id, draft.decided_at = by.account_id, time.now()
    draft.save(update_fields=["state", "published", "valid_from", "publisher_id", "decided_at"])
    events.record(
        name=states.ITEM_PUBLISHED,
        about=item,
        by=by,
        payload={
            "version": row.version,
            "digest": row.digest,
            "valid_from": day.isoformat(),
            "draft": str(draft.pk),
        },
    )
    return draft


def _publish(item: ServiceItem, content: Mapping[str, Any], day: date, by: Actor) -> ItemVersion:
    newest = item.versions.order_by("-version").values_list("version", flat=True).first() or 0
    data = {**content, "version": newest + 1, "valid_from": day.isoformat()}
    # What was faultless when it was proposed may name what a pack loaded since no longer declares.
    _require_faultless(data)
    row = add_version(item=item, data=data, published_by=by.account_id)
    note_change(
        item=item, row=row, report=f"管理台发布：{item.code} 第 {row.version} 版，{day.isoformat()} 起"
    )
    return row


def _require_no_schedule(item: ServiceItem, today: date) -> None:
    if item.scheduled is not None and item.scheduled.valid_from > today:
        day, number = item.scheduled.valid_from.isoformat(), item.scheduled.version
        raise ScheduleStands(
            sentence_zh=f"第 {number} 版已预定 {day} 生效，到那天会盖掉现在发布的内容。",
            sentence_en=f"Version {number} is scheduled for {day} and would replace what is published now.",
            todo_zh="请先在“版本”页取消预定，再发布；需要的内容可以重新起草。",
            todo_en="Cancel the schedule on the page of versions first, then publish.",
            about=item.code,
        )


@action
def return_draft(*, draft_id: uuid.UUID, note: str, by: Actor) -> ItemDraft:
    """Send a proposed draft back with the reason. Raises NoSuchDraft, NotProposed, FourEyes, ReasonMissing."""
    draft = _waiting(by, draft_id)
    draft.note = _require_reason(note)
    draft.state, draft.publisher_id, draft.decided_at = DraftState.RETURNED, by.account_id, time.now()
    draft.save(update_fields=["state", "note", "publisher_id", "decided_at"])
    events.record(name=states.DRAFT_RETURNED, about=draft, by=by, payload={"item": draft.item_code})
    return draft


@action
def roll_back(*, item_code: str, version: int, reason: str, by: Actor) -> ItemVersion:
    """Publish anew what an earlier version said, under a new number, at once. It passed four eyes when it was published.

    Raises NoSuchItem, ReasonMissing, ScheduleStands, ItemFaults when the pack no longer declares what it names.
    """
    queries.item_for(by, item_code, Permission.ITEM_PUBLISH)
    reason = _require_reason(reason)
    content = queries.definition_of(item_code, version)
    item = queries.service_item(item_code, lock=True)
    assert item is not None  # `item_for` found its version
    _require_no_schedule(item, time.today())
    row = _publish(item, content, time.today(), by)
    payload = {"version": row.version, "content_of": version, "reason": reason, "digest": row.digest}
    events.record(name=states.ITEM_ROLLED_BACK, about=item, by=by, payload=payload)
    return row


@action
def cancel_schedule(*, item_code: str, by: Actor) -> None:
    """Take a version off the schedule before its day; its number stays used. Raises NoSuchItem."""
    queries.item_for(by, item_code, Permission.ITEM_PUBLISH)
    item = queries.service_item(item_code, lock=True)
    if item is None or item.scheduled is None or item.scheduled.valid_from <= time.today():
        raise queries.no_such_item(item_code)
    number, item.scheduled = item.scheduled.version, None
    item.save(update_fields=["scheduled"])
    note_change(item=item, row=None, report=f"管理台取消预定：{item.code} 第 {number} 版")
    events.record(name=states.SCHEDULE_CANCELLED, about=item, by=by, payload={"version": number})


@action
def bring_into_force(*, by: Actor) -> int:
    """Note scheduled versions whose day has come as the current ones, and index them for search; returns how many.

    Guides and cases do not wait for this: they read the schedule themselves (`queries.in_force`).
    """
    due = queries.due_items(time.today())
    for item in due:
        item.current, item.scheduled = item.scheduled, None
        item.save(update_fields=["current", "scheduled"])
        row = item.current
        note_change(item=item, row=row, report=f"到期生效：{item.code} 第 {row.version} 版")
        events.record(name=states.ITEM_IN_FORCE, about=item, by=by, payload={"version": row.version})
    return len(due)
