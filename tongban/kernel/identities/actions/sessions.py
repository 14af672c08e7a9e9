"""Sessions: begun, seen, checked again, ended."""

import uuid
from datetime import datetime, timedelta

from django.contrib.sessions.models import Session

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import SYSTEM, Actor
from tongban.kernel.events import actions as events
from tongban.kernel.identities import queries, rules, states
from tongban.kernel.identities.actions.devices import forget_unused, recognise
from tongban.kernel.identities.models import CounterCode, GivenIdentity, Pairing, SignIn
from tongban.kernel.identities.states import Ended, Way
from tongban.kernel.parties.models import Account
from tongban.kernel.parties.states import AssuranceLevel
from tongban.kernel.records.actions import action


class NoSuchSession(Problem):
    """There is no such session, it is over, or it is somebody else's."""

    code = "session.unknown"
    status = 404


@action
def begin(
    *,
    account: Account,
    session_key: str,
    ways: list[Way],
    device: str,
    address: str,
    by: Actor,
    browser: str | None = None,
) -> SignIn:
    """Keep that a session was begun: how, on which kind of device, from where.

    `browser` is the digest by which this very browser is known again, empty where many people use it; the event says
    whether the account was used on it before. None: nobody asks, as at a computer of a hall.
    """
    now = time.now()
    row = SignIn(
        account=account,
        session_key=session_key,
        ways=[one.value for one in ways],
        device=device[:60],
        address=address[:60],
        begun_at=now,
        seen_at=now,
    )
    row.save(force_insert=True)
    new = browser is not None and recognise(account=account, digest=browser, label=device)
    name = states.SESSION_BEGUN_ANEW if new else states.SESSION_BEGUN
    events.record(name=name, about=row, by=by, payload={"ways": row.ways})
    return row


@action
def seen(*, sign_in_id: uuid.UUID) -> None:
    """Keep that a session is in use; no event, because it is asked for all the time."""
    SignIn.objects.filter(pk=sign_in_id, ended_at__isnull=True).update(seen_at=time.now())


@action
def checked(*, sign_in_id: uuid.UUID, way: Way, by: Actor) -> None:
    """Keep that whoever sits there has shown again who they are."""
    events.record(name=states.SESSION_CHECKED, about=SignIn(id=sign_in_id), by=by, payload={"way": way})


@action
def end(*, sign_in_id: uuid.UUID, why: Ended, by: Actor) -> SignIn:
    """End one of the actor's own sessions, wherever it is. Raises NoSuchSession."""
    row = rules.sign_ins(by).filter(pk=sign_in_id, ended_at__isnull=True).first()
    if row is None:
        raise NoSuchSession(
            sentence_zh="没有找到这次登录，可能已经结束。",
            sentence_en="This session was not found; it may be over already.",
            todo_zh="请刷新页面查看。",
            todo_en="Load the page again.",
        )
    _end(row, why, by)
    return row


@action
def end_others(*, account: Account, keep: str, why: Ended, by: Actor) -> int:
    """End all sessions of an account but the one with this key; how many there were."""
    rows = list(
        SignIn.objects.filter(account=account, ended_at__isnull=True).exclude(session_key=keep).order_by("id")
    )
    for row in rows:
        _end(row, why, by)
    return len(rows)


def _end(row: SignIn, why: Ended, by: Actor) -> None:
    row.ended_at, row.ended = time.now(), why
    row.save()
    if why != Ended.OUT:  # signing out has done it
        Session.objects.filter(session_key=row.session_key).delete()
    events.record(name=states.SESSION_ENDED, about=row, by=by, payload={"why": why})


@action
def tidy(*, now: datetime, longest: timedelta) -> int:
    """Close sessions that ran out unseen; forget those long over, devices long unused, codes that nobody scanned, and
    accounts whose telephone never answered. How many sessions, devices and codes went.
    """
    for row in SignIn.objects.filter(ended_at__isnull=True, begun_at__lte=now - longest).order_by("id"):
        _end(row, Ended.TIME, SYSTEM)
    never = Account.objects.filter(
        level=AssuranceLevel.GUEST, givenidentity__isnull=False, opened_at__lte=now - timedelta(days=1)
    )
    _drop(list(never.order_by("id")))
    gone = queries.long_over(now).delete()[0] + forget_unused(now=now)
    old = now - timedelta(days=1)
    gone += CounterCode.objects.filter(expires_at__lte=old).delete()[0]
    return gone + Pairing.objects.filter(expires_at__lte=old).delete()[0]


def _drop(accounts: list[Account]) -> None:
    """What somebody typed to open an account, and never came back for, is nobody's to keep."""
    for account in accounts:
        events.record(name=states.ACCOUNT_DROPPED, about=account, by=SYSTEM)
    GivenIdentity.objects.filter(account__in=accounts).delete()
    Account.objects.filter(pk__in=[one.pk for one in accounts]).delete()
