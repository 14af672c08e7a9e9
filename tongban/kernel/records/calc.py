"""The key ring: authenticated encryption bound to its place, and blind indexes. Pure functions over bytes."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FORMAT = b"\x01"  # AES-256-GCM, 12 byte nonce
_HEADER = len(FORMAT) + 1
_NONCE = 12


class UnknownKey(ValueError):
    """A value names a key that is not on the ring: it was written under a key since destroyed or never ours."""


@dataclass(frozen=True)
class KeyRing:
    """Keys for encryption by number (0–255), the number in use, and the key of the blind indexes.

    Old keys stay on the ring until `tongban keys rotate` has rewritten every value under the current one.
    """

    keys: Mapping[int, bytes]
    current: int
    index_key: bytes
    _ciphers: dict[int, AESGCM] = field(default_factory=dict, repr=False, compare=False)

    def _cipher(self, number: int) -> AESGCM:
        if number not in self.keys:
            raise UnknownKey(f"key {number} is not on the ring")
        if number not in self._ciphers:
            self._ciphers[number] = AESGCM(self.keys[number])
        return self._ciphers[number]

    def encrypt(self, plain: str, place: str) -> bytes:
        """Encrypt `plain` for `place` (table|column|row id): moved to another row it no longer decrypts."""
        nonce = secrets.token_bytes(_NONCE)
        sealed = self._cipher(self.current).encrypt(nonce, plain.encode(), place.encode())
        return FORMAT + bytes([self.current]) + nonce + sealed

    def decrypt(self, sealed: bytes, place: str) -> str:
        """The plain text; raises UnknownKey, or InvalidTag when value or place were changed."""
        number = sealed[1]
        nonce = sealed[_HEADER : _HEADER + _NONCE]
        return self._cipher(number).decrypt(nonce, sealed[_HEADER + _NONCE :], place.encode()).decode()

    def written_under(self, sealed: bytes) -> int:
        """The number of the key under which a value was written."""
        return sealed[1]

    def reencrypted(self, sealed: bytes, place: str) -> bytes:
        """The same value under the key in use; raises what `decrypt` raises."""
        return self.encrypt(self.decrypt(sealed, place), place)

    def blind_index(self, column: str, plain: str) -> str:
        """A keyed digest by which equal values of one column are found without decrypting any."""
        message = f"{column}\x1f{normalise(plain)}".encode()
        return hmac.new(self.index_key, message, hashlib.sha256).hexdigest()


def normalise(text: str) -> str:
    """Full width to half width, no blanks, capitals: two ways of typing one number give one index."""
    half = "".join(chr(ord(c) - 0xFEE0) if 0xFF01 <= ord(c) <= 0xFF5E else c for c in text)
    return "".join(half.split()).upper()


def new_ring() -> KeyRing:
    """A ring with one fresh key."""
    return KeyRing(keys={1: secrets.token_bytes(32)}, current=1, index_key=secrets.token_bytes(32))
