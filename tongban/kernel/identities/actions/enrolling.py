"""Factors come and go: authenticators, passkeys, recovery codes."""

import base64
import hashlib
import hmac
import secrets
import uuid
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from fido2.utils import websafe_encode

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import Actor
from tongban.kernel.events import actions as events
from tongban.kernel.identities import rules, states
from tongban.kernel.identities.calc import totp
from tongban.kernel.identities.models import Factor, RecoveryCode
from tongban.kernel.identities.queries import passkeys
from tongban.kernel.identities.states import FactorKind
from tongban.kernel.parties.models import Account
from tongban.kernel.records.actions import action

RECOVERY_CODES = 10
MOST_FACTORS = 10


class WrongNumber(Problem):
    """A number of an authenticator, or a recovery code, that is wrong, too old or has been used."""

    code = "signin.wrong_number"
    status = 422

    def __init__(self) -> None:
        super().__init__(
            sentence_zh="动态码不正确，或者已经用过。",
            sentence_en="The number is wrong or has been used.",
            todo_zh="请等验证器显示下一个动态码再输入；手机时间不准的，先校准时间。手机不在身边的，可以输入备用码。",
            todo_en="Wait for the next number and type it; set your telephone's clock if it is wrong. "
            "Without your telephone, type a recovery code.",
        )


class NotRemovable(Problem):
    """The factor is the last one of an account that must have one, or is not the actor's."""

    code = "factor.not_removable"
    status = 409


class TooManyFactors(Problem):
    """An account has as many factors as it may have."""

    code = "factor.too_many"
    status = 409


def new_secret() -> str:
    """A fresh secret for an authenticator, in base 32; kept nowhere until its first number has been typed."""
    return base64.b32encode(secrets.token_bytes(totp.SECRET_BYTES)).decode()


def _step() -> int:
    # The machine's time: telephones know nothing of a demonstration's moved clock.
    return totp.step_at(time.wall_clock().timestamp())


@action
def add_authenticator(*, account: Account, secret: str, number: str, name: str, by: Actor) -> Factor:
    """Keep an authenticator whose number shows that it has the secret; it takes the place of an older one.

    Raises WrongNumber.
    """
    step = totp.matching_step(secret, number.strip(), _step(), None)
    if step is None:
        raise WrongNumber
    now = time.now()
    Factor.objects.filter(account=account, kind=FactorKind.TOTP).delete()
    row = Factor(
        account=account, kind=FactorKind.TOTP, name=name, secret=secret, last_step=step, added_at=now
    )
    row.save(force_insert=True)
    events.record(name=states.FACTOR_ADDED, about=row, by=by, payload={"kind": row.kind})
    return row


@action
def add_passkey(
    *, account: Account, name: str, state: Mapping[str, Any], answer: Mapping[str, Any], by: Actor
) -> Factor:
    """Keep a passkey that a browser has made for this account. Raises BadPasskey, TooManyFactors."""
    data = passkeys.registered(state, answer)
    if Factor.objects.filter(account=account).count() >= MOST_FACTORS:
        raise TooManyFactors(
            sentence_zh=f"一个账号最多登记 {MOST_FACTORS} 个。",
            sentence_en=f"An account can have {MOST_FACTORS} at the most.",
            todo_zh="请先移除不用的，再登记新的。",
            todo_en="Remove one that you do not use, then add the new one.",
        )
    row = Factor(
        account=account,
        kind=FactorKind.PASSKEY,
        name=name.strip()[:40] or "passkey",
        secret=websafe_encode(bytes(data)),
        credential_id=websafe_encode(data.credential_id),
        added_at=time.now(),
    )
    if Factor.objects.filter(credential_id=row.credential_id).exists():
        raise passkeys.BadPasskey
    row.save(force_insert=True)
    events.record(name=states.FACTOR_ADDED, about=row, by=by, payload={"kind": row.kind})
    return row


