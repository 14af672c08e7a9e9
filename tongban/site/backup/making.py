"""Makes a backup: the database at one moment, the stored files that it names, and a signed manifest of all."""

import hashlib
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

import tongban
from tongban.foundation import time
from tongban.site.backup import archives, checking, ciphers, dumps
from tongban.site.backup.archives import LIST, MANIFEST, SHARED, SIGNATURE, Archive, BackupProblem, Kept

_NAMES = {dumps.SQLITE: "database.sqlite3", dumps.POSTGRESQL: "database.dump"}
FILE_KEY, RING_KEY = "backup.file", "backup.ring"


@dataclass(frozen=True)
class Source:
    """What is backed up: the database's options as Django has them, its row security, stored files, keys, the pack."""

    options: Mapping[str, Any]
    guarded: str
    var: Path
    store: Path
    ring: Any
    signing_key: str
    public_key: Ed25519PublicKey
    pack: Mapping[str, Any]


@dataclass
class Made:
    """A backup that was made: its archive, how many stored files and bytes were written now, and which are missing.

    `written_again` are stored files that an earlier backup has, in a state that is not what was made.
    """

    archive: Archive
    files: int = 0
    bytes: int = 0
    missing: int = 0
    written_again: int = 0
    removed: tuple[str, ...] = ()


def make(source: Source, folder: Path, *, to: Sequence[str], keep: int = 0) -> Made:
    """Make a backup in `folder`, encrypted to `to` (empty: to nobody), and remove all but `keep` (0: none is removed).

    Nothing older goes before the new one was read back from the disk. Raises BackupProblem, OSError.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with archives.locked(folder):
        archives.tidy(folder)
        (folder / SHARED).mkdir(exist_ok=True, mode=0o700)
        part = archives.unfinished(folder)
        part.mkdir(mode=0o700)
        try:
            made, good = _written(source, folder, part, to)
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise
        faults = checking.Checker(source.public_key, good=good).faults_of(made.archive.path)
        if faults:
            raise archives.broken(made.archive.path.name, faults[0], faults[0])
        if keep:
            made.removed = _removed(folder, keep, source.public_key)
    return made


def _written(source: Source, folder: Path, part: Path, to: Sequence[str]) -> tuple[Made, set[str]]:
    """The archive under its name, and the digests of stored files that were read and found right."""
    scratch = source.var / "scratch"
    shutil.rmtree(scratch, ignore_errors=True)  # of a run that was killed: nobody else is at work here
    scratch.mkdir(mode=0o700)
    copying = _Copying(source, folder, to)
    made_at = time.now()  # whatever was committed before this is in it
    try:
        with dumps.taken(source.options, scratch, guarded=bool(source.guarded)) as moment:
            name = _NAMES[moment.engine] + (ciphers.SUFFIX if to else "")
            database = ciphers.write(moment.stream, part / name, to)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    # After the database: whatever it names was there before.
    kept = [one for digest in moment.files if (one := copying.take(digest)) is not None]
    copying.finish()
    listing = "".join(f"{one.of} {one.sha256} {one.size}\n" for one in sorted(kept)).encode()
    manifest = {
        "format": archives.FORMAT,
        "made_at": made_at.isoformat(),
        "tongban": tongban.__version__,
        "pack": dict(source.pack),
        "engine": moment.engine,
        "row_security": source.guarded,
        "recipients": list(to),
        "ring": ring_of(source.ring),
        "database": {"name": name, **database._asdict()},
        "files": {
            "sha256": hashlib.sha256(listing).hexdigest(),
            "size": len(listing),
            "count": len(kept),
            "bytes": sum(one.size for one in kept),
        },
        "missing": copying.missing,
        "events": moment.events,
        "head": moment.head,
    }
    content = archives.document(manifest)
    archives.write(part / LIST, listing)
    archives.write(part / MANIFEST, content)
    archives.write(part / SIGNATURE, archives.signed(content, source.signing_key))
    archives.sync(part)
    stamp = made_at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    path = part.rename(folder / f"{stamp}-{hashlib.sha256(content).hexdigest()[:8]}")
    archives.sync(folder)
    archive = Archive(path, manifest)
    return Made(archive, copying.files, copying.bytes, copying.missing, copying.again), copying.good


def ring_of(ring: Any) -> dict[str, Any]:
    """By what the key ring of a backup is known again, without saying anything of its keys."""
    return {
        "keys": sorted(ring.keys),
        "index_keys": sorted(ring.index_keys),
        "check": ring.digest(RING_KEY, "1"),
    }


class _Copying:
    """Copies stored files into the folder unless an earlier backup to the same recipients has brought them there."""

    def __init__(self, source: Source, folder: Path, to: Sequence[str]) -> None:
        self.source, self.to, self.shared = source, to, folder / SHARED
        self.files = self.bytes = self.missing = self.again = 0
        self.good: set[str] = set()
        self.touched: set[Path] = set()
        self.known: dict[str, Kept] = {}
        for name in archives.names(folder):
            try:
                archive = archives.opened(folder / name, source.public_key)
                if archive.recipients == list(to):
                    self.known |= {one.of: one for one in archive.kept()}
            except (BackupProblem, OSError):  # its files are written anew
                continue

    def take(self, digest: str) -> Kept | None:
        """The stored file with this digest of its content; None when it is not there, or is not what it was."""
        of = self.source.ring.digest(FILE_KEY, digest)
        known = self.known.get(of)
        if known is not None:
            if self._is_whole(known):
                self.good.add(known.sha256)
                return known
            self.again += 1
        part = archives.unfinished(self.shared)
        try:
            with (self.source.store / digest[:2] / digest).open("rb") as content:
                written = ciphers.write(content, part, self.to)
        except FileNotFoundError:
            part.unlink(missing_ok=True)
            self.missing += 1
            return None
        if written.plain_sha256 != digest:
            part.unlink()
            self.missing += 1
            return None
        target = archives.shared_path(self.shared, written.sha256)
        target.parent.mkdir(exist_ok=True, mode=0o700)
        part.rename(target)
        self.touched.add(target.parent)
        self.files += 1
        self.bytes += written.size
        return Kept(of, written.sha256, written.size)

    def _is_whole(self, known: Kept) -> bool:
        try:
            return archives.digest_of(archives.shared_path(self.shared, known.sha256)) == known.sha256
        except OSError:
            return False

    def finish(self) -> None:
        """Bring the names to the disk."""
        for folder in (*self.touched, self.shared):
            archives.sync(folder)


def _removed(folder: Path, keep: int, key: Ed25519PublicKey) -> tuple[str, ...]:
    """Remove all archives but the newest, and the stored files that none names any more; returns which went.

    While one that stays is not whole nobody knows what it needs: then stored files stay too.
    """
    every = archives.names(folder)
    going, staying = every[:-keep], every[-keep:]
    for name in going:
        archives.remove(folder, name)
    try:
        needed = {one.sha256 for name in staying for one in archives.opened(folder / name, key).kept()}
    except (BackupProblem, OSError):
        return tuple(going)
    for path in (folder / SHARED).glob("??/*"):
        if path.name not in needed:
            path.unlink()
    return tuple(going)
