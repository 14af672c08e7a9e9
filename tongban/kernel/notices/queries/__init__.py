"""Reads of the inbox, and of how people want to be told."""

import json
import uuid

from tongban.kernel.access.calc import Actor
from tongban.kernel.notices.calc import Wishes
from tongban.kernel.notices.models import Device, Notice, Preference, Refusal
from tongban.kernel.notices.queries.carriers import CARRIERS, Carrier, Gone, carrier, push_key
from tongban.kernel.records.queries import Kept

__all__ = [
    "CARRIERS",
    "Carrier",
    "Gone",
    "carrier",
    "devices",
    "has_preferences",
    "inbox",
    "notice",
    "push_key",
    "subscriptions",
    "unread",
    "wishes",
]

_UNREAD: Kept[Notice] = Kept(
    lambda account_id: Notice.objects.filter(account_id=account_id, read_at__isnull=True).values("pk")
)


def inbox(actor: Actor):
    """The actor's notices, newest first."""
    return Notice.objects.filter(account_id=actor.account_id).order_by("-id")


def unread(actor: Actor) -> int:
    """How many notices the actor has not opened."""
    return _UNREAD.count(actor.account_id) if actor.account_id else 0


def notice(notice_id: uuid.UUID) -> Notice:
    """One notice; raises Notice.DoesNotExist."""
    return Notice.objects.get(pk=notice_id)


def wishes(account_id: uuid.UUID) -> Wishes:
    """How an account wants to be told; the defaults where it has said nothing."""
    row = Preference.objects.filter(account_id=account_id).first()
    refused = frozenset(Refusal.objects.filter(account_id=account_id).values_list("channel", "kind"))
    if row is None:
        return Wishes(refused=refused)
    return Wishes(row.language, row.quiet_from, row.quiet_to, row.mail or "", refused)


def has_preferences(account_id: uuid.UUID) -> bool:
    """Whether the account has said anything yet."""
    return Preference.objects.filter(account_id=account_id).exists()


def devices(account_id: uuid.UUID) -> list[Device]:
    """The browsers that take an account's pushes, oldest first."""
    return list(Device.objects.filter(account_id=account_id).order_by("id"))


def subscriptions(account_id: uuid.UUID) -> list[tuple[uuid.UUID, str]]:
    """Of each device of an account: its identifier, and its subscription as the push carrier takes it (JSON)."""
    return [
        (one.pk, json.dumps({"endpoint": one.endpoint, "keys": one.keys}, sort_keys=True))
        for one in devices(account_id)
    ]
