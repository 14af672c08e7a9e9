"""Signing in by QR code: a screen asks, a telephone that is signed in answers, and the one browser that asked comes in."""

import hashlib
import hmac
import secrets
import uuid
from datetime import timedelta

from django.conf import settings

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import Actor
from tongban.kernel.events import actions as events
from tongban.kernel.identities import states
from tongban.kernel.identities.models import Pairing
from tongban.kernel.identities.states import PairingState
from tongban.kernel.parties.models import Account
from tongban.kernel.records.actions import action

PAIRING_SECONDS = 120


class CodeOver(Problem):
    """The code on the screen is too old, was answered already, or is none of ours."""

    code = "pairing.over"
    status = 410

    def __init__(self) -> None:
        super().__init__(
            sentence_zh="这个二维码已经失效，或者已经用过。",
            sentence_en="This QR code is no longer valid or has been used.",
            todo_zh="请在电脑上重新生成二维码，再扫一次。",
            todo_en="Have the screen show a new one and scan it.",
        )


def _digest(what: str, plain: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), f"{what}:{plain}".encode(), hashlib.sha256).hexdigest()


@action
def ask_pairing(*, browser: str, device: str, address: str) -> tuple[Pairing, str]:
    """Ask for one browser to be let in; returns the row and the secret of its QR code, valid for two minutes.

    `browser` is known to that browser's session alone: whoever photographs the code gains nothing by it.
    """
    now, secret = time.now(), secrets.token_urlsafe(24)
    row = Pairing(
        digest=_digest("scan", secret),
        browser=_digest("browser", browser),
        check_number=f"{secrets.randbelow(90) + 10}",
        device=device[:60],
        address=address[:60],
        asked_at=now,
        expires_at=now + timedelta(seconds=PAIRING_SECONDS),
    )
    row.save(force_insert=True)
    return row, secret


def scanned(secret: str) -> Pairing:
    """What the telephone that has scanned the code is asked. Raises CodeOver."""
    row = _waiting(secret).first()
    if row is None:
        raise CodeOver
    return row


def _waiting(secret: str):
    return Pairing.objects.filter(
        digest=_digest("scan", secret), state=PairingState.ASKED, expires_at__gt=time.now()
    )


@action
def answer_pairing(*, secret: str, approved: bool, by: Actor) -> Pairing:
    """Answer with the account that is signed in on the telephone, once. Raises CodeOver."""
    row = scanned(secret)
    state = PairingState.APPROVED if approved else PairingState.REFUSED
    if not _waiting(secret).update(state=state, account_id=by.account_id):
        raise CodeOver
    events.record(name=states.PAIRING_ANSWERED, about=row, by=by, payload={"state": state})
    return row


@action
def take_pairing(*, pairing_id: uuid.UUID, browser: str) -> Account | None:
    """The account that this browser comes in with, once; None as long as nobody has said yes. Raises CodeOver."""
    row = (
        Pairing.objects.select_related("account")
        .filter(pk=pairing_id, browser=_digest("browser", browser), expires_at__gt=time.now())
        .first()
    )
    if row is None or row.state in (PairingState.REFUSED, PairingState.USED):
        raise CodeOver
    if row.state == PairingState.ASKED or row.account is None:
        return None
    taken = Pairing.objects.filter(pk=row.pk, state=PairingState.APPROVED).update(state=PairingState.USED)
    if not taken or not row.account.is_active:
        raise CodeOver
    return row.account
