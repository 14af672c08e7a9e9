"""Writes of seals: make keys, log uses."""

from typing import Any

from tongban.foundation import time
from tongban.kernel.access.calc import SYSTEM, Actor
from tongban.kernel.access.rules import require
from tongban.kernel.access.states import Permission
from tongban.kernel.events import actions as events
from tongban.kernel.records.actions import action
from tongban.kernel.seals import calc, states
from tongban.kernel.seals.models import SealKey


@action
def ensure(*, agencies: dict[str, str], authority_name: str, by: Actor = SYSTEM) -> int:
    """Make the authority and the seal of each agency (code → name) that has none; returns how many were made."""
    held = {row.agency: row for row in SealKey.objects.filter(agency__in=[states.AUTHORITY, *agencies])}
    made = 0
    now = time.now()
    if states.AUTHORITY not in held:
        held[states.AUTHORITY] = _keep(
            states.AUTHORITY, authority_name, calc.make_authority(authority_name, now), by
        )
    root = held[states.AUTHORITY]
    authority = calc.KeyPair(root.private_key, root.certificate)
    for agency, name in agencies.items():
        if agency not in held:
            _keep(agency, name, calc.make_seal(name, authority, now), by)
            made += 1
    return made


def _keep(agency: str, name: str, pair: calc.KeyPair, by: Actor) -> SealKey:
    row = SealKey(
        agency=agency,
        name=name,
        certificate=pair.certificate,
        private_key=pair.private_key,
        made_at=time.now(),
    )
    row.save(force_insert=True)
    events.record(name=states.SEAL_MADE, about=row, by=by, payload={"agency": agency})
    return row


@action
def log_use(*, agency: str, about: Any, digest: str, by: Actor) -> None:
    """Log that an agency's seal was put on the file with this digest. People need the right; the system acts on theirs."""
    if by is not SYSTEM:
        require(by, Permission.SEAL_USE)
    key = SealKey.objects.get(agency=agency)
    events.record(
        name=states.SEAL_USED,
        about=key,
        by=by,
        payload={"agency": agency, "digest": digest, "for": about._meta.model_name, "id": str(about.pk)},
    )
