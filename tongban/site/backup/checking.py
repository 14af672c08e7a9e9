"""Checks backups: every digest, every signature, how old the newest is, when the last drill was; with a key, that they open."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tongban.foundation import time
from tongban.site.backup import MOST_DRILL_DAYS, MOST_HOURS, archives, ciphers
from tongban.site.backup.archives import (
    DRILL,
    LIST,
    MANIFEST,
    SHARED,
    SIGNATURE,
    Archive,
    BackupProblem,
)


@dataclass
class Checker:
    """Looks through archives; a stored file that several of them name is read once. `good`: digests already found right."""

    key: Ed25519PublicKey
    identities: Sequence[Any] = ()
    good: set[str] = field(default_factory=set)
    bad: dict[str, str] = field(default_factory=dict)

    def faults_of(self, path: Path) -> list[str]:
        """What is not as it was made, in sentences; none when all of it is."""
        try:
            archive = archives.opened(path, self.key)
        except BackupProblem as problem:
            return [problem.sentence_en]
        database = archive.manifest["database"]
        expected = {MANIFEST, SIGNATURE, LIST, database["name"]}
        there = {one.name for one in path.iterdir()}
        faults = [
            f"{path.name}: there is a file {name} that is not of it" for name in sorted(there - expected)
        ]
        faults += self._database(archive, database)
        try:
            kept = archive.kept()
        except (BackupProblem, OSError) as error:
            return [*faults, str(error)]
        if len(kept) != archive.manifest["files"]["count"]:
            faults.append(f"{path.name}: {LIST} names {len(kept)} files")
        for one in kept:
            if why := self._shared(archive, one.sha256):
                faults.append(f"{path.name}: stored file {one.sha256[:16]}…: {why}")
        return faults

    def _database(self, archive: Archive, database: dict[str, Any]) -> list[str]:
        path = archive.path / database["name"]
        encrypted = bool(archive.recipients)
        try:
            if archives.digest_of(path) != database["sha256"]:
                return [f"{archive.path.name}: {database['name']} does not have its digest"]
            if self.identities or not encrypted:
                inside = ciphers.read(path, None, self.identities, encrypted=encrypted)
                if inside.plain_sha256 != database["plain_sha256"]:
                    return [f"{archive.path.name}: what {database['name']} opens to does not have its digest"]
        except (BackupProblem, OSError) as error:
            return [f"{archive.path.name}: {error}"]
        return []

    def _shared(self, archive: Archive, sha256: str) -> str:
        """Why a stored file is not good; empty when it is."""
        if sha256 in self.good:
            return ""
        if sha256 not in self.bad:
            self.bad[sha256] = why = self._look_at(archive, sha256)
            if not why:
                del self.bad[sha256]
                self.good.add(sha256)
        return self.bad.get(sha256, "")

    def _look_at(self, archive: Archive, sha256: str) -> str:
        path = archives.shared_path(archive.shared, sha256)
        try:
            if archives.digest_of(path) != sha256:
                return "it does not have its digest"
            if self.identities and archive.recipients:
                ciphers.read(path, None, self.identities, encrypted=True)
        except (BackupProblem, OSError) as error:
            return str(error)
        return ""


@dataclass
class Standing:
    """How backups stand: the newest that is whole by its manifest, the last drill, how many there are, what is wrong."""

    newest: Archive | None
    drill: dict[str, Any] | None
    count: int
    faults: list[str]


def standing(
    folder: Path, key: Ed25519PublicKey, *, hours: int = MOST_HOURS, drill_days: int = MOST_DRILL_DAYS
) -> Standing:
    """How old the newest backup and the last drill are, without reading what they consist of. Raises BackupProblem.

    `hours`, `drill_days`: older is a fault, and so is none at all; 0: not asked.
    """
    names = archives.names(folder)
    newest = _newest(folder, names, key)
    faults = []
    if newest is None:
        faults.append("there is no backup")
    elif hours and time.now() - newest.made_at > timedelta(hours=hours):
        faults.append(f"the newest backup is of {newest.made_at:%Y-%m-%d %H:%M}, more than {hours} hours ago")
    if newest is not None and newest.manifest["missing"]:
        faults.append(
            f"{newest.manifest['missing']} files that the newest backup's database names were not in the store, or damaged"
        )
    drill = last_drill(folder, key)
    if drill_days:
        faults += _drill_faults(drill, drill_days)
    return Standing(newest, drill, len(names), faults)


def _newest(folder: Path, names: Sequence[str], key: Ed25519PublicKey) -> Archive | None:
    for name in reversed(names):
        try:
            return archives.opened(folder / name, key)
        except BackupProblem:  # the check of the archive itself says so
            continue
    return None


def last_drill(folder: Path, key: Ed25519PublicKey) -> dict[str, Any] | None:
    """The result of the last drill, or None when there was none or what lies there lacks its signature."""
    try:
        said = json.loads((folder / DRILL).read_bytes())
        result: dict[str, Any] = said["result"]
        signature = bytes.fromhex(said["signature"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return result if archives.holds(archives.document(result), signature, key) else None


def _drill_faults(drill: dict[str, Any] | None, days: int) -> list[str]:
    if drill is None:
        return ["there was no drill, or its result lacks its signature"]
    at = time.moment(drill["at"])
    if time.now() - at > timedelta(days=days):
        return [f"the last drill was on {at:%Y-%m-%d}, more than {days} days ago"]
    return [] if drill["ok"] else [f"the drill of {at:%Y-%m-%d} failed: {'; '.join(drill['faults'][:3])}"]


def check(
    path: Path,
    key: Ed25519PublicKey,
    *,
    identities: Sequence[Any] = (),
    hours: int = MOST_HOURS,
    drill_days: int = MOST_DRILL_DAYS,
) -> list[str]:
    """Everything that is wrong with a folder of backups, or with one archive (then without ages)."""
    checker = Checker(key, identities)
    if (path / MANIFEST).exists() or archives.NAME.fullmatch(path.name):
        return checker.faults_of(path)
    faults = [fault for name in archives.names(path) for fault in checker.faults_of(path / name)]
    faults += _strangers(path)
    return faults + standing(path, key, hours=hours, drill_days=drill_days).faults


def _strangers(folder: Path) -> list[str]:
    """Stored files whose bytes are not those of their name are found with the archives; here what has no such name."""
    return [
        f"{SHARED}/{one.relative_to(folder / SHARED)} is not a stored file of a backup"
        for one in sorted((folder / SHARED).rglob("*"))
        if one.is_file() and len(one.name) != 64 and not one.name.startswith(archives.UNFINISHED)
    ]
