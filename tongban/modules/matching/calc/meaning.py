"""What a post speaks of, whatever category its author chose: topics of the pack that its words name. Pure.

People choose the wrong category, and call one thing by many names. A topic is a list of names for one thing, and may say
which category that thing is. A post speaks of a topic when it holds all words of one of its names.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache

from tongban.modules.matching.calc.definition import Kind, Topic
from tongban.modules.matching.calc.words import words_of

# How far two posts are of one category. Steps that order, set by hand.
SAID_BY_BOTH = 1.0  # the texts of both speak of it
CHOSEN_BY_BOTH = 0.9  # both chose it, and no text speaks against it
SAID_AND_CHOSEN = 0.85  # one chose what the other's text speaks of
CHOSEN_NOT_SAID = 0.5  # both chose it, and what one of them says is something else
SAME_GROUP = 0.3


@dataclass(frozen=True)
class Meaning:
    """The category that was chosen, the topics that the text speaks of, and the categories of those."""

    category: str
    topics: frozenset[int]
    categories: frozenset[str]

    @property
    def doubtful(self) -> bool:
        """Whether the text speaks of other categories only than the one that was chosen."""
        return bool(self.categories) and self.category not in self.categories


Names = Mapping[str, Sequence[tuple[frozenset[str], int]]]


@lru_cache(maxsize=64)
def _names_of(topics: tuple[Topic, ...]) -> Names:
    """Each name as its words with the number of its topic, under its longest word; cut once for a process."""
    found: dict[str, list[tuple[frozenset[str], int]]] = {}
    for number, topic in enumerate(topics):
        for name in topic.words:
            words = frozenset(words_of(name).split())
            if words:
                found.setdefault(max(words, key=lambda word: (len(word), word)), []).append((words, number))
    return found


class Reader:
    """Reads posts of one kind."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self._names = _names_of(kind.topics)

    def read(self, category: str, words: str) -> Meaning:
        """What a post with these stored words speaks of."""
        held = set(words.split())
        topics = frozenset(
            number for word in held & self._names.keys() for name, number in self._names[word] if name <= held
        )
        of = frozenset(self.kind.topics[number].category for number in topics) - {""}
        return Meaning(category, topics, of)

    def fit(self, one: Meaning, other: Meaning) -> float:
        """How far two posts are of one category, 0 to 1; 0 means that they have nothing to do with each other."""
        if one.categories & other.categories:
            return SAID_BY_BOTH
        if one.category == other.category:
            return CHOSEN_NOT_SAID if one.doubtful or other.doubtful else CHOSEN_BY_BOTH
        if one.category in other.categories or other.category in one.categories:
            return SAID_AND_CHOSEN
        first, second = (self.kind.categories.get(each.category) for each in (one, other))
        return SAME_GROUP if first and second and first.group == second.group else 0.0


def covered(need: Set[int], offer: Set[int]) -> float | None:
    """Of the topics that the need speaks of, how many the offer does too; None when either speaks of none."""
    return len(need & offer) / len(need) if need and offer else None
