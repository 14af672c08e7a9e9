"""The secrets of an installation: made on first start, kept in the var folder, readable by its owner only."""

import base64
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from time import monotonic

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tongban.kernel.exchange.calc import public_half
from tongban.kernel.records.calc import AES, KeyRing, UnknownKey, new_ring


def _write_once(path: Path, text: str) -> str:
    """Write a secret unless another process was first; returns what is in the file."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_suffix(f".{os.getpid()}.part")
    part.write_text(text, encoding="utf-8")
    part.chmod(0o600)
    try:
        os.link(part, path)
    except FileExistsError:
        pass
    finally:
        part.unlink()
    return path.read_text(encoding="utf-8")


def secret_key(folder: Path) -> str:
    """The key for sessions and tokens."""
    path = folder / "keys" / "secret.txt"
    return path.read_text(encoding="utf-8") if path.exists() else _write_once(path, secrets.token_urlsafe(50))


def push_key(folder: Path) -> str:
    """The key by which push services know this installation, as PEM. With another one every device must be added anew."""
    path = folder / "keys" / "push.pem"
    if path.exists():
        return path.read_text(encoding="utf-8")
    fresh = ec.generate_private_key(ec.SECP256R1())
    text = fresh.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return _write_once(path, text)


def exchange_key(folder: Path) -> str:
    """The key that signs what goes to other platforms, as PEM; its public half lies beside it, for their operators."""
    return _signing_key(folder, "exchange")


def backup_key(folder: Path) -> str:
    """The key that signs what backups consist of, as PEM; its public half lies beside it, for whoever checks them elsewhere."""
    return _signing_key(folder, "backup")


def _signing_key(folder: Path, name: str) -> str:
    path = folder / "keys" / f"{name}.pem"
    if not path.exists():
        fresh = Ed25519PrivateKey.generate()
        _write_once(path, fresh.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode())
    text = path.read_text(encoding="utf-8")
    public = folder / "keys" / f"{name}.pub"
    if not public.exists():
        _write_once(public, public_half(text))
    return text


class LiveRing:
    """The ring in a file, read again when it was changed: keys are exchanged while the site serves.

    A key in use is noticed within LOOK_SECONDS, an unknown one at once.
    """

    LOOK_SECONDS = 1.0

    def __init__(self, path: Path) -> None:
        self.path = path
        self._read()

    def _read(self) -> None:
        self._changed = self._state()
        self._looked = monotonic()
        self._ring = read_ring(self.path)

    def _state(self) -> tuple[int, int]:
        found = self.path.stat()
        return found.st_mtime_ns, found.st_ino

    def _look(self, *, at_once: bool = False) -> None:
        if not at_once and monotonic() - self._looked < self.LOOK_SECONDS:
            return
        self._looked = monotonic()
        if self._state() != self._changed:
            self._read()

    @property
    def keys(self) -> Mapping[int, bytes]:
        """The keys by number."""
        return self._ring.keys

    def cipher_of(self, number: int) -> str:
        """As `KeyRing.cipher_of`."""
        return self._ring.cipher_of(number)

    @property
    def current(self) -> int:
        """The number of the key in use."""
        self._look()
        return self._ring.current

    def encrypt(self, plain: str, place: str) -> bytes:
        """As `KeyRing.encrypt`."""
        self._look()
        return self._ring.encrypt(plain, place)

    def decrypt(self, sealed: bytes, place: str) -> str:
        """As `KeyRing.decrypt`; a key that is not known is looked for in the file."""
        try:
            return self._ring.decrypt(sealed, place)
        except UnknownKey:
            self._read()
            return self._ring.decrypt(sealed, place)

    def written_under(self, sealed: bytes) -> int:
        """As `KeyRing.written_under`."""
        return self._ring.written_under(sealed)

    def reencrypted(self, sealed: bytes, place: str) -> bytes:
        """As `KeyRing.reencrypted`."""
        return self.encrypt(self.decrypt(sealed, place), place)

    @property
    def index_keys(self) -> Mapping[int, bytes]:
        """The keys of the blind indexes by number: several while they are exchanged."""
        self._look()
        return self._ring.index_keys

    @property
    def index_current(self) -> int:
        """The number of the key of the blind indexes in use."""
        self._look()
        return self._ring.index_current

    def blind_index(self, column: str, plain: str) -> str:
        """As `KeyRing.blind_index`. While keys are exchanged each call looks at the file: all processes change at one moment."""
        self._look(at_once=len(self._ring.index_keys) > 1)
        return self._ring.blind_index(column, plain)

    def blind_indexes(self, column: str, plain: str) -> list[str]:
        """As `KeyRing.blind_indexes`."""
        self._look()
        return self._ring.blind_indexes(column, plain)

    def digest(self, kind: str, text: str) -> str:
        """As `KeyRing.digest`: its key is never exchanged."""
        return self._ring.digest(kind, text)


def key_ring(folder: Path, ciphers: str = AES) -> LiveRing:
    """The key ring for encrypted columns. Losing this file loses what is encrypted: back it up apart.

    `ciphers` are those of a ring that is made now; one that is there keeps its own until a key is exchanged.
    """
    path = folder / "keys" / "ring.json"
    if not path.exists():
        fresh = new_ring(ciphers)
        _write_once(path, _dump(fresh))
    return LiveRing(path)


def add_key(folder: Path, ciphers: str = AES) -> int:
    """Put a fresh key for these ciphers on the ring and into use; returns its number. Old keys stay."""
    path = folder / "keys" / "ring.json"
    ring = read_ring(path)
    number = next(n for n in (*range(ring.current + 1, 256), *range(1, 256)) if n not in ring.keys)
    keys = {**ring.keys, number: secrets.token_bytes(32)}
    _replace(path, replace(ring, keys=keys, ciphers={**ring.ciphers, number: ciphers}, current=number))
    return number


def drop_old_keys(folder: Path) -> list[int]:
    """Take every key but the one in use off the ring; returns their numbers. What is written under them is lost."""
    path = folder / "keys" / "ring.json"
    ring = read_ring(path)
    left = {ring.current: ring.keys[ring.current]}
    _replace(path, replace(ring, keys=left, ciphers={ring.current: ring.cipher_of(ring.current)}))
    return sorted(set(ring.keys) - {ring.current})


def add_index_key(folder: Path, ciphers: str = AES) -> int:
    """Put a fresh key for blind indexes on the ring, to be looked under and not yet to write under; returns its number.

    While an exchange is under way its key is returned instead: a run that was broken off goes on.
    """
    path = folder / "keys" / "ring.json"
    ring = read_ring(path)
    newest = max(ring.index_keys)
    if len(ring.index_keys) > 1:
        return newest
    keys = {**ring.index_keys, newest + 1: secrets.token_bytes(32)}
    _replace(path, replace(ring, index_keys=keys, index_digests={**ring.index_digests, newest + 1: ciphers}))
    return newest + 1


def use_index_key(folder: Path, number: int) -> None:
    """Write blind indexes under this key of the ring from now on. Raises KeyError."""
    path = folder / "keys" / "ring.json"
    ring = read_ring(path)
    if number not in ring.index_keys:
        raise KeyError(number)
    _replace(path, replace(ring, index_current=number))


def drop_old_index_keys(folder: Path) -> list[int]:
    """Take every key of blind indexes but the one in use off the ring; returns their numbers. What stands under them is not found again."""
    path = folder / "keys" / "ring.json"
    ring = read_ring(path)
    now = ring.index_current
    left = {
        name: {now: of[now]}
        for name, of in (("index_keys", ring.index_keys), ("index_digests", ring.index_digests))
    }
    _replace(path, replace(ring, **left))
    return sorted(set(ring.index_keys) - {now})


def _replace(path: Path, ring: KeyRing) -> None:
    part = path.with_suffix(f".{os.getpid()}.part")
    part.touch(mode=0o600)
    part.write_text(_dump(ring), encoding="utf-8")
    part.replace(path)


def read_ring(path: Path) -> KeyRing:
    """The ring in a file as it is now."""
    data = json.loads(path.read_text(encoding="utf-8"))
    if "index_keys" not in data:
        # Made before the keys of blind indexes could be exchanged: one key was for all digests.
        kind = data.get("index_digest", AES)
        data |= {"index_keys": {"1": data["index_key"]}, "index_current": 1, "index_digests": {"1": kind}}
        data |= {"digest_key": data["index_key"], "digest_kind": kind}
    return KeyRing(
        keys=_keys(data["keys"]),
        current=data["current"],
        index_keys=_keys(data["index_keys"]),
        index_current=data["index_current"],
        digest_key=base64.b64decode(data["digest_key"]),
        # Rings made before ciphers could be chosen do not say: theirs are AES and SHA-256.
        ciphers={int(number): name for number, name in data.get("ciphers", {}).items()},
        index_digests={int(number): name for number, name in data["index_digests"].items()},
        digest_kind=data["digest_kind"],
    )


def _keys(texts: Mapping[str, str]) -> dict[int, bytes]:
    return {int(number): base64.b64decode(key) for number, key in texts.items()}


def _texts(keys: Mapping[int, bytes]) -> dict[int, str]:
    return {number: base64.b64encode(key).decode() for number, key in keys.items()}


def _dump(ring: KeyRing) -> str:
    return json.dumps(
        {
            "keys": _texts(ring.keys),
            "current": ring.current,
            "ciphers": dict(ring.ciphers),
            "index_keys": _texts(ring.index_keys),
            "index_current": ring.index_current,
            "index_digests": dict(ring.index_digests),
            "digest_key": base64.b64encode(ring.digest_key).decode(),
            "digest_kind": ring.digest_kind,
        }
    )
