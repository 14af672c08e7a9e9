"""The answer of every check of a number."""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from tongban.foundation.errors import Problem


class Kind(StrEnum):
    """The kinds of number that we can check."""

    USCC = "uscc"
    RESIDENT_ID = "resident_id"
    TASK_CODE = "task_code"
    CASE_NO = "case_no"
    CERT_IDENTIFIER = "cert_identifier"
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a number is well-formed, why not, and the number as it should be stored.

    `value` is the normalised number even when it is wrong. `code` is the reason for machines: "" when ok,
    else length, pattern, date or check_digit.
    """

    kind: Kind
    ok: bool
    why_zh: str
    why_en: str
    value: str
    code: str = ""


class BadNumber(Problem):
    """A number, or the parts of one, that cannot be right."""

    code = "number.bad"
    status = 422


def plain(text: str) -> str:
    """The text as numbers are stored: half-width, capitals, without spaces."""
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()


def right(kind: Kind, value: str) -> Verdict:
    """The verdict for a number that is as it should be."""
    return Verdict(kind=kind, ok=True, why_zh="", why_en="", value=value)


def wrong(kind: Kind, value: str, code: str, why_zh: str, why_en: str) -> Verdict:
    """The verdict for a number that is not; the reasons are sentences without a full stop."""
    return Verdict(kind=kind, ok=False, why_zh=why_zh, why_en=why_en, value=value, code=code)


def refuse(verdict: Verdict) -> BadNumber:
    """The problem to raise where a right number was needed; it never repeats the number."""
    return BadNumber(
        sentence_zh=f"号码不正确：{verdict.why_zh}。",
        sentence_en=f"The number is wrong: {verdict.why_en}.",
        todo_zh="请对照证件逐位核对。",
        todo_en="Compare it with the document character by character.",
        about=verdict.kind,
    )
