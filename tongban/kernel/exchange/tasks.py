"""Background doors of the exchange: what waits is sent, days are counted, what is late is found."""

from datetime import date
from typing import Any

from django.conf import settings

from tongban.foundation import time
from tongban.kernel.events.states import Later, daily, subscribe
from tongban.kernel.exchange import actions, calc, queries, states
from tongban.kernel.exchange.models import Peer
from tongban.kernel.exchange.queries.wire import CARRIERS


def flush(event: Any) -> int:
    """Send what waits for a peer, outside any transaction; returns how many went. The job waits while the line rests."""
    peer = Peer.objects.get(pk=event.subject_id)
    if not peer.url:
        return 0
    if peer.paused_until and peer.paused_until > time.now():
        if queries.due(peer, time.now()).exists():
            raise Later(peer.paused_until)
        return 0
    rows = actions.lease(peer_id=peer.pk)
    carrier, key = CARRIERS.get(settings.EXCHANGE_CARRIER)(), queries.public_key_of(peer)
    for number, row in enumerate(rows):
        answer = carrier.post(peer.url, calc.wire(row.envelope, row.signature))
        receipt = calc.read_receipt(answer.content, key) if answer.content else None
        fits = receipt is not None and (receipt.message, receipt.digest) == (row.message_id, row.digest)
        if receipt is None or not fits:  # only a signed word about this very message counts
            left = [one.pk for one in rows[number + 1 :]]
            error = answer.error or f"HTTP {answer.status}, no receipt"
            rested = actions.note_silence(record_id=row.pk, leased=left, reached=answer.reached, error=error)
            raise Later(rested.paused_until)
        actions.note_answer(record_id=row.pk, receipt=receipt)
    return len(rows)


def _go_on(event: Any, sent: int) -> None:
    if sent == states.AT_ONCE:
        actions.wake(peer=Peer.objects.get(pk=event.subject_id))


@subscribe(states.RECORDS_PUT, prepare=flush)
def send_put(event: Any, sent: int) -> None:
    """Records were put: send them."""
    _go_on(event, sent)


@subscribe(states.PEER_WOKEN, prepare=flush)
def send_waiting(event: Any, sent: int) -> None:
    """A peer can be reached again, or a part was sent: send what waits."""
    _go_on(event, sent)


@daily
def every_day(day: date) -> None:
    """Count the days that were not counted yet, find what is late, and wake lines that sleep."""
    for peer in queries.peers():
        for one in queries.days_to_count(peer, day) if peer.url else []:
            if not queries.waits(peer, f"{states.TOTALS}|{one}|"):
                actions.count_day(peer_code=peer.code, day=one)
        actions.look_for_late(peer_code=peer.code)
        if peer.url:
            actions.wake(peer=peer)
