"""Writes of credentials."""

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from tongban.foundation import time
from tongban.foundation.ids import make_cert_identifier
from tongban.kernel.access.calc import SYSTEM, Actor
from tongban.kernel.credentials import states
from tongban.kernel.credentials.models import Credential, CredentialSerial, CredentialUse
from tongban.kernel.documents import actions as documents
from tongban.kernel.events import actions as events
from tongban.kernel.records.actions import action
from tongban.kernel.seals import actions as seals


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


def identifier_for(type_code: str, issuer_uscc: str, serial: int, version: int = 1) -> str:
    """The national identifier with its check digit (GB/T 36904)."""
    return make_cert_identifier(type_code, issuer_uscc, f"{serial:09d}", version)


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
    *, face: Face, pdf: bytes, case_id: uuid.UUID, effect_key: str, by: Actor = SYSTEM
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
        issued_at=time.now(),
        effect_key=effect_key,
    )
    row.save(force_insert=True)
    seals.log_use(agency=face.issuer, about=row, digest=row.file.sha256, by=by)
    events.record(
        name=states.CREDENTIAL_ISSUED, about=row, by=by, payload={"type": face.type, "case": str(case_id)}
    )
    return row


@action
def log_use(*, credential: Credential, purpose: str, by: Actor, case_id: uuid.UUID | None = None) -> None:
    """Write a look at a credential, or its reuse in a case, into the ledger."""
    CredentialUse(
        credential=credential, purpose=purpose[:200], used_by=by.account_id, case_id=case_id, at=time.now()
    ).save(force_insert=True)
    events.record(
        name=states.CREDENTIAL_VERIFIED,
        about=credential,
        by=by,
        payload={"purpose": "case" if case_id else "check", "case": str(case_id or "")},
    )


@action
def revoke(*, credential: Credential, by: Actor, state: str = states.CredentialState.REVOKED) -> Credential:
    """Take a credential out of force; everybody who checks it sees that at once."""
    credential.state = state
    credential.save(update_fields=["state"])
    events.record(name=states.CREDENTIAL_REVOKED, about=credential, by=by, payload={"state": str(state)})
    return credential
