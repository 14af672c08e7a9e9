"""Where a dossier stands, what is in it, the events."""

from enum import StrEnum

from tongban.kernel.events.states import declare

DOSSIER_REQUESTED = declare(
    "dossier.requested", "要求导出自己的数据", "Somebody asked for a copy of their own data"
)
DOSSIER_FINISHED = declare("dossier.finished", "数据副本已完成", "A copy of somebody's own data was finished")
DOSSIER_FETCHED = declare(
    "dossier.fetched", "下载了自己的数据副本", "Somebody fetched the copy of their own data"
)
DOSSIER_DELETED = declare("dossier.deleted", "删除了数据副本", "A copy of somebody's own data was deleted")

MOST_BYTES = (
    50 * 1024 * 1024
)  # of files in one dossier; what is over is named and can be fetched where it stands


class DossierState(StrEnum):
    """Where a dossier stands."""

    RUNNING = "running"
    READY = "ready"
    DELETED = "deleted"


STATE_NAMES = {
    DossierState.RUNNING: ("正在准备", "Being prepared"),
    DossierState.READY: ("可以下载", "Ready"),
    DossierState.DELETED: ("已删除", "Deleted"),
}

# The sections in their order, and their headings.
SECTIONS = {
    "facts": ("数据项", "Facts"),
    "disputes": ("数据异议", "Disputes"),
    "cases": ("办件", "Applications"),
    "licences": ("证照", "Licences"),
    "mandates": ("代办授权", "Mandates"),
    "consents": ("同意提供信息的系统", "Consents"),
    "looks": ("查阅记录", "Who looked"),
}
STEPS = len(SECTIONS) + 1  # and the files
