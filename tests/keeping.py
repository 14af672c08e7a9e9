"""A city small enough to be backed up a thousand times: three tables, a few stored files, keys of its own."""

import hashlib
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pyrage

from tongban.site import keys
from tongban.site.backup import archives, checking, making
from tongban.site.databases import databases

CONTENT = "内容 {n}：441900195101011234，13800000000。"


@dataclass
class Small:
    """The city in a folder, whose backups go to `folder`. `identity` is the recipient's secret key."""

    base: Path
    identity: pyrage.x25519.Identity = field(default_factory=pyrage.x25519.Identity.generate)
    digests: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.var.mkdir(parents=True)
        keys.key_ring(self.var)
        keys.backup_key(self.var)
        with self.database() as database:
            database.execute("PRAGMA journal_mode=WAL")
            database.execute("CREATE TABLE documents_storedfile (sha256 TEXT, verdict TEXT)")
            database.execute("CREATE TABLE events_event (id INTEGER PRIMARY KEY, name TEXT)")
            database.execute("CREATE TABLE evidence_head (size INTEGER, root TEXT, signature TEXT)")
            database.execute("INSERT INTO evidence_head VALUES (3, 'aa', 'bb'), (7, 'cc', 'dd')")
            database.commit()
        for n in range(5):
            self.add(CONTENT.format(n=n).encode() * (n + 1))

    @property
    def var(self) -> Path:
        return self.base / "var"

    @property
    def folder(self) -> Path:
        return self.base / "backups"

    @property
    def to(self) -> list[str]:
        return [str(self.identity.to_public())]

    @property
    def key(self):
        return archives.public_key(self.var / "keys" / "backup.pub")

    def database(self):
        return closing(sqlite3.connect(self.var / "tongban.sqlite3"))

    def stored(self, digest: str) -> Path:
        return self.var / "files" / "store" / digest[:2] / digest

    def add(self, content: bytes) -> str:
        """A stored file with its row, and an event."""
        digest = hashlib.sha256(content).hexdigest()
        self.stored(digest).parent.mkdir(parents=True, exist_ok=True)
        self.stored(digest).write_bytes(content)
        with self.database() as database:
            database.execute("INSERT INTO documents_storedfile VALUES (?, 'clean')", [digest])
            database.execute("INSERT INTO events_event (name) VALUES ('file.kept')")
            database.commit()
        self.digests.append(digest)
        return digest

    @property
    def source(self) -> making.Source:
        return making.Source(
            options=databases("", self.var)["default"],
            guarded="",
            var=self.var,
            store=self.var / "files" / "store",
            ring=keys.key_ring(self.var),
            signing_key=keys.backup_key(self.var),
            public_key=self.key,
            pack={"code": "small", "version": "1"},
        )

    def make(self, **options) -> making.Made:
        return making.make(self.source, self.folder, **{"to": self.to, **options})

    def check(self, path: Path | None = None, **options) -> list[str]:
        return checking.check(path or self.folder, self.key, **{"drill_days": 0, **options})

    def identity_file(self) -> Path:
        path = self.base / "identity.txt"
        path.write_text(f"# public key: {self.to[0]}\n{self.identity}\n", encoding="utf-8")
        return path


def everything_in(folder: Path) -> dict[str, bytes]:
    """Every file beneath a folder by its path, without the lock."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != ".lock"
    }
