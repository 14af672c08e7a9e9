"""Words of a Chinese text and of a query: one tokenizer for both databases, synonyms, pinyin."""

from collections.abc import Iterable, Mapping

import rjieba
from pypinyin import Style, lazy_pinyin

# Words that say nothing of what is wanted.
_STOP = frozenset(
    {
        "的",
        "了",
        "要",
        "我",
        "想",
        "怎么",
        "办",
        "什么",
        "证",
        "个",
        "在",
        "是",
        "吗",
        "呢",
        "吧",
        "和",
        "与",
        "或",
        "及",
        "办理",
        "需要",
        "哪里",
        "如何",
        "可以",
        "有",
        "去",
        "到",
        "把",
        "被",
        "上",
        "下",
        "一个",
    }
)


def _words(text: str) -> list[str]:
    return [word.strip().lower() for word in rjieba.cut_for_search(text) if word.strip() and _is_word(word)]


def _is_word(word: str) -> bool:
    return any(c.isalnum() for c in word)


def index_words(texts: Iterable[str]) -> str:
    """The words of texts, parted by blanks, as they are stored; whole and single signs both, so 办证 finds 证."""
    return " ".join(word for text in texts for word in _words(text))


def pinyin_of(texts: Iterable[str]) -> str:
    """Full pinyin and initials of each text, joined without blanks, texts parted by one."""
    parts = []
    for text in texts:
        parts.append("".join(lazy_pinyin(text)).lower())
        parts.append("".join(lazy_pinyin(text, style=Style.FIRST_LETTER)).lower())
    return " ".join(part for part in parts if part)


def query_words(query: str, synonyms: Mapping[str, list[str]]) -> list[str]:
    """The words to look for: those of the query, those of every colloquial word it contains, no fillers."""
    found: dict[str, None] = {}
    for spoken, terms in synonyms.items():
        if spoken in query:
            for term in terms:
                found.update(dict.fromkeys(_words(term)))
    found.update(dict.fromkeys(word for word in _words(query) if word not in _STOP))
    return list(found) or _words(query)


def is_pinyin(query: str) -> bool:
    """True for a query typed in Latin letters."""
    letters = query.replace(" ", "")
    return bool(letters) and letters.isascii() and letters.isalpha()
