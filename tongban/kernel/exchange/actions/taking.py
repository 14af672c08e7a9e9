"""Taking a peer's message in: verified, kept, answered once, applied in order, all in one transaction."""

from datetime import date, timedelta
from typing import Any

from django.conf import settings

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.events import actions as events
from tongban.kernel.exchange import calc, queries, rules, states
from tongban.kernel.exchange.actions.comparing import compare, open_ticket
from tongban.kernel.exchange.actions.peers import wake
from tongban.kernel.exchange.actions.putting import Said, put
from tongban.kernel.exchange.actions.sending import settle
from tongban.kernel.exchange.models import Course, Holding, InMessage, OutRecord, Peer
from tongban.kernel.exchange.states import (
    HOLDINGS,
    TOTALS,
    VERDICT,
    InState,
    OutState,
    Side,
    TicketKind,
    Verdict,
)
from tongban.kernel.records.actions import action

_SCHEMA = "schema"  # the one reason that stands in the receipt; others come as a verdict


class NotForUs(Problem):
    """A sender that we do not know, another receiver than us, or a signature that is not the sender's."""

    code = "exchange.signature"
    status = 403


class WrongClock(Problem):
    """A message from the future, or one that came after its last moment."""

    code = "exchange.clock"
    status = 422


class TwoContents(Problem):
    """The number or the place in its stream was used for something else before."""

    code = "exchange.conflict"
    status = 409


def take(raw: bytes) -> tuple[int, bytes]:
    """Take a message in; returns the status and the signed answer, for a duplicate those of the first time.

    Raises BadEnvelope (400), NotForUs (403), WrongClock (422), TwoContents (409): then nothing was taken in, and no
    receipt is given.
    """
    envelope = calc.read_envelope(raw)
    answer = _take(envelope=envelope)
    if answer is None:  # outside the transaction that was for taking it in
        _note_conflict(envelope=envelope)
        raise TwoContents(
            sentence_zh="这个报文编号或者序号已经用于另一份内容。",
            sentence_en="This number or this place in the stream was used for something else.",
            todo_zh="请双方核对该报文，本平台已登记差异单。",
            todo_en="Compare the message on both sides; a ticket was opened here.",
            about=str(envelope.message),
        )
    return answer


@action
def _take(*, envelope: calc.Envelope) -> tuple[int, bytes] | None:
    peer = Peer.objects.select_for_update().filter(code=envelope.sender, me=envelope.receiver).first()
    key = queries.public_key_of(peer) if peer else ""
    if peer is None or not key or not calc.verified(envelope.text, envelope.signature, key):
        raise NotForUs(
            sentence_zh="发送方、接收方或者签名不对，没有接收。",
            sentence_en="Sender, receiver or signature is wrong; nothing was taken in.",
            todo_zh="请核对平台代码，并确认对方登记的是现在的公钥。",
            todo_en="Check the platforms' codes, and that the receiver has the present public key.",
        )
    now = time.now()
    found = InMessage.objects.filter(peer=peer, message_id=envelope.message).first()
    if found is not None:
        return (_status(found), found.receipt.encode()) if found.digest == envelope.digest else None
    if not calc.timely(envelope, now, timedelta(seconds=peer.clock_seconds)):
        raise WrongClock(
            sentence_zh="报文的生成时间在将来，或者已经过了有效期。",
            sentence_en="The message is from the future, or it came after its last moment.",
            todo_zh="请校准时钟；过期的由对方重新生成后再发。",
            todo_en="Set the clock right; what is too old is made anew by its sender.",
            about=envelope.made_at.isoformat(),
        )
    if InMessage.objects.filter(peer=peer, stream=envelope.stream, seq=envelope.seq).exists():
        return None
    row = _keep(peer, envelope)
    peer.last_heard_at = now
    peer.save(update_fields=["last_heard_at"])
    return _status(row), row.receipt.encode()


def _status(row: InMessage) -> int:
    return 422 if row.reason == _SCHEMA else 200


def _keep(peer: Peer, envelope: calc.Envelope) -> InMessage:
    """One row, one answer; then whatever of its stream can be settled is."""
    now = time.now()
    try:
        calc.check_payload(envelope.kind, envelope.payload)
    except calc.BadPayload:
        reason = _SCHEMA
    else:
        reason = ""
    verdict = Verdict.REFUSED if reason else Verdict.RECEIVED
    text = calc.receipt_text(envelope=envelope, verdict=verdict, reason=reason, at=now)
    item, fen = envelope.payload.get("item"), envelope.payload.get("fen")
    row = InMessage(
        peer=peer,
        message_id=envelope.message,
        kind=envelope.kind,
        stream=envelope.stream,
        seq=envelope.seq,
        item=item[:60] if isinstance(item, str) and not reason else "",
        fen=fen if type(fen) is int and not reason else 0,
        day=envelope.made_at.astimezone(time.SHANGHAI).date(),
        envelope=envelope.text,
        signature=envelope.signature,
        digest=envelope.digest,
        state=InState.PARKED,
        reason=reason,
        receipt=calc.wire(text, calc.sign(text, settings.EXCHANGE_KEY)).decode(),
        received_at=now,
    )
    row.save(force_insert=True)
    payload = {"kind": row.kind, "refused": reason}
    events.record(name=states.MESSAGE_TAKEN, about=row, by=SYSTEM, payload=payload)
    _settle(peer, envelope.stream)
    row.refresh_from_db()
    return row


