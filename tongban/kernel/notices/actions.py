"""Writes of the inbox."""

import uuid
from typing import Any

from tongban.foundation import time
from tongban.kernel.access.calc import SYSTEM, Actor
from tongban.kernel.events import actions as events
from tongban.kernel.notices import queries, states
from tongban.kernel.notices.models import Notice
from tongban.kernel.records.actions import action


@action
def notify(
    *, account_id: uuid.UUID, title: tuple[str, str], body: tuple[str, str], about: Any, effect_key: str
) -> Notice | None:
    """Put a notice (Chinese, English) into an inbox; None when the same effect has notified already."""
    if Notice.objects.filter(effect_key=effect_key).exists():
        return None
    row = Notice(
        account_id=account_id,
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


@action
def read_all(*, by: Actor) -> int:
    """Mark the actor's notices as read; returns how many were new."""
    return queries.inbox(by).filter(read_at__isnull=True).update(read_at=time.now())


@action
def log_message(*, notice: Notice, channel: str) -> None:
    """Log that a message about the notice went out."""
    events.record(name=states.MESSAGE_SENT, about=notice, by=SYSTEM, payload={"channel": channel})
