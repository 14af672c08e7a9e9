"""Reads of files and letters."""

import hashlib
import uuid
from pathlib import Path

from django.conf import settings
from django.db.models import Count

from tongban.kernel.documents.models import Letter, StoredFile
from tongban.kernel.documents.states import FileVerdict


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


def letters_about(about_id: uuid.UUID) -> list[Letter]:
    """The letters about one case, oldest first."""
    return list(Letter.objects.filter(about_id=about_id).select_related("file").order_by("id"))


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


def letter_by_code(code: str) -> Letter | None:
    """The letter with this verification code, or None."""
    clean = "".join(c for c in code.upper() if c.isalnum())
    return Letter.objects.filter(verify_code=clean).select_related("file").first() if clean else None


def letter_by_digest(sha256: str) -> Letter | None:
    """The letter whose file has this digest, or None."""
    return Letter.objects.filter(file__sha256=sha256).select_related("file").first()
