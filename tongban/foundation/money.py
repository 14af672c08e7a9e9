"""Money is a whole number of fen (分). No binary fraction ever touches it."""

import re
import unicodedata

from tongban.foundation.errors import Problem

Fen = int

# Thirteen digits of yuan: more than any public budget, and its fen fit a 64-bit column with room to add up.
_YUAN = re.compile(
    r"(?P<sign>-?)(?P<whole>[0-9]{1,13}|[0-9]{1,3}(?:,[0-9]{3}){1,4})(?:\.(?P<part>[0-9]{1,2}))?"
)


class BadAmount(Problem):
    """A text that should be an amount of money is none."""

    code = "money.bad_amount"
    status = 422


def parse_yuan(text: str) -> Fen:
    """The fen in a text of yuan such as "1,234.50", "¥80" or "１２３．４元". Raises BadAmount."""
    plain = unicodedata.normalize("NFKC", text).strip().removeprefix("¥").removesuffix("元").strip()
    found = _YUAN.fullmatch(plain)
    if found is None:
        raise BadAmount(
            sentence_zh=f"“{text}”不是有效的金额。",
            sentence_en=f"'{text}' is not an amount of yuan.",
            todo_zh="请填写以元为单位的数字，最多两位小数，例如 1,234.50。",
            todo_en="Write a number of yuan with at most two decimals, such as 1,234.50.",
            about=text,
        )
    fen = int(found["whole"].replace(",", "")) * 100 + int((found["part"] or "0").ljust(2, "0"))
    return -fen if found["sign"] else fen


def format_yuan(fen: Fen) -> str:
    """Fen as yuan with two decimals and grouped thousands: 123450 is "1,234.50"."""
    yuan, part = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{yuan:,}.{part:02}"
