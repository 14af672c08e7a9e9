"""Writes of signatures: ask, sign, refuse; end those whose text is another now."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import SYSTEM, Actor
from tongban.kernel.events import actions as events
from tongban.kernel.parties import actions as parties
from tongban.kernel.parties import queries as party_queries
from tongban.kernel.records.actions import action
from tongban.kernel.signatures import queries, states
from tongban.kernel.signatures.models import CaseSignature, SignedText
from tongban.kernel.signatures.states import SignatureState


class Named(Protocol):
    """Who has to sign, as an item finds them in its form."""

    @property
    def id_no(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def roles(self) -> Sequence[Any]: ...


class NotOpen(Problem):
    """What was to be signed has been signed, refused, or changed meanwhile."""

    code = "signature.not_open"
    status = 409


class LevelTooLow(Problem):
    """The account is not surely enough that of its person."""

    code = "access.level_too_low"
    status = 403


class ReasonMissing(Problem):
    """A refusal says why, or nobody could put it right."""

    code = "signature.reason_missing"
    status = 422


@action
def ask(
    *,
    case_id: uuid.UUID,
    title: str,
    text: Mapping[str, Any],
    digest: str,
    signers: Sequence[Named],
    level: int,
    by: Actor,
) -> list[CaseSignature]:
    """Lay the text before everybody who has to sign it; whoever refused this same text is asked again.

    A second call finds everybody asked and changes nothing. Requests under an earlier text end.
    """
    end_others(case_id=case_id, digest=digest, by=by)
    now = time.now()
    kept = queries.text_of(case_id, digest, lock=True)
    if kept is None:
        kept = SignedText(
            case_id=case_id,
            digest=digest,
            title=title,
            text=dict(text),
            asked_by=by.account_id,
            made_at=now,
        )
        kept.save(force_insert=True)
    known = {row.id_no: row for row in kept.signatures.select_for_update().order_by("id")}
    asked = []
    for one in signers:
        row = known.get(one.id_no)
        if row is not None and row.state in {SignatureState.ASKED, SignatureState.SIGNED}:
            continue
        row = row or CaseSignature(text=kept, name=one.name[:60], id_no=one.id_no, level=level, asked_at=now)
        row.roles = [{"zh": role.zh, "en": role.en} for role in one.roles]
        row.state, row.reason, row.ended_at, row.account_id = SignatureState.ASKED, "", None, None
        row.asked_at = now
        row.save()
        _note(states.SIGNATURE_ASKED, row, by)
        asked.append(row)
    return asked


def _note(name: str, row: CaseSignature, by: Actor) -> None:
    payload = {
        "case": str(row.text.case_id),
        "digest": row.text.digest,
        "roles": [r["zh"] for r in row.roles],
    }
    events.record(name=name, about=row, by=by, payload=payload)


def _require_open(row: CaseSignature) -> None:
    if row.state != SignatureState.ASKED:
        zh, en = states.STATE_NAMES[SignatureState(row.state)]
        raise NotOpen(
            sentence_zh=f"这份文件现在是“{zh}”，不能再签名。",
            sentence_en=f"It stands at '{en}' and cannot be signed now.",
            todo_zh="内容改动后会重新请您签名。",
            todo_en="When the text changes you are asked again.",
        )


def sign(*, id: uuid.UUID, code: str, by: Actor) -> CaseSignature:
    """Sign the text, with a code that was sent to the signer just now.

    Raises NoSuchSignature, NotOpen, LevelTooLow, WrongCode. Not one transaction: a failed try of the code must count.
    """
    row = queries.one_for(by, id)
    _require_open(row)
    if by.level < row.level:
        raise LevelTooLow(
            sentence_zh="签名需要更高的实名等级。",
            sentence_en="Signing needs a higher level of assurance.",
            todo_zh="请用更高等级的方式重新登录后再签名。",
            todo_en="Sign in again at a higher level.",
        )
    account = party_queries.account(by.account_id) if by.account_id else None
    if account is None:
        raise parties.WrongCode
    parties.use_code(account=account, code=code)
    return _sign(id=id, by=by)


@action
def _sign(*, id: uuid.UUID, by: Actor) -> CaseSignature:
    row = queries.one_for(by, id, lock=True)
    _require_open(row)
    row.state, row.account_id, row.ended_at = SignatureState.SIGNED, by.account_id, time.now()
    row.save(update_fields=["state", "account_id", "ended_at"])
    _note(states.SIGNATURE_GIVEN, row, by)
    return row


@action
def refuse(*, id: uuid.UUID, reason: str, by: Actor) -> CaseSignature:
    """Decline to sign, with the reason that the applicant reads. Raises NoSuchSignature, NotOpen, ReasonMissing."""
    row = queries.one_for(by, id, lock=True)
    _require_open(row)
    if not reason.strip():
        raise ReasonMissing(
            sentence_zh="没有填写拒绝的原因。",
            sentence_en="There is no reason.",
            todo_zh="请写明哪里不对，申请人才能改正。",
            todo_en="Say what is wrong, so that it can be put right.",
        )
    row.state, row.reason, row.ended_at = SignatureState.REFUSED, reason.strip()[:300], time.now()
    row.account_id = by.account_id
    row.save(update_fields=["state", "reason", "account_id", "ended_at"])
    _note(states.SIGNATURE_REFUSED, row, by)
    return row


@action
def end_others(*, case_id: uuid.UUID, digest: str, by: Actor) -> int:
    """End every request and signature under another text of this draft; how many there were."""
    rows = list(queries.live(case_id).exclude(text__digest=digest).select_related("text").order_by("id"))
    for row in rows:
        row.state, row.ended_at = SignatureState.VOID, time.now()
        row.save(update_fields=["state", "ended_at"])
        _note(states.SIGNATURE_VOIDED, row, by)
    return len(rows)


@action
def adopt(
    *, rows: Sequence[CaseSignature], case_id: uuid.UUID, title: str, text: Mapping[str, Any], digest: str
) -> None:
    """Let signatures under one text stand for another that was made out of it: a case that the signed one opened."""
    now = time.now()
    kept = SignedText(
        case_id=case_id,
        digest=digest,
        title=title,
        text=dict(text),
        asked_by=rows[0].text.asked_by,
        made_at=now,
    )
    kept.save(force_insert=True)
    for row in rows:
        other = CaseSignature(
            text=kept,
            name=row.name,
            id_no=row.id_no,
            roles=row.roles,
            level=row.level,
            state=SignatureState.SIGNED,
            account_id=row.account_id,
            asked_at=row.asked_at,
            ended_at=row.ended_at,
            stands_on=row,
        )
        other.save(force_insert=True)
        _note(states.SIGNATURE_GIVEN, other, SYSTEM)


@action
def forget(*, case_id: uuid.UUID) -> None:
    """Drop the texts and requests of a draft that was thrown away."""
    CaseSignature.objects.filter(text__case_id=case_id).delete()
    SignedText.objects.filter(case_id=case_id).delete()
