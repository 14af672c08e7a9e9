"""Brings a backup back into an empty place, and asks the invariants whether all of it is there."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tongban.site import keys
from tongban.site.backup import archives, checking, ciphers, dumps
from tongban.site.backup.archives import Archive, BackupProblem, refused
from tongban.site.backup.making import FILE_KEY, ring_of
from tongban.site.databases import databases

# What may lie in the folder already: keys and the public keys of peers are kept apart from backups.
_MAY_BE_THERE = {"keys", "peers"}
PUBLIC_KEY = "backup.pub"


@dataclass
class Brought:
    """What came back: seconds by stage, what is wrong with it, how many events and stored files."""

    archive: Archive
    seconds: dict[str, float] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    events: int = 0
    files: int = 0

    def timed(self, stage: str, run: Callable[[], Any]) -> Any:
        """Run a stage and keep how long it took."""
        began = perf_counter()
        try:
            return run()
        finally:
            self.seconds[stage] = round(perf_counter() - began, 2)


@dataclass(frozen=True)
class Target:
    """Where to: a folder for TONGBAN_VAR, and for PostgreSQL the address of an empty database as its owner."""

    var: Path
    database: str = ""

    @property
    def options(self) -> Mapping[str, Any]:
        """As Django has them."""
        return databases(self.database, self.var)["default"]

    @property
    def environment(self) -> dict[str, str]:
        """Of a program that works there."""
        own = {"TONGBAN_VAR": str(self.var), "TONGBAN_DATABASE": self.database}
        return {**os.environ, **own, "TONGBAN_DATABASE_OWNER": self.database}


def restore(
    path: Path,
    target: Target,
    *,
    key: Ed25519PublicKey,
    identities: Sequence[Any] = (),
    keys_from: Path | None = None,
) -> Brought:
    """Bring an archive back. Faults of the invariants are in the answer; everything else raises BackupProblem, OSError.

    The target holds nothing but the keys, which `keys_from` (a folder) may bring. The database comes last: a run that was
    killed leaves none.
    """
    archive = archives.opened(path, key)
    _require_empty(target, archive)
    if archive.recipients and not identities:
        raise refused(
            f"备份 {path.name} 是加密的。",
            f"The backup {path.name} is encrypted.",
            f"请用 --identity 指明收件人的私钥文件；收件人：{' '.join(archive.recipients)}。",
            f"Name the file of its recipient's secret key by --identity; recipients: {' '.join(archive.recipients)}.",
            path.name,
        )
    brought = Brought(archive)
    faults = brought.timed("digests", lambda: checking.Checker(key).faults_of(path))
    if faults:
        raise archives.broken(
            path.name, f"{faults[0]}（共 {len(faults)} 处）", f"{faults[0]} ({len(faults)} in all)"
        )
    target.var.mkdir(parents=True, exist_ok=True, mode=0o700)
    if keys_from is not None:
        shutil.copytree(keys_from, target.var / "keys", copy_function=shutil.copy2)
    ring = _ring(target, archive)
    brought.files = brought.timed("files", lambda: _files(archive, target, identities, ring))
    brought.timed("database", lambda: _database(archive, target, identities))
    brought.faults = brought.timed("invariants", lambda: _invariants(archive, target))
    guarded = bool(archive.manifest["row_security"])
    brought.events = dumps.events_in(target.options, guarded=guarded)
    if brought.events != archive.manifest["events"]:
        brought.faults.insert(0, f"{brought.events} events instead of {archive.manifest['events']}")
    return brought


def _require_empty(target: Target, archive: Archive) -> None:
    there = {one.name for one in target.var.iterdir()} if target.var.exists() else set()
    if there - _MAY_BE_THERE:
        raise refused(
            f"目录 {target.var} 不是空的：{'、'.join(sorted(there - _MAY_BE_THERE)[:5])}。",
            f"The folder {target.var} is not empty: {', '.join(sorted(there - _MAY_BE_THERE)[:5])}.",
            "只能恢复到空目录，里面至多已有 keys 和 peers；已有数据不会被覆盖。",
            "Backups are brought back into an empty folder, with keys and peers at the most. Nothing is written over.",
            str(target.var),
        )
    if (archive.manifest["engine"] == dumps.POSTGRESQL) != bool(target.database):
        raise refused(
            f"这份备份的数据库是 {archive.manifest['engine']}。",
            f"The database of this backup is of {archive.manifest['engine']}.",
            "PostgreSQL 的备份用 --database 指明一个空数据库的地址；SQLite 的备份不用。",
            "Give the address of an empty database by --database for PostgreSQL, and none for SQLite.",
            archive.path.name,
        )
    wanted, there_is = archive.manifest["row_security"], os.environ.get("TONGBAN_ROW_SECURITY", "")
    if wanted != there_is:
        raise refused(
            f"这份备份的 TONGBAN_ROW_SECURITY 是“{wanted}”，现在是“{there_is}”。",
            f"This backup was made with TONGBAN_ROW_SECURITY='{wanted}', and now it is '{there_is}'.",
            "请先改成与备份一致，恢复后再更改。",
            "Set it as it was; change it afterwards.",
            archive.path.name,
        )
    if target.database:
        dumps.require_empty(target.options)


def _ring(target: Target, archive: Archive) -> Any:
    """The key ring that opens what is in here. Raises BackupProblem before anything is written when it is another one."""
    path, wanted = target.var / "keys" / "ring.json", archive.manifest["ring"]
    if not path.exists():
        raise refused(
            f"{path.parent} 里没有密钥环，恢复后加密的数据谁也读不了。",
            f"There is no key ring in {path.parent}: nobody could read what is encrypted.",
            "请先把单独保管的密钥放进去，或者用 --keys 指明它们所在的目录。",
            "Put the keys that were kept apart there, or name their folder by --keys.",
            str(path),
        )
    ring = keys.read_ring(path)
    lacking = sorted(set(wanted["keys"]) - set(ring.keys))
    # Backups of before the keys of blind indexes could be exchanged had the first one.
    lost = sorted(set(wanted.get("index_keys", [1])) - set(ring.index_keys))
    if ring_of(ring)["check"] != wanted["check"] or lacking or lost:
        raise refused(
            f"{path} 不是这份备份的密钥环，或者缺少其中的密钥 {lacking}（索引密钥 {lost}）。",
            f"{path} is not the key ring of this backup, or lacks its keys {lacking} (of blind indexes {lost}).",
            "请用做这份备份时保管的密钥。",
            "Use the keys that were put away when this backup was made.",
            str(path),
        )
    return ring


def _files(archive: Archive, target: Target, identities: Sequence[Any], ring: Any) -> int:
    store = target.var / "files" / "store"
    store.mkdir(parents=True, mode=0o700)
    for number, one in enumerate(archive.kept()):
        part = store / f"{archives.UNFINISHED}{number}"
        with part.open("wb") as out:
            inside = ciphers.read(
                archives.shared_path(archive.shared, one.sha256),
                out,
                identities,
                encrypted=bool(archive.recipients),
            )
        if ring.digest(FILE_KEY, inside.plain_sha256) != one.of:
            raise archives.broken(
                archive.path.name,
                f"文件 {one.sha256[:16]}… 里不是它该有的内容",
                f"stored file {one.sha256[:16]}… holds something else",
            )
        (store / inside.plain_sha256[:2]).mkdir(exist_ok=True)
        part.rename(store / inside.plain_sha256[:2] / inside.plain_sha256)
    return int(archive.manifest["files"]["count"])


def _database(archive: Archive, target: Target, identities: Sequence[Any]) -> None:
    entry = archive.manifest["database"]
    source, encrypted = archive.path / entry["name"], bool(archive.recipients)
    if target.database:
        with dumps.filling(target.options) as out:
            ciphers.read(source, out, identities, encrypted=encrypted)
        return
    path = Path(target.options["NAME"])
    part = path.with_name(f"{archives.UNFINISHED}{path.name}")
    with part.open("wb") as out:
        inside = ciphers.read(source, out, identities, encrypted=encrypted)
        out.flush()
        os.fsync(out.fileno())
    if inside.plain_sha256 != entry["plain_sha256"]:
        raise archives.broken(
            archive.path.name,
            "数据库不是备份时的内容",
            "the database that is in here is not the one that was put in",
        )
    part.chmod(0o600)
    part.rename(path)
    archives.sync(path.parent)


def _invariants(archive: Archive, target: Target) -> list[str]:
    """What `tongban check` says in that place, as of the moment of the backup: what was in time then is not late now."""
    environment = {**target.environment, "TONGBAN_NOW": archive.manifest["made_at"]}
    if archive.manifest["row_security"]:
        done = _tongban(environment, "row-security", "set-up")
        if done.returncode:
            return [f"row security could not be set up: {done.stderr.strip()[-500:]}"]
    done = _tongban(environment, "check", "--json")
    try:
        report = json.loads(done.stdout)
    except ValueError:
        return [f"the invariants could not be asked: {(done.stderr or done.stdout).strip()[-500:]}"]
    return [f"{name}: {fault}" for name, faults in report.items() for fault in faults]


def _tongban(environment: Mapping[str, str], *words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(  # noqa: S603  # our own program
        [sys.executable, "-m", "tongban.site.cli", *words],
        env=dict(environment),
        capture_output=True,
        text=True,
        check=False,
    )


def problem_of(error: BaseException) -> str:
    """A failure as one sentence of a report."""
    return error.sentence_en if isinstance(error, BackupProblem) else f"{type(error).__name__}: {error}"
