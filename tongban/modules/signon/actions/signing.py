"""A sign-on from its code to its end."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import SYSTEM, Actor
from tongban.kernel.events import actions as events
from tongban.kernel.records.actions import action
from tongban.modules.signon import queries, states
from tongban.modules.signon.models import SigningKey, SignOn, SignOnToken, SystemConsent
from tongban.modules.signon.states import Ending, TokenKind


class AlreadyUsed(Problem):
    """A code or a refresh token was used by another request at the same moment."""

    code = "signon.already_used"
    status = 409

    def __init__(self) -> None:
        super().__init__(
            sentence_zh="这个登录代码或者令牌已经用过。",
            sentence_en="This code or token has been used already.",
            todo_zh="请重新登录。",
            todo_en="Sign in again.",
        )


@dataclass(frozen=True)
class Asked:
    """What a system asked for and what the browser's session says of its visitor."""

    redirect_uri: str
    challenge: str
    nonce: str
    browser: str
    level: int
    methods: tuple[str, ...] = ()
    signed_in_at: datetime | None = None


@action
def begin(*, consent: SystemConsent, scopes: Sequence[str], asked: Asked, code: str, by: Actor) -> SignOn:
    """Sign the actor on to a system; `code` stands for it once, within a minute."""
    now = time.now()
    row = SignOn(
        system=consent.system,
        consent=consent,
        account_id=by.account_id,
        browser=asked.browser,
        on_behalf=consent.on_behalf,
        scopes=list(scopes),
        level=asked.level,
        methods=list(asked.methods),
        signed_in_at=asked.signed_in_at,
        nonce=asked.nonce,
        redirect_uri=asked.redirect_uri,
        challenge=asked.challenge,
        code_digest=queries.digest("code", code),
        code_until=now + timedelta(seconds=states.CODE_SECONDS),
        begun_at=now,
        ends_at=now + timedelta(seconds=states.SIGN_ON_SECONDS),
    )
    row.save(force_insert=True)
    payload = {"system": consent.system.client_id, "acting": bool(consent.on_behalf)}
    events.record(name=states.SIGN_ON_BEGUN, about=row, by=by, payload=payload)
    return row


@action
def redeem(*, sign_on: SignOn, access: str, refresh_token: str = "") -> None:
    """Turn the code into tokens, once. Raises AlreadyUsed when another request was first."""
    now = time.now()
    mine = SignOn.objects.filter(pk=sign_on.pk, redeemed_at__isnull=True, ended_at__isnull=True)
    if not mine.update(redeemed_at=now):
        raise AlreadyUsed
    _keep(sign_on, now, access, refresh_token)
    events.record(name=states.SIGN_ON_REDEEMED, about=sign_on, by=SYSTEM)


@action
def refresh(*, used: SignOnToken, access: str, refresh_token: str) -> None:
    """Put fresh tokens in the place of a refresh token, once. Raises AlreadyUsed when another request was first."""
    now = time.now()
    if not SignOnToken.objects.filter(pk=used.pk, used_at__isnull=True).update(used_at=now):
        raise AlreadyUsed
    _keep(used.sign_on, now, access, refresh_token)
    events.record(name=states.SIGN_ON_REFRESHED, about=used.sign_on, by=SYSTEM)


def _keep(sign_on: SignOn, now: datetime, access: str, refresh_token: str) -> None:
    for kind, value, seconds in (
        (TokenKind.ACCESS, access, states.ACCESS_SECONDS),
        (TokenKind.REFRESH, refresh_token, states.REFRESH_SECONDS),
    ):
        if value:
            SignOnToken(
                sign_on=sign_on,
                kind=kind,
                digest=queries.digest("token", value),
                until=min(now + timedelta(seconds=seconds), sign_on.ends_at),
            ).save(force_insert=True)


@action
def end(*, sign_on: SignOn, why: Ending, by: Actor = SYSTEM) -> None:
    """End a sign-on with all its tokens; what ended before stays as it is."""
    mine = SignOn.objects.filter(pk=sign_on.pk, ended_at__isnull=True)
    if mine.update(ended_at=time.now(), ended_why=why):
        events.record(name=states.SIGN_ON_ENDED, about=sign_on, by=by, payload={"why": why.value})


@action
def end_browser(*, browser: str, by: Actor) -> int:
    """End every sign-on that began in a browser session; returns how many there were."""
    rows = queries.sign_ons_of_browser(browser)
    for row in rows:
        end(sign_on=row, why=Ending.SIGNED_OUT, by=by)
    return len(rows)


@action
def note_told(*, sign_on_id: uuid.UUID) -> None:
    """Keep when the system was told of the end."""
    SignOn.objects.filter(pk=sign_on_id, told_at__isnull=True).update(told_at=time.now())


@action
def forget_old(*, now: datetime) -> None:
    """Remove tokens that are long over, sign-ons of half a year ago, and keys that are published no more."""
    day = timedelta(days=1)
    SignOnToken.objects.filter(until__lt=now - day).delete()
    SignOn.objects.filter(ends_at__lt=now - timedelta(days=states.KEPT_DAYS)).delete()
    SigningKey.objects.filter(gone_at__lt=now - day).delete()
