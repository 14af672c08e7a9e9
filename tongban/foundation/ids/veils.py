"""Hides numbers of persons in texts that nobody wrote for people's eyes: log lines, traces, addresses."""

import re

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
