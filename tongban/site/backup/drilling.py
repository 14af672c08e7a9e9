"""The drill: the newest backup is brought back to a scratch place, looked through and thrown away; the result stays, signed."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from psycopg import Error
from psycopg.sql import SQL, Identifier

import tongban
from tongban.foundation import time
from tongban.site.backup import archives, dumps, restoring
from tongban.site.backup.archives import DRILL, Archive, refused
from tongban.site.databases import databases

_MOST_FAULTS = 50


def drill(
    folder: Path,
    var: Path,
    *,
    key: Ed25519PublicKey,
    signing_key: str,
    identities: Sequence[Any],
    server: str,
) -> dict[str, Any]:
    """Try the newest archive out and write down how it went; returns what was written, with `ok`.

    `var`: the folder whose keys are used and in which the scratch place is; `server`: address of a PostgreSQL server on
    which a database may be made, as its owner. Raises BackupProblem when there is nothing to try or another one is at work.
    """
    with archives.locked(folder):
        names = archives.names(folder)
        if not names:
            raise refused(
                f"{folder} 里没有备份。",
                f"There is no backup in {folder}.",
                "请先运行 tongban backup make。",
                "Run tongban backup make first.",
                str(folder),
            )
        result = {
            "at": time.now().isoformat(),
            "tongban": tongban.__version__,
            "archive": names[-1],
            **_tried(folder / names[-1], var, key, identities, server),
        }
        write_down(folder, result, signing_key)
    return result


def write_down(folder: Path, result: dict[str, Any], signing_key: str) -> None:
    """Put a result in the place of the last one, signed."""
    signature = archives.signed(archives.document(result), signing_key).hex()
    archives.replace(folder / DRILL, archives.document({"result": result, "signature": signature}))


def _tried(
    path: Path, var: Path, key: Ed25519PublicKey, identities: Sequence[Any], server: str
) -> dict[str, Any]:
    try:
        archive = archives.opened(path, key)
        with _scratch(archive, var, server) as target:
            brought = restoring.restore(path, target, key=key, identities=identities)
    except Exception as error:  # noqa: BLE001  # whatever stops a drill is its result
        return {"ok": False, "faults": [restoring.problem_of(error)]}
    return {
        "ok": not brought.faults,
        "faults": brought.faults[:_MOST_FAULTS],
        "made_at": archive.manifest["made_at"],
        "seconds": brought.seconds,
        "events": brought.events,
        "files": brought.files,
        "bytes": archive.manifest["database"]["size"] + archive.manifest["files"]["bytes"],
    }


@contextmanager
def _scratch(archive: Archive, var: Path, server: str) -> Iterator[restoring.Target]:
    """An empty place with the installation's keys; what a killed drill has left there goes first."""
    folder = var / "drill"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    (folder / "keys").symlink_to(var.resolve() / "keys")
    try:
        if archive.manifest["engine"] == dumps.POSTGRESQL:
            with _database(server, var) as address:
                yield restoring.Target(folder, address)
        else:
            yield restoring.Target(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _database(server: str, var: Path) -> Iterator[str]:
    """A database for the drill, of a name that belongs to this installation alone."""
    name = Identifier(f"tongban_drill_{sha256(str(var.resolve()).encode()).hexdigest()[:12]}")
    drop = SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name)
    with closing(dumps.connect(databases(server, var)["default"])) as connection:
        connection.autocommit = True
        try:
            connection.execute(drop)
            connection.execute(SQL("CREATE DATABASE {} TEMPLATE template0").format(name))
        except Error as error:
            raise refused(
                f"不能为演练建立数据库：{error}",
                f"No database could be made for the drill: {error}",
                "请给数据库所有者 CREATEDB 权限，或者用 --server 指明可以建库的服务器。",
                "Give the owner the right CREATEDB, or name by --server a server where databases may be made.",
            ) from error
        try:
            yield urlsplit(server)._replace(path=f"/{name.as_string()[1:-1]}").geturl()
        finally:
            connection.execute(drop)
