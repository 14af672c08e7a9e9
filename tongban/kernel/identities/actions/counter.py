"""Verification at a window: the person shows a document and a code of their own account, an officer compares them.

Both are needed. Without the code an officer could raise any account alone; without the document a code would say nothing.
"""

import hashlib
import hmac
import secrets
from datetime import timedelta

from django.conf import settings

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import Actor
from tongban.kernel.identities.actions.raising import COUNTER, BadParticulars, keep, particulars, unverified
from tongban.kernel.identities.calc.papers import check_number
from tongban.kernel.identities.models import CounterCode, Verification
from tongban.kernel.identities.queries.verifiers import Answer, Asked
from tongban.kernel.identities.states import COUNTER_MINUTES, DocumentType
from tongban.kernel.parties import queries as parties
from tongban.kernel.parties.models import Account
from tongban.kernel.parties.states import AssuranceLevel
from tongban.kernel.records.actions import action

# 四级: somebody who is sworn to it has compared face and document, which is what a comparison by camera stands for.
LEADS_TO = AssuranceLevel.FACE_MATCHED


class NoSuchCode(Problem):
    """No account has this code now: mistyped, too old, or used."""

    code = "identity.no_such_code"
    status = 422


class OwnAccount(Problem):
    """Nobody verifies themself, nor an account of staff."""

    code = "identity.own_account"
    status = 422


def _digest(code: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), f"counter:{code}".encode(), hashlib.sha256).hexdigest()


@action
def ask_counter_code(*, account: Account) -> str:
    """A code of eight digits by which a window finds this account, for some minutes and once; ends the one before.

    No event: nothing has happened yet, and people press the button again.
    """
    code, now = f"{secrets.randbelow(10**8):08d}", time.now()
    CounterCode.objects.filter(account=account, used_at__isnull=True).delete()
    CounterCode(
        account=account,
        digest=_digest(code),
        asked_at=now,
        expires_at=now + timedelta(minutes=COUNTER_MINUTES),
    ).save(force_insert=True)
    return code


@action
def verify_at_counter(
    *, code: str, name: str, id_type: str, id_no: str, by: Actor, country: str = ""
) -> Verification:
    """Compare what the document says with what the account's owner has said; raises the level to 四级 where it agrees.

    What does not agree is kept as a refusal, and the code stays for another try. Raises NoSuchCode, OwnAccount,
    BadParticulars.
    """
    row = (
        CounterCode.objects.select_for_update()
        .select_related("account")
        .filter(digest=_digest("".join(code.split())), used_at__isnull=True, expires_at__gt=time.now())
        .first()
    )
    if row is None or not row.account.is_active:
        raise NoSuchCode(
            sentence_zh="没有这个核验码，可能输错了，也可能过期了。",
            sentence_en="There is no such code: it may be mistyped or too old.",
            todo_zh="请申请人在“实名等级”页重新取一个。",
            todo_en="Ask the person to get a new one on the page of their level.",
        )
    account, paper = row.account, _read(name, id_type, id_no, country)
    _may(account, paper, by)
    who = particulars(account)
    matched = who is not None and _same(who, paper)
    if matched:
        row.used_at = time.now()
        row.save(update_fields=["used_at"])
    answer = Answer(matched, f"WINDOW-{secrets.token_hex(8)}")
    return keep(account=account, kind=COUNTER, level=LEADS_TO, answer=answer, who=who or paper, by=by)


def _read(name: str, id_type: str, id_no: str, country: str) -> Asked:
    plain = " ".join(name.split())
    try:
        verdict = check_number(DocumentType(id_type), id_no, country)
    except ValueError:
        verdict = None
    if not plain or verdict is None or not verdict.ok:
        raise BadParticulars(
            sentence_zh="证件上的姓名或者号码没有填对。",
            sentence_en="The name or the number is not as a document has it.",
            todo_zh="请对照证件原件重新填写。",
            todo_en="Compare it with the original and type it again.",
        )
    return Asked(plain, id_type, verdict.value, "")


def _may(account: Account, paper: Asked, by: Actor) -> None:
    own = parties.person(by.person_id).id_no if by.person_id else ""
    if account.agency or account.pk == by.account_id or own == paper.id_no:
        raise OwnAccount(
            sentence_zh="不能核验自己的账号，也不能核验工作人员的账号。",
            sentence_en="Your own account and accounts of staff are not verified here.",
            todo_zh="请由另一位窗口人员核验个人账号。",
            todo_en="Have a colleague verify your personal account.",
        )


def _same(who: Asked, paper: Asked) -> bool:
    """By all three; and somebody known by this number under another name is a matter for the population base."""
    known = parties.person_by_id_no(paper.id_no)
    if known is not None and (known.name, known.id_type) != (paper.name, paper.id_type):
        return False
    return (who.name, who.id_type, who.id_no) == (paper.name, paper.id_type, paper.id_no)


def refusal() -> Problem:
    """What a window is told when document and account do not agree."""
    return unverified("证件和这个账号登记的信息不一致", "The document and this account do not agree")
