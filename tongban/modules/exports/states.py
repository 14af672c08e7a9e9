"""Where an export stands, what it may be for, the events."""

from enum import StrEnum

from tongban.kernel.events.states import declare

CASES = "cases"  # the source that was there first
# One job writes so many rows: a few seconds of work, far less than a job's lease, and little memory.
CHUNK = 2500

EXPORT_REQUESTED = declare("export.requested", "要求导出表格", "An export was asked for")
EXPORT_ADVANCED = declare("export.advanced", "导出了一部分", "A part of an export was written")
EXPORT_FINISHED = declare("export.finished", "导出完成", "An export was finished")
EXPORT_STOPPED = declare("export.stopped", "停止了导出", "An export was stopped")
EXPORT_FETCHED = declare("export.fetched", "下载了导出文件", "An exported file was fetched")
EXPORT_DELETED = declare("export.deleted", "删除了导出文件", "An exported file was deleted")


class ExportState(StrEnum):
    """Where an export stands."""

    RUNNING = "running"
    READY = "ready"
    STOPPED = "stopped"
    DELETED = "deleted"


STATE_NAMES = {
    ExportState.RUNNING: ("正在导出", "Being written"),
    ExportState.READY: ("可以下载", "Ready"),
    ExportState.STOPPED: ("已停止", "Stopped"),
    ExportState.DELETED: ("已删除", "Deleted"),
}


class Purpose(StrEnum):
    """What names of persons in full are needed for; without one they are masked (个人信息保护法 articles 6 and 34)."""

    CONTACT = "contact"
    REVIEW_OR_SUIT = "review_or_suit"
    AUDIT = "audit"
    ARCHIVE = "archive"


PURPOSE_NAMES = {
    Purpose.CONTACT: ("联系申请人", "Contacting applicants"),
    Purpose.REVIEW_OR_SUIT: ("行政复议、诉讼举证", "Evidence in a review or a suit"),
    Purpose.AUDIT: ("审计、监督检查", "Audit or inspection"),
    Purpose.ARCHIVE: ("归档移交", "Handing over to the archive"),
}


class Scope(StrEnum):
    """Of which list the selection is."""

    QUEUE = "queue"
    ALL = "all"
