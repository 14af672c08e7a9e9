"""Which typed values rules may read."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

UNREADABLE = "\x00"  # stands for what could not be read as its field's type; kept so that the form can say so


def _is_day(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(date.fromisoformat(value))
    except ValueError:
        return False


def _is_decimal(value: Any) -> bool:
    try:
        return isinstance(value, str) and Decimal(value).is_finite()
    except InvalidOperation:
        return False


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


_READABLE: dict[str, Callable[[Any], bool]] = {
    "date": _is_day,
    "decimal": _is_decimal,
    "int": _is_whole,
    "money": _is_whole,
    "rows": lambda value: isinstance(value, list),
    "yesno": lambda value: isinstance(value, bool),
    "choices": lambda value: isinstance(value, list) and all(isinstance(part, str) for part in value),
}


def is_readable(type: str, value: Any) -> bool:
    """Whether a rule may read the value: what the form will refuse must not reach it, it could only stumble."""
    if value in (None, "", [], UNREADABLE):
        return False
    return _READABLE.get(type, lambda text: isinstance(text, str))(value)
