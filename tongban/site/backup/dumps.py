"""The database as it is at one moment: what a backup takes of it, and how that is brought back.

SQLite gives a copy by its backup interface, PostgreSQL a dump by pg_dump. Which stored files belong to it, how many
events there are and which head of the log is the newest is read of the same moment.
"""

import os
import re
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import psycopg

from tongban.site.backup.archives import refused

SQLITE, POSTGRESQL = "sqlite", "postgresql"
COPY = "copy.sqlite3"
# What the dump itself says of files, events and log; the same on both databases.
_FILES = "SELECT DISTINCT sha256 FROM documents_storedfile WHERE verdict = 'clean' ORDER BY sha256"
_EVENTS = "SELECT count(*) FROM events_event"
_HEAD = "SELECT size, root, signature FROM evidence_head ORDER BY size DESC LIMIT 1"
# Tells the row security of a dump's own connection that it reads for the platform (ADR 0047).
_FOR_ALL = "-c reader.kind=system"


@dataclass(frozen=True)
class Moment:
    """A database at one moment. `stream` is its dump, which is read once."""

    engine: str
    files: list[str]
    events: int
    head: dict[str, Any] | None
    stream: BinaryIO


@contextmanager
def taken(options: Mapping[str, Any], scratch: Path, *, guarded: bool = False) -> Iterator[Moment]:
    """The database of these options (as Django has them) at this moment, while others go on writing.

    `scratch`: folder for the copy of an SQLite file, which is gone afterwards. `guarded`: row security is on. Raises
    BackupProblem, also at the end when the dump did not come whole.
    """
    if options["ENGINE"].endswith("sqlite3"):
        with _sqlite(Path(options["NAME"]), scratch) as moment:
            yield moment
    else:
        with _postgresql(options, guarded=guarded) as moment:
            yield moment


@contextmanager
def _sqlite(path: Path, scratch: Path) -> Iterator[Moment]:
    if not path.is_file():
        raise refused(
            f"没有找到数据库文件 {path}。",
            f"There is no database at {path}.",
            "请检查 TONGBAN_VAR 和 TONGBAN_DATABASE。",
            "Check TONGBAN_VAR and TONGBAN_DATABASE.",
            str(path),
        )
    with tempfile.TemporaryDirectory(dir=scratch, prefix="backup-") as folder:
        target = Path(folder) / COPY
        try:
            files, events, head = _copied(path, target)
        except sqlite3.DatabaseError as error:
            raise refused(
                f"数据库文件不能复制，或者已经损坏：{error}。",
                f"The database cannot be copied, or is damaged: {error}.",
                "如果是损坏，请用最近一份完好的备份恢复。",
                "If it is damaged, bring back the last backup that is whole.",
                str(path),
            ) from error
        with target.open("rb") as stream:
            yield Moment(SQLITE, files, events, head, stream)


def _copied(path: Path, target: Path) -> tuple[list[str], int, dict[str, Any] | None]:
    with closing(sqlite3.connect(path, timeout=30)) as source, closing(sqlite3.connect(target)) as copy:
        # In one step: writers go on in the log beside the file, and the copy has one moment.
        source.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        if (said := copy.execute("PRAGMA quick_check").fetchone()[0]) != "ok":
            raise sqlite3.DatabaseError(said)
        files = [one for (one,) in copy.execute(_FILES)]
        return files, copy.execute(_EVENTS).fetchone()[0], _head(copy.execute(_HEAD).fetchone())


def _head(row: Any) -> dict[str, Any] | None:
    return dict(zip(("size", "root", "signature"), row, strict=True)) if row else None


