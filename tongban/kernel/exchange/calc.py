"""Envelopes, receipts and totals as bytes and values. Pure: keys and moments are arguments."""

import base64
import hashlib
import json
import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from tongban.foundation.errors import Problem
from tongban.foundation.ids import check_resident_id, check_uscc
from tongban.kernel.events.calc import canonical
from tongban.kernel.exchange.states import KINDS, SCHEMA, Verdict

_FIELDS: dict[str, type] = {
    "message": str,
    "sender": str,
    "receiver": str,
    "kind": str,
    "schema": int,
    "stream": str,
    "seq": int,
    "made_at": str,
    "not_after": str,
    "basis": str,
    "payload": dict,
}
_LIMITS = {"sender": 20, "receiver": 20, "kind": 40, "stream": 160, "basis": 200}


class BadEnvelope(Problem):
    """Bytes that are no envelope of this exchange: not JSON, or not of its shape."""

    code = "exchange.envelope"
    status = 400


class BadPayload(Problem):
    """An envelope whose content is not what its kind must say."""

    code = "exchange.schema"
    status = 422


@dataclass(frozen=True)
class Envelope:
    """One message as it was signed. `text` is what the signature covers."""

    text: str
    signature: str
    message: uuid.UUID
    sender: str
    receiver: str
    kind: str
    stream: str
    seq: int
    made_at: datetime
    not_after: datetime
    payload: Mapping[str, Any]

    @property
    def digest(self) -> str:
        """The digest of what was signed."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def wire(self) -> bytes:
        """As it goes over the wire."""
        return wire(self.text, self.signature)


@dataclass(frozen=True)
class Receipt:
    """A peer's signed word that it has a message, or why it does not take it."""

    text: str
    signature: str
    message: uuid.UUID
    digest: str
    verdict: Verdict
    reason: str


@dataclass(frozen=True)
class Total:
    """What was exchanged of one kind about one item on one day."""

    kind: str
    item: str
    records: int
    fen: int
    digest: str


def wire(text: str, signature: str) -> bytes:
    """A signed text with its signature, as both travel."""
    return json.dumps({"signed": text, "signature": signature}, ensure_ascii=False).encode()


