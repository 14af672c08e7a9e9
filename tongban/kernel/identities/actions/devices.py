"""Devices on which an account was used: recognised when a session begins, forgotten when asked or after a time."""

import uuid
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import Actor
from tongban.kernel.events import actions as events
from tongban.kernel.identities import queries, rules, states
from tongban.kernel.identities.models import KnownDevice
from tongban.kernel.parties.models import Account
from tongban.kernel.records.actions import action


class NoSuchDevice(Problem):
    """There is no such device, it was forgotten, or it is somebody else's."""

    code = "device.unknown"
    status = 404


@action
def recognise(*, account: Account, digest: str, label: str) -> bool:
    """Keep that the account was used on this device; whether it is to be told, because it never was before.

    Without a digest nothing is kept: a computer that others use too is never known. The first device of an account is
    no news, so neither is everybody's first one after an update. No event: that is the session's, which begins here.
    """
    Account.objects.select_for_update().get(pk=account.pk)  # one browser may send the same form twice
    now = time.now()
    rows = list(KnownDevice.objects.filter(account=account).order_by("-last_seen_at", "-id"))
    if not digest:
        return bool(rows)
    found = next((row for row in rows if row.digest == digest), None)
    if found is None:
        KnownDevice(
            account=account, digest=digest, label=label[:60], first_seen_at=now, last_seen_at=now
        ).save(force_insert=True)
        # With the one that has just come there are MOST_KNOWN.
        over = [row.pk for row in rows[states.MOST_KNOWN - 1 :]]
        if over:
            KnownDevice.objects.filter(pk__in=over).delete()
        return bool(rows)
    known = found.last_seen_at > queries.unused_since(now)
    found.label, found.last_seen_at = label[:60], now
    found.first_seen_at = found.first_seen_at if known else now
    found.save()
    return not known


@action
def forget_device(*, device_id: uuid.UUID, by: Actor) -> None:
    """Forget one of the actor's devices: signing in on it is told again. Sessions go on. Raises NoSuchDevice."""
    if not _forgotten_by(by, rules.known_devices(by).filter(pk=device_id)):
        raise NoSuchDevice(
            sentence_zh="没有找到这台设备，可能已经不再记住。",
            sentence_en="This device was not found; it may have been forgotten already.",
            todo_zh="请刷新页面查看。",
            todo_en="Load the page again.",
        )


@action
def forget_devices(*, by: Actor) -> int:
    """Forget all of the actor's devices, how many there were; without any nothing happens."""
    return _forgotten_by(by, rules.known_devices(by))


def _forgotten_by(by: Actor, rows: QuerySet[KnownDevice]) -> int:
    owner = Account.objects.select_for_update().get(pk=by.account_id)
    gone = _forget(rows)
    if gone:
        events.record(name=states.DEVICES_FORGOTTEN, about=owner, by=by, payload={"count": gone})
    return gone


@action
def forget_unused(*, now: datetime) -> int:
    """Forget devices that were not used for the days of the setting; how many. Nobody did it, so there is no event."""
    return _forget(
        KnownDevice.objects.filter(digest__isnull=False, last_seen_at__lte=queries.unused_since(now))
    )


def _forget(rows: QuerySet[KnownDevice]) -> int:
    """Remove these rows; of an account that would have none left, the latest stays without digest and label."""
    of_account = KnownDevice.objects.filter(account=OuterRef("account"))
    others = of_account.exclude(pk__in=rows.values("pk"))
    later = rows.filter(account=OuterRef("account"), id__gt=OuterRef("id"))
    traces = rows.filter(~Exists(others), ~Exists(later)).update(digest=None, label="")
    return traces + rows.delete()[0]
