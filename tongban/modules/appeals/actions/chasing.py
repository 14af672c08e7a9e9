"""What time does: reminders on the pack's ladder, work that goes on after the firm's silence, ends without a rating."""

from datetime import date

from tongban.foundation import time
from tongban.kernel.access.calc import SYSTEM, Actor
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.events import actions as events
from tongban.kernel.records.actions import action
from tongban.modules.appeals import queries, states
from tongban.modules.appeals.actions import ending, moving
from tongban.modules.appeals.models import Appeal, AppealScan
from tongban.modules.appeals.states import Owner, State, Verb


@action
def scan(*, day: date, by: Actor = SYSTEM) -> AppealScan:
    """Chase what is overdue on a day and move what time moves; a second time changes nothing."""
    overdue = Appeal.objects.select_for_update().filter(next_on__lt=day).exclude(owner="").order_by("id")
    moved = sum(_overdue(appeal, day) for appeal in list(overdue))
    row = AppealScan.objects.filter(day=day).first() or AppealScan(day=day)
    row.run_at, row.moved = time.now(), row.moved + moved
    row.save()
    events.record(name=states.SCANNED, about=row, by=by, payload={"day": day.isoformat(), "moved": moved})
    return row


def _overdue(appeal: Appeal, day: date) -> bool:
    if appeal.state == State.WAITING:
        moving.by_system(appeal, Verb.LAPSE)
        return True
    if appeal.state == State.RATING:
        ending.ended(appeal, bad=False, rated=False)
        moving.by_system(appeal, Verb.EXPIRE)
        return True
    if appeal.owner == Owner.FIRM or appeal.next_on is None:
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
def recompute(*, by: Actor = SYSTEM) -> int:
    """Bring the dates of appeals in hand in line with a changed calendar; returns how many changed. Repeatable."""
    changed = 0
    for appeal in Appeal.objects.select_for_update().filter(ended_at=None).order_by("id"):
        before = (appeal.reply_on, appeal.close_on, appeal.supervise_on)
        moving.show_dates(appeal)
        if before == (appeal.reply_on, appeal.close_on, appeal.supervise_on):
            continue
        changed += 1
        moving.put(appeal, None)
        appeal.save()
        events.record(name=states.RECOMPUTED, about=appeal, by=by, payload={"number": appeal.number})
    return changed
