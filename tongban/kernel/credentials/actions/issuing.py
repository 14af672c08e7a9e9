"""Issuing a credential, and the ledger of its uses."""

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from tongban.foundation import time
from tongban.foundation.ids import make_cert_identifier
from tongban.kernel.access.calc import SYSTEM, Actor
from tongban.kernel.credentials import states
from tongban.kernel.credentials.calc import signed
from tongban.kernel.credentials.models import Credential, CredentialSerial, CredentialUse
from tongban.kernel.credentials.states import CredentialState, UseKind
from tongban.kernel.documents import actions as documents
from tongban.kernel.events import actions as events
from tongban.kernel.records.actions import action
from tongban.kernel.seals import actions as seals
from tongban.kernel.seals import queries as seal_keys


@dataclass(frozen=True)
class Face:
    """What will stand on a credential: fixed before the paper is rendered and sealed."""

    type: str
    name: tuple[str, str]
    number: str
    identifier: str
    verify_code: str
    holder_kind: str
    holder_id: uuid.UUID
    holder_name: str
    issuer: str
    issuer_name: str
    fields: list[dict[str, Any]]
    valid_from: date
    valid_until: date | None
    version: int = 1
    replaces: Credential | None = None  # the one that this renews
    place_path: str = ""
    item_code: str = ""
    sample: bool = False
    signed: str = ""  # the body of the QR code, once it has been made


def body_of(about: Face | Credential, *, sample: bool) -> signed.Body:
    """What the QR code of a credential says."""
    name = about.name[0] if isinstance(about, Face) else about.name_zh
    return signed.Body(
        name=name,
        number=about.number,
        identifier=about.identifier,
        holder=signed.shown_holder(about.holder_name, about.holder_kind),
        issuer=about.issuer,
        code=about.verify_code,
        valid_from=about.valid_from,
        valid_until=about.valid_until,
        sample=sample,
    )


def signed_body(about: Face | Credential, *, sample: bool) -> str:
    """The signed body for the QR code, made with the seal key of the issuer. Raises NoSeal."""
    return signed.sign(
        body_of(about, sample=sample),
        seal_keys.public_key(about.issuer),
        lambda content: seal_keys.signer().sign_bytes(about.issuer, content),
    )


def identifier_for(type_code: str, issuer_uscc: str, serial: int, version: int = 1) -> str:
    """The national identifier with its check digit (GB/T 36904)."""
    return make_cert_identifier(type_code, issuer_uscc, f"{serial:09d}", version)


def serial_of(credential: Credential) -> int:
    """The serial number that stands in a credential's identifier."""
    return int(credential.identifier.split(".")[-3])


@action
def take_serial(*, type: str, issuer: str) -> int:
    """The next serial number of a type at an issuer. A number taken for a paper that then fails leaves a gap."""
    CredentialSerial.objects.bulk_create([CredentialSerial(type=type, issuer=issuer)], ignore_conflicts=True)
    row = CredentialSerial.objects.select_for_update().get(type=type, issuer=issuer)
    row.last += 1
    row.save(update_fields=["last"])
    return row.last


@action
def issue(
    *, face: Face, pdf: bytes, case_id: uuid.UUID | None, effect_key: str, by: Actor = SYSTEM
) -> Credential | None:
    """Keep a sealed credential and log the use of the seal; None when the same effect has issued it already."""
    if Credential.objects.filter(effect_key=effect_key).exists():
        return None
    row = Credential(
        identifier=face.identifier,
        number=face.number,
        type=face.type,
        name_zh=face.name[0],
        name_en=face.name[1],
        holder_kind=face.holder_kind,
        holder_id=face.holder_id,
        holder_name=face.holder_name,
        issuer=face.issuer,
        issuer_name=face.issuer_name,
        fields=face.fields,
        valid_from=face.valid_from,
        valid_until=face.valid_until,
        file=documents.put(pdf, f"{face.number}.pdf"),
        verify_code=face.verify_code,
        case_id=case_id,
        place_path=face.place_path,
        item_code=face.item_code,
        signed=face.signed,
        version=face.version,
        replaces=face.replaces,
        issued_at=time.now(),
        effect_key=effect_key,
    )
    row.save(force_insert=True)
    old = face.replaces
    renewed = old is not None and case_id is not None  # a reissue has cancelled it by an act of its own
    if renewed and face.valid_from <= time.today() <= (old.valid_until or face.valid_from):
        # Two would say the same.
        old.state = CredentialState.CANCELLED
        old.save(update_fields=["state"])
        events.record(name=states.CREDENTIAL_REPLACED, about=old, by=by, payload={"by": row.identifier})
    seals.log_use(agency=face.issuer, about=row, digest=row.file.sha256, by=by)
    events.record(
        name=states.CREDENTIAL_ISSUED,
        about=row,
        by=by,
        payload={"type": face.type, "case": str(case_id or ""), "sha256": row.file.sha256},
    )
    return row


@action
def log_use(
    *,
    credential: Credential,
    purpose: str,
    by: Actor,
    case_id: uuid.UUID | None = None,
    kind: UseKind | None = None,
    user_name: str = "",
    lending_id: uuid.UUID | None = None,
) -> CredentialUse:
    """Write a look at a credential, or a use of it, into the ledger that its holder reads."""
    kind = kind or (UseKind.CASE if case_id else UseKind.CHECK)
    row = CredentialUse(
        credential=credential,
        kind=kind,
        purpose=purpose[:200],
        used_by=by.account_id,
        user_name=(user_name or by.name)[:120],
        case_id=case_id,
        lending_id=lending_id,
        at=time.now(),
    )
    row.save(force_insert=True)
    events.record(
        name=states.CREDENTIAL_VERIFIED,
        about=credential,
        by=by,
        payload={"purpose": str(kind), "case": str(case_id or ""), "lending": str(lending_id or "")},
    )
    return row


@action
def add_signed_body(*, credential: Credential, body: str) -> None:
    """Give a credential that was issued without one its code for the check without a network."""
    Credential.objects.filter(pk=credential.pk, signed="").update(signed=body)
    events.record(name=states.CREDENTIAL_SIGNED, about=credential, by=SYSTEM)
