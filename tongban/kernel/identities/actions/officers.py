"""Officers' accounts, by the system administrator: opened, closed, and their lost factors reset by two people."""

import re
import uuid

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access import actions as grants
from tongban.kernel.access import rules as access
from tongban.kernel.access.calc import SYSTEM, Actor
from tongban.kernel.access.states import Permission
from tongban.kernel.events import actions as events
from tongban.kernel.identities import states
from tongban.kernel.identities.actions.sessions import end_others
from tongban.kernel.identities.models import Factor, FactorReset, RecoveryCode
from tongban.kernel.identities.states import Ended
from tongban.kernel.parties import actions as parties
from tongban.kernel.parties.models import Account
from tongban.kernel.parties.states import AssuranceLevel
from tongban.kernel.records.actions import action

_NAME = re.compile(r"[a-z][a-z0-9-]{2,39}")
_MOST_NAME = 60
_WORDS_LEAST = 4


class NotPossible(Problem):
    """An account that cannot be opened, closed or reset so, or by this person."""

    code = "officer.not_possible"
    status = 422


def _no(zh: str, en: str, todo_zh: str, todo_en: str, about: str = "") -> NotPossible:
    return NotPossible(sentence_zh=zh, sentence_en=en, todo_zh=todo_zh, todo_en=todo_en, about=about)


@action
def open_officer(*, username: str, name: str, agency: str, by: Actor) -> Account:
    """Open an officer's account; it holds no right, and its owner enrols a second factor at the first sign-in.

    Raises NotAllowed, NotPossible. That the agency exists, the caller checks.
    """
    access.require(by, Permission.ACCOUNT_MANAGE)
    return _opened(username, name, agency, by)


@action
def first_administrator(*, username: str, name: str, agency: str, role: str) -> Account:
    """An administrator of an installation that has none of the kind yet, which the caller checks. Raises NotPossible."""
    account = _opened(username, name, agency, SYSTEM)
    grants.grant(account_id=account.pk, role=role, by=SYSTEM)
    return account


def _opened(username: str, name: str, agency: str, by: Actor) -> Account:
    plain = " ".join(name.split())
    if not _NAME.fullmatch(username):
        raise _no(
            "账号要用 3 到 40 位小写字母、数字和连字符，以字母开头。",
            "The name takes 3 to 40 small letters, digits and hyphens, a letter first.",
            "请改一个账号。",
            "Choose another name.",
            "username",
        )
    if not plain or len(plain) > _MOST_NAME or not plain.isprintable() or not agency:
        raise _no(
            "没有填写姓名或者机构。",
            "The person's name or agency is missing.",
            "请填写完整。",
            "Fill in both.",
            "name",
        )
    if Account.objects.filter(username=username).exists():
        raise _no(
            "这个账号已经有人用了。",
            "This name is taken.",
            "请换一个账号。",
            "Choose another name.",
            "username",
        )
    return parties.open_account(
        username=username, display_name=plain, agency=agency, level=AssuranceLevel.CERTIFICATE, by=by
    )


def _officer(account_id: uuid.UUID, by: Actor) -> Account:
    """The officer's account, locked; never the administrator's own. Raises NotAllowed, NotPossible."""
    access.require(by, Permission.ACCOUNT_MANAGE)
    row = Account.objects.select_for_update().filter(pk=account_id).exclude(agency="").first()
    if row is None or row.pk == by.account_id:
        raise _no(
            "没有这个工作人员账号，或者它是您自己的。",
            "There is no such officer, or the account is your own.",
            "自己的账号请由另一位系统管理员办理。",
            "Another system administrator looks after your account.",
        )
    return row


@action
def disable(*, account_id: uuid.UUID, by: Actor) -> Account:
    """Close an officer's account and end all of its sessions at once. Raises NotAllowed, NotPossible."""
    row = _officer(account_id, by)
    row.is_active = False
    row.save()
    ended = end_others(account=row, keep="", why=Ended.CLOSED, by=by)
    events.record(name=states.ACCOUNT_DISABLED, about=row, by=by, payload={"sessions": ended})
    return row


@action
def enable(*, account_id: uuid.UUID, by: Actor) -> Account:
    """Open an officer's account again, with the rights that have not ended meanwhile. Raises NotAllowed, NotPossible."""
    row = _officer(account_id, by)
    row.is_active = True
    row.save()
    events.record(name=states.ACCOUNT_ENABLED, about=row, by=by)
    return row


@action
def note_export(*, asked: dict[str, str], lines: int, by: Actor) -> None:
    """Keep that an audit administrator took records away: which, and how many. Raises NotAllowed."""
    access.require(by, Permission.AUDIT_VIEW)
    payload = {**asked, "lines": lines}
    events.record(name=states.AUDIT_EXPORTED, about=Account(id=by.account_id), by=by, payload=payload)


@action
def ask_reset(*, account_id: uuid.UUID, reason: str, by: Actor) -> FactorReset:
    """Ask that a lost second factor be forgotten; nothing happens until another administrator agrees.

    Raises NotAllowed, NotPossible.
    """
    account = _officer(account_id, by)
    words = reason.strip()
    if len(words) < _WORDS_LEAST or by.account_id is None:
        raise _no(
            "没有写明理由。",
            "There is no reason.",
            "请写明怎样核对了本人身份。",
            "Write how the person's identity was checked.",
            "reason",
        )
    if FactorReset.objects.filter(account=account, done__isnull=True).exists():
        raise _no(
            "已经有一个重置申请在等确认。",
            "A reset is waiting already.",
            "请由另一位系统管理员确认。",
            "Another system administrator answers it.",
        )
    row = FactorReset(account=account, reason=words, asked_at=time.now(), asked_by=by.account_id)
    row.save(force_insert=True)
    events.record(name=states.RESET_ASKED, about=account, by=by)
    return row


@action
def answer_reset(*, reset_id: uuid.UUID, agreed: bool, by: Actor) -> FactorReset:
    """Agree, as a second administrator: factors, recovery codes, password and sessions are gone, and the next sign-in enrols anew; or refuse.

    Raises NotAllowed, NotPossible.
    """
    access.require(by, Permission.ACCOUNT_MANAGE)
    row = FactorReset.objects.select_for_update(of=("self",)).filter(pk=reset_id, done__isnull=True).first()
    if row is None or by.account_id in (row.asked_by, row.account_id):
        raise _no(
            "这个申请已经有答复，或者要由另一位系统管理员确认。",
            "It has been answered, or another system administrator has to answer it.",
            "请由没有提出申请的系统管理员办理。",
            "Ask a system administrator who did not ask for it.",
        )
    row.done, row.answered_at, row.answered_by = agreed, time.now(), by.account_id
    row.save()
    if agreed:
        Factor.objects.filter(account_id=row.account_id).delete()
        RecoveryCode.objects.filter(account_id=row.account_id).delete()
        # Else whoever knows the password, and is why this was asked, could enrol the next second factor.
        row.account.set_unusable_password()
        row.account.password_changed_at = time.now()
        row.account.save(update_fields=["password", "password_changed_at"])
        end_others(account=row.account, keep="", why=Ended.FACTOR, by=by)
    events.record(name=states.RESET_DONE if agreed else states.RESET_REFUSED, about=row.account, by=by)
    return row
