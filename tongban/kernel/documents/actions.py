"""Writes of files, of uploads that arrive in pieces, and of letters."""

import hashlib
import logging
import os
import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.foundation.ids import uuid7
from tongban.kernel.access.calc import SYSTEM, Actor
from tongban.kernel.documents import calc, queries, states
from tongban.kernel.documents.models import Letter, LetterSerial, StoredFile, Upload
from tongban.kernel.documents.queries.scanners import Finding, scanner
from tongban.kernel.events import actions as events
from tongban.kernel.records.actions import action

log = logging.getLogger("tongban")


class FileInfected(calc.FileRefused):
    """The scanner has found something harmful in the file."""

    code = "file.infected"


class FileUnscanned(calc.FileRefused):
    """The scanner has not looked through the file, so nobody knows; it may go later."""

    code = "file.unscanned"
    status = 503


def take_in(
    *, chunks: Iterable[bytes], name: str, formats: tuple[str, ...], most_bytes: int, by: Actor
) -> StoredFile:
    """Stream an upload into quarantine, check it, move it to the store and keep a row.

    Raises FileRefused, FileInfected, FileUnscanned. The checks run before any row exists: a file that failed them
    leaves no trace but the sentence to the person. What the scanner has not looked through is not released.
    """
    name = calc.plain_name(name)
    waiting = settings.FILES / "quarantine" / uuid7().hex
    waiting.parent.mkdir(parents=True, exist_ok=True)
    try:
        sha256, size = _receive(waiting, chunks, name, most_bytes)
        media_type = _check(waiting, name, formats)
        _look_for_viruses(waiting, name)
        _move(waiting, sha256)
    finally:
        waiting.unlink(missing_ok=True)
    return _keep(sha256=sha256, size=size, media_type=media_type, name=name, by=by)


def _check(path: Path, name: str, formats: tuple[str, ...]) -> str:
    try:
        return calc.check_content(path, name, formats)
    except OSError as error:  # no process could be started: the machine is full, the file is not to blame
        log.warning("files: not opened: %s", type(error).__name__)
        raise _unscanned(name) from error


def _look_for_viruses(path: Path, name: str) -> None:
    found = scanner().scan(path)
    if found.finding == Finding.CLEAN:
        return
    # Neither name nor content: who uploads what is nobody's business in a log.
    log.warning("scanner: %s %s", found.finding, found.why)
    if found.finding == Finding.INFECTED:
        raise FileInfected(
            sentence_zh=f"文件“{name}”被查出含有病毒。",
            sentence_en=f"The file '{name}' contains a virus.",
            todo_zh="请先给电脑或者手机查毒，再重新扫描或者导出这份文件；急用可以到大厅交纸质材料。",
            todo_en="Check your computer or phone, then scan or export the file anew. In a hurry, hand in paper at a hall.",
        )
    raise _unscanned(name)


def _unscanned(name: str) -> FileUnscanned:
    refused = FileUnscanned(
        sentence_zh=f"文件“{name}”暂时不能查毒，所以还没有收下。",
        sentence_en=f"The file '{name}' cannot be checked for viruses just now, so it has not been taken.",
        todo_zh="您没有做错什么。请几分钟后再传一次；已经填写的内容都在。",
        todo_en="Nothing is wrong on your side. Upload it again in a few minutes; what you filled in is kept.",
    )
    refused.retry_after = 120
    return refused


_EMPTY = ("是空的。", "is empty.", "请重新选择文件。", "Choose the file again.")


def _too_large(most_bytes: int) -> tuple[str, str, str, str]:
    most = most_bytes // states.MEGABYTE
    return (
        f"超过 {most} MB。",
        f"is larger than {most} MB.",
        f"请压缩或者分成几个不超过 {most} MB 的文件。",
        f"Compress it, or split it into files of at most {most} MB.",
    )


def _receive(path: Path, chunks: Iterable[bytes], name: str, most_bytes: int) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with path.open("wb") as out:
        for chunk in chunks:
            size += len(chunk)
            if size > most_bytes:
                raise calc.refuse(*_too_large(most_bytes), name)
            digest.update(chunk)
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    if not size:
        raise calc.refuse(*_EMPTY, name)
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


class UploadTooLarge(calc.FileRefused):
    """The file that was announced, or a piece of it, is larger than what is taken."""

    code = "upload.too_large"
    status = 413


class TooManyUploads(Problem):
    """The account has more unfinished uploads than it may keep here."""

    code = "upload.too_many"
    status = 429


class WrongOffset(Problem):
    """The piece does not begin where the last one ended; `offset` says where to go on."""

    code = "upload.wrong_offset"
    status = 409

    def __init__(self, offset: int) -> None:
        super().__init__(
            sentence_zh="这一段不接在已经收到的内容后面。",
            sentence_en="This piece does not follow what has arrived.",
            todo_zh=f"请从第 {offset} 字节接着传。",
            todo_en=f"Go on at byte {offset}.",
        )
        self.offset = offset


