"""Writes of parties."""

import hashlib
import hmac
import secrets
import uuid
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import F

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.foundation.ids import check_resident_id, check_uscc
from tongban.kernel.access.calc import SYSTEM, Actor
from tongban.kernel.events import actions as events
from tongban.kernel.parties import states
from tongban.kernel.parties.models import Account, Fact, Mandate, Organisation, Person, SignInCode
from tongban.kernel.records.actions import action

CODE_MINUTES = 5
CODE_TRIES = 5
RESIDENT = "111"  # GA/T 2000.156


class InvalidNumber(Problem):
    """An identity number or credit code that its own check digit contradicts."""

    code = "party.invalid_number"
    status = 422


class WrongCode(Problem):
    """A sign-in code that is wrong, used or too old."""

    code = "signin.wrong_code"
    status = 422

    def __init__(self) -> None:
        super().__init__(
            sentence_zh="验证码不正确或者已经过期。",
            sentence_en="The code is wrong or too old.",
            todo_zh=f"请核对后重新输入；{CODE_MINUTES} 分钟后需要重新获取。",
            todo_en=f"Check it and type it again; after {CODE_MINUTES} minutes ask for a new one.",
        )


@action
def register_person(
    *,
    name: str,
    id_no: str,
    by: Actor,
    phone: str | None = None,
    place_path: str = "",
    id: uuid.UUID | None = None,
    id_type: str = RESIDENT,
) -> Person:
    """Register a person. Raises InvalidNumber; a number that exists already fails on the unique index.

    Only resident cards carry a check digit: numbers of other documents are taken as they come (kernel.identities).
    """
    verdict = check_resident_id(id_no)
    if id_type == RESIDENT and not verdict.ok:
        raise InvalidNumber(
            sentence_zh=f"身份证号码不正确：{verdict.why_zh}",
            sentence_en=f"The identity number is wrong: {verdict.why_en}",
            todo_zh="请对照证件逐位核对。",
            todo_en="Compare it with the card digit by digit.",
        )
    row = Person(
        name=name,
        id_type=id_type,
        id_no=verdict.value if id_type == RESIDENT else id_no,
        phone=phone,
        place_path=place_path,
        registered_at=time.now(),
    )
    if id:
        row.id = id
    row.save(force_insert=True)
    events.record(name=states.PERSON_REGISTERED, about=row, by=by)
    return row


@action
def register_organisation(
    *,
    name: str,
    uscc: str,
    kind: str,
    by: Actor,
    legal_representative: Person | None = None,
    place_path: str = "",
    id: uuid.UUID | None = None,
) -> Organisation:
    """Register an organisation; its legal representative may act for it at once. Raises InvalidNumber."""
    verdict = check_uscc(uscc)
    if not verdict.ok:
        raise InvalidNumber(
            sentence_zh=f"统一社会信用代码不正确：{verdict.why_zh}",
            sentence_en=f"The unified social credit code is wrong: {verdict.why_en}",
            todo_zh="请对照营业执照逐位核对。",
            todo_en="Compare it with the licence digit by digit.",
        )
    row = Organisation(
        name=name,
        uscc=verdict.value,
        kind=kind,
        legal_representative=legal_representative,
        place_path=place_path,
        registered_at=time.now(),
    )
    if id:
        row.id = id
    row.save(force_insert=True)
    events.record(name=states.ORGANISATION_REGISTERED, about=row, by=by, payload={"kind": kind})
    if legal_representative:
        give_mandate(
            organisation=row,
            agent=legal_representative,
            source=states.MandateSource.LEGAL_REPRESENTATIVE,
            by=by,
        )
    return row


