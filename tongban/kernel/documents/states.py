"""Verdicts on files, kinds of letters, the names of events."""

from enum import StrEnum

from tongban.kernel.events.states import declare

FILE_KEPT = declare("file.kept", "收存了一个文件", "A file was kept")
LETTER_ISSUED = declare("letter.issued", "出具了一份文书", "A letter was issued")

MEGABYTE = 1024 * 1024
MOST_PIXELS = 60_000_000  # beyond that an image is a bomb, not a photograph
MOST_PAGES = 500


class FileVerdict(StrEnum):
    """What the checks said; only clean files can be reached."""

    QUARANTINED = "quarantined"
    CLEAN = "clean"
    REJECTED = "rejected"


class LetterKind(StrEnum):
    """Letters of the law that exist so far (domain.md 2.4)."""

    RECEIPT = "receipt"
    ACCEPTANCE = "acceptance"
    NON_ACCEPTANCE = "non_acceptance"
    SUPPLEMENT = "supplement"
    GRANT = "grant"
    DENY = "deny"
