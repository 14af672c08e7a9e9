"""Encryption to a recipient in the age format (age-encryption.org/v1): the tool `age` opens it without us."""

import hashlib
import io
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO, NamedTuple

import pyrage

from tongban.site.backup.archives import PIECE, BackupProblem, refused

SUFFIX = ".age"
_SECRET = re.compile(r"^AGE-SECRET-KEY-1[0-9A-Z]+$", re.MULTILINE)


class Written(NamedTuple):
    """What was written: digest and size as it lies there, and of what is inside."""

    sha256: str
    size: int
    plain_sha256: str
    plain_size: int


class _Counting(io.RawIOBase):
    """Hands through what is read or written, and keeps its digest and size."""

    def __init__(self, inner: BinaryIO | None) -> None:
        self.inner, self.digest, self.size = inner, hashlib.sha256(), 0

    def _note(self, piece: bytes) -> None:
        self.digest.update(piece)
        self.size += len(piece)

    def read(self, size: int = -1) -> bytes:
        piece = self.inner.read(size) if self.inner is not None else b""
        self._note(piece)
        return piece

    def write(self, piece: bytes) -> int:  # type: ignore[override]
        if self.inner is not None:
            self.inner.write(piece)
        self._note(piece)
        return len(piece)


def recipients(text: str) -> list[str]:
    """The recipients in a text, by blanks. Raises BackupProblem for one that is no public key of age (X25519)."""
    found = text.split()
    for one in found:
        try:
            pyrage.x25519.Recipient.from_str(one)
        except pyrage.RecipientError as error:
            raise refused(
                f"备份收件人“{one[:80]}”不是 age 公钥（{error}）。",
                f"The recipient of backups '{one[:80]}' is no public key of age ({error}).",
                "请填写 age-keygen 给出的以 age1 开头的公钥；私钥（AGE-SECRET-KEY-1…）不要放在这台机器上。",
                "Give the public key that age-keygen printed, which begins with age1; never the secret one.",
            ) from error
    return found


def identities(path: Path | None) -> list[pyrage.x25519.Identity]:
    """The secret keys in a file as age-keygen writes it; none without a file. Raises BackupProblem."""
    if path is None:
        return []
    try:
        found = _SECRET.findall(path.read_text(encoding="utf-8"))
        keys = [pyrage.x25519.Identity.from_str(one) for one in found]
    except (OSError, ValueError, pyrage.IdentityError) as error:
        raise _unreadable(path) from error
    if not keys:
        raise _unreadable(path)
    return keys


def _unreadable(path: Path) -> BackupProblem:
    return refused(
        f"{path} 里没有可用的 age 私钥。",
        f"There is no secret key of age in {path}.",
        "请用 age-keygen 写出的文件；如果它本身加了口令，请先用 age -d 解开。",
        "Use the file that age-keygen wrote; if it is protected by a passphrase itself, open it by age -d first.",
        str(path),
    )


def write(source: BinaryIO, target: Path, to: Sequence[str]) -> Written:
    """Write a stream to a file, encrypted unless `to` is empty, and bring it to the disk. Raises OSError."""
    with target.open("wb") as out:
        inside, outside = _Counting(source), _Counting(out)
        if to:
            keys = [pyrage.x25519.Recipient.from_str(one) for one in to]
            pyrage.encrypt_io(inside, outside, keys)
        else:
            _copy(inside, outside)
        out.flush()
        os.fsync(out.fileno())
    return Written(outside.digest.hexdigest(), outside.size, inside.digest.hexdigest(), inside.size)


def read(
    source: Path,
    target: BinaryIO | None,
    keys: Sequence[pyrage.x25519.Identity],
    *,
    encrypted: bool,
) -> Written:
    """Read a file into a stream (None: nowhere), decrypted where it is encrypted. Raises BackupProblem, OSError."""
    with source.open("rb") as lying:
        outside, inside = _Counting(lying), _Counting(target)
        if encrypted:
            _decrypt(source, outside, inside, keys)
        else:
            _copy(outside, inside)
    return Written(outside.digest.hexdigest(), outside.size, inside.digest.hexdigest(), inside.size)


def _decrypt(source: Path, outside: BinaryIO, inside: BinaryIO, keys: Sequence) -> None:
    try:
        pyrage.decrypt_io(outside, inside, list(keys))
    except (pyrage.DecryptError, OSError) as error:
        raise refused(
            f"{source.name} 打不开：{error}。",
            f"{source.name} does not open: {error}.",
            "请用这份备份的收件人的私钥（--identity）；文件也可能已经损坏，请运行 tongban backup check。",
            "Use the secret key of its recipient (--identity); or it is damaged: run tongban backup check.",
            source.name,
        ) from error


def _copy(source: BinaryIO, target: BinaryIO) -> None:
    while piece := source.read(PIECE):
        target.write(piece)
