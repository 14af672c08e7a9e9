"""How the people of a city speak: synonyms, fillers and cues, as a pack gives them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tongban.kernel.search.calc.words import ENGLISH_FILLERS, FILLERS, joined, normalised

_SAID, _GROUP, _FAR = 0.86, 0.8, 0.62


def _key(text: str) -> str:
    return joined(normalised(text))


@dataclass(frozen=True)
class Speech:
    """Synonyms by spoken word; what is not asked for; words that say for whom or which office."""

    synonyms: Mapping[str, tuple[str, ...]]
    groups: Mapping[str, tuple[str, ...]]
    fillers: frozenset[str]
    audiences: Mapping[str, str]
    agencies: Mapping[str, str]
    secondary: tuple[str, ...]
    popular: Mapping[str, int]
    places: frozenset[str]

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> "Speech":
        """From the pack's file, whose parts may be missing."""
        synonyms: dict[str, tuple[str, ...]] = {}
        for spoken, terms in data.get("synonyms", {}).items():
            synonyms[_key(spoken)] = tuple(_key(term) for term in terms)
        groups: dict[str, tuple[str, ...]] = {}
        for group in data.get("groups", []):
            words = [_key(word) for word in group]
            for word in words:
                others = [other for other in words if other != word]
                groups[word] = tuple(dict.fromkeys([*groups.get(word, ()), *others]))
        popular = data.get("popular", [])
        return cls(
            synonyms,
            groups,
            FILLERS | ENGLISH_FILLERS | {_key(word) for word in data.get("fillers", [])},
            {_key(word): kind for kind, words in data.get("audiences", {}).items() for word in words},
            {_key(word): code for code, words in data.get("agencies", {}).items() for word in words},
            tuple(_key(word) for word in data.get("secondary", [])),
            {code: len(popular) - place for place, code in enumerate(popular)},
            frozenset(_key(word) for word in data.get("places", [])),
        )

    @property
    def keys(self) -> frozenset[str]:
        """Everything that is recognised as one expression inside a sentence."""
        return frozenset(self.synonyms) | frozenset(self.groups)

    def means(self, word: str) -> dict[str, float]:
        """What else is searched for a word, with how near it is (the word itself is 1)."""
        found: dict[str, float] = {}
        for other in self.groups.get(word, ()):
            found[other] = _GROUP
        for term in self.synonyms.get(word, ()):
            found[term] = _SAID
        for near, factor in list(found.items()):
            for term in (*self.synonyms.get(near, ()), *self.groups.get(near, ())):
                if term != word:
                    found.setdefault(term, _FAR if factor > _FAR else factor)
        return found