@contextmanager
def _postgresql(options: Mapping[str, Any], *, guarded: bool) -> Iterator[Moment]:
    with closing(connect(options)) as connection:
        path = program("pg_dump", connection.info.server_version // 10_000)
        connection.isolation_level, connection.read_only = psycopg.IsolationLevel.REPEATABLE_READ, True
        if guarded:
            connection.execute("SET reader.kind = 'system'")
        snapshot = connection.execute("SELECT pg_export_snapshot()").fetchone()[0]
        files = [one for (one,) in connection.execute(_FILES)]
        events = connection.execute(_EVENTS).fetchone()[0]
        head = _head(connection.execute(_HEAD).fetchone())
        command = [path, "--format=custom", "--no-password", f"--snapshot={snapshot}"]
        command += ["--enable-row-security"] if guarded else []
        with tempfile.TemporaryFile() as errors:
            process = subprocess.Popen(  # noqa: S603  # PostgreSQL's own program, found on the PATH
                command,
                env=environment(options, _FOR_ALL if guarded else ""),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
            )
            try:
                assert process.stdout is not None
                yield Moment(POSTGRESQL, files, events, head, process.stdout)
                if process.wait():
                    raise _failed("pg_dump", errors)
            finally:
                process.kill()
                process.wait()
                process.stdout.close()


def _failed(program: str, errors: BinaryIO) -> Exception:
    errors.seek(0)
    said = errors.read().decode(errors="replace").strip()[-600:]
    return refused(
        f"{program} 没有完成：{said}",
        f"{program} did not come to its end: {said}",
        "请按它说的原因处理后再试一次。",
        "See to what it says, and try again.",
    )


def connect(options: Mapping[str, Any]) -> Any:
    """A connection of its own to PostgreSQL, in no transaction. Raises BackupProblem."""
    try:
        return psycopg.connect(
            dbname=options["NAME"],
            user=options["USER"] or None,
            password=options["PASSWORD"] or None,
            host=options["HOST"] or None,
            port=options["PORT"] or None,
        )
    except psycopg.OperationalError as error:
        raise refused(
            f"连不上数据库：{error}",
            f"The database cannot be reached: {error}",
            "请检查地址、账号和网络。",
            "Check its address, the account and the network.",
        ) from error


def environment(options: Mapping[str, Any], more: str = "") -> dict[str, str]:
    """The environment of PostgreSQL's own programs: nothing of it stands in their command lines.

    What else PostgreSQL reads there stays, as for our own connections: a certificate that is asked for is asked for here too.
    """
    names = {
        "PGDATABASE": "NAME",
        "PGUSER": "USER",
        "PGPASSWORD": "PASSWORD",
        "PGHOST": "HOST",
        "PGPORT": "PORT",
    }
    own = {name: str(options[option]) for name, option in names.items() if options[option]}
    return {**os.environ, **own, **({"PGOPTIONS": more} if more else {})}


def program(name: str, least: int) -> str:
    """The path of one of PostgreSQL's programs. Raises BackupProblem when there is none, or it is older than `least`."""
    path = shutil.which(name)
    if path is None:
        raise refused(
            f"没有找到 {name}。",
            f"There is no {name} on the PATH.",
            f"请安装 PostgreSQL {least} 或者更新版本的客户端程序。",
            f"Install the client programs of PostgreSQL {least} or newer.",
            name,
        )
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603  # as above
    found = re.search(r"\) (\d+)", said)
    if found is None or int(found[1]) < least:
        raise refused(
            f"{path} 的版本是“{said.strip()}”，数据库是 PostgreSQL {least}。",
            f"{path} is '{said.strip()}', and the database is PostgreSQL {least}.",
            f"请安装 PostgreSQL {least} 或者更新版本的客户端程序，并放在 PATH 的前面。",
            f"Install the client programs of PostgreSQL {least} or newer, first on the PATH.",
            name,
        )
    return path


def require_empty(options: Mapping[str, Any]) -> None:
    """Raise BackupProblem unless a PostgreSQL database holds no table of anybody's."""
    with closing(connect(options)) as connection:
        kinds = "('r', 'p', 'v', 'm', 'S', 'f')"
        (there,) = connection.execute(
            "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"  # noqa: S608  # a constant
            f" WHERE c.relkind IN {kinds} AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'"
        ).fetchone()
    if there:
        raise refused(
            f"数据库 {options['NAME']} 不是空的，里面有 {there} 个表或者视图。",
            f"The database {options['NAME']} is not empty: it holds {there} tables or views.",
            "只能恢复到空的数据库；请新建一个，已有数据不会被覆盖。",
            "Backups are brought back into an empty one only: make a new one. Nothing is written over.",
            str(options["NAME"]),
        )


def events_in(options: Mapping[str, Any], *, guarded: bool = False) -> int:
    """How many events a database holds."""
    if options["ENGINE"].endswith("sqlite3"):
        with closing(sqlite3.connect(options["NAME"])) as connection:
            return int(connection.execute(_EVENTS).fetchone()[0])
    with closing(connect(options)) as connection:
        if guarded:
            connection.execute("SET reader.kind = 'system'")
        return int(connection.execute(_EVENTS).fetchone()[0])


@contextmanager
def filling(options: Mapping[str, Any]) -> Iterator[BinaryIO]:
    """Somewhere to write a dump of PostgreSQL to, which becomes the content of an empty database: all of it or nothing."""
    with closing(connect(options)) as connection:
        path = program("pg_restore", connection.info.server_version // 10_000)
    command = [path, "--no-password", "--no-owner", "--no-privileges", "--exit-on-error"]
    command += ["--single-transaction", f"--dbname={options['NAME']}"]
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(  # noqa: S603  # as above
            command, env=environment(options), stdin=subprocess.PIPE, stdout=errors, stderr=errors
        )
        assert process.stdin is not None
        try:
            yield process.stdin
            process.stdin.close()
            if process.wait():
                raise _failed("pg_restore", errors)
        except BrokenPipeError as error:
            process.wait()
            raise _failed("pg_restore", errors) from error
        finally:
            process.kill()
            process.wait()
