"""A password of one's own choice: set, tried, removed. Nobody has to have one, and a code always leads in as well."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import Actor
from tongban.kernel.events import actions as events
from tongban.kernel.identities import queries, states
from tongban.kernel.identities.actions.enrolling import NotRemovable
from tongban.kernel.identities.actions.raising import particulars
from tongban.kernel.identities.actions.sessions import end_others
from tongban.kernel.identities.calc import passwords
from tongban.kernel.identities.queries import breaches
from tongban.kernel.identities.states import Ended
from tongban.kernel.parties.models import Account
from tongban.kernel.records.actions import action

log = logging.getLogger("tongban")
_NOBODY = make_password(None)  # Django does the same work for it as for a password


class BadPassword(Problem):
    """A password that is too short or too long, like what is known of its owner, or used by many or leaked."""

    code = "password.not_taken"
    status = 422


class NotChecked(Problem):
    """The service that knows leaked passwords is down, and the setting says that none is taken then."""

    code = "password.not_checked"
    status = 503


class WrongPassword(Problem):
    """The account is unknown, has no password, or has another one: which of these is not said."""

    code = "signin.wrong_password"
    status = 422

    def __init__(self) -> None:
        super().__init__(
            sentence_zh="账号或者密码不正确。",
            sentence_en="The account or the password is wrong.",
            todo_zh="请核对后重新输入；没有设置过密码、忘了密码的，用验证码登录，再到“登录与安全”设置。",
            todo_en="Check both and type them again. If you have set none or forgot it, sign in by code and set one under “Signing in and security”.",
        )


@dataclass(frozen=True)
class _Owner:
    """What a password must not be like, as Django's validator asks for it."""

    username: str
    name: str
    phone: str
    id_no: str
    words: str
    _meta: ClassVar = Account._meta  # where the validator looks for what a column is called


def set_password(*, typed: str, words: Sequence[str], keep: str, by: Actor) -> Account:
    """Let the actor sign in by this password from now on; ends all of their sessions but the one with the key `keep`.

    `words` are names of the site that everybody would try. Hashing takes 0.1 s and a service 2 s at the most, so they
    stand before the transaction. Raises BadPassword, NotChecked.
    """
    account = Account.objects.select_related("person").get(pk=by.account_id)
    return _keep(encoded=make_password(_taken(typed, account, words)), keep=keep, by=by)


def _taken(typed: str, account: Account, words: Sequence[str]) -> str:
    plain = passwords.plain(typed)
    if plain is None:
        raise BadPassword(
            sentence_zh=f"密码太长，最多 {passwords.MOST} 位。",
            sentence_en=f"The password is too long: {passwords.MOST} signs are the most.",
            todo_zh="请缩短。",
            todo_en="Make it shorter.",
        )
    who = particulars(account)
    owner = _Owner(
        username=account.username,
        name=account.display_name,
        phone=queries.phone_of(account),
        id_no=who.id_no if who else "",
        words=" ".join(words),
    )
    try:
        validate_password(plain, user=owner)
    except ValidationError as error:
        raise _refused(str(error.error_list[0].code)) from None
    _not_leaked(plain)
    return plain


def _refused(why: str) -> BadPassword:
    if why == "password_too_short":
        return BadPassword(
            sentence_zh=f"密码太短，至少 {settings.PASSWORD_LEAST} 位。",
            sentence_en=f"The password is too short: {settings.PASSWORD_LEAST} signs are the least.",
            todo_zh="请加长，例如用几个不相干的词连起来。",
            todo_en="Make it longer, say of a few words that have nothing to do with each other.",
        )
    return BadPassword(
        sentence_zh="密码和您的账号、姓名、手机号码、证件号码或者本站名称太像，别人容易猜到。",
        sentence_en="The password is too much like your account, name, telephone, document number or the name of this site: easy to guess.",
        todo_zh="请换一个和这些无关的。",
        todo_en="Choose one that has nothing to do with them.",
    )


def _not_leaked(plain: str) -> None:
    try:
        known = breaches.breaches().know(plain)
    except breaches.Down as error:
        log.warning("leaked passwords could not be looked up: %s", error)
        if settings.BREACHES_DOWN == "allow":
            return
        raise NotChecked(
            sentence_zh="现在核对不了这个密码有没有泄露过，所以没有设置。",
            sentence_en="Whether this password has leaked cannot be looked up now, so it was not set.",
            todo_zh="请过几分钟再试；这期间用验证码登录。",
            todo_en="Try again in some minutes; meanwhile sign in by code.",
        ) from None
    if known:
        raise BadPassword(
            sentence_zh="这个密码很多人在用，或者在别处泄露过，别人会先试它。",
            sentence_en="Many people use this password, or it has leaked elsewhere: it is tried first.",
            todo_zh="请换一个；在别处也用它的，别处也换掉。",
            todo_en="Choose another one; change it elsewhere too if you use it there.",
        )


@action
def _keep(*, encoded: str, keep: str, by: Actor) -> Account:
    row = Account.objects.select_for_update().get(pk=by.account_id)
    first = not row.has_usable_password()
    return _changed(row, encoded, keep, by, states.PASSWORD_SET, {"first": first})


def _changed(
    row: Account, encoded: str, keep: str, by: Actor, name: str, payload: dict[str, bool]
) -> Account:
    row.password, row.password_changed_at = encoded, time.now()
    row.save(update_fields=["password", "password_changed_at"])
    end_others(account=row, keep=keep, why=Ended.PASSWORD, by=by)
    events.record(name=name, about=row, by=by, payload=payload)
    return row


@action
def remove_password(*, keep: str, by: Actor) -> Account:
    """The actor signs in by code again; ends all of their sessions but the one with the key `keep`. Raises NotRemovable."""
    row = Account.objects.select_for_update().get(pk=by.account_id)
    if not row.has_usable_password():
        raise NotRemovable(
            sentence_zh="没有设置过密码，或者已经移除。",
            sentence_en="There is no password; it may have been removed already.",
            todo_zh="请刷新页面查看。",
            todo_en="Load the page again.",
        )
    return _changed(row, make_password(None), keep, by, states.PASSWORD_REMOVED, {})


def use_password(*, account: Account | None, typed: str) -> None:
    """Whether this is the account's password. Raises WrongPassword, after one hash in every case.

    The caller has counted the try before: a hash takes 0.1 s. A hash of older parameters is made anew.
    """
    plain = passwords.plain(typed)
    encoded = account.password if account is not None and plain is not None else _NOBODY

    def anew(password: str) -> None:
        assert account is not None  # of nobody no password is right
        _rehash(account=account, encoded=make_password(password))

    if not check_password(plain or "", encoded, setter=anew):
        raise WrongPassword


@action
def _rehash(*, account: Account, encoded: str) -> None:
    # No event: for its owner nothing has changed. Not over a password that was changed at the same moment.
    Account.objects.filter(pk=account.pk, password=account.password).update(password=encoded)
