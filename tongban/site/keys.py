"""The secrets of an installation: made on first start, kept in the var folder, readable by its owner only."""

import base64
import json
import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tongban.kernel.exchange.calc import public_half
from tongban.kernel.records.calc import KeyRing, new_ring


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
    path = folder / "keys" / "exchange.pem"
    if not path.exists():
        fresh = Ed25519PrivateKey.generate()
        _write_once(path, fresh.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode())
    text = path.read_text(encoding="utf-8")
    public = folder / "keys" / "exchange.pub"
    if not public.exists():
        _write_once(public, public_half(text))
    return text


def key_ring(folder: Path) -> KeyRing:
    """The key ring for encrypted columns. Losing this file loses what is encrypted: back it up apart."""
    path = folder / "keys" / "ring.json"
    if not path.exists():
        fresh = new_ring()
        _write_once(path, _dump(fresh))
    data = json.loads(path.read_text(encoding="utf-8"))
    return KeyRing(
        keys={int(number): base64.b64decode(key) for number, key in data["keys"].items()},
        current=data["current"],
        index_key=base64.b64decode(data["index_key"]),
    )


def _dump(ring: KeyRing) -> str:
    keys = {number: base64.b64encode(key).decode() for number, key in ring.keys.items()}
    return json.dumps(
        {"keys": keys, "current": ring.current, "index_key": base64.b64encode(ring.index_key).decode()}
    )
