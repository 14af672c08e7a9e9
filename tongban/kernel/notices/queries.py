"""Reads of the inbox, and the adapters that carry messages outside."""

import json
import uuid
from typing import Protocol

from django.conf import settings

from tongban.foundation import time
from tongban.foundation.registries import Registry
from tongban.kernel.access.calc import Actor
from tongban.kernel.notices.models import Notice


class Carrier(Protocol):
    """Sends one short text outside. `key` is unique per effect: sending the same key again must change nothing."""

    def send(self, *, to: str, text: str, key: str) -> None:
        """Hand the text over; raises when the other side did not take it, and the job tries again."""
        ...


CARRIERS: Registry = Registry("carriers")


class FileCarrier:
    """Writes each message to a file of its own: the default where no gateway is connected, and in the demo."""

    channel = "message"

    def send(self, *, to: str, text: str, key: str) -> None:
        folder = settings.OUTBOX / self.channel
        folder.mkdir(parents=True, exist_ok=True)
        name = "".join(c if c.isalnum() else "-" for c in key)
        body = {"to": to, "text": text, "at": time.now().isoformat()}
        (folder / f"{name}.json").write_text(json.dumps(body, ensure_ascii=False), encoding="utf-8")


@CARRIERS.register("sms", label="短信（写入文件）")
class SmsToFile(FileCarrier):
    """SMS in `outbox/sms`."""

    channel = "sms"


@CARRIERS.register("mail", label="邮件（写入文件）")
class MailToFile(FileCarrier):
    """Mail in `outbox/mail`."""

    channel = "mail"


def inbox(actor: Actor):
    """The actor's notices, newest first."""
    return Notice.objects.filter(account_id=actor.account_id).order_by("-id")


def unread(actor: Actor) -> int:
    """How many notices the actor has not opened."""
    return (
        Notice.objects.filter(account_id=actor.account_id, read_at__isnull=True).count()
        if actor.account_id
        else 0
    )


def notice(notice_id: uuid.UUID) -> Notice:
    """One notice; raises Notice.DoesNotExist."""
    return Notice.objects.get(pk=notice_id)
