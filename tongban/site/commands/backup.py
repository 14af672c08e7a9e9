"""`tongban backup`: make, check, bring back, try out; the keys apart (docs/operations.md, Backups)."""

import argparse
import os
from pathlib import Path
from typing import Any

from tongban.site import environment
from tongban.site.backup import MOST_DRILL_DAYS, MOST_HOURS


def arguments(name: str, parser: argparse.ArgumentParser) -> None:
    """What to do, and where."""
    below = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    make = below.add_parser("make", help="back up database and stored files into a folder")
    _folder(make)
    make.add_argument("--plain", action="store_true", help="not encrypted, where no recipient is set")
    make.add_argument(
        "--keep", type=int, default=0, help="remove all but the newest N once the new one is read back"
    )
    check = below.add_parser(
        "check", help="every digest and signature, the age of the newest, the last drill"
    )
    _folder(check)
    _keys(check)
    check.add_argument(
        "--hours",
        type=int,
        default=MOST_HOURS,
        help=f"an older newest one is a fault ({MOST_HOURS}; 0: any age)",
    )
    words = f"an older last drill is a fault ({MOST_DRILL_DAYS}; 0: none is asked for)"
    check.add_argument("--drill-days", type=int, default=MOST_DRILL_DAYS, help=words)
    restore = below.add_parser(
        "restore", help="bring a backup back into an empty place and check the invariants"
    )
    restore.add_argument("archive", type=Path, help="the folder of one backup")
    _keys(restore)
    restore.add_argument("--into", type=Path, required=True, help="an empty folder, the new TONGBAN_VAR")
    restore.add_argument(
        "--database", default="", help="PostgreSQL: address of an empty database, as its owner"
    )
    restore.add_argument(
        "--keys", type=Path, help="folder of the keys that were kept apart, copied into the new one"
    )
    drill = below.add_parser(
        "drill", help="bring the newest back to a scratch place, check it, throw it away"
    )
    _folder(drill)
    drill.add_argument(
        "--identity", type=Path, help="file of the recipient's secret key, as age-keygen writes it"
    )
    words = (
        "PostgreSQL: server where a database may be made, as the owner (default: that of the city's database)"
    )
    drill.add_argument("--server", default="", help=words)
    keys = below.add_parser(
        "keys", help="the keys as one encrypted file, for a place where the backups are not"
    )
    keys.add_argument("folder", type=Path, help="where to")
    keys.add_argument(
        "--recipient", default="", help="public key (age) of whoever keeps them, not one of the backups'"
    )


def _folder(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "folder", nargs="?", type=Path, help="folder of the backups (default TONGBAN_BACKUP_FOLDER)"
    )


def _keys(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--identity", type=Path, help="file of the recipient's secret key, as age-keygen writes it"
    )
    parser.add_argument(
        "--key", type=Path, help="public key of the signature (default keys/backup.pub of the keys)"
    )


def run(options: argparse.Namespace) -> int:
    """Do it; exit code 0 only when all is well."""
    os.umask(0o077)
    runs = {"make": _make, "check": _check, "restore": _restore, "drill": _drill, "keys": _put_away}
    return runs[options.what](options)


def _where(options: argparse.Namespace) -> Path:
    from tongban.site.backup.archives import refused

    found = options.folder or environment.value("TONGBAN_BACKUP_FOLDER")
    if not found:
        raise refused(
            "没有说明备份目录。",
            "There is no folder of backups.",
            "请写在命令里，或者设置 TONGBAN_BACKUP_FOLDER。",
            "Name it in the command, or set TONGBAN_BACKUP_FOLDER.",
        )
    return Path(found)


def _make(options: argparse.Namespace) -> int:
    from tongban.site.backup import ciphers, making
    from tongban.site.backup.archives import refused

    to = ciphers.recipients(environment.value("TONGBAN_BACKUP_RECIPIENT"))
    if not to and not options.plain:
        raise refused(
            "没有设置备份的收件人。",
            "There is no recipient of backups.",
            "请把 TONGBAN_BACKUP_RECIPIENT 设为 age 公钥（age1…），或者用 --plain 明文备份。",
            "Set TONGBAN_BACKUP_RECIPIENT to a public key of age (age1…), or say --plain.",
        )
    if not to:
        print(
            "WARNING: this backup is not encrypted. Stored papers and names are readable by whoever has it."
        )
    folder = _where(options)
    made = making.make(_source(), folder, to=to, keep=max(0, options.keep))
    manifest = made.archive.manifest
    print(f"{made.archive.path}")
    print(
        f"  as of {manifest['made_at']}, {manifest['events']} events, database {_mb(manifest['database']['size'])}"
    )
    print(
        f"  {manifest['files']['count']} stored files, of which {made.files} were written now ({_mb(made.bytes)});"
        f" {len(made.removed)} older backups removed"
    )
    print("  the keys are not in it: tongban backup keys puts them elsewhere")
    if made.written_again:
        print(f"  {made.written_again} stored files of older backups were damaged; they are here anew")
    if made.missing:
        print(f"  {made.missing} FILES that the database names are missing or damaged: run tongban check I10")
    return 1 if made.missing else 0