@action
def remove_factor(*, factor_id: uuid.UUID, by: Actor) -> Factor:
    """Remove one of the actor's own factors; a staff account keeps at least one. Raises NotRemovable."""
    row = (
        rules.factors(by)
        .select_for_update(of=("self",))
        .select_related("account")
        .filter(pk=factor_id)
        .first()
    )
    if row is None:
        raise NotRemovable(
            sentence_zh="没有找到这项登录方式，可能已经移除。",
            sentence_en="This way to sign in was not found; it may have been removed already.",
            todo_zh="请刷新页面查看。",
            todo_en="Load the page again.",
        )
    others = Factor.objects.filter(account=row.account).exclude(pk=row.pk)
    if row.account.agency and not others.exists():
        raise NotRemovable(
            sentence_zh="工作人员账号必须保留至少一项第二道验证。",
            sentence_en="A staff account must keep at least one second factor.",
            todo_zh="请先登记新的，再移除这一项。",
            todo_en="Add another one first, then remove this one.",
        )
    events.record(name=states.FACTOR_REMOVED, about=row, by=by, payload={"kind": row.kind})
    Factor.objects.filter(pk=row.pk).delete()
    if not others.filter(kind=FactorKind.TOTP).exists():
        RecoveryCode.objects.filter(account=row.account).delete()
    return row


@action
def use_number(*, account: Account, number: str, once: bool = True) -> bool:
    """Whether this is the number of the account's authenticator now; a number works once.

    `once` is False in a demonstration, where everybody signs in as the same few officers and reads the number on the page.
    """
    row = Factor.objects.filter(account=account, kind=FactorKind.TOTP).first()
    if row is None:
        return False
    step = totp.matching_step(row.secret, number.strip(), _step(), row.last_step if once else None)
    if step is None:
        return False
    used = Factor.objects.filter(pk=row.pk)
    if once:  # of two that come at once with the same number, one is let in
        used = used.filter(last_step=row.last_step)
    return bool(used.update(last_step=step, used_at=time.now()))


@action
def use_passkey(*, state: Mapping[str, Any], answer: Mapping[str, Any]) -> Account:
    """The account that a passkey's signature opens. Raises BadPasskey."""
    row = (
        Factor.objects.select_related("account")
        .filter(credential_id=passkeys.credential_of(answer), account__is_active=True)
        .first()
    )
    if row is None:
        raise passkeys.BadPasskey
    count = passkeys.asserted(state, answer, row.secret, row.account.pk)
    if row.sign_count and count <= row.sign_count:  # a copy of the key has signed meanwhile (WebAuthn, 6.1.1)
        raise passkeys.BadPasskey
    if not Factor.objects.filter(pk=row.pk, sign_count=row.sign_count).update(
        sign_count=count, used_at=time.now()
    ):
        raise passkeys.BadPasskey
    return row.account


def _digest(account_id: uuid.UUID, code: str) -> str:
    plain = "".join(one for one in code.upper() if one.isalnum())
    text = f"recovery:{account_id}:{plain}"
    return hmac.new(settings.SECRET_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()


@action
def make_recovery_codes(*, account: Account, by: Actor) -> list[str]:
    """Fresh recovery codes, shown once; the earlier ones end."""
    RecoveryCode.objects.filter(account=account).delete()
    made = [base64.b32encode(secrets.token_bytes(10)).decode() for _ in range(RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create(
        [RecoveryCode(account=account, digest=_digest(account.pk, code)) for code in made]
    )
    events.record(name=states.RECOVERY_CODES_MADE, about=account, by=by, payload={"count": len(made)})
    return ["-".join(code[at : at + 4] for at in range(0, len(code), 4)) for code in made]


@action
def use_recovery_code(*, account: Account, code: str, by: Actor) -> bool:
    """Whether this is one of the account's recovery codes that has not been used; it is used then."""
    row = RecoveryCode.objects.filter(account=account, digest=_digest(account.pk, code), used_at__isnull=True)
    if not row.update(used_at=time.now()):
        return False
    events.record(name=states.RECOVERY_CODE_USED, about=account, by=by)
    return True
