"""Writes of files and letters."""

import hashlib
import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from tongban.foundation import time
from tongban.foundation.ids import uuid7
from tongban.kernel.access.calc import SYSTEM, Actor
from tongban.kernel.documents import calc, queries, states
from tongban.kernel.documents.models import Letter, LetterSerial, StoredFile
from tongban.kernel.events import actions as events
from tongban.kernel.records.actions import action


def take_in(
    *, chunks: Iterable[bytes], name: str, formats: tuple[str, ...], most_bytes: int, by: Actor
) -> StoredFile:
    """Stream an upload into quarantine, check it, move it to the store and keep a row. Raises FileRefused.

    The checks run before any row exists: a file that failed them leaves no trace but the sentence to the person.
    """
    name = calc.plain_name(name)
    waiting = settings.FILES / "quarantine" / uuid7().hex
    waiting.parent.mkdir(parents=True, exist_ok=True)
    try:
        sha256, size = _receive(waiting, chunks, name, most_bytes)
        media_type = calc.check_content(waiting, name, formats)
        _move(waiting, sha256)
    finally:
        waiting.unlink(missing_ok=True)
    return _keep(sha256=sha256, size=size, media_type=media_type, name=name, by=by)


def _receive(path: Path, chunks: Iterable[bytes], name: str, most_bytes: int) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with path.open("wb") as out:
        for chunk in chunks:
            size += len(chunk)
            if size > most_bytes:
                most = most_bytes // states.MEGABYTE
                raise calc.refuse(
                    f"超过 {most} MB。",
                    f"is larger than {most} MB.",
                    f"请压缩或者分成几个不超过 {most} MB 的文件。",
                    f"Compress it, or split it into files of at most {most} MB.",
                    name,
                )
            digest.update(chunk)
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    if not size:
        raise calc.refuse("是空的。", "is empty.", "请重新选择文件。", "Choose the file again.", name)
    return digest.hexdigest(), size


def _move(source: Path, sha256: str) -> None:
    target = queries.store_path(sha256)
    target.parent.mkdir(parents=True, exist_ok=True)
    source.replace(target)


def put(content: bytes, name: str, media_type: str = "application/pdf", by: Actor = SYSTEM) -> StoredFile:
    """Keep bytes that we made ourselves. The file is written before the row, so no row is without its file."""
    sha256 = hashlib.sha256(content).hexdigest()
    target = queries.store_path(sha256)
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_suffix(f".{uuid7().hex}.part")
        with part.open("wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        part.replace(target)
    return _keep(sha256=sha256, size=len(content), media_type=media_type, name=name, by=by)


@action
def _keep(*, sha256: str, size: int, media_type: str, name: str, by: Actor) -> StoredFile:
    row = StoredFile(
        sha256=sha256,
        size=size,
        media_type=media_type,
        name=name,
        verdict=states.FileVerdict.CLEAN,
        kept_by=by.account_id,
        kept_at=time.now(),
    )
    row.save(force_insert=True)
    events.record(name=states.FILE_KEPT, about=row, by=by, payload={"sha256": sha256, "size": size})
    return row


@action
def take_serial(*, kind: str, agency: str, year: int) -> int:
    """The next number of a kind of letter at an agency in a year. A letter that then fails leaves a gap."""
    LetterSerial.objects.bulk_create(
        [LetterSerial(kind=kind, agency=agency, year=year)], ignore_conflicts=True
    )
    row = LetterSerial.objects.select_for_update().get(kind=kind, agency=agency, year=year)
    row.last += 1
    row.save(update_fields=["last"])
    return row.last


@action
def issue_letter(
    *,
    about: Any,
    kind: str,
    number: str,
    pdf: bytes,
    sealed_by: str,
    verify_code: str,
    effect_key: str,
    at: datetime | None = None,
) -> Letter | None:
    """Keep a rendered letter about a case; None when the same effect has issued it already."""
    if Letter.objects.filter(effect_key=effect_key).exists():
        return None
    row = Letter(
        about_id=about.pk,
        kind=kind,
        number=number,
        file=put(pdf, f"{number}.pdf"),
        sealed_by=sealed_by,
        verify_code=verify_code,
        issued_at=at or time.now(),
        effect_key=effect_key,
    )
    row.save(force_insert=True)
    events.record(
        name=states.LETTER_ISSUED, about=row, by=SYSTEM, payload={"kind": kind, "about": str(about.pk)}
    )
    return row
