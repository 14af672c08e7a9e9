"""Verdicts on files, kinds of letters, the names of events."""

from enum import StrEnum

from tongban.kernel.events.states import declare

FILE_KEPT = declare("file.kept", "收存了一个文件", "A file was kept")
LETTER_ISSUED = declare("letter.issued", "出具了一份文书", "A letter was issued")
UPLOAD_BEGUN = declare("upload.begun", "开始上传一个文件", "An upload was begun")
UPLOAD_DROPPED = declare("upload.dropped", "放弃了一次上传", "An upload was dropped")

MEGABYTE = 1024 * 1024
MOST_PIXELS = 60_000_000  # beyond that an image is a bomb, not a photograph
MOST_PAGES = 500
MOST_ATTACHED = 5  # files that go with one step of something


class FileVerdict(StrEnum):
    """What the checks said; only clean files can be reached."""

    QUARANTINED = "quarantined"
    CLEAN = "clean"
    REJECTED = "rejected"


class LetterKind(StrEnum):
    """Letters about a case (domain.md 2.4); licences and proofs are credentials and have templates of their own."""

    RECEIPT = "receipt"
    ACCEPTANCE = "acceptance"
    DEEMED_ACCEPTANCE = "deemed_acceptance"
    NON_ACCEPTANCE = "non_acceptance"
    SUPPLEMENT = "supplement"
    TOLERANCE_PROMISE = "tolerance_promise"
    COMMITMENT = "commitment"
    SPECIAL_PROCEDURE = "special_procedure"
    EXTENSION = "extension"
    HEARING_NOTICE = "hearing_notice"
    HEARING_DATE = "hearing_date"
    PAYMENT_NOTICE = "payment_notice"
    GRANT = "grant"
    DENY = "deny"
    DEEMED_RENEWAL = "deemed_renewal"
    TERMINATION = "termination"
    WITHDRAWAL = "withdrawal"
    DELIVERY_RECEIPT = "delivery_receipt"
    CREDENTIAL_ACT = "credential_act"
    PAPER_TRANSFER = "paper_transfer"  # about a bag of papers, not a case
