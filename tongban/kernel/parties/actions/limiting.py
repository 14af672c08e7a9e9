"""Counting how often somebody asks for codes and tries codes and passwords, in the database: so it holds over all processes."""

import hashlib
import hmac
from datetime import datetime, timedelta

from django.conf import settings

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.parties.calc.limits import Count, one_more
from tongban.kernel.parties.models import SignInCode, TryCount
from tongban.kernel.parties.states import Scope, Step
from tongban.kernel.records.actions import action

_DONE = {
    Step.ASK: ("短时间内获取验证码的次数太多。", "Codes were asked for too often in a short time."),
    Step.TRY: ("短时间内输入验证码的次数太多。", "Codes were tried too often in a short time."),
    Step.PASSWORD: ("短时间内输入密码的次数太多。", "Passwords were tried too often in a short time."),
}
_INSTEAD = {Step.PASSWORD: ("也可以马上改用验证码登录。", " Or sign in by code at once.")}


class TooManyTries(Problem):
    """Too often in a short time; `retry_after` says in how many seconds the next one is taken.

    It says nothing of the account: an unknown name is counted like any other.
    """

    code = "signin.too_many"
    status = 429

    def __init__(self, step: Step, seconds: int) -> None:
        zh, en = _wait(seconds)
        else_zh, else_en = _INSTEAD.get(step, ("", ""))
        done_zh, done_en = _DONE[step]
        super().__init__(
            sentence_zh=f"{done_zh}这样限制，是为了不让别人冒用账号，也不让别人用验证码打扰您。",
            sentence_en=f"{done_en} This limit keeps others from using an account and from sending its owner codes.",
            todo_zh=f"请在 {zh}后再试；您登录过这个账号的设备单独计数，不受别人影响。{else_zh}",
            todo_en=f"Try again in {en}. A device that has signed in to the account before is counted by itself.{else_en}",
        )
        self.retry_after = seconds


def _wait(seconds: int) -> tuple[str, str]:
    for size, zh, en in ((3600, "小时", "hour"), (60, "分钟", "minute"), (1, "秒", "second")):
        if seconds > size or size == 1:
            number = -(-seconds // size)
            return f"{number} {zh}", f"{number} {en}{'s' if number > 1 else ''}"
    raise AssertionError("the last size is one second")


@action
def admit(*, step: Step, who: str, address: str, device: str = "") -> None:
    """Count one more code asked for, or code or password tried; raises TooManyTries, and then nothing is counted.

    `who` is the account as it was named, whether it exists or not. `device` stands for a browser that has signed in
    to it before: it has a share of its own. The rows are locked in the order of their keys, and only what was read is
    overwritten: however many come at once, no more than the limit get through.
    """
    now = time.now()
    scopes = _scopes(step, who, address, device)
    TryCount.objects.bulk_create(
        [TryCount(scope=scopes[key], key=key, begun_at=now, free_at=now) for key in sorted(scopes)],
        ignore_conflicts=True,
    )
    refused: list[datetime] = []
    for row in TryCount.objects.select_for_update().filter(key__in=scopes).order_by("key"):
        was = Count(row.count, row.begun_at, row.free_at)
        count, until = one_more(settings.SIGN_IN_LIMITS[row.scope], was, now)
        if count is None or not _write(row, count):
            refused.append(until)
    if refused:
        raise TooManyTries(step, max(1, -(-(max(refused) - now) // timedelta(seconds=1))))


def _write(row: TryCount, count: Count) -> bool:
    rows = TryCount.objects.filter(pk=row.pk, count=row.count, begun_at=row.begun_at)
    return bool(rows.update(count=count.count, begun_at=count.begun_at, free_at=count.free_at))


def _scopes(step: Step, who: str, address: str, device: str) -> dict[str, Scope]:
    strange = {"account": (who,), "place": (who, address), "address": (address,)}
    wanted = {"device": (who, device)} if device else strange
    return {_key(scope := Scope(f"{step}.{over}"), *parts): scope for over, parts in wanted.items()}


def _key(scope: Scope, *parts: str) -> str:
    # The parts by length first: no name can be chosen so that it runs into the address behind it.
    text = "".join(f"{len(part)}:{part}" for part in (scope, *parts))
    return hmac.new(settings.SECRET_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()


@action
def forgive(*, who: str, address: str, device: str = "") -> None:
    """Begin anew what is counted for this account at this place or device: its owner has just shown who they are.

    What is counted over all strange devices and over the address stays.
    """
    over = {key for step in Step for key, scope in _scopes(step, who, address, device).items() if _own(scope)}
    TryCount.objects.filter(key__in=over).delete()


def _own(scope: Scope) -> bool:
    return scope.endswith((".place", ".device"))


@action
def forget_codes(*, now: datetime) -> int:
    """Remove one-time codes that ran out a day ago: they let nobody in and say who tried when. How many there were."""
    return SignInCode.objects.filter(expires_at__lt=now - timedelta(days=1)).delete()[0]


@action
def forget_counts(*, now: datetime) -> int:
    """Remove counts whose window is over; returns how many there were."""
    longest = max(limit.seconds for limit in settings.SIGN_IN_LIMITS.values())
    return TryCount.objects.filter(begun_at__lte=now - timedelta(seconds=longest)).delete()[0]
