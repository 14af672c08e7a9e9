"""Writes of the inbox, and of how people want to be told."""

import uuid
from collections.abc import Mapping
from typing import Any

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import SYSTEM, Actor
from tongban.kernel.events import actions as events
from tongban.kernel.notices import queries, states
from tongban.kernel.notices.calc import Wishes, pushing
from tongban.kernel.notices.models import Device, Notice, Preference, Refusal
from tongban.kernel.notices.queries import webpush
from tongban.kernel.records.actions import action
from tongban.kernel.records.models import blind_indexes


class BadDevice(Problem):
    """A subscription that no known push service gave, or whose keys are none; or more devices than anybody has."""

    code = "notice.bad_device"
    status = 422


@action
def notify(
    *,
    account_id: uuid.UUID,
    title: tuple[str, str],
    body: tuple[str, str],
    about: Any,
    effect_key: str,
    kind: str = "",
) -> Notice | None:
    """Put a notice (Chinese, English) into an inbox; None when the same effect has notified already.

    Without a `kind` it has that of what it is about. The inbox gets every one, whatever the person has chosen.
    """
    if Notice.objects.filter(effect_key=effect_key).exists():
        return None
    row = Notice(
        account_id=account_id,
        kind=kind or states.KIND_ABOUT.get(about._meta.model_name, states.NoticeKind.PROGRESS),
        title_zh=title[0],
        title_en=title[1],
        body_zh=body[0],
        body_en=body[1],
        about_kind=about._meta.model_name,
        about_id=about.pk,
        created_at=time.now(),
        effect_key=effect_key,
    )
    row.save(force_insert=True)
    events.record(name=states.NOTICE_CREATED, about=row, by=SYSTEM, payload={"about": str(about.pk)})
    return row


def tell(
    texts: tuple[str, str, str, str],
    *,
    account_id: uuid.UUID,
    about: Any,
    effect_key: str,
    kind: str = "",
    **words: Any,
) -> Notice | None:
    """Notify in the texts (title zh, title en, body zh, body en) of a table, `words` put in for their places."""
    title_zh, title_en, body_zh, body_en = (text.format(**words) for text in texts)
    return notify(
        account_id=account_id,
        title=(title_zh, title_en),
        body=(body_zh, body_en),
        about=about,
        effect_key=effect_key,
        kind=kind,
    )


@action
def read_all(*, by: Actor) -> int:
    """Mark the actor's notices as read; returns how many were new."""
    return queries.inbox(by).filter(read_at__isnull=True).update(read_at=time.now())


@action
def log_message(*, notice: Notice, channel: str) -> None:
    """Log that a message about the notice went out."""
    events.record(name=states.MESSAGE_SENT, about=notice, by=SYSTEM, payload={"channel": channel})


@action
def prefer(*, wishes: Wishes, by: Actor) -> None:
    """Keep how the actor wants to be told from now on; what waits already for the end of quiet hours keeps waiting.

    The event names the language and what was refused, never the address.
    """
    row = Preference.objects.filter(account_id=by.account_id).first()
    fresh = row is None
    row = row or Preference(account_id=by.account_id)
    row.language, row.quiet_from, row.quiet_to = wishes.language, wishes.quiet_from, wishes.quiet_to
    row.mail, row.changed_at = wishes.mail or None, time.now()
    row.save(force_insert=fresh)
    Refusal.objects.filter(account_id=by.account_id).delete()
    Refusal.objects.bulk_create(
        [Refusal(account_id=by.account_id, channel=one, kind=kind) for one, kind in sorted(wishes.refused)]
    )
    payload = {"language": wishes.language, "refused": sorted(map(":".join, wishes.refused))}
    events.record(name=states.PREFERRED, about=row, by=by, payload=payload)


@action
def add_device(*, endpoint: str, keys: Mapping[str, str], name: str, by: Actor) -> Device:
    """Let a browser take the actor's pushes; a browser that took somebody else's takes the actor's instead.

    With pushes that are made up the subscription is made up too, whatever was given. Raises BadDevice.
    """
    if not queries.push_key():
        endpoint, keys = f"https://push.invalid/{uuid.uuid4()}", {}
    elif not (webpush.is_service(endpoint) and _are_keys(keys)):
        raise BadDevice(
            sentence_zh="这个浏览器的推送服务不能使用。",
            sentence_en="The push service of this browser cannot be used.",
            todo_zh="可以改用短信或者电子邮件；站内消息总能收到。",
            todo_en="Use SMS or e-mail instead; the inbox always has everything.",
        )
    indexes = blind_indexes(Device, "endpoint", endpoint)
    row = Device.objects.filter(endpoint_index__in=indexes).first()
    fresh = row is None
    if fresh and Device.objects.filter(account_id=by.account_id).count() >= states.MOST_DEVICES:
        raise BadDevice(
            sentence_zh=f"最多加入 {states.MOST_DEVICES} 台设备。",
            sentence_en=f"There can be at most {states.MOST_DEVICES} devices.",
            todo_zh="请先移除不用的。",
            todo_en="Remove one that you do not use.",
        )
    row = row or Device()
    row.account_id, row.name, row.added_at = by.account_id, name[:80], time.now()
    row.endpoint, row.keys = endpoint, {one: keys[one] for one in sorted(keys)}
    row.save(force_insert=fresh)
    events.record(name=states.DEVICE_ADDED, about=row, by=by)
    return row


def _are_keys(keys: Mapping[str, str]) -> bool:
    """Whether these are a point of P-256 and 16 bytes, as a browser gives them (RFC 8291)."""
    try:
        pushing.public_key(pushing.unb64(keys["p256dh"]))
        return len(pushing.unb64(keys["auth"])) == 16
    except (KeyError, ValueError):
        return False


@action
def remove_device(*, device_id: uuid.UUID, by: Actor) -> None:
    """Send nothing more to one of the actor's browsers; the system may remove any. Nothing changes a second time."""
    rows = Device.objects.filter(pk=device_id)
    row = (rows if by.kind == SYSTEM.kind else rows.filter(account_id=by.account_id)).first()
    if row is not None:
        events.record(name=states.DEVICE_REMOVED, about=row, by=by)
        row.delete()
