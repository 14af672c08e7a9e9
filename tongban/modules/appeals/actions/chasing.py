"""What time does: reminders on the pack's ladder, supervision, work that goes on after the firm's silence, ends unrated.

Batch after batch, each its own transaction: a batch ends with an event that says where the next one goes on, so a
worker that dies loses one batch and no more, and none runs longer than its lease.
"""

import uuid
from datetime import date
from typing import Any

from django.db.models import Q

from tongban.foundation import time
from tongban.kernel.access.calc import SYSTEM, Actor
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.events import actions as events
from tongban.kernel.records.actions import action
from tongban.modules.appeals import queries, states
from tongban.modules.appeals.actions import ending, moving
from tongban.modules.appeals.models import Appeal, AppealScan
from tongban.modules.appeals.states import BATCH, UNSETTLED, Owner, State, Verb


@action
def scan(*, day: date, by: Actor = SYSTEM, after: uuid.UUID | None = None, most: int = BATCH) -> AppealScan:
    """Chase and put under supervision up to `most` appeals that a day makes due, those that follow `after`.

    A second time changes nothing. The closing event says where the next batch goes on.
    """
    due = Q(next_on__lt=day) | Q(supervise_on__lte=day, above="")
    rows = _batch(Appeal.objects.filter(due).exclude(owner=""), after, most)
    moved = sum(_due(appeal, day) for appeal in rows)
    row = AppealScan.objects.filter(day=day).first() or AppealScan(day=day)
    row.run_at, row.moved = time.now(), row.moved + moved
    row.save()
    payload = {"day": day.isoformat(), "moved": moved, "after": _last(rows, most)}
    events.record(name=states.SCANNED, about=row, by=by, payload=payload)
    return row


def _batch(rows: Any, after: uuid.UUID | None, most: int) -> list[Appeal]:
    if after is not None:
        rows = rows.filter(pk__gt=after)
    return list(rows.select_for_update().order_by("id")[:most])


def _last(rows: list[Appeal], most: int) -> str | None:
    return str(rows[-1].pk) if len(rows) == most else None


def _due(appeal: Appeal, day: date) -> bool:
    moved = _overdue(appeal, day)
    late = appeal.supervise_on is not None and appeal.supervise_on <= day
    if late and not appeal.above and appeal.state in UNSETTLED:
        appeal.above = queries.rulebook().above
        moving.by_system(appeal, Verb.SUPERVISE, agency=appeal.above)
        return True
    return moved


def _overdue(appeal: Appeal, day: date) -> bool:
    if appeal.next_on is None or appeal.next_on >= day:
        return False
    if appeal.state == State.WAITING:
        moving.by_system(appeal, Verb.LAPSE)
        return True
    if appeal.state == State.RATING:
        ending.ended(appeal, bad=False, rated=False)
        moving.by_system(appeal, Verb.EXPIRE)
        return True
    if appeal.owner == Owner.FIRM:
        return False
    calendar = deadlines.calendar()
    late = calendar.position(day) - calendar.position(appeal.next_on)
    step = sum(late >= one for one in queries.rulebook().ladder)
    if step <= appeal.chased:
        return False
    appeal.chased = step
    moving.by_system(appeal, Verb.CHASE, value=step)
    return True


@action
def recompute(*, because: Any, by: Actor = SYSTEM, after: uuid.UUID | None = None, most: int = BATCH) -> int:
    """Bring the dates of up to `most` appeals in hand, those that follow `after`, in line with a changed calendar.

    `because`: the calendar's year, of which the closing event tells. Returns how many changed. Repeatable.
    """
    changed = 0
    rows = _batch(Appeal.objects.exclude(owner=""), after, most)
    for appeal in rows:
        before = (appeal.reply_on, appeal.close_on, appeal.supervise_on)
        moving.show_dates(appeal)
        if before == (appeal.reply_on, appeal.close_on, appeal.supervise_on):
            continue
        changed += 1
        moving.put(appeal, None)
        appeal.save()
        events.record(name=states.RECOMPUTED, about=appeal, by=by, payload={"number": appeal.number})
    if rows:
        payload = {"after": _last(rows, most), "looked_at": len(rows), "changed": changed}
        events.record(name=states.REDATED, about=because, by=by, payload=payload)
    return changed