@action
def give_mandate(
    *,
    organisation: Organisation,
    agent: Person,
    source: str,
    by: Actor,
    items: tuple[str, ...] = (),
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Mandate:
    """Note that a person may act for an organisation: by the register, or as it was before this platform."""
    row = Mandate(
        organisation=organisation,
        agent=agent,
        items=list(items),
        source=source,
        starts_on=starts_on or time.today(),
        ends_on=ends_on,
        given_at=time.now(),
        accepted_at=time.now(),
    )
    row.save(force_insert=True)
    events.record(name=states.MANDATE_GIVEN, about=row, by=by, payload={"source": source})
    return row


@action
def open_account(
    *,
    username: str,
    display_name: str,
    by: Actor,
    level: int = 0,
    person: Person | None = None,
    agency: str = "",
) -> Account:
    """Open an account for a person or, with `agency`, for a staff member."""
    row = Account(
        username=username,
        display_name=display_name,
        level=level,
        person=person,
        agency=agency,
        opened_at=time.now(),
    )
    row.set_unusable_password()
    row.save(force_insert=True)
    events.record(name=states.ACCOUNT_OPENED, about=row, by=by, payload={"staff": bool(agency)})
    return row


@action
def learn(
    *,
    subject_kind: str,
    subject_id: uuid.UUID,
    facts: dict[str, Any],
    source: str,
    by: Actor,
    as_of: datetime | None = None,
) -> None:
    """Keep facts (declared name → value) on one subject; a newer value replaces the older. One event names them."""
    if not facts:
        return
    known = {row.name: row for row in Fact.objects.filter(subject_id=subject_id, name__in=facts)}
    now = time.now()
    fresh = []
    for name, value in facts.items():
        row = known.get(name) or Fact(subject_kind=subject_kind, subject_id=subject_id, name=name)
        row.value, row.source, row.as_of, row.state = value, source, as_of or now, states.FactState.KNOWN
        if name in known:
            row.save()
        else:
            fresh.append(row)
    Fact.objects.bulk_create(fresh)
    subject = (
        Person(id=subject_id) if subject_kind == states.SubjectKind.PERSON else Organisation(id=subject_id)
    )
    events.record(name=states.FACT_LEARNED, about=subject, by=by, payload={"facts": sorted(facts)})


def _code_digest(account_id: uuid.UUID, code: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), f"{account_id}:{code}".encode(), hashlib.sha256).hexdigest()


@action
def ask_code(*, account: Account, asker: str = "") -> str:
    """Make a one-time code for an account and return it for the one who sends it; the asker's earlier codes end.

    `asker` stands for the browser. A code works only there, and what a stranger asks for or guesses at leaves the
    owner's code alone: else whoever knows the name of an account could keep its owner out.
    """
    now = time.now()
    SignInCode.objects.filter(account=account, asker=asker, used_at__isnull=True).update(used_at=now)
    code = f"{secrets.randbelow(10**6):06d}"
    SignInCode(
        account=account,
        asker=asker,
        digest=_code_digest(account.pk, code),
        expires_at=now + timedelta(minutes=CODE_MINUTES),
    ).save(force_insert=True)
    events.record(name=states.CODE_ASKED, about=account, by=SYSTEM)
    return code


def use_code(*, account: Account, code: str, asker: str = "") -> None:
    """Accept the live code that this asker asked for once. Raises WrongCode; five wrong tries end the code.

    Not one transaction: the count of a failed try must stay when the error goes out.
    """
    if not _try_code(account=account, code=code, asker=asker):
        raise WrongCode


@action
def _try_code(*, account: Account, code: str, asker: str) -> bool:
    now = time.now()
    live = SignInCode.objects.filter(
        account=account, asker=asker, used_at__isnull=True, expires_at__gt=now, tries__lt=CODE_TRIES
    )
    row = live.order_by("-id").first()
    if row is None:
        return False
    if hmac.compare_digest(row.digest, _code_digest(account.pk, code.strip())):
        return bool(SignInCode.objects.filter(pk=row.pk, used_at__isnull=True).update(used_at=now))
    SignInCode.objects.filter(pk=row.pk).update(tries=F("tries") + 1)
    return False
