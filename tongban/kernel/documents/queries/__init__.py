"""Reads of files, uploads and letters."""

import hashlib
import uuid
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db.models import Count

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.foundation.readers import reading_everything
from tongban.kernel.access.calc import Actor
from tongban.kernel.documents import calc
from tongban.kernel.documents.models import Letter, StoredFile, Upload
from tongban.kernel.documents.states import MOST_ATTACHED, FileVerdict
from tongban.kernel.records.queries import Kept

_LETTERS: Kept[Letter] = Kept(
    lambda about_id: Letter.objects.filter(about_id=about_id).select_related("file").order_by("id")
)
# Digest → pages: counting takes a process, and an officer turns many pages of one file.
_PAGES: dict[str, int] = {}
_MOST_COUNTED = 10_000


def store_path(sha256: str) -> Path:
    """Where the content with this digest lies."""
    return settings.FILES / "store" / sha256[:2] / sha256


def content(file: StoredFile) -> bytes:
    """The bytes of a clean file; raises FileNotFoundError for any other."""
    if file.verdict != FileVerdict.CLEAN:
        raise FileNotFoundError(file.pk)
    return store_path(file.sha256).read_bytes()


def file(file_id: uuid.UUID) -> StoredFile:
    """One file row; raises StoredFile.DoesNotExist."""
    return StoredFile.objects.get(pk=file_id)


def attachable(by: Actor, ids: Sequence[uuid.UUID]) -> list[StoredFile] | None:
    """The stored files that are to go with a step, in their order; None when one is not of this account, is named twice, or
    they are too many. Whether one goes with something already, whoever attaches it knows.
    """
    if by.account_id is None or len(ids) > MOST_ATTACHED:
        return None
    found = {one.pk: one for one in StoredFile.objects.filter(pk__in=ids, kept_by=by.account_id)}
    return [found[one] for one in ids] if len(found) == len(ids) else None


def files(ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, StoredFile]:
    """File rows by their identifiers, in one query; none where none is asked for."""
    wanted = set(ids)
    return StoredFile.objects.in_bulk(wanted) if wanted else {}


class NoSuchUpload(Problem):
    """There is no such upload, or it is somebody else's: which of the two is nobody's business."""

    code = "upload.none"
    status = 404


class UploadGone(Problem):
    """The upload was left for too long, or what had arrived of it is lost."""

    code = "upload.gone"
    status = 410


def no_such_upload() -> NoSuchUpload:
    """The error for an upload that is not there for whoever asks."""
    return NoSuchUpload(
        sentence_zh="没有找到这次上传。",
        sentence_en="This upload was not found.",
        todo_zh="请重新选择文件。",
        todo_en="Choose the file again.",
    )


def upload(by: Actor, upload_id: uuid.UUID, *, lock: bool = False) -> Upload:
    """An upload of the actor's own, complete or not. Raises NoSuchUpload, UploadGone."""
    rows = Upload.objects.select_for_update(of=("self",)) if lock else Upload.objects.select_related("file")
    row = rows.filter(pk=upload_id, account_id=by.account_id).first() if by.is_signed_in else None
    if row is None:
        raise no_such_upload()
    arrived = _arrived(row)
    # A folder brought back from a backup may know less than the row does.
    if row.expires_at <= time.now() or (row.file_id is None and arrived < row.offset):
        raise UploadGone(
            sentence_zh="这次上传放得太久，已经清除。",
            sentence_en="This upload was left for too long and has been removed.",
            todo_zh="请重新选择文件，从头上传。",
            todo_en="Choose the file again; it is sent from its beginning.",
        )
    return row


def _arrived(row: Upload) -> int:
    path = upload_path(row.pk)
    return path.stat().st_size if path.exists() else 0


def pages(file: StoredFile) -> int:
    """How many pages a file has; counted once in each process. Raises FileNotFoundError, FileRefused."""
    found = _PAGES.get(file.sha256)
    if found is None or not store_path(file.sha256).exists():
        found = calc.page_count(content(file), file.media_type)
        if len(_PAGES) >= _MOST_COUNTED:
            _PAGES.clear()
        _PAGES[file.sha256] = found
    return found


def upload_path(upload_id: uuid.UUID) -> Path:
    """Where the pieces of an upload lie, one after the other."""
    return settings.FILES / "quarantine" / f"{upload_id.hex}.upload"


def pieces(row: Upload) -> Iterator[bytes]:
    """What has arrived of an upload and was acknowledged, piece by piece."""
    left = row.offset
    if not left:
        return
    with upload_path(row.pk).open("rb") as source:
        while left and (piece := source.read(min(left, 64 * 1024))):
            left -= len(piece)
            yield piece


def digest_so_far(row: Upload) -> str:
    """The SHA-256 of what has arrived: a client compares it before it goes on, so that two files are never mixed.

    Empty when the pieces have just become a file.
    """
    digest = hashlib.sha256()
    try:
        for piece in pieces(row):
            digest.update(piece)
    except FileNotFoundError:  # another request has just made a file of it
        return ""
    return digest.hexdigest()


def open_uploads(account_id: uuid.UUID | None, now: datetime) -> int:
    """How many uploads of an account have begun and not come to their end."""
    return Upload.objects.filter(account_id=account_id, file__isnull=True, expires_at__gt=now).count()


def expired_uploads(now: datetime) -> list[Upload]:
    """Uploads whose time is over, complete or not."""
    return list(Upload.objects.filter(expires_at__lte=now).order_by("id"))


def letters_about(about_id: uuid.UUID) -> list[Letter]:
    """The letters about one case, oldest first."""
    return _LETTERS.all(about_id)


def letter(letter_id: uuid.UUID) -> Letter:
    """One letter with its file; raises Letter.DoesNotExist."""
    return Letter.objects.select_related("file").get(pk=letter_id)


def damaged() -> list[str]:
    """Files whose stored bytes no longer have their digest (invariant I10)."""
    faults = []
    for row in StoredFile.objects.filter(verdict=FileVerdict.CLEAN).iterator():
        path = store_path(row.sha256)
        if not path.exists():
            faults.append(f"file {row.pk}: {row.sha256} is not in the store")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != row.sha256:
            faults.append(f"file {row.pk}: the bytes do not have the digest {row.sha256}")
    return faults


def doubled() -> list[str]:
    """Letters of one kind about one case beyond the first: the law knows each only once (invariant I2)."""
    rows = Letter.objects.values("about_id", "kind").annotate(n=Count("pk")).filter(n__gt=1).order_by("kind")
    return [f"case {row['about_id']}: {row['n']} letters {row['kind']}" for row in rows]


@reading_everything()  # whoever has the code may check it
def letter_by_code(code: str) -> Letter | None:
    """The letter with this verification code, or None."""
    clean = "".join(c for c in code.upper() if c.isalnum())
    return Letter.objects.filter(verify_code=clean).select_related("file").first() if clean else None


@reading_everything()  # whoever has the paper may check it
def letter_by_digest(sha256: str) -> Letter | None:
    """The letter whose file has this digest, or None."""
    return Letter.objects.filter(file__sha256=sha256).select_related("file").first()
