"""What lies in a folder of backups: archives, each with a signed manifest, and the stored files that they share.

    FOLDER/20261129T014432Z-1f2e3d4c/   manifest.json  manifest.sig  database.… .age  files.txt
    FOLDER/files/ab/abcd…                stored files, each named by the SHA-256 of its bytes as they lie there
    FOLDER/drill.json                    how the last drill went, signed

Everything is written under another name, brought to the disk, and renamed: what has its name is whole.
"""

import base64
import fcntl
import hashlib
import json
import os
import re
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from tongban.foundation import time
from tongban.foundation.errors import Problem

FORMAT = "tongban-backup-1"
NAME = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{8}")
MANIFEST, SIGNATURE, LIST = "manifest.json", "manifest.sig", "files.txt"
DRILL = "drill.json"
SHARED = "files"
UNFINISHED, _GONE = ".part-", ".gone-"
# So that a signature of this key never says anything else.
_CONTEXT = b"tongban backup\n"
_LINE = re.compile(r"([0-9a-f]{64}) ([0-9a-f]{64}) (0|[1-9]\d*)")
PIECE = 1024 * 1024


class BackupProblem(Problem):
    """A backup cannot be made, read or brought back."""

    code = "backup.refused"
    status = 409


class Kept(NamedTuple):
    """One stored file in an archive: its name (keyed digest of its content), the digest and size of what lies there."""

    of: str
    sha256: str
    size: int


@dataclass(frozen=True)
class Archive:
    """An archive whose manifest has its signature."""

    path: Path
    manifest: dict[str, Any]

    @property
    def made_at(self) -> datetime:
        """When the database was as it is in here."""
        return time.moment(self.manifest["made_at"])

    @property
    def recipients(self) -> list[str]:
        """To whom it is encrypted; empty: to nobody."""
        return list(self.manifest["recipients"])

    @property
    def shared(self) -> Path:
        """Where the stored files lie."""
        return self.path.parent / SHARED

    def kept(self) -> list[Kept]:
        """The stored files in here. Raises BackupProblem when the list is not the one of the manifest."""
        content = (self.path / LIST).read_bytes()
        if hashlib.sha256(content).hexdigest() != self.manifest["files"]["sha256"]:
            raise broken(self.path.name, f"{LIST} 与清单不符", f"{LIST} is not what the manifest says")
        return [Kept(of, sha256, int(size)) for of, sha256, size in _lines(content)]


def _lines(content: bytes) -> Iterator[tuple[str, str, str]]:
    for line in content.decode("ascii", errors="replace").splitlines():
        if found := _LINE.fullmatch(line):
            yield found[1], found[2], found[3]


def broken(name: str, why_zh: str, why_en: str) -> BackupProblem:
    """The error for an archive that is not what it was."""
    return BackupProblem(
        sentence_zh=f"备份 {name} 不完整或者被改动过：{why_zh}。",
        sentence_en=f"The backup {name} is not what was made: {why_en}.",
        todo_zh="请改用另一份备份，并检查存放备份的磁盘。",
        todo_en="Use another one, and look at the disk on which it lies.",
        about=name,
    )


def refused(
    sentence_zh: str, sentence_en: str, todo_zh: str, todo_en: str, about: str | None = None
) -> BackupProblem:
    """A problem of this package in one line."""
    return BackupProblem(
        sentence_zh=sentence_zh, sentence_en=sentence_en, todo_zh=todo_zh, todo_en=todo_en, about=about
    )


def public_key(path: Path) -> Ed25519PublicKey:
    """The key by which manifests are checked, from its file. Raises BackupProblem."""
    try:
        return Ed25519PublicKey.from_public_bytes(base64.b64decode(path.read_bytes(), validate=False))
    except (OSError, ValueError) as error:
        raise refused(
            f"无法读取核验备份的公钥 {path}。",
            f"The public key that checks backups cannot be read: {path}.",
            "请用 --key 指明 backup.pub；它和其他密钥一起在 keys 目录里。",
            "Name backup.pub by --key; it lies with the other keys in the folder keys.",
            str(path),
        ) from error


