"""Accounts of people whom nobody knows yet, and levels of assurance: asked of a verifier, kept, raised."""

import re
import secrets
from collections.abc import Mapping

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import SYSTEM, Actor
from tongban.kernel.events import actions as events
from tongban.kernel.identities import queries, states
from tongban.kernel.identities.calc.papers import check_number
from tongban.kernel.identities.models import GivenIdentity, Verification
from tongban.kernel.identities.queries import verifiers
from tongban.kernel.identities.queries.verifiers import LEADS_TO, NEEDS_CONSENT, Answer, Asked
from tongban.kernel.identities.states import DocumentType
from tongban.kernel.parties import actions as parties
from tongban.kernel.parties import queries as party_queries
from tongban.kernel.parties.models import Account, Person
from tongban.kernel.parties.states import AssuranceLevel
from tongban.kernel.records.actions import action

_PHONE = re.compile(r"1[3-9]\d{9}|\+\d{7,15}")
_MOST_NAME = 60
COUNTER = "counter"


class BadParticulars(Problem):
    """A field of the particulars is missing or cannot be right; `about` names it."""

    code = "identity.bad_particulars"
    status = 422


class NameFixed(Problem):
    """Particulars that have been matched are not typed anew."""

    code = "identity.fixed"
    status = 409


class NotVerified(Problem):
    """The verifier says that it is not this person, or cannot be asked now."""

    code = "identity.not_verified"
    status = 422


class ConsentMissing(Problem):
    """A comparison of faces without the consent that it takes."""

    code = "identity.consent_missing"
    status = 422


def _bad(field: str, zh: str, en: str) -> BadParticulars:
    return BadParticulars(
        sentence_zh=f"{zh}。",
        sentence_en=f"{en}.",
        todo_zh="请对照证件核对后重新填写。",
        todo_en="Compare it with your document and type it again.",
        about=field,
    )


def _read(name: str, id_type: str, id_no: str, country: str, phone: str) -> Asked:
    plain = " ".join(name.split())
    if not plain or len(plain) > _MOST_NAME or not plain.isprintable():
        raise _bad(
            "name", "请填写证件上的姓名，不超过 60 个字", "Type the name on your document, up to 60 signs"
        )
    if id_type not in {one.value for one in DocumentType}:
        raise _bad("id_type", "请选择证件类型", "Choose the kind of document")
    verdict = check_number(DocumentType(id_type), id_no, country)
    if not verdict.ok:
        raise _bad("id_no", verdict.why_zh, verdict.why_en)
    number = "".join(phone.split())
    if not _PHONE.fullmatch(number):
        raise _bad(
            "phone",
            "请填写 11 位手机号码，境外号码以 + 和国家码开头",
            "Type a mobile number of 11 digits; one from abroad begins with + and its country code",
        )
    return Asked(plain, id_type, verdict.value, number)


@action
def open_account(*, name: str, id_type: str, id_no: str, phone: str, country: str = "") -> Account:
    """Open an account of level 0 under a name made by us; its first sign-in by the code sent to its telephone makes it 1.

    No person stands behind it, so it sees nothing of anybody. Raises BadParticulars.
    """
    who = _read(name, id_type, id_no, country, phone)
    account = parties.open_account(
        username=f"u{secrets.randbelow(10**8):08d}", display_name=who.name, level=0, by=SYSTEM
    )
    row = GivenIdentity(
        account=account,
        name=who.name,
        id_type=who.id_type,
        id_no=who.id_no,
        phone=who.phone,
        given_at=time.now(),
    )
    row.save(force_insert=True)
    events.record(name=states.IDENTITY_GIVEN, about=account, by=SYSTEM, payload={"id_type": who.id_type})
    return account


@action
def reached(*, account: Account) -> None:
    """Its owner has the telephone that the account names: an account of level 0 is one of level 1 now."""
    if Account.objects.filter(pk=account.pk, level=AssuranceLevel.GUEST, agency="").update(
        level=AssuranceLevel.SELF_GIVEN
    ):
        account.level = AssuranceLevel.SELF_GIVEN
        events.record(
            name=states.LEVEL_RAISED, about=account, by=SYSTEM, payload={"level": 1, "verifier": "telephone"}
        )


@action
def correct(*, account: Account, name: str, id_type: str, id_no: str, country: str = "", by: Actor) -> None:
    """Type one's particulars anew, as long as nobody has matched them. Raises NameFixed, BadParticulars."""
    row = GivenIdentity.objects.filter(account=account).first()
    if row is None or account.level >= AssuranceLevel.MATCHED:
        raise NameFixed(
            sentence_zh="姓名和证件号码已经核验过，不能自己修改。",
            sentence_en="Name and number have been verified and cannot be changed here.",
            todo_zh="证件上的信息变了的，带新证件到任一服务大厅更正。",
            todo_en="When your document has changed, bring the new one to any service hall.",
        )
    who = _read(name, id_type, id_no, country, row.phone)
    row.name, row.id_type, row.id_no = who.name, who.id_type, who.id_no
    row.save()
    Account.objects.filter(pk=account.pk).update(display_name=who.name)
    events.record(name=states.IDENTITY_GIVEN, about=account, by=by, payload={"id_type": who.id_type})


