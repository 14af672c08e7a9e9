"""Writes of looks: one row and one event a visit; too many without a piece of work are stopped and told."""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import Actor
from tongban.kernel.events import actions as events
from tongban.kernel.records.actions import action
from tongban.modules.looks import calc, queries, states
from tongban.modules.looks.calc import Seen
from tongban.modules.looks.models import Look, LookAlarm
from tongban.modules.looks.states import Verdict


class TooManyLooks(Problem):
    """The officer has looked at too many people's data without a piece of work; a supervisor has been told."""

    code = "look.too_many"
    status = 429


class BadAnswer(Problem):
    """An alarm is answered without a verdict or without words, twice, or by whom it is about."""

    code = "look.bad_answer"
    status = 422


def look(*, seen: Seen, by: Actor) -> bool:
    """Put a look on record, once for a visit; True when it was the first of its visit.

    Not one transaction: an alarm has to stay when the look that raised it is refused. Raises TooManyLooks.
    """
    if by.account_id is None or not by.is_staff:
        return False  # people look at their own
    now = time.now()
    if seen.counted and queries.is_stopped(by.account_id):
        _refuse(officer=by.account_id)
        raise _too_many()
    once = queries.once_of(seen, by.account_id, now)
    if queries.is_known(once):
        return False
    if seen.counted:
        count, since = queries.unbound(by.account_id, now)
        if count >= settings.LOOKS_MOST:
            _raise_alarm(seen=seen, count=count, since=since, by=by)
            raise _too_many()
    try:
        _record(seen=seen, once=once, by=by)
    except IntegrityError:  # the same page opened twice at the same moment
        return False
    return True


@action
def _record(*, seen: Seen, once: str, by: Actor) -> Look:
    now = time.now()
    row = Look(
        looked_by=by.account_id,
        agency=seen.agency,
        role=seen.role,
        kind=seen.kind,
        door=seen.door,
        whose_kind=seen.whose[0] if seen.whose else "",
        whose_id=seen.whose[1] if seen.whose else None,
        about_kind=seen.about[0] if seen.about else "",
        about_id=seen.about[1] if seen.about else None,
        purpose=seen.purpose,
        words=seen.words or None,
        at=now,
        keep_until=calc.kept_until(time.today(), settings.LOOK_YEARS),
        once=once,
    )
    row.save(force_insert=True)
    events.record(name=states.LOOK_RECORDED, about=row, by=by, payload=queries.payload_of(row))
    return row


def _too_many() -> TooManyLooks:
    return TooManyLooks(
        sentence_zh="短时间内没有办件的查阅太多，这类查阅已经暂停。",
        sentence_en="There were too many looks at people's data without a case, so such looks are stopped for now.",
        todo_zh="监察人员已收到告警，核实后恢复。手上的办件不受影响，请从办件打开。",
        todo_en="A supervisor has been told and will answer. Your cases are not touched: open people's data from them.",
    )


@action
def _raise_alarm(*, seen: Seen, count: int, since: datetime, by: Actor) -> None:
    place = next((grant.place_path for grant in by.grants if grant.role == seen.role), "")
    row = LookAlarm(
        officer=by.account_id,
        agency=seen.agency,
        place_path=place,
        role=seen.role,
        count=count,
        since=since,
        raised_at=time.now(),
        refused=1,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:  # another request of the same officer was first
        return
    events.record(name=states.LOOKS_STOPPED, about=row, by=by, payload={"count": count, "role": seen.role})


@action
def _refuse(*, officer: uuid.UUID) -> None:
    LookAlarm.objects.filter(officer=officer, closed_at__isnull=True).update(refused=F("refused") + 1)


@action
def close_alarm(*, alarm_id: uuid.UUID, verdict: str, note: str, by: Actor) -> LookAlarm:
    """Say what an alarm was about; the officer can look again. Raises NoSuchAlarm, BadAnswer.

    The words stay with the alarm, the verdict stands in the log.
    """
    row = queries.alarm(by, alarm_id, lock=True)
    if row.closed_at is not None or row.officer == by.account_id:
        raise _bad(
            "这条告警已经核实过，或者是关于您自己的",
            "The alarm has been answered already, or is about yourself",
        )
    if verdict not in set(Verdict) or not note.strip():
        raise _bad("没有选择结论或者没有写明情况", "The verdict or the words about it are missing")
    row.verdict, row.note = verdict, note.strip()[:2000]
    row.closed_by, row.closed_at = by.account_id, time.now()
    row.save()
    events.record(name=states.ALARM_CLOSED, about=row, by=by, payload={"verdict": verdict})
    return row


def _bad(zh: str, en: str) -> BadAnswer:
    return BadAnswer(
        sentence_zh=f"{zh}。",
        sentence_en=f"{en}.",
        todo_zh="请选择结论并写明核实到的情况；关于本人的告警由其他监察人员核实。",
        todo_en="Choose a verdict and say what you found out; alarms about yourself are answered by another supervisor.",
    )


@action
def forget(*, most: int = 5000) -> int:
    """Delete looks that were kept long enough; how many. What the log says of them stays, as identifiers."""
    return Look.objects.filter(pk__in=queries.over(time.today(), most)).delete()[0]