def _settle(peer: Peer, stream: str) -> None:
    """Apply the messages of a stream in their order, as far as they are there. The peer's row is locked."""
    course = Course.objects.filter(peer=peer, stream=stream).first()
    if course is None:
        course = Course(peer=peer, stream=stream)
        course.save(force_insert=True)
    verdicts = []
    for row in InMessage.objects.filter(peer=peer, stream=stream, state=InState.PARKED).order_by("seq"):
        if row.seq != course.done + 1:
            break
        told = row.reason  # refused in its receipt already
        reason = told or _apply(peer, calc.read_envelope(calc.wire(row.envelope, row.signature)))
        row.state = InState.REFUSED if reason else InState.APPLIED
        row.reason, row.settled_at = reason, time.now()
        row.save()
        course.done = row.seq
        if row.kind not in states.ABOUT_EXCHANGE and not told:
            verdicts.append(_verdict(row))
    course.save()
    if verdicts:
        put(peer_code=peer.code, said=verdicts, by=SYSTEM)


def _verdict(row: InMessage) -> Said:
    payload = {
        "message": str(row.message_id),
        "verdict": "refused" if row.state == InState.REFUSED else "applied",
        "reason": row.reason,
    }
    return Said(VERDICT, f"verdict|{row.message_id}", "verdicts", payload)


def _apply(peer: Peer, envelope: calc.Envelope) -> str:
    """The effect of one message; a short code for why there is none."""
    match envelope.kind:
        case states.VERDICT:
            return _take_verdict(peer, envelope.payload)
        case states.HELLO:
            peer.url, peer.paused_until, peer.failures = envelope.payload["address"], None, 0
            peer.save()
            events.record(name=states.PEER_CALLED, about=peer, by=SYSTEM, payload={"peer": peer.code})
            wake(peer=peer)
            return ""
        case states.TOTALS | states.HOLDINGS:
            return _take_totals(peer, envelope.kind, envelope.payload)
    return _hold(peer, envelope)


def _hold(peer: Peer, envelope: calc.Envelope) -> str:
    """Keep the last word about a thing."""
    key = f"{envelope.kind.split('.')[0]}|{calc.key_of(envelope.kind, envelope.payload)}"
    row = Holding.objects.filter(peer=peer, key=key).first()
    fresh = row is None
    row = row or Holding(peer=peer, key=key)
    fen = envelope.payload.get("fen", 0)
    granted = row.said.get("granted", 0) if not fresh else 0
    if reason := rules.follows(envelope.kind, "" if fresh else row.kind, fen, granted):
        return reason
    row.said = dict(envelope.payload)
    if envelope.kind.startswith(("award.", "claim.")):
        row.said["granted"] = fen if envelope.kind in ("award.granted", "claim.granted") else granted
    row.kind, row.item, row.fen = envelope.kind, envelope.payload["item"], fen
    row.message_id, row.changed_at, row.times = envelope.message, time.now(), row.times + 1
    row.save(force_insert=fresh)
    return ""


def _take_verdict(peer: Peer, payload: Any) -> str:
    """What became of a record of ours. One of which we know nothing is the peer's mistake."""
    rows = OutRecord.objects.select_for_update().filter(peer=peer, message_id=payload["message"])
    row = rows.first()
    if row is None:
        return "unknown"
    row.verdict = f"{payload['verdict']}:{payload['reason']}"
    if row.state == OutState.SENT:
        settle(row)
        data = {"kind": row.kind, "state": row.state}
        events.record(name=states.RECORD_ANSWERED, about=row, by=SYSTEM, payload=data)
    row.save()
    return ""


def _take_totals(peer: Peer, kind: str, payload: Any) -> str:
    """Compare a day. Told what a peer has sent, we say what we hold, so that it compares too."""
    day = date.fromisoformat(payload["day"])
    theirs = [calc.Total(**one) for one in payload["totals"]]
    if kind == TOTALS:
        held = queries.totals_held(peer, day)
        compare(peer=peer, day=day, side=Side.THEIRS, ours=held, theirs=theirs)
        again = queries.last_seq(peer, HOLDINGS) + 1
        rows = [vars(one) for one in held]
        said = Said(HOLDINGS, f"{HOLDINGS}|{day}|{again}", HOLDINGS, {"day": payload["day"], "totals": rows})
        put(peer_code=peer.code, said=[said], by=SYSTEM)
    else:
        compare(peer=peer, day=day, side=Side.OURS, ours=queries.totals_sent(peer, day), theirs=theirs)
    return ""


@action
def _note_conflict(*, envelope: calc.Envelope) -> None:
    peer = Peer.objects.select_for_update().get(code=envelope.sender)
    about = str(envelope.message)
    open_ticket(peer=peer, kind=TicketKind.CONFLICT, about=about, day=time.today())
