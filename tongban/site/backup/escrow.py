"""The keys of an installation as one encrypted file, for a place where its backups are not."""

import io
import tarfile
from collections.abc import Sequence
from datetime import UTC
from pathlib import Path

from tongban.foundation import time
from tongban.site.backup import archives, ciphers
from tongban.site.backup.archives import refused

_FOLDERS = ("keys", "peers")


def put_away(
    var: Path, folder: Path, *, to: Sequence[str], backups: Path | None, backups_to: Sequence[str]
) -> Path:
    """Write keys and the public keys of peers into one file encrypted to `to`; returns it. `age -d … | tar x` opens it.

    Raises BackupProblem where whoever opens the backups would open the keys too: in their folder, or to one of their recipients.
    """
    if backups is not None and folder.resolve().is_relative_to(backups.resolve()):
        raise refused(
            f"{folder} 在备份目录里。",
            f"{folder} is in the folder of backups.",
            "密钥要和备份分开保管，请另选一个地方。",
            "Keys are kept apart from backups: choose another place.",
            str(folder),
        )
    if not to or set(to) & set(backups_to):
        raise refused(
            "没有给密钥另外指定收件人，或者它同时也是备份的收件人。",
            "There is no recipient for the keys, or one that is a recipient of the backups too.",
            "请用 --recipient 指明另一个人的 age 公钥：谁同时有备份和密钥，谁就能读全部数据。",
            "Give by --recipient the public key of another person: who has backups and keys reads everything.",
        )
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as tar:
        for name in _FOLDERS:
            if (var / name).is_dir():
                tar.add(var / name, arcname=name)
    content.seek(0)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    stamp = time.now().astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    target, part = folder / f"tongban-keys-{stamp}{ciphers.SUFFIX}", archives.unfinished(folder)
    ciphers.write(content, part, to)
    part.rename(target)
    archives.sync(folder)
    return target