def _mb(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB"


def _source() -> Any:
    from tongban.site.cli import start_django

    start_django()
    from django.conf import settings
    from django.db import connection

    from tongban.foundation.packs import read_yaml
    from tongban.site import keys
    from tongban.site.backup import archives, making, restoring
    from tongban.site.databases import databases

    signing_key = keys.backup_key(settings.VAR)
    pack: Any = read_yaml(settings.PACK / "pack.yaml").data
    owner = databases(settings.OWNER_ADDRESS, settings.VAR)["default"] if settings.ROW_SECURITY else None
    return making.Source(
        options=owner or connection.settings_dict,
        guarded=settings.ROW_SECURITY,
        var=settings.VAR,
        store=settings.FILES / "store",
        ring=settings.KEY_RING,
        signing_key=signing_key,
        public_key=archives.public_key(settings.VAR / "keys" / restoring.PUBLIC_KEY),
        pack={"code": pack["code"], "version": pack["version"]},
    )


def _check(options: argparse.Namespace) -> int:
    from tongban.site.backup import archives, checking, ciphers

    key = archives.public_key(options.key or _own_keys() / "backup.pub")
    faults = checking.check(
        _where(options),
        key,
        identities=ciphers.identities(options.identity),
        hours=options.hours,
        drill_days=options.drill_days,
    )
    for fault in faults:
        print(fault)
    print(f"{len(faults)} FAULTS" if faults else "ok")
    return 1 if faults else 0


def _own_keys() -> Path:
    return Path(environment.value("TONGBAN_VAR")).resolve() / "keys"


def _restore(options: argparse.Namespace) -> int:
    import tongban
    from tongban.site.backup import archives, ciphers, restoring

    key = archives.public_key(options.key or (options.keys or options.into / "keys") / restoring.PUBLIC_KEY)
    brought = restoring.restore(
        options.archive,
        restoring.Target(options.into.resolve(), options.database),
        key=key,
        identities=ciphers.identities(options.identity),
        keys_from=options.keys,
    )
    manifest = brought.archive.manifest
    if manifest["tongban"] != tongban.__version__:
        print(f"made by version {manifest['tongban']}; this is {tongban.__version__}")
    _say(brought.seconds, brought.faults)
    print(
        f"{brought.events} events and {brought.files} stored files as of {manifest['made_at']} in {options.into}"
    )
    return 1 if brought.faults else 0


def _say(seconds: dict[str, float], faults: list[str]) -> None:
    print(f"{sum(seconds.values()):.1f} s: " + ", ".join(f"{stage} {s:.1f}" for stage, s in seconds.items()))
    for fault in faults[:20]:
        print(f"  {fault}")
    print(f"{len(faults)} FAULTS of the invariants" if faults else "the invariants hold")


def _drill(options: argparse.Namespace) -> int:
    from tongban.site import keys
    from tongban.site.backup import archives, ciphers, drilling

    var = _own_keys().parent
    owner = environment.value("TONGBAN_DATABASE_OWNER") or environment.value("TONGBAN_DATABASE")
    result = drilling.drill(
        _where(options),
        var,
        key=archives.public_key(var / "keys" / "backup.pub"),
        signing_key=keys.backup_key(var),
        identities=ciphers.identities(options.identity),
        server=options.server or owner,
    )
    print(f"drill of {result['archive']}")
    _say(result.get("seconds", {}), result["faults"])
    return 0 if result["ok"] else 1


def _put_away(options: argparse.Namespace) -> int:
    from tongban.site.backup import ciphers, escrow

    backups = environment.value("TONGBAN_BACKUP_FOLDER")
    target = escrow.put_away(
        _own_keys().parent,
        options.folder,
        to=ciphers.recipients(options.recipient),
        backups=Path(backups) if backups else None,
        backups_to=environment.value("TONGBAN_BACKUP_RECIPIENT").split(),
    )
    print(target)
    if environment.value("TONGBAN_SECRET_KEY"):
        print("TONGBAN_SECRET_KEY is set by the environment and not in it: note it down beside it")
    return 0