def raise_level(
    *, account: Account, kind: str, said: Mapping[str, str], consent: bool, by: Actor, text: str = ""
) -> Verification:
    """Ask the verifier of this kind, keep its answer, and raise the level where it says yes. `text` names the words agreed to.

    Not one transaction: the verifier is outside and may be slow. Raises ConsentMissing, NotVerified, UnknownKey.
    """
    if kind in NEEDS_CONSENT and not consent:
        raise ConsentMissing(
            sentence_zh="人脸比对要您单独同意。",
            sentence_en="A comparison of faces takes your separate consent.",
            todo_zh="同意的，请勾选后再继续；不同意的，可以用数字证书，或者带证件到任一服务大厅核验。",
            todo_en="Tick the box if you agree; otherwise use a certificate, or bring your document to any service hall.",
        )
    who = particulars(account)
    if who is None or (kind != "population" and account.level < AssuranceLevel.MATCHED):
        raise unverified("还没有核对过姓名和证件号码", "Name and number have not been matched yet")
    answer = verifiers.verifier(kind).ask(who, said)
    level, text_agreed = LEADS_TO[kind], text if consent else None
    row = keep(account=account, kind=kind, level=level, answer=answer, who=who, consent=text_agreed, by=by)
    if not answer.matched:
        raise unverified(
            "核验没有通过，信息和登记的不一致", "The verification did not succeed: something differs"
        )
    return row


def withdraw_consent(*, by: Actor) -> int:
    """Take back the actor's consents to comparisons of faces: each verifier deletes what it kept; how many there were.

    What was confirmed stays confirmed (个人信息保护法 article 15), and the next comparison asks again. The verifier is told
    first, outside the transaction: if it is out of order, nothing is said to be deleted.
    """
    rows = list(queries.live_consents(by))
    for row in rows:
        verifiers.verifier(row.verifier).forget(row.trace)
    if rows:
        _withdraw(rows=rows, by=by)
    return len(rows)


@action
def _withdraw(*, rows: list[Verification], by: Actor) -> None:
    Verification.objects.filter(pk__in=[row.pk for row in rows]).update(withdrawn_at=time.now(), trace="")
    for row in rows:
        payload = {"verifier": row.verifier, "text": row.consent_text}
        events.record(name=states.CONSENT_WITHDRAWN, about=row, by=by, payload=payload)


def unverified(zh: str, en: str) -> NotVerified:
    """The refusal that says why, and which other ways there are."""
    return NotVerified(
        sentence_zh=f"{zh}。",
        sentence_en=f"{en}.",
        todo_zh="请核对后再试，或者换一种方式；也可以带证件到任一服务大厅核验。",
        todo_en="Check it and try again, or choose another way; or bring your document to any service hall.",
    )


def particulars(account: Account) -> Asked | None:
    """Of whom a verifier is to be asked: the person behind the account, else what its owner has said."""
    if account.person_id:
        person = party_queries.person(account.person_id)
        return Asked(person.name, person.id_type, person.id_no, person.phone or "")
    given = GivenIdentity.objects.filter(account=account).first()
    return Asked(given.name, given.id_type, given.id_no, given.phone) if given else None


@action
def keep(
    *,
    account: Account,
    kind: str,
    level: AssuranceLevel,
    answer: Answer,
    who: Asked,
    by: Actor,
    consent: str | None = None,
) -> Verification:
    """Keep what a verifier has said of an account; where it said yes, the level rises and the person stands behind it.

    A level never falls. Of a window the officer is kept too.
    """
    now = time.now()
    row = Verification(
        account=account,
        verifier=kind,
        level=level,
        matched=answer.matched,
        consent_at=now if kind in NEEDS_CONSENT and consent is not None else None,
        consent_text=consent or "" if kind in NEEDS_CONSENT else "",
        trace=answer.trace,
        officer_id=by.account_id if kind == COUNTER else None,
        at=now,
    )
    row.save(force_insert=True)
    name = states.LEVEL_RAISED if answer.matched else states.LEVEL_REFUSED
    if answer.matched:
        _raise(account, level, who)
    events.record(name=name, about=account, by=by, payload={"level": int(level), "verifier": kind})
    return row


def _raise(account: Account, level: AssuranceLevel, who: Asked) -> None:
    person = account.person_id or _person(who).pk
    Account.objects.filter(pk=account.pk, level__lt=level).update(level=level)
    Account.objects.filter(pk=account.pk, person__isnull=True).update(person_id=person)


def _person(who: Asked) -> Person:
    """The person whom the population base has confirmed: known here already, or registered now."""
    return party_queries.person_by_id_no(who.id_no) or parties.register_person(
        name=who.name, id_no=who.id_no, id_type=who.id_type, phone=who.phone, by=SYSTEM
    )
