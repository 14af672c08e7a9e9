"""Alerts: set, taken back, told once."""

import uuid
from collections.abc import Sequence

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import SYSTEM, Actor
from tongban.kernel.events import actions as events
from tongban.kernel.notices import actions as notices
from tongban.kernel.records.actions import action
from tongban.modules.policies.models import Alert
from tongban.modules.policies.states import ALERT_ENDED, ALERT_SAVED, ALERT_TOLD, MOST_ALERTS

_TEXTS = (
    "可以享受：{item}",
    "You can have it now: {item_en}",
    "您设置了提醒的“{item}”，现在条件已经满足。请到“惠企政策”里查看怎么享受。",
    "You asked to be told about '{item_en}': its conditions are met now. See Policies for how to get it.",
)
_OF_OTHERS = (
    _TEXTS[0],
    _TEXTS[1],
    "同事设置了提醒的“{item}”，现在条件已经满足。请到“惠企政策”里查看怎么享受。",
    "A colleague asked to be told about '{item_en}': its conditions are met now. See Policies for how to get it.",
)


class NobodyToTell(Problem):
    """An item for enterprises, and the actor acts for none; or the other way round."""

    code = "policy.nobody_to_tell"
    status = 409


class TooManyAlerts(Problem):
    """More alerts than anybody reads."""

    code = "policy.too_many_alerts"
    status = 409


@action
def save_alert(*, item: str, audience: str, by: Actor) -> Alert:
    """Wait for an item for the one acted for; a second time changes nothing. Raises NobodyToTell, TooManyAlerts."""
    subject = subject_of(by, audience)
    rows = Alert.objects.filter(account_id=by.account_id, subject_id=subject, told_at__isnull=True)
    held = rows.filter(item=item).first()
    if held is not None:
        return held
    if rows.count() >= MOST_ALERTS:
        raise TooManyAlerts(
            sentence_zh=f"提醒最多可以设 {MOST_ALERTS} 个。",
            sentence_en=f"There can be at most {MOST_ALERTS} alerts.",
            todo_zh="请先取消不需要的提醒。",
            todo_en="Take back those you no longer need.",
        )
    row = Alert(account_id=by.account_id, subject_id=subject, item=item, saved_at=time.now())
    Alert.objects.bulk_create([row], ignore_conflicts=True)
    if (
        first := rows.filter(item=item).get()
    ).pk != row.pk:  # the button was pressed twice at the same moment
        return first
    events.record(name=ALERT_SAVED, about=row, by=by, payload={"item": item})
    return row


@action
def end_alert(*, item: str, audience: str, by: Actor) -> None:
    """Wait no more; nothing where nobody waited. Raises NobodyToTell."""
    subject = subject_of(by, audience)
    row = Alert.objects.filter(
        account_id=by.account_id, subject_id=subject, item=item, told_at__isnull=True
    ).first()
    if row is not None:
        events.record(name=ALERT_ENDED, about=row, by=by, payload={"item": item})
        row.delete()


@action
def tell_alert(*, alert_id: uuid.UUID, name: tuple[str, str], also: Sequence[uuid.UUID] = ()) -> bool:
    """Tell whoever waits that they can have the item of this name (Chinese, English) now; False when that was done.

    `also` are further accounts whose business it is: those of an enterprise with that duty.
    """
    row = Alert.objects.select_for_update().filter(pk=alert_id, told_at__isnull=True).first()
    if row is None:
        return False
    row.told_at = time.now()
    row.save()
    for account in sorted({row.account_id, *also}):
        notices.tell(
            _TEXTS if account == row.account_id else _OF_OTHERS,
            account_id=account,
            about=row,
            effect_key=f"policy-alert:{row.pk}" + ("" if account == row.account_id else f":{account}"),
            item=name[0],
            item_en=name[1] or name[0],
        )
    events.record(name=ALERT_TOLD, about=row, by=SYSTEM, payload={"item": row.item})
    return True


def subject_of(by: Actor, audience: str) -> uuid.UUID:
    """The one an item is for. Raises NobodyToTell."""
    subject = by.organisation_id if audience == "organisation" else by.person_id
    if subject is None:
        raise NobodyToTell(
            sentence_zh="这个项目是给企业的，您现在没有代表企业。"
            if audience == "organisation"
            else "这个项目是给个人的。",
            sentence_en="This item is for enterprises, and you act for none now."
            if audience == "organisation"
            else "This item is for people.",
            todo_zh="请先在页面上方选择代表哪家企业。",
            todo_en="First choose on top of the page for which enterprise you act.",
        )
    return subject
