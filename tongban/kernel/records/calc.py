"""The key ring: authenticated encryption bound to its place, and blind indexes. Pure functions over bytes."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives import hmac as hmacs
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

AES, SM = "aes", "sm"  # international, and of GM/T (SM4 of GB/T 32907, SM3 of GB/T 32905)
# The first byte of a value says how it was encrypted, the second under which key; a nonce of 12 bytes follows.
FORMATS = {AES: b"\x01", SM: b"\x02"}  # AES-256-GCM, SM4-GCM
_HEADER = 2
_NONCE = 12
_TAG = 16


class UnknownKey(ValueError):
    """A value names a key that is not on the ring: it was written under a key since destroyed or never ours."""


class SM4GCM:
    """SM4 in Galois/Counter mode, called as AESGCM is. Its 16 byte key is derived from one of 32 by HMAC-SM3."""

    def __init__(self, key: bytes) -> None:
        self._key = sm3_hmac(key, b"tongban sm4-gcm")[:16]

    def encrypt(self, nonce: bytes, plain: bytes, place: bytes) -> bytes:
        """The cipher text and its tag."""
        work = Cipher(algorithms.SM4(self._key), modes.GCM(nonce)).encryptor()
        work.authenticate_additional_data(place)
        return work.update(plain) + work.finalize() + work.tag

    def decrypt(self, nonce: bytes, sealed: bytes, place: bytes) -> bytes:
        """The plain text; raises InvalidTag."""
        if len(sealed) < _TAG:
            raise InvalidTag
        work = Cipher(algorithms.SM4(self._key), modes.GCM(nonce, sealed[-_TAG:])).decryptor()
        work.authenticate_additional_data(place)
        return work.update(sealed[:-_TAG]) + work.finalize()


def sm3_hmac(key: bytes, message: bytes) -> bytes:
    """HMAC with SM3."""
    work = hmacs.HMAC(key, hashes.SM3())
    work.update(message)
    return work.finalize()


_CIPHERS: Mapping[str, type[AESGCM] | type[SM4GCM]] = {AES: AESGCM, SM: SM4GCM}


@dataclass(frozen=True)
class KeyRing:
    """Keys for encryption by number (0–255) and the number in use, the same for blind indexes, and the key of other digests.

    Which cipher a key is for stands beside it on the ring (`ciphers`, AES where nothing is said), so that all processes
    change together, and a value is never opened by the cipher that it asks for itself.

    Old keys stay on the ring until `tongban keys` has written everything under those in use.
    """

    keys: Mapping[int, bytes]
    current: int
    index_keys: Mapping[int, bytes]
    index_current: int
    digest_key: bytes  # of what is random anyway and cannot be reckoned again: never exchanged
    ciphers: Mapping[int, str] = field(default_factory=dict)
    # Of each key of blind indexes: SHA-256 (AES, where nothing is said), or SM3.
    index_digests: Mapping[int, str] = field(default_factory=dict)
    digest_kind: str = AES
    _ciphers: dict[int, AESGCM | SM4GCM] = field(default_factory=dict, repr=False, compare=False)

    def cipher_of(self, number: int) -> str:
        """The name of the cipher that a key is for."""
        return self.ciphers.get(number, AES)

    def _cipher(self, number: int) -> AESGCM | SM4GCM:
        if number not in self.keys:
            raise UnknownKey(f"key {number} is not on the ring")
        if number not in self._ciphers:
            self._ciphers[number] = _CIPHERS[self.cipher_of(number)](self.keys[number])
        return self._ciphers[number]

    def encrypt(self, plain: str, place: str) -> bytes:
        """Encrypt `plain` for `place` (table|column|row id): moved to another row it no longer decrypts."""
        nonce = secrets.token_bytes(_NONCE)
        sealed = self._cipher(self.current).encrypt(nonce, plain.encode(), place.encode())
        return FORMATS[self.cipher_of(self.current)] + bytes([self.current]) + nonce + sealed

    def decrypt(self, sealed: bytes, place: str) -> str:
        """The plain text; raises UnknownKey, or InvalidTag when value or place were changed."""
        number = sealed[1]
        cipher = self._cipher(number)
        if sealed[:1] != FORMATS[self.cipher_of(number)]:
            raise InvalidTag
        nonce = sealed[_HEADER : _HEADER + _NONCE]
        return cipher.decrypt(nonce, sealed[_HEADER + _NONCE :], place.encode()).decode()

    def written_under(self, sealed: bytes) -> int:
        """The number of the key under which a value was written."""
        return sealed[1]

    def reencrypted(self, sealed: bytes, place: str) -> bytes:
        """The same value under the key in use; raises what `decrypt` raises."""
        return self.encrypt(self.decrypt(sealed, place), place)

    def blind_index(self, column: str, plain: str) -> str:
        """A keyed digest by which equal values of one column are found without decrypting any."""
        return self._index(self.index_current, column, plain)

    def blind_indexes(self, column: str, plain: str) -> list[str]:
        """The digests under which a value may stand: under the key in use, and under others while keys are exchanged."""
        rest = (number for number in sorted(self.index_keys) if number != self.index_current)
        return [self._index(number, column, plain) for number in (self.index_current, *rest)]

    def _index(self, number: int, column: str, plain: str) -> str:
        kind = self.index_digests.get(number, AES)
        return _keyed(kind, self.index_keys[number], f"{column}\x1f{normalise(plain)}")

    def digest(self, kind: str, text: str) -> str:
        """A keyed digest, always the same on this ring, of what cannot be guessed and says nothing of anybody."""
        return _keyed(self.digest_kind, self.digest_key, f"{kind}\x1f{normalise(text)}")


def _keyed(kind: str, key: bytes, message: str) -> str:
    if kind == SM:
        return sm3_hmac(key, message.encode()).hex()
    return hmac.new(key, message.encode(), hashlib.sha256).hexdigest()


def normalise(text: str) -> str:
    """Full width to half width, no blanks, capitals: two ways of typing one number give one index."""
    half = "".join(chr(ord(c) - 0xFEE0) if 0xFF01 <= ord(c) <= 0xFF5E else c for c in text)
    return "".join(half.split()).upper()


def new_ring(ciphers: str = AES) -> KeyRing:
    """A ring with fresh keys for these ciphers."""
    key, index_key, digest_key = (secrets.token_bytes(32) for _ in range(3))
    return KeyRing(
        {1: key},
        1,
        {1: index_key},
        1,
        digest_key,
        ciphers={1: ciphers},
        index_digests={1: ciphers},
        digest_kind=ciphers,
    )
