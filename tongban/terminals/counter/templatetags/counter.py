"""Filters of the counter's templates. `{% load counter %}`."""

from collections.abc import Mapping
from typing import Any

from django import template

from tongban.kernel.catalogue.calc import Text
from tongban.terminals.counter import words

register = template.Library()


@register.filter
def pack_text(text: Text) -> str:
    """A compiled text of the pack in this language."""
    return words.said(text)


@register.filter
def at(values: Mapping[str, Any], key: str) -> Any:
    """The value under a key that the template holds in a variable; nothing where there is none."""
    return values.get(key, "")
