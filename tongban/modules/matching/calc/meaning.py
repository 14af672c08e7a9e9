"""What a post speaks of, whatever category its author chose: topics of the pack that its words name. Pure.

People choose the wrong category, and call one thing by many names. A topic is a list of names for one thing, and may say
which category that thing is. A post speaks of a topic when it holds one of its names.
"""

import re
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache

from tongban.kernel.search.calc.words import has_han
from tongban.modules.matching.calc.definition import Kind, Topic

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


_LETTERS = re.compile(r"[a-z0-9]+")


# Texts of each kind whose topics are kept: every new post is held against the same newest ones of the other side.
MOST_READ = 20_000


@lru_cache(maxsize=64)
def _speaker(topics: tuple[Topic, ...]) -> Callable[[str], frozenset[int]]:
    """What tells the numbers of the topics that a text speaks of."""
    names = [
        (name.lower(), has_han(name), number) for number, topic in enumerate(topics) for name in topic.words
    ]

    @lru_cache(maxsize=MOST_READ)
    def one(found: frozenset[int]) -> frozenset[int]:
        return found  # few differ: thousands of texts share one, and memory holds it once

    @lru_cache(maxsize=MOST_READ)
    def topics_of(said: str) -> frozenset[int]:
        text = said.lower()
        held = set(_LETTERS.findall(text))
        found = frozenset(
            number for name, chinese, number in names if (name in text if chinese else name in held)
        )
        return one(found)

    return topics_of


class Reader:
    """Reads posts of one kind."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self._topics_of = _speaker(kind.topics)
        self._read: dict[tuple[str, frozenset[int]], Meaning] = {}

    def read(self, category: str, said: str) -> Meaning:
        """What a post speaks of that says this, title and text as they were typed.

        A Chinese name is looked for in what was typed and not among its words, because where these are cut depends on their
        neighbours; a name in letters is a word of its own (PC is not in PCB).
        """
        topics = self._topics_of(said)
        meaning = self._read.get((category, topics))
        if meaning is None:
            of = frozenset(self.kind.topics[number].category for number in topics) - {""}
            meaning = self._read[category, topics] = Meaning(category, topics, of)
        return meaning

    def fits(self, one: Meaning, others: Sequence[Meaning]) -> list[float]:
        """`fit` with each of the others; few of them differ in what they mean."""
        told: dict[int, float] = {}
        for other in others:
            if id(other) not in told:
                told[id(other)] = self.fit(one, other)
        return [told[id(other)] for other in others]

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
