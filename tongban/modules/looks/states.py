"""What a look can be, what becomes of an alarm, the events."""

from enum import StrEnum

from tongban.kernel.events.states import declare

LOOK_RECORDED = declare("look.recorded", "查阅了个人或者企业的数据", "Somebody's data were looked at")
LOOKS_STOPPED = declare(
    "look_alarm.raised",
    "没有办件的查阅过多，已暂停并告警",
    "Too many looks without a case: stopped, alarm raised",
)
ALARM_CLOSED = declare("look_alarm.closed", "核实了查阅告警", "An alarm about looks was closed")


class Kind(StrEnum):
    """What was done with the data."""

    VIEW = "view"
    FILE = "file"
    SEARCH = "search"
    REVEAL = "reveal"
    EXPORT = "export"
    ORIGINAL = "original"


KIND_NAMES = {
    Kind.VIEW: ("查看", "Page opened"),
    Kind.FILE: ("打开文件", "File opened"),
    Kind.SEARCH: ("按号码查找", "Searched by number"),
    Kind.REVEAL: ("显示完整号码", "Number shown in full"),
    Kind.EXPORT: ("导出", "Exported"),
    Kind.ORIGINAL: ("取得原始文件", "Original file fetched"),
}
# Each of these is a deed of its own: two within a minute are two.
ALWAYS = frozenset({Kind.REVEAL, Kind.EXPORT, Kind.ORIGINAL})
# For these a purpose is said.
FOR_A_PURPOSE = (Kind.REVEAL, Kind.ORIGINAL)


class Whose(StrEnum):
    """Of whom the data speak."""

    PERSON = "person"
    ORGANISATION = "organisation"


class Verdict(StrEnum):
    """What a supervisor found out about an alarm."""

    WORK = "work"
    MISUSE = "misuse"


VERDICT_NAMES = {
    Verdict.WORK: ("因公查阅，恢复", "For work: looks are possible again"),
    Verdict.MISUSE: ("查阅不当，恢复并移交处理", "Improper: handed on; looks are possible again"),
}
