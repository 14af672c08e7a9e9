"""Signed tokens (RS256, which every library of a department's system knows), keys, digests. Pure."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

ALGORITHM = "RS256"
_BITS = 2048


@dataclass(frozen=True)
class FreshKey:
    """A key just made: its name (RFC 7638), its public half as published, its private half as PEM."""

    kid: str
    public_jwk: dict[str, str]
    private_pem: str


def new_key() -> FreshKey:
    """A fresh RSA key."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=_BITS)
    numbers = key.public_key().public_numbers()
    # The members that the thumbprint is taken over, in the order of their names.
    bare = {"e": _number(numbers.e), "kty": "RSA", "n": _number(numbers.n)}
    kid = _encoded(hashlib.sha256(json.dumps(bare, separators=(",", ":")).encode()).digest())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return FreshKey(kid, {**bare, "kid": kid, "use": "sig", "alg": ALGORITHM}, pem)


def _number(value: int) -> str:
    return _encoded(value.to_bytes((value.bit_length() + 7) // 8, "big"))


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def signed_token(claims: Mapping[str, Any], *, kid: str, private_pem: str, kind: str = "JWT") -> str:
    """The claims as a signed token; `kind` is its `typ`."""
    return jwt.encode(dict(claims), private_pem, algorithm=ALGORITHM, headers={"kid": kid, "typ": kind})


def read_token(token: str, jwks: Iterable[Mapping[str, Any]], *, issuer: str) -> dict[str, Any] | None:
    """The claims of one of our own identity tokens, however old; None when we have not signed it.

    An old one still says to whom a system refers: that is what hints are for.
    """
    keys = {one["kid"]: one for one in jwks}
    try:
        header = jwt.get_unverified_header(token)
        jwk = keys.get(header.get("kid", ""))
        if jwk is None or header.get("typ") != "JWT":
            return None
        claims: dict[str, Any] = jwt.decode(
            token,
            jwt.PyJWK(dict(jwk)),
            algorithms=[ALGORITHM],
            issuer=issuer,
            options={"verify_exp": False, "verify_aud": False, "require": ["iss", "sub", "aud", "sid"]},
        )
    except jwt.PyJWTError:
        return None
    return claims


def keyed_digest(key: str, *parts: str) -> str:
    """A digest that nobody can compute without the key; the parts cannot run into one another."""
    text = "".join(f"{len(part)}:{part}" for part in parts)
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()
