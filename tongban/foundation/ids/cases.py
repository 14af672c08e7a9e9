"""Case numbers (办件编号): implementation code, day, serial.

GB/T 39046-2020 says only "at most 50 characters". The form here is the province's: 31 characters of
implementation code, eight of day, a serial of four digits within the day.
"""

import re
from datetime import date

from tongban.foundation.ids.tasks import check_task_code
from tongban.foundation.ids.verdicts import BadNumber, Kind, Verdict, plain, refuse, right, wrong

_LONGEST = 50
_SERIAL = re.compile(r"[0-9]{4}|[1-9][0-9]{4,10}")


def check_case_no(text: str) -> Verdict:
    """Check a case number: its implementation code, its day, its serial.

    The serial has four digits, and more only where a day had more than 9,999 cases of the item.
    """
    value = plain(text)
    if not 43 <= len(value) <= _LONGEST:
        return _wrong(
            value, "length", f"应为 43 位，现有 {len(value)} 位", f"it has {len(value)} characters, not 43"
        )
    task = check_task_code(value[:31])
    if not task.ok:
        return _wrong(value, task.code, task.why_zh, task.why_en)
    if not _SERIAL.fullmatch(value[39:]):
        return _wrong(
            value, "pattern", "日期后应为 4 位流水号", "the serial after the day is not four digits"
        )
    if not _is_day(value[31:39]):
        return _wrong(value, "date", "第 32 至 39 位不是有效的日期", "places 32 to 39 are not a day")
    return right(Kind.CASE_NO, value)


def make_case_no(task_code: str, day: date, serial: int) -> str:
    """The case number of the `serial`th case (from 1) of an item on a day. Raises BadNumber."""
    task = check_task_code(task_code)
    if not task.ok:
        raise refuse(task)
    if not 1 <= serial < 10 ** (_LONGEST - 39):
        raise BadNumber(
            sentence_zh=f"流水号 {serial} 超出范围。",
            sentence_en=f"The serial {serial} is out of range.",
            todo_zh="流水号从 1 开始，每日按事项递增。",
            todo_en="Serials start at 1 and grow by item and day.",
            about=str(serial),
        )
    return f"{task.value}{day.isoformat().replace('-', '')}{serial:04}"


def _is_day(text: str) -> bool:
    try:
        date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return False
    return True


def _wrong(value: str, code: str, why_zh: str, why_en: str) -> Verdict:
    return wrong(Kind.CASE_NO, value, code, why_zh, why_en)
