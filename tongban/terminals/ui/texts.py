"""Interface texts. Their source is Simplified Chinese; English comes from tongban/locale (see tools/texts.py).

What cities say about themselves (names of items, places, agencies) is data of the pack and carries both
languages itself: `local` picks one.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import translation
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext

CHINESE = "zh-hans"
ENGLISH = "en"
LANGUAGES = (CHINESE, ENGLISH)


def language() -> str:
    """The language of this request, one of LANGUAGES."""
    return ENGLISH if translation.get_language() == ENGLISH else CHINESE


def _(text: str, /, **values: object) -> str:
    """`text` in the language of this request, with `{names}` replaced by `values`.

    Raises KeyError when a name in the text has no value: a hole in a sentence is a bug.
    """
    said = gettext(text)
    return said.format(**values) if values else said


def later(text: str) -> Promise:
    """Like `_`, for constants: the language is chosen when the text is shown."""
    return _later(text)


_later = lazy(gettext, str)


def local(said: object) -> str:
    """The text of a pack's `{zh: …, en: …}` in this language; Chinese where there is no English. Text stays text."""
    if isinstance(said, Mapping):
        texts: Mapping[str, Any] = said
        wanted = texts.get("en") if language() == ENGLISH else None
        return str(wanted or texts.get("zh") or "")
    return "" if said is None else str(said)


def listed(said: Iterable[str]) -> str:
    """Several words in a row, parted as this language does."""
    return (", " if language() == ENGLISH else "、").join(said)
