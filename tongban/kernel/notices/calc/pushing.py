"""Messages to browsers, as bytes: encrypted for one device (RFC 8291) and signed for its service (RFC 8292). Pure.

Whoever calls brings the random key and salt and the moment, so that the examples of the RFCs can be computed again.
"""

import base64
import json
import struct

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

RECORD_BYTES = 4096
# What one record holds beside its tag and the byte that ends it (RFC 8188, section 2).
MOST_BYTES = RECORD_BYTES - 17


def b64(raw: bytes) -> str:
    """Base64 for addresses, without padding, as both RFCs write it."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    """The bytes; raises ValueError for what is no such text."""
    return base64.b64decode(text.encode() + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)


def point(key: ec.EllipticCurvePublicKey) -> bytes:
    """A public key as its 65 bytes."""
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def public_key(raw: bytes) -> ec.EllipticCurvePublicKey:
    """The key in these bytes; raises ValueError when they are no point of P-256."""
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw)
    except ValueError as error:
        raise ValueError("the key is no point of P-256") from error


def encrypt(
    text: bytes, *, device: bytes, secret: bytes, sender: ec.EllipticCurvePrivateKey, salt: bytes
) -> bytes:
    """The body of a push in one record of aes128gcm: `device` is its public key, `secret` its authentication secret.

    Raises ValueError for a key that is no point of P-256, and for a text of more than MOST_BYTES.
    """
    if len(text) > MOST_BYTES:
        raise ValueError(f"a push holds at most {MOST_BYTES} bytes")
    ours = point(sender.public_key())
    shared = sender.exchange(ec.ECDH(), public_key(device))
    mixed = _derive(shared, secret, b"WebPush: info\0" + device + ours, 32)
    key = _derive(mixed, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derive(mixed, salt, b"Content-Encoding: nonce\0", 12)
    sealed = AESGCM(key).encrypt(nonce, text + b"\x02", None)  # 2 ends the last record
    return salt + struct.pack("!IB", RECORD_BYTES, len(ours)) + ours + sealed


def authorization(*, audience: str, contact: str, expires: int, key: ec.EllipticCurvePrivateKey) -> str:
    """The header by which a push service knows the sender: a token for its origin, signed, and our public key."""
    head = b64(json.dumps({"typ": "JWT", "alg": "ES256"}).encode())
    body = b64(json.dumps({"aud": audience, "exp": expires, "sub": contact}).encode())
    r, s = decode_dss_signature(key.sign(f"{head}.{body}".encode(), ec.ECDSA(hashes.SHA256())))
    signature = b64(r.to_bytes(32, "big") + s.to_bytes(32, "big"))
    return f"vapid t={head}.{body}.{signature}, k={b64(point(key.public_key()))}"


def _derive(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(secret)
