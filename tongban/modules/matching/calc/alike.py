"""How alike two texts are: TF-IDF cosine over segmented Chinese, and BM25 to compare with. Pure."""

from collections import Counter
from collections.abc import Sequence
from math import log, sqrt

import numpy as np
from numpy.typing import NDArray


def likeness(one: str, others: Sequence[str]) -> NDArray[np.float64]:
    """Cosine of TF-IDF vectors, 0 to 1, of one post's words with each of the others'; rare words among them count more."""
    asked, held = Counter(one.split()), [Counter(text.split()) for text in others]
    many = len(held) + 1
    seen = Counter(word for words in (asked, *held) for word in words)
    rarity = {word: log((many + 1) / (count + 0.5)) for word, count in seen.items()}
    mine = {word: (1 + log(count)) * rarity[word] for word, count in asked.items()}
    length = sqrt(sum(value * value for value in mine.values()))
    found = np.zeros(len(held))
    for index, words in enumerate(held):
        shared = sum(
            mine[word] * (1 + log(words[word])) * rarity[word] for word in mine.keys() & words.keys()
        )
        if shared and length:
            theirs = sqrt(sum(((1 + log(count)) * rarity[word]) ** 2 for word, count in words.items()))
            found[index] = shared / (length * theirs)
    return np.clip(found, 0.0, 1.0)


def bm25(one: str, others: Sequence[str], k1: float = 1.2, b: float = 0.75) -> NDArray[np.float64]:
    """Okapi BM25 of one post's words against each of the others; the baseline of the bench."""
    held = [text.split() for text in others]
    mean = sum(map(len, held)) / len(held) if held else 1.0
    seen = Counter(word for words in held for word in set(words))
    found = np.zeros(len(held))
    for index, words in enumerate(held):
        counts = Counter(words)
        for word in set(one.split()) & counts.keys():
            idf = log(1 + (len(held) - seen[word] + 0.5) / (seen[word] + 0.5))
            count = counts[word]
            found[index] += idf * count * (k1 + 1) / (count + k1 * (1 - b + b * len(words) / mean))
    return found
