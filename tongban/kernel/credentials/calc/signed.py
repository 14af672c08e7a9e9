"""The signed body in the QR code of a licence: what it says, and the check that needs no network. Pure.

A code is the public address of the online check with, behind `#`, a JWS in compact form (RFC 7515, ES256): browsers never
send that part, so one code serves both checks. The body names only what everybody may read who is shown the paper.
"""

import base64
import binascii
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from tongban.foundation.ids import mask_name
from tongban.kernel.seals.calc import PublicKey, raw_signature, verify_raw

VERSION = 1
MOST_SIGNS = 1500  # more does not fit into a code that a phone can read


@dataclass(frozen=True)
class Body:
    """What the code says."""

    name: str
    number: str
    identifier: str
    holder: str
    issuer: str
    code: str
    valid_from: date
    valid_until: date | None
    sample: bool


@dataclass(frozen=True)
class Reading:
    """What can be said of a code without a network: `genuine`, else `why` not (a word of WHY)."""

    genuine: bool
    why: str = ""
    body: Body | None = None
    signer: str = ""


# unreadable: not a code of this kind; unknown_key: signed with a key we do not have; wrong_signature: changed, or never ours;
# wrong_address: the address before the body belongs to another paper.
WHY = ("unreadable", "unknown_key", "wrong_signature", "wrong_address")


def shown_holder(name: str, kind: str) -> str:
    """The holder as a stranger may read it: organisations by their name, people in part."""
    return mask_name(name) if kind == "person" else name


def _pack(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _unpack(text: str) -> bytes:
    content = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if _pack(content) != text:  # several texts decode to the same bytes; only one of them is ours
        raise ValueError(text)
    return content


def _json(data: Any) -> bytes:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()


def sign(body: Body, key: PublicKey, signer: Callable[[bytes], bytes]) -> str:
    """The JWS of a body; `signer` makes a DER signature with the private half of `key`."""
    payload = {
        "v": VERSION,
        "t": body.name,
        "n": body.number,
        "i": body.identifier,
        "h": body.holder,
        "a": body.issuer,
        "c": body.code,
        "d": body.valid_from.isoformat(),
        "e": body.valid_until.isoformat() if body.valid_until else "",
        "s": int(body.sample),
    }
    head = f"{_pack(_json({'alg': 'ES256', 'kid': key.kid}))}.{_pack(_json(payload))}"
    return f"{head}.{_pack(raw_signature(signer(head.encode())))}"


def _parts(text: str) -> tuple[str, str]:
    """(verification code in the address or nothing, JWS)."""
    address, mark, jws = text.strip().rpartition("#")
    if not mark:
        return "", text.strip()
    steps = [step for step in address.split("?")[0].split("/") if step]
    return (steps[-1] if steps else ""), jws


def read(text: str, keys: Iterable[PublicKey]) -> Reading:
    """Judge the text of a code against the public keys of the agencies. Never raises on what somebody made up."""
    code, jws = _parts(text)
    if len(jws) > MOST_SIGNS or jws.count(".") != 2:
        return Reading(genuine=False, why="unreadable")
    head, payload, signature = jws.split(".")
    try:
        header = json.loads(_unpack(head))
        body = _body(json.loads(_unpack(payload)))
        raw = _unpack(signature)
        kid, algorithm = header["kid"], header["alg"]
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error, RecursionError):
        return Reading(genuine=False, why="unreadable")
    if algorithm != "ES256":  # never the algorithm that the text asks for
        return Reading(genuine=False, why="unreadable")
    key = next((one for one in keys if one.kid == kid), None)
    if key is None:
        return Reading(genuine=False, why="unknown_key")
    if key.agency != body.issuer or not verify_raw(f"{head}.{payload}".encode(), raw, key):
        return Reading(genuine=False, why="wrong_signature")
    if code and code != body.code:
        return Reading(genuine=False, why="wrong_address", body=body, signer=key.name)
    return Reading(genuine=True, body=body, signer=key.name)


def _body(data: dict[str, Any]) -> Body:
    texts = [data[name] for name in "tnihac"]
    if data["v"] != VERSION or not all(isinstance(text, str) for text in texts):
        raise ValueError(data)
    name, number, identifier, holder, issuer, code = texts
    return Body(
        name=name,
        number=number,
        identifier=identifier,
        holder=holder,
        issuer=issuer,
        code=code,
        valid_from=date.fromisoformat(data["d"]),
        valid_until=date.fromisoformat(data["e"]) if data["e"] else None,
        sample=bool(data["s"]),
    )


def keys_document(keys: Iterable[PublicKey]) -> list[dict[str, Any]]:
    """The keys as JSON that the page and `tongban verify --keys` read: JWK coordinates, names, whether a sample."""
    return [
        {
            "kid": key.kid,
            "agency": key.agency,
            "name": key.name,
            "x": _pack(key.x.to_bytes(32, "big")),
            "y": _pack(key.y.to_bytes(32, "big")),
            "sample": key.sample,
        }
        for key in keys
    ]


def keys_from(document: Iterable[dict[str, Any]]) -> list[PublicKey]:
    """The keys of such a document; raises KeyError, TypeError or ValueError for any other."""
    return [
        PublicKey(
            one["kid"],
            one["agency"],
            one["name"],
            int.from_bytes(_unpack(one["x"]), "big"),
            int.from_bytes(_unpack(one["y"]), "big"),
            sample=one["sample"],
        )
        for one in document
    ]
