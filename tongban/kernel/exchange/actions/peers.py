"""Whom we exchange with."""

from collections.abc import Mapping, Sequence
from typing import Any

from tongban.foundation import time
from tongban.kernel.access.calc import SYSTEM, Actor
from tongban.kernel.events import actions as events
from tongban.kernel.exchange import queries, states
from tongban.kernel.exchange.models import Peer
from tongban.kernel.records.actions import action

_TEXTS = ("me", "name_zh", "name_en", "basis", "public_key", "url")
_FIGURES = ("late_hours", "valid_days", "clock_seconds")


@action
def load_peers(*, peers: Sequence[Mapping[str, Any]], address: str = "", by: Actor) -> int:
    """Bring the peers in line with a pack; returns how many changed. A peer that is gone from it stays with its books.

    `address`, an operator's setting, is where the first of them is reached, whatever the pack says.
    """
    changed = 0
    for number, data in enumerate(peers):
        row = queries.peer_by_code(data["code"])
        fresh = row is None
        row = row or Peer(code=data["code"])
        before = None if fresh else _of(row)
        row.me, row.name_zh, row.name_en = data["me"], data["name"]["zh"], data["name"]["en"]
        row.basis, row.public_key = data.get("basis", ""), data.get("public_key", "")
        for name in _FIGURES:
            setattr(row, name, data[name])
        # Without a word of the operator or the pack the address stays that under which the peer has called.
        row.url = (address if number == 0 else "") or data.get("url") or row.url
        if _of(row) == before:
            continue
        row.save(force_insert=fresh)
        changed += 1
        events.record(name=states.PEERS_LOADED, about=row, by=by, payload={"peer": row.code})
        if row.url:
            wake(peer=row)
    return changed


def _of(row: Peer) -> tuple[object, ...]:
    return tuple(getattr(row, name) for name in (*_TEXTS, *_FIGURES))


@action
def wake(*, peer: Peer) -> None:
    """Have what waits for a peer sent; nothing happens when nothing does."""
    if queries.due(peer, time.now()).exists():
        events.record(name=states.PEER_WOKEN, about=peer, by=SYSTEM, payload={"peer": peer.code})