def sign(text: str, private_key: str) -> str:
    """Ed25519 over the text, base64; the key is PEM."""
    key = serialization.load_pem_private_key(private_key.encode(), None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError("the key of the exchange must be Ed25519")
    return base64.b64encode(key.sign(text.encode())).decode()


def verified(text: str, signature: str, public_key: str) -> bool:
    """Whether the signature over the text was made with the key whose public half (32 bytes, base64) this is."""
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key, validate=True))
        key.verify(base64.b64decode(signature, validate=True), text.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def public_half(private_key: str) -> str:
    """The public half of a key, base64 of its 32 bytes."""
    key = serialization.load_pem_private_key(private_key.encode(), None)
    raw = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return base64.b64encode(raw).decode()


def text_of(document: Mapping[str, Any]) -> str:
    """The one form of a document that is signed."""
    return canonical(document).decode()


def envelope_text(
    *,
    message: uuid.UUID,
    sender: str,
    receiver: str,
    kind: str,
    stream: str,
    seq: int,
    made_at: datetime,
    not_after: datetime,
    basis: str,
    payload: Mapping[str, Any],
) -> str:
    """An envelope ready to be signed."""
    return text_of(
        {
            "message": str(message),
            "sender": sender,
            "receiver": receiver,
            "kind": kind,
            "schema": SCHEMA,
            "stream": stream,
            "seq": seq,
            "made_at": made_at.isoformat(),
            "not_after": not_after.isoformat(),
            "basis": basis,
            "payload": payload,
        }
    )


def _split(raw: bytes) -> tuple[str, str, dict[str, Any]]:
    try:
        outer = json.loads(raw)
        text, signature = outer["signed"], outer["signature"]
        document = json.loads(text)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _bad("报文不是签名信封", "This is no signed envelope") from error
    if not isinstance(signature, str) or not isinstance(document, dict):
        raise _bad("报文不是签名信封", "This is no signed envelope")
    return text, signature, document


def _bad(zh: str, en: str) -> BadEnvelope:
    return BadEnvelope(
        sentence_zh=f"{zh}，没有接收。",
        sentence_en=f"{en}; nothing was taken in.",
        todo_zh="请按交换规范重新组包、签名后再发。",
        todo_en="Build and sign it again as the exchange demands.",
    )


def read_envelope(raw: bytes) -> Envelope:
    """The envelope in some bytes, not verified yet. Raises BadEnvelope."""
    text, signature, data = _split(raw)
    if set(data) != set(_FIELDS):
        raise _bad("信封的栏目不对", "The envelope has other fields than it must")
    for name, kind in _FIELDS.items():
        if type(data[name]) is not kind or len(str(data[name])) > _LIMITS.get(name, 60_000):
            raise _bad(f"信封的 {name} 不对", f"The envelope's {name} is wrong")
    if data["schema"] != SCHEMA or not 0 < data["seq"] < 2**31 or "\x00" in text or "\\u0000" in text:
        raise _bad("信封的版本或者序号不对", "The envelope's schema or sequence is wrong")
    try:
        message = uuid.UUID(data["message"])
        moments = [datetime.fromisoformat(data[name]) for name in ("made_at", "not_after")]
    except ValueError as error:
        raise _bad("信封的编号或者时间不对", "The envelope's number or moment is wrong") from error
    if any(moment.utcoffset() is None for moment in moments):
        raise _bad("信封的时间没有时区", "The envelope's moments have no offset")
    return Envelope(
        text,
        signature,
        message,
        data["sender"],
        data["receiver"],
        data["kind"],
        data["stream"],
        data["seq"],
        moments[0],
        moments[1],
        data["payload"],
    )


def timely(envelope: Envelope, now: datetime, tolerance: timedelta) -> bool:
    """Whether an envelope is neither from the future nor past its last moment."""
    return envelope.made_at <= now + tolerance and now <= envelope.not_after


def check_payload(kind: str, payload: Mapping[str, Any]) -> None:
    """Raise BadPayload, which names the field, unless the payload is what the kind must say."""
    shape = KINDS.get(kind)
    if shape is None:
        raise _not_so("kind", kind)
    if not set(shape.fields) - shape.optional <= set(payload) <= set(shape.fields):
        raise _not_so("payload", kind)
    for name, value in payload.items():
        wanted = shape.fields[name]
        if isinstance(wanted, re.Pattern):
            good = isinstance(value, str) and wanted.fullmatch(value) is not None
            good = good and (name != "subject" or is_subject(value))
        elif wanted is int:
            good = type(value) is int and 0 <= value < 2**53
        else:
            good = isinstance(value, list) and all(_is_total(one) for one in value)
        if not good:
            raise _not_so(name, kind)


def is_subject(text: str) -> bool:
    """A credit code, or a person as a number of ours; an identity number, which has as many signs, is neither."""
    return text.startswith("person:") or (check_uscc(text).ok and not check_resident_id(text).ok)


def _is_total(one: object) -> bool:
    return (
        isinstance(one, dict)
        and set(one) == {"kind", "item", "records", "fen", "digest"}
        and all(isinstance(one[name], str) and len(one[name]) <= 64 for name in ("kind", "item", "digest"))
        and all(type(one[name]) is int and 0 <= one[name] < 2**53 for name in ("records", "fen"))
    )


def _not_so(name: str, kind: str) -> BadPayload:
    return BadPayload(
        sentence_zh=f"“{kind}”报文的 {name} 不符合交换规范。",
        sentence_en=f"{name} of a message '{kind}' is not what the exchange demands.",
        todo_zh="请更正后作为新报文发送。",
        todo_en="Correct it and send it as a new message.",
        about=name,
    )


def receipt_text(*, envelope: Envelope, verdict: Verdict, reason: str, at: datetime) -> str:
    """The answer to an envelope, ready to be signed. It holds the digest of what it answers."""
    return text_of(
        {
            "message": str(envelope.message),
            "sender": envelope.receiver,
            "receiver": envelope.sender,
            "digest": envelope.digest,
            "verdict": verdict,
            "reason": reason,
            "at": at.isoformat(),
        }
    )


def read_receipt(raw: bytes, public_key: str) -> Receipt | None:
    """The receipt in an answer; None for anything that this key has not signed."""
    try:
        text, signature, data = _split(raw)
        if not verified(text, signature, public_key):
            return None
        return Receipt(
            text,
            signature,
            uuid.UUID(data["message"]),
            data["digest"],
            Verdict(data["verdict"]),
            str(data["reason"])[:60],
        )
    except (BadEnvelope, KeyError, ValueError, TypeError, AttributeError):
        return None


def totals(rows: Iterable[tuple[str, str, int, str]]) -> list[Total]:
    """Totals by kind and item of rows (kind, item, fen, digest); each has the digest of its rows' digests in order."""
    parts: dict[tuple[str, str], list[tuple[str, int]]] = {}
    for kind, item, fen, digest in rows:
        parts.setdefault((kind, item), []).append((digest, fen))
    return [
        Total(
            kind,
            item,
            len(found),
            sum(fen for _digest, fen in found),
            hashlib.sha256("".join(sorted(digest for digest, _fen in found)).encode()).hexdigest(),
        )
        for (kind, item), found in sorted(parts.items())
    ]


def key_of(kind: str, payload: Mapping[str, Any]) -> str:
    """What a message speaks of: the same thing has the same key, whatever is said of it."""
    return "|".join(str(payload[name]) for name in KINDS[kind].keeps)
