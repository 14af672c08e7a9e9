"""The adapters that carry short messages outside: SMS, mail, pushes."""

import json
from typing import Protocol

from django.conf import settings

from tongban.foundation import time
from tongban.foundation.registries import Registry
from tongban.kernel.notices.states import Channel


class Gone(Exception):
    """Raised by a carrier when nothing is at that address any more: it need not be tried again."""


class Carrier(Protocol):
    """Sends one short text outside. `key` is unique per effect: sending the same key again must change nothing.

    `to` is a telephone number, an address, or for pushes the subscription of a device as JSON.
    """

    def send(self, *, to: str, text: str, key: str) -> None:
        """Hand the text over; raises when the other side did not take it, and the job tries again. Raises Gone."""
        ...


CARRIERS: Registry = Registry("carriers")


def carrier(channel: str) -> Carrier:
    """The carrier that the installation has chosen for a channel. Raises UnknownKey."""
    return CARRIERS.get(settings.CARRIERS[channel])()


def push_key() -> str:
    """The public key with which a browser subscribes; empty where pushes are made up and nothing can be subscribed to."""
    return getattr(carrier(Channel.PUSH), "public_key", "")


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


@CARRIERS.register("push", label="推送（虚构，写入文件，不会到达手机）")
class PushToFile(FileCarrier):
    """Pushes in `outbox/push`: made up, no push service is asked and no telephone rings."""

    channel = "push"
