"""Reads of what is shown and lent: by the holder, by the receiver, by whoever checks."""

import hashlib
import hmac
import uuid
from datetime import date

from django.conf import settings
from django.db.models import QuerySet

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.foundation.readers import reading_everything
from tongban.kernel.access.calc import Actor, Own, Policy, Represented
from tongban.kernel.access.rules import allowed
from tongban.kernel.access.states import Area
from tongban.kernel.credentials import queries as credentials
from tongban.kernel.credentials.models import Credential
from tongban.kernel.disclosures import calc
from tongban.kernel.disclosures.models import AnnotatedCopy, Lending, Presentation
from tongban.kernel.disclosures.states import Standing
from tongban.kernel.documents import calc as papers
from tongban.kernel.documents import queries as documents
from tongban.kernel.seals import queries as seals

# Two sides of a lending: who holds the credential, and the organisation that may look at it. The receiver has to act for it
# at that moment: whoever stands for several firms looks as one of them.
POLICY = Policy("lending")
POLICY.allow("answer", Own("credential__holder_id", "person_id"), "是持证人", "is the holder")
POLICY.allow(
    "answer", Represented("credential__holder_id", Area.CASES), "可以代表持证单位", "may act for the holder"
)
POLICY.allow("receive", Own("receiver_id", "organisation_id"), "正在代表用证单位", "acts for the receiver")


class NoSuchLending(Problem):
    """There is no such lending, or not for this actor."""

    code = "lending.unknown"
    status = 404


def digest_of(code: str) -> str:
    """The keyed digest under which a code is kept."""
    clean = "".join(c for c in code.upper() if c.isascii() and c.isalnum())
    return hmac.new(settings.SECRET_KEY.encode(), f"present:{clean}".encode(), hashlib.sha256).hexdigest()


@reading_everything()  # whoever is shown the code may look
def presentation(code: str, *, lock: bool = False) -> Presentation | None:
    """The presentation behind a code, whatever it is worth."""
    rows = Presentation.objects.filter(digest=digest_of(code))
    return (rows.select_for_update() if lock else rows.select_related("credential")).first()


def of_holder(actor: Actor) -> QuerySet[Lending]:
    """The requests for, and lendings of, the actor's credentials; newest first."""
    return (
        Lending.objects.filter(allowed(POLICY, actor, "answer")).select_related("credential").order_by("-id")
    )


def of_receiver(actor: Actor) -> QuerySet[Lending]:
    """What the organisation for which the actor acts has asked for or been lent; newest first."""
    return (
        Lending.objects.filter(allowed(POLICY, actor, "receive")).select_related("credential").order_by("-id")
    )


def of_credential(credential: Credential) -> list[Lending]:
    """The lendings of one credential, newest first."""
    return list(Lending.objects.filter(credential=credential).order_by("-id"))


def waiting(actor: Actor) -> int:
    """How many requests wait for the actor's answer."""
    today = time.today()
    return of_holder(actor).filter(state="asked", answer_by__gte=today).count() if actor.person_id else 0


def lending_for(actor: Actor, lending_id: uuid.UUID, verb: str, *, lock: bool = False) -> Lending:
    """One lending under `verb` (answer, receive); raises NoSuchLending."""
    rows = Lending.objects.filter(
        pk__in=Lending.objects.filter(allowed(POLICY, actor, verb)).values("pk"), pk=lending_id
    )
    found = (rows.select_for_update(of=("self",)) if lock else rows.select_related("credential")).first()
    if found is None:
        raise NoSuchLending(
            sentence_zh="没有这项用证授权。",
            sentence_en="There is no such lending.",
            todo_zh="请核对网址；以单位名义用证的，先在右上角选择所代表的单位。",
            todo_en="Check the address; to use it for an organisation, choose that organisation at the top.",
        )
    return found


def standing_of(row: Lending, today: date) -> Standing:
    """What a lending is worth on a day."""
    return calc.standing(row.state, row.starts_on, row.ends_on, row.answer_by, today)


@reading_everything()  # whoever has the copy may check it
def copy_by_code(code: str) -> AnnotatedCopy | None:
    """The annotated copy with this verification code, or None."""
    clean = "".join(c for c in code.upper() if c.isalnum())
    rows = AnnotatedCopy.objects.filter(verify_code=clean).select_related("credential")
    return rows.first() if clean else None


@reading_everything()  # whoever has the copy may check it
def copy_by_digest(sha256: str) -> AnnotatedCopy | None:
    """The annotated copy whose file has this digest, or None."""
    return AnnotatedCopy.objects.filter(file__sha256=sha256).select_related("credential").first()


def copies_of(credential: Credential, most: int = 20) -> list[AnnotatedCopy]:
    """The newest annotated copies of a credential."""
    return list(
        AnnotatedCopy.objects.filter(credential=credential).select_related("file").order_by("-id")[:most]
    )


def copy_for(actor: Actor, copy_id: uuid.UUID) -> AnnotatedCopy | None:
    """An annotated copy that the holder, or who made it for the receiver, may fetch."""
    row = AnnotatedCopy.objects.filter(pk=copy_id).select_related("file", "credential", "lending").first()
    if row is None:
        return None
    if credentials.visible(actor).filter(pk=row.credential_id).exists():
        return row
    lent = row.lending
    if lent is None or actor.organisation_id is None or lent.receiver_id != actor.organisation_id:
        return None
    # Withdrawn at the holder's word, the copy is out of reach with all else.
    return row if standing_of(lent, time.today()) == Standing.USABLE else None


def stamped(credential: Credential, lines: list[str], code: str) -> bytes:
    """The paper with a watermark of these lines on each page, sealed by the issuer. Slow, so outside any transaction."""
    marked = papers.watermarked(
        documents.content(credential.file),
        lines,
        papers.qr_svg(f"{settings.PUBLIC_URL}/verify/{code}/"),
    )
    return seals.signer().sign_pdf(credential.issuer, marked, "加注件", credential.issuer_name)
