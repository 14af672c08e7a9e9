"""Hides numbers of persons in texts that nobody wrote for people's eyes: log lines, traces, addresses."""

import re

from tongban.foundation.ids.phones import check_phone
from tongban.foundation.ids.residents import check_resident_id

# Also in addresses, where signs may be written as %34, and glued to words; a longer run of digits is one number.
_NUMBERS = re.compile(
    r"""
    (?<![0-9A-Za-z])(?:[1-9]\d{16}[0-9Xx]|[1-9]\d{14})(?![0-9A-Za-z])  # resident identity numbers, the old ones too
    | (?<![0-9A-Za-z])(?:86)?1[3-9]\d{9}(?![0-9A-Za-z])                # mobile telephones
    | (?<![0-9A-Za-z])\d{16,19}(?![0-9A-Za-z])                         # bank accounts
    """,
    re.VERBOSE,
)


def veiled(text: str) -> str:
    """The text with every number that may be a person's, their telephone's or their account's replaced by its length."""
    return _NUMBERS.sub(lambda found: f"[{len(found[0])}]", text)


# As people type them: in groups, in full width, with the country's code. Each is checked before it is taken for one.
_TYPED = re.compile(
    r"""
    (?<![0-9A-Za-z])
    (?:\d{6}[\s-]?\d{4}[\s-]?\d{4}[\s-]?\d{3}[\dXx\uff38\uff58]   # resident identity numbers
    | (?:(?:\+|00)?86[\s-]?)?\d{3}[\s-]?\d{4}[\s-]?\d{4})           # mobile telephones
    (?![0-9A-Za-z])
    """,
    re.VERBOSE,
)


def without_numbers(text: str) -> str:
    """The text without identity numbers whose check digit fits and without mobile numbers; the same when it has none."""
    return _TYPED.sub(lambda found: "" if _is_a_persons(found[0]) else found[0], text)


def _is_a_persons(number: str) -> bool:
    return check_resident_id(number.replace("-", "")).ok or check_phone(number).ok
