"""Implementation codes of service items (实施编码), by scheme; no single length is assumed.

National scheme, as read from codes in use: the implementing body's unified social credit code (18), the
exercising level (1), the catalogue code (12). A handling item (业务办理项) adds a serial of two digits.
The older scheme has a catalogue code of two letters and eight digits, with up to 14 more characters (an..24).
"""

import re
from enum import StrEnum

from tongban.foundation.ids.uscc import check_uscc
from tongban.foundation.ids.verdicts import Kind, Verdict, plain, right, wrong


class TaskScheme(StrEnum):
    """The numbering scheme of an implementation code."""

    NATIONAL = "national"
    HANDLING = "handling"
    OLD = "old"


LEVELS = "1234567"
"""Exercising levels (行使层级), GB/T 39046-2020 A: state, province, city, county, town, village, by grade."""

_CATALOG = re.compile(r"[0-9]{4}[0-9A-Z]{8}")
_OLD = re.compile(r"[A-Z]{2}[0-9]{8}[0-9A-Z]{0,14}")
_LENGTHS = {TaskScheme.NATIONAL: 31, TaskScheme.HANDLING: 33}


def check_task_code(text: str, *, scheme: TaskScheme | str = TaskScheme.NATIONAL) -> Verdict:
    """Check an implementation code of the given scheme. Raises ValueError for an unknown scheme."""
    scheme = TaskScheme(scheme)
    value = plain(text)
    if scheme is TaskScheme.OLD:
        if _OLD.fullmatch(value):
            return right(Kind.TASK_CODE, value)
        return _wrong(
            value,
            "pattern",
            "旧式编码为 2 位字母加 8 位数字，总长不超过 24 位",
            "an old code is two letters and eight digits, 24 characters at most",
        )
    length = _LENGTHS[scheme]
    if len(value) != length:
        return _wrong(
            value,
            "length",
            f"应为 {length} 位，现有 {len(value)} 位",
            f"it has {len(value)} characters, not {length}",
        )
    body = check_uscc(value[:18])
    if not body.ok:
        return _wrong(
            value,
            body.code,
            f"前 18 位（实施主体统一社会信用代码）：{body.why_zh}",
            f"in the first 18 characters (the body's credit code) {body.why_en}",
        )
    if value[18] not in LEVELS:
        return _wrong(
            value,
            "pattern",
            "第 19 位（行使层级）应为 1 至 7",
            "place 19 (the exercising level) is not 1 to 7",
        )
    if not _CATALOG.fullmatch(value[19:31]) or not re.fullmatch("[0-9]*", value[31:]):
        return _wrong(
            value,
            "pattern",
            "第 20 至 31 位（基本编码）不符合规则",
            "places 20 to 31 (the catalogue code) or the serial after them are malformed",
        )
    return right(Kind.TASK_CODE, value)


def _wrong(value: str, code: str, why_zh: str, why_en: str) -> Verdict:
    return wrong(Kind.TASK_CODE, value, code, why_zh, why_en)