def signed(content: bytes, pem: str) -> bytes:
    """The signature over a document of a backup, 64 bytes."""
    key = load_pem_private_key(pem.encode(), None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError(type(key).__name__)
    return key.sign(_CONTEXT + content)


def holds(content: bytes, signature: bytes, key: Ed25519PublicKey) -> bool:
    """Whether a document has its signature."""
    try:
        key.verify(signature, _CONTEXT + content)
    except InvalidSignature:
        return False
    return True


def opened(path: Path, key: Ed25519PublicKey) -> Archive:
    """An archive by its folder. Raises BackupProblem when there is none, or its manifest lacks its signature."""
    try:
        content, signature = (path / MANIFEST).read_bytes(), (path / SIGNATURE).read_bytes()
    except OSError as error:
        raise broken(path.name, "读不到清单或者签名", "manifest or signature cannot be read") from error
    if not holds(content, signature, key):
        raise broken(
            path.name, "清单的签名不对", "the manifest does not have its signature under the key given"
        )
    manifest = json.loads(content)
    if manifest["format"] != FORMAT:
        raise broken(path.name, f"格式 {manifest['format']}", f"its format is {manifest['format']}")
    return Archive(path, manifest)


def names(folder: Path) -> list[str]:
    """The archives in a folder by name, oldest first, whether they are whole or not."""
    try:
        return sorted(one.name for one in folder.iterdir() if NAME.fullmatch(one.name))
    except OSError as error:
        raise refused(
            f"读不到备份目录 {folder}。",
            f"The folder of backups cannot be read: {folder}.",
            "请检查路径和权限，或者磁盘是否挂载。",
            "Check its path and rights, and whether the disk is there.",
            str(folder),
        ) from error


def listed(folder: Path, name: str) -> set[str]:
    """The digests that an archive's list names, whether it is whole or not."""
    try:
        return {sha256 for _, sha256, _ in _lines((folder / name / LIST).read_bytes())}
    except OSError:
        return set()


def shared_path(shared: Path, sha256: str) -> Path:
    """Where the stored file with this digest lies in a folder of backups."""
    return shared / sha256[:2] / sha256


def digest_of(path: Path) -> str:
    """The SHA-256 of a file, read piece by piece. Raises OSError."""
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def document(content: dict[str, Any]) -> bytes:
    """A manifest or a result as it is written and signed."""
    return (json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def write(path: Path, content: bytes) -> None:
    """Write a file and bring it to the disk."""
    with path.open("wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())


def replace(path: Path, content: bytes) -> None:
    """Put a file in the place of another one, all of it or nothing."""
    part = path.with_name(f"{UNFINISHED}{path.name}")
    write(part, content)
    part.replace(path)
    sync(path.parent)


def sync(folder: Path) -> None:
    """Bring a folder's names to the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def unfinished(folder: Path) -> Path:
    """A new name for what is being written."""
    return folder / f"{UNFINISHED}{uuid.uuid4().hex}"


def remove(folder: Path, name: str) -> None:
    """Remove an archive; from its first moment nothing has its name. The stored files stay."""
    gone = (folder / name).rename(folder / f"{_GONE}{name}")
    sync(folder)
    shutil.rmtree(gone)


def tidy(folder: Path) -> None:
    """Remove what a run that was killed has left."""
    for one in (*folder.glob(f"{UNFINISHED}*"), *folder.glob(f"{_GONE}*")):
        shutil.rmtree(one) if one.is_dir() else one.unlink()
    for one in (folder / SHARED).glob(f"{UNFINISHED}*"):
        one.unlink()


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Be the only one who works in a folder. Raises BackupProblem when somebody else does; a killed one does not."""
    with (folder / ".lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise refused(
                f"{folder} 正在被另一次备份或者演练使用。",
                f"Another backup or drill is at work in {folder}.",
                "请等它结束。",
                "Wait until it has ended.",
                str(folder),
            ) from error
        yield
