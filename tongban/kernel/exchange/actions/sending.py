"""What happened on the wire, noted record by record, so that a job that dies loses nothing that was answered."""

import json
import uuid
from datetime import timedelta

from django.db import connection

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import SYSTEM, Actor
from tongban.kernel.events import actions as events
from tongban.kernel.events.calc import wait_before
from tongban.kernel.exchange import calc, queries, rules, states
from tongban.kernel.exchange.actions.putting import write
from tongban.kernel.exchange.models import OutRecord, Peer
from tongban.kernel.exchange.states import OutState, Verdict
from tongban.kernel.records.actions import action


class NotToBeReplayed(Problem):
    """A record that the peer has taken over needs no second sending."""

    code = "exchange.not_replayable"
    status = 409


@action
def lease(*, peer_id: uuid.UUID, most: int = states.AT_ONCE) -> list[OutRecord]:
    """Take the next records for a peer; another worker gets others. None while the line rests after a failure."""
    now = time.now()
    peer = Peer.objects.get(pk=peer_id)
    if not peer.url or (peer.paused_until and peer.paused_until > now):
        return []
    rows = queries.due(peer, now).select_related("peer")
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=True, of=("self",))
    taken = list(rows[:most])
    until = now + timedelta(seconds=states.LEASE_SECONDS)
    OutRecord.objects.filter(pk__in=[row.pk for row in taken]).update(lease_until=until)
    return taken


@action
def note_answer(*, record_id: uuid.UUID, receipt: calc.Receipt) -> None:
    """Keep a peer's signed receipt, whose signature was checked, for the message that it names; an older one is no news."""
    row = OutRecord.objects.select_for_update(of=("self",)).select_related("peer").get(pk=record_id)
    if (receipt.message, receipt.digest) != (row.message_id, row.digest) or row.receipt:
        return
    now = time.now()
    row.receipt = calc.wire(receipt.text, receipt.signature).decode()
    row.lease_until, row.sent_at, row.tries = None, now, row.tries + 1
    if receipt.verdict is Verdict.REFUSED:
        row.state, row.reason, row.settled_at = OutState.REFUSED, receipt.reason, now
    elif row.kind in states.ABOUT_EXCHANGE:  # nobody answers an answer
        row.state, row.reason, row.settled_at = OutState.ACKNOWLEDGED, "", now
    else:
        row.state, row.reason = OutState.SENT, ""
        if row.verdict:  # it was quicker than the receipt, which was lost the first time
            settle(row)
    row.save()
    Peer.objects.filter(pk=row.peer_id).update(
        failures=0, paused_until=None, last_answer_at=now, last_error=""
    )
    payload = {"kind": row.kind, "state": row.state}
    events.record(name=states.RECORD_ANSWERED, about=row, by=SYSTEM, payload=payload)


def settle(row: OutRecord) -> None:
    """Within an action: what the peer decided about a record that it has."""
    verdict, _colon, reason = row.verdict.partition(":")
    row.state = OutState.REFUSED if verdict == "refused" else OutState.ACKNOWLEDGED
    row.reason, row.settled_at = reason, time.now()


@action
def note_silence(*, record_id: uuid.UUID, leased: list[uuid.UUID], reached: bool, error: str) -> Peer:
    """No signed answer came. The peer may have the record or not, so it will be sent again with the same number.

    The line rests, longer after each failure; the other records that were leased go back.
    """
    row = OutRecord.objects.select_for_update(of=("self",)).get(pk=record_id)
    peer = Peer.objects.select_for_update().get(pk=row.peer_id)
    if not row.receipt:
        row.state = OutState.UNKNOWN if reached or row.state == OutState.UNKNOWN else OutState.WAITING
        row.reason, row.tries = error[:200], row.tries + 1
        row.lease_until = None
        row.save()
    OutRecord.objects.filter(pk__in=leased).update(lease_until=None)
    peer.failures += 1
    peer.paused_until = time.now() + timedelta(seconds=wait_before(peer.failures))
    peer.last_error = error[:200]
    peer.save()
    events.record(name=states.RECORD_UNANSWERED, about=row, by=SYSTEM, payload={"error": error[:60]})
    return peer


@action
def replay(*, record_id: uuid.UUID, by: Actor) -> OutRecord:
    """Send a record again at once. One that was refused becomes a new message at the end of its stream.

    One that may have arrived keeps its number, so the peer answers as it did and nothing happens twice.
    Raises NotAllowed, NoSuchExchange, NotToBeReplayed.
    """
    rules.require_officer(by)
    row = OutRecord.objects.select_for_update(of=("self",)).filter(pk=record_id).first()
    if row is None:
        raise rules.no_such()
    if row.state == OutState.ACKNOWLEDGED:
        raise NotToBeReplayed(
            sentence_zh="对端已经确认这条记录，不需要重发。",
            sentence_en="The peer has taken this record over; there is nothing to send again.",
            todo_zh="如果内容有变化，会作为新的记录发送。",
            todo_en="What has changed since is sent as a record of its own.",
        )
    peer = Peer.objects.select_for_update().get(pk=row.peer_id)
    before = row.state
    if row.state == OutState.REFUSED:
        row.earlier = [
            *row.earlier,
            {
                "message": str(row.message_id),
                "envelope": row.envelope,
                "signature": row.signature,
                "receipt": row.receipt,
            },
        ]
        payload = json.loads(row.envelope)["payload"]
        write(row, peer, payload, queries.last_seq(peer, row.stream) + 1)
    row.state, row.reason, row.receipt, row.verdict = OutState.WAITING, "", "", ""
    row.sent_at = row.settled_at = row.lease_until = None
    row.save()
    peer.paused_until = None
    peer.save()
    events.record(name=states.RECORD_REPLAYED, about=row, by=by, payload={"from": before})
    events.record(name=states.PEER_WOKEN, about=peer, by=by, payload={"peer": peer.code})
    return row
