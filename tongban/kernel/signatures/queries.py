"""Reads of signatures: of a draft for its applicant, of a person for themself; nobody else's are ever found."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import Actor
from tongban.kernel.parties import queries as parties
from tongban.kernel.records.models import blind_indexes
from tongban.kernel.signatures.models import CaseSignature, SignedText
from tongban.kernel.signatures.states import LIVE, SignatureState


class NoSuchSignature(Problem):
    """Nothing under this identifier is laid before this person."""

    code = "signature.unknown"
    status = 404


@dataclass(frozen=True)
class Standing:
    """How far the signatures under one text are. `missing` are identity numbers of which none was asked for yet."""

    rows: tuple[CaseSignature, ...]
    missing: tuple[str, ...]

    @property
    def complete(self) -> bool:
        return not self.missing and all(row.state == SignatureState.SIGNED for row in self.rows)

    @property
    def waiting(self) -> bool:
        """Whether everybody was asked and somebody has still to answer."""
        return not self.missing and any(row.state == SignatureState.ASKED for row in self.rows)

    @property
    def refused(self) -> tuple[CaseSignature, ...]:
        return tuple(row for row in self.rows if row.state == SignatureState.REFUSED)


def standing(case_id: uuid.UUID, digest: str, id_nos: Sequence[str]) -> Standing:
    """The signatures of these persons under the text with this digest, in their order; others do not count."""
    rows = CaseSignature.objects.filter(
        text__case_id=case_id, text__digest=digest, state__in=LIVE
    ).select_related("text")
    found = {row.id_no: row for row in rows.order_by("id")}
    return Standing(
        tuple(found[one] for one in id_nos if one in found), tuple(one for one in id_nos if one not in found)
    )


def live(case_id: uuid.UUID) -> QuerySet[CaseSignature]:
    """The requests and signatures of a draft that have not ended."""
    return CaseSignature.objects.filter(text__case_id=case_id, state__in=LIVE)


def given(case_id: uuid.UUID) -> list[CaseSignature]:
    """The signatures under what was handed in, in the order in which they were given."""
    rows = CaseSignature.objects.filter(text__case_id=case_id, state=SignatureState.SIGNED)
    return list(rows.select_related("text").order_by("ended_at", "id"))


def visible(actor: Actor) -> QuerySet[CaseSignature]:
    """What is laid before the person behind the account, found by their identity number. Staff accounts sign nothing."""
    if actor.person_id is None:
        return CaseSignature.objects.none()
    indexes = blind_indexes(CaseSignature, "id_no", parties.person(actor.person_id).id_no)
    return CaseSignature.objects.filter(id_no_index__in=indexes, stands_on__isnull=True).select_related(
        "text"
    )


def to_sign(actor: Actor) -> list[CaseSignature]:
    """What waits for the person's signature, newest first."""
    return list(visible(actor).filter(state=SignatureState.ASKED).order_by("-id"))


def answered(actor: Actor, most: int = 20) -> list[CaseSignature]:
    """What the person has signed or refused, or what ended before they did; newest first."""
    return list(visible(actor).exclude(state=SignatureState.ASKED).order_by("-id")[:most])


def one_for(actor: Actor, id: uuid.UUID, *, lock: bool = False) -> CaseSignature:
    """One request laid before this person; raises NoSuchSignature."""
    rows = visible(actor).filter(pk=id)
    row = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if row is None:
        raise NoSuchSignature(
            sentence_zh="没有找到这份待签名的文件。",
            sentence_en="There is nothing to sign under this address.",
            todo_zh="请从“待我签名”进入。",
            todo_en="Open it from the list of what you have to sign.",
        )
    return row


def signature(id: uuid.UUID) -> CaseSignature:
    """One row for the machinery; raises CaseSignature.DoesNotExist."""
    return CaseSignature.objects.select_related("text").get(pk=id)


def text_of(case_id: uuid.UUID, digest: str, *, lock: bool = False) -> SignedText | None:
    """The text with this digest, if it was laid before anybody."""
    rows = SignedText.objects.filter(case_id=case_id, digest=digest)
    return (rows.select_for_update() if lock else rows).first()


def waiting_cases(case_ids: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    """Those among these drafts for which somebody has still to sign."""
    rows = CaseSignature.objects.filter(text__case_id__in=case_ids, state=SignatureState.ASKED)
    return set(rows.values_list("text__case_id", flat=True))
