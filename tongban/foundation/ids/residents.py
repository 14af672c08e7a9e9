"""Resident identity numbers (公民身份号码), GB 11643-1999."""

import re
from datetime import date
from typing import Literal

from tongban.foundation.ids.checksums import mod_11_2
from tongban.foundation.ids.verdicts import BadNumber, Kind, Verdict, plain, refuse, right, wrong

_BODY = re.compile(r"[1-9][0-9]{16}")
_OLD = re.compile(r"[1-9][0-9]{14}")


def check_resident_id(text: str, *, today: date | None = None) -> Verdict:
    """Check a resident identity number; one of 15 digits (issued until 1999) is brought to 18.

    With `today`, a birth date after it is wrong too.
    """
    value = plain(text)
    if len(value) not in (15, 18):
        return wrong(
            Kind.RESIDENT_ID,
            value,
            "length",
            f"应为 18 位，现有 {len(value)} 位",
            f"it has {len(value)} characters, not 18",
        )
    if _OLD.fullmatch(value):
        value = _upgraded(value)
    if not _BODY.fullmatch(value[:17]) or value[17] not in "0123456789X":
        return wrong(
            Kind.RESIDENT_ID,
            value,
            "pattern",
            "前 17 位应为数字，末位为数字或 X",
            "the first 17 places are digits and the last is a digit or X",
        )
    born = _birth(value)
    if born is None or (today is not None and born > today):
        return wrong(
            Kind.RESIDENT_ID,
            value,
            "date",
            "第 7 至 14 位不是有效的出生日期",
            "places 7 to 14 are not a possible birth date",
        )
    if mod_11_2(value[:17]) != value[17]:
        return wrong(
            Kind.RESIDENT_ID,
            value,
            "check_digit",
            "校验位不符，可能有一位抄错",
            "its check digit does not fit: one digit may be miscopied",
        )
    return right(Kind.RESIDENT_ID, value)


def make_resident_id(body17: str) -> str:
    """The 17 digits with their check digit. Raises BadNumber for a malformed body or impossible date."""
    if not _BODY.fullmatch(body17) or _birth(body17) is None:
        raise BadNumber(
            sentence_zh=f"“{body17}”不能作为身份证号码的前 17 位。",
            sentence_en=f"'{body17}' cannot be the first 17 digits of an identity number.",
            todo_zh="用 17 位数字：6 位区划、8 位真实的出生日期、3 位顺序码。",
            todo_en="Use 17 digits: 6 of division, 8 of a real birth date, 3 of sequence.",
            about=body17,
        )
    return body17 + mod_11_2(body17)


def birth_date(text: str) -> date:
    """The birth date in a resident identity number. Raises BadNumber when the number is wrong."""
    verdict = check_resident_id(text)
    born = _birth(verdict.value) if verdict.ok else None
    if born is None:
        raise refuse(verdict)
    return born


def sex(text: str) -> Literal["female", "male"]:
    """The sex in a resident identity number. Raises BadNumber when the number is wrong."""
    verdict = check_resident_id(text)
    if not verdict.ok:
        raise refuse(verdict)
    return "male" if int(verdict.value[16]) % 2 else "female"


def _upgraded(old: str) -> str:
    # GB 11643-1999: everyone with a number of 15 digits was born in the 1900s.
    body = old[:6] + "19" + old[6:]
    return body + mod_11_2(body)


def _birth(value: str) -> date | None:
    try:
        return date(int(value[6:10]), int(value[10:12]), int(value[12:14]))
    except ValueError:
        return None
