"""What can be found: an entry of any kind, and the row that the full-text table keeps of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from tongban.kernel.search.calc.words import has_han, index_words, joined, normalised, syllables

_LONGEST_SOUNDED = 12


@dataclass(frozen=True)
class Entry:
    """An item, a hall, a question, a notice, a policy: what it is called, how people call it, what it says."""

    kind: str
    code: str
    label: str
    names: Sequence[str] = ()  # other names, the English one among them
    words: Sequence[str] = ()  # what people say when they look for it
    body: Sequence[str] = ()
    tags: Sequence[str] = ()  # name:value, without blanks: audience:person, agency:tax


def stored(entry: Entry) -> tuple[str, ...]:
    """The entry as a row: kind, code, tags, label, phrases, pinyin, and the words of title, words and body."""
    phrases: dict[str, None] = {}
    for text in (entry.label, *entry.names, *entry.words):
        phrase = joined(normalised(text))
        if phrase:
            phrases.setdefault(phrase)
    sounds = [
        syllables(phrase) if len(phrase) <= _LONGEST_SOUNDED and has_han(phrase) else "" for phrase in phrases
    ]
    return (
        entry.kind,
        entry.code,
        " ".join(entry.tags),
        entry.label,
        "\n".join(phrases),
        "\n".join(sounds),
        index_words([entry.label, *entry.names]),
        index_words(entry.words),
        index_words(entry.body),
    )
