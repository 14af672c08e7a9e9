"""Into the outbox."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings

from tongban.foundation import time
from tongban.foundation.ids import uuid7
from tongban.kernel.access.calc import Actor
from tongban.kernel.events import actions as events
from tongban.kernel.exchange import calc, queries, states
from tongban.kernel.exchange.models import OutRecord, Peer
from tongban.kernel.records.actions import action


@dataclass(frozen=True)
class Said:
    """Something to tell a peer. `key` makes it said once; what is said of one `stream` arrives in its order."""

    kind: str
    key: str
    stream: str
    payload: Mapping[str, Any]


@action
def put(*, peer_code: str, said: Sequence[Said], by: Actor) -> list[OutRecord]:
    """Sign records for a peer and let them wait to be sent; those whose key was said already are left out.

    Without a peer of that code nothing is kept. Raises BadPayload for what its kind must not say: a fault of the caller.
    """
    peer = queries.peer_by_code(peer_code)
    if peer is None:
        return []
    known = queries.known_keys(peer, [one.key for one in said])
    rows: list[OutRecord] = []
    last: dict[str, int] = {}
    for one in said:
        if one.key in known:
            continue
        known.add(one.key)
        calc.check_payload(one.kind, one.payload)
        seq = last.get(one.stream) or queries.last_seq(peer, one.stream)
        last[one.stream] = seq + 1
        row = OutRecord(
            peer=peer,
            kind=one.kind,
            key=one.key,
            stream=one.stream,
            item=one.payload.get("item", ""),
            fen=one.payload.get("fen", 0),
        )
        write(row, peer, one.payload, seq + 1)
        rows.append(row)
    if rows:
        for row in rows:
            row.save(force_insert=True)
        payload = {"peer": peer.code, "records": len(rows)}
        events.record(name=states.RECORDS_PUT, about=peer, by=by, payload=payload)
    return rows


def write(row: OutRecord, peer: Peer, payload: Mapping[str, Any], seq: int) -> None:
    """Give a record its message: number, place in its stream, signed envelope, day."""
    now = time.now()
    row.message_id, row.seq, row.put_at, row.day = message_id(), seq, now, now.date()
    row.envelope = calc.envelope_text(
        message=row.message_id,
        sender=peer.me,
        receiver=peer.code,
        kind=row.kind,
        stream=row.stream,
        seq=seq,
        made_at=now,
        not_after=now + timedelta(days=peer.valid_days),
        basis=peer.basis,
        payload=payload,
    )
    row.signature = calc.sign(row.envelope, settings.EXCHANGE_KEY)
    row.digest = calc.read_envelope(calc.wire(row.envelope, row.signature)).digest


def message_id() -> uuid.UUID:
    """A new number for a message."""
    return uuid7()