@action
def begin_upload(
    *, about_id: uuid.UUID, part: str, name: str, size: int, most_bytes: int, by: Actor
) -> Upload:
    """Open an upload of `size` bytes for a part of a case; it expires unless pieces keep coming.

    Raises FileRefused for an empty file, UploadTooLarge, TooManyUploads.
    """
    name, now = calc.plain_name(name), time.now()
    if size < 1:
        raise calc.refuse(*_EMPTY, name)
    if size > most_bytes:
        raise _refused_upload(name, _too_large(most_bytes))
    if queries.open_uploads(by.account_id, now) >= settings.UPLOADS_OPEN:
        raise TooManyUploads(
            sentence_zh="没有传完的文件太多了。",
            sentence_en="Too many files are half uploaded.",
            todo_zh="请先把它们传完，或者等一天后再试。",
            todo_en="Finish them first, or try again in a day.",
        )
    row = Upload(
        account_id=by.account_id,
        about_id=about_id,
        part=part,
        name=name,
        size=size,
        begun_at=now,
        expires_at=_expiry(now),
    )
    row.save(force_insert=True)
    events.record(name=states.UPLOAD_BEGUN, about=row, by=by, payload={"about": str(about_id), "size": size})
    return row


def _refused_upload(name: str, why: tuple[str, str, str, str]) -> UploadTooLarge:
    refused = calc.refuse(*why, name)
    return UploadTooLarge(
        sentence_zh=refused.sentence_zh,
        sentence_en=refused.sentence_en,
        todo_zh=refused.todo_zh,
        todo_en=refused.todo_en,
    )


def _expiry(now: datetime) -> datetime:
    return now + timedelta(hours=settings.UPLOAD_HOURS)


@action
def append(*, upload_id: uuid.UUID, offset: int, piece: bytes, by: Actor) -> Upload:
    """Write one piece behind what has arrived; whole or not at all, so the offset is always what lies on disk.

    Raises NoSuchUpload, UploadGone, WrongOffset, UploadTooLarge.
    """
    row = queries.upload(by, upload_id, lock=True)
    if row.file_id is not None or offset != row.offset:
        raise WrongOffset(row.offset)
    if len(piece) > settings.UPLOAD_PIECE or offset + len(piece) > row.size:
        raise _refused_upload(
            row.name,
            (
                "这一段超过了说好的大小。",
                "has a piece larger than announced.",
                "请重新选择文件。",
                "Choose it again.",
            ),
        )
    if piece:
        path = queries.upload_path(row.pk)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("r+b" if path.exists() else "wb") as out:
            # What a transaction that was rolled back has left behind the offset is written over.
            out.truncate(offset)
            out.seek(offset)
            out.write(piece)
            out.flush()
            os.fsync(out.fileno())
        row.offset += len(piece)
        row.expires_at = _expiry(time.now())
        row.save(update_fields=["offset", "expires_at"])
    return row


def take_up(*, upload: Upload, formats: tuple[str, ...], most_bytes: int, by: Actor) -> StoredFile:
    """Make a file of a complete upload by exactly the checks of `take_in`. Raises WrongOffset, FileRefused.

    What is refused is dropped at once: it would be refused again. What could not be scanned stays in quarantine and can
    be taken up later without being sent again. It has its own transactions, because looking
    through a file takes longer than a row should stay locked; `close_upload` makes its use happen once.
    """
    if upload.offset != upload.size:
        raise WrongOffset(upload.offset)
    if upload.file is not None:
        return upload.file
    try:
        return take_in(
            chunks=queries.pieces(upload), name=upload.name, formats=formats, most_bytes=most_bytes, by=by
        )
    except FileUnscanned:
        raise
    except calc.FileRefused:
        drop_upload(upload_id=upload.pk, by=by)
        raise
    except FileNotFoundError:
        # The same request, sent twice, has just ended this upload: its file is the answer to both.
        ended = queries.upload(by, upload.pk)
        assert ended.file is not None, "an upload without its pieces is gone"
        return ended.file


@action
def close_upload(*, upload_id: uuid.UUID, file: StoredFile, by: Actor) -> bool:
    """Note what the upload has become; False when another request has done so. Raises NoSuchUpload, UploadGone.

    Joins the transaction of whoever attaches the file, so that an answer that got lost attaches nothing twice.
    """
    row = queries.upload(by, upload_id, lock=True)
    if row.file_id is not None:
        return False
    row.file = file
    row.save(update_fields=["file"])
    # The row stays until it expires and answers repeated requests; the pieces are in the store now.
    transaction.on_commit(lambda: queries.upload_path(upload_id).unlink(missing_ok=True))
    return True


@action
def drop_upload(*, upload_id: uuid.UUID, by: Actor) -> None:
    """Throw an upload away that is not wanted any more; nothing happens when it is none of the actor's."""
    row = Upload.objects.filter(pk=upload_id, account_id=by.account_id).first() if by.is_signed_in else None
    if row is not None:
        _forget(row, by)


def _forget(row: Upload, by: Actor) -> None:
    id, whole = row.pk, row.file_id is not None
    if not whole:
        events.record(name=states.UPLOAD_DROPPED, about=row, by=by, payload={"offset": row.offset})
    row.delete()
    # The row first: pieces without a row can be reached by nobody, a row without its pieces would promise them.
    transaction.on_commit(lambda: queries.upload_path(id).unlink(missing_ok=True))


@action
def forget_expired(*, now: datetime) -> int:
    """Remove uploads whose time is over, and their pieces; returns how many there were."""
    rows = queries.expired_uploads(now)
    for row in rows:
        _forget(row, SYSTEM)
    return len(rows)


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
        name=states.LETTER_ISSUED,
        about=row,
        by=SYSTEM,
        payload={"kind": kind, "about": str(about.pk), "sha256": row.file.sha256},
    )
    return row
