"""Interface texts. Their source is Simplified Chinese; English comes from tongban/locale (see tools/texts.py).

What cities say about themselves (names of items, places, agencies) is data of the pack and carries both
languages itself: `local` picks one.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from django.utils import translation
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext

CHINESE = "zh-hans"
ENGLISH = "en"
LANGUAGES = (CHINESE, ENGLISH)
_CHINESE = re.compile("[\u3400-\u9fff《“](?:.*[\u3400-\u9fff》”）。])?", re.DOTALL)


def language() -> str:
    """The language of this request, one of LANGUAGES."""
    return ENGLISH if translation.get_language() == ENGLISH else CHINESE


def _(text: str, /, **values: object) -> str:
    """`text` in the language of this request, with `{names}` replaced by `values`.

    Raises KeyError when a name in the text has no value: a hole in a sentence is a bug.
    """
    said = _said(translation.get_language(), text)
    return said.format(**values) if values else said


@lru_cache(maxsize=20_000)
def _said(_language: str, text: str) -> str:
    return gettext(text)


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


def parted(text: str) -> tuple[str, str, str]:
    """On an English page: what stands before the Chinese of a text, the Chinese from first to last, what stands after."""
    found = _CHINESE.search(text) if language() == ENGLISH else None
    return (text[: found.start()], found[0], text[found.end() :]) if found else (text, "", "")


def listed(said: Iterable[str]) -> str:
    """Several words in a row, parted as this language does."""
    return (", " if language() == ENGLISH else "、").join(said)
