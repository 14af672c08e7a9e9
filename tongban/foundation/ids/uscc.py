"""Unified social credit codes (统一社会信用代码), GB 32100-2015."""

import re

from tongban.foundation.ids.checksums import USCC_ALPHABET, mod_31
from tongban.foundation.ids.verdicts import BadNumber, Kind, Verdict, plain, right, wrong

# Two characters of registering department and kind, six digits of division, nine of organisation code.
_BODY = re.compile(rf"[{USCC_ALPHABET}]{{2}}[0-9]{{6}}[{USCC_ALPHABET}]{{9}}")


def check_uscc(text: str) -> Verdict:
    """Check a unified social credit code: length, alphabet, division digits, check character.

    The check digit of the organisation code inside is not checked: codes that were taken over from before
    2015 need not satisfy it.
    """
    value = plain(text).replace("-", "")
    if len(value) != 18:
        return wrong(
            Kind.USCC,
            value,
            "length",
            f"应为 18 位，现有 {len(value)} 位",
            f"it has {len(value)} characters, not 18",
        )
    if not _BODY.fullmatch(value[:17]) or value[17] not in USCC_ALPHABET:
        return wrong(
            Kind.USCC,
            value,
            "pattern",
            "只含数字和大写字母（不用 I、O、S、V、Z），第 3 至 8 位为数字",
            "only digits and capitals other than I, O, S, V, Z are used, and places 3 to 8 are digits",
        )
    if mod_31(value[:17]) != value[17]:
        return wrong(
            Kind.USCC,
            value,
            "check_digit",
            "校验位不符，可能有一位抄错",
            "its check character does not fit: one character may be miscopied",
        )
    return right(Kind.USCC, value)


def make_uscc(body17: str) -> str:
    """The 17 characters with their check character. Raises BadNumber for a malformed body."""
    if not _BODY.fullmatch(body17):
        raise BadNumber(
            sentence_zh=f"“{body17}”不能作为统一社会信用代码的前 17 位。",
            sentence_en=f"'{body17}' cannot be the first 17 characters of a unified social credit code.",
            todo_zh="用 17 位数字和大写字母（不用 I、O、S、V、Z），第 3 至 8 位为数字。",
            todo_en="Use 17 digits and capitals other than I, O, S, V, Z; places 3 to 8 are digits.",
            about=body17,
        )
    return body17 + mod_31(body17)
