"""Distance between spellings, and lists in which near spellings are found quickly."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator

_LEAST_SPELLED, _LEAST_PART = 3, 6  # letters
_BY_INITIALS, _BY_PART = 0.9, 0.8
_FUZZ = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ang", "an"), ("eng", "en"), ("ing", "in"))


def fuzzy(sound: str) -> str:
    """A pinyin without the differences that southern speech does not make: zh and z, n and l, ing and in."""
    for precise, loose in _FUZZ:
        sound = sound.replace(precise, loose)
    return sound.replace("l", "n").replace("iu", "iou").replace("ui", "uei")


def distance(a: str, b: str, most: int) -> int:
    """How many signs were changed, added, left out or swapped with their neighbour; at most `most` + 1."""
    if abs(len(a) - len(b)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, sign in enumerate(a, 1):
        last, before, row = before, row, [i]
        for j, other in enumerate(b, 1):
            cost = min(row[j - 1] + 1, before[j] + 1, before[j - 1] + (sign != other))
            if i > 1 and j > 1 and sign == b[j - 2] and a[i - 2] == other:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]


def is_spelled(query: str) -> bool:
    """True for a query that may be pinyin or initials: Latin letters only."""
    letters = "".join(query.split())
    return len(letters) >= _LEAST_SPELLED and letters.isascii() and letters.isalpha()


def sounds_like(query: str, pinyin: str) -> float:
    """How well letters spell one of the names whose pinyin stand in lines: 1 for all of it, 0 for none of it."""
    letters = fuzzy("".join(query.lower().split()))
    best = 0.0
    for line in pinyin.split("\n"):
        parts = line.split()
        whole = fuzzy("".join(parts))
        if whole == letters:
            return 1.0
        if len(parts) > 2 and "".join(part[0] for part in parts) == "".join(query.lower().split()):
            best = max(best, _BY_INITIALS)
        elif len(letters) >= _LEAST_PART and any(
            fuzzy("".join(parts[i:])).startswith(letters) for i in range(len(parts))
        ):
            best = max(best, _BY_PART)
    return best


class Spellings:
    """A set of spellings in which those at distance one are found by their halves."""

    def __init__(self, words: Iterable[str]) -> None:
        self._forward = sorted(words)
        self._backward: list[str] | None = None  # made when first needed

    def _reversed(self) -> list[str]:
        if self._backward is None:
            self._backward = sorted(word[::-1] for word in self._forward)
        return self._backward

    def starting(self, head: str, most: int) -> list[str]:
        """Up to `most` spellings that begin with `head`, in order."""
        return list(self._run(self._forward, head, most))

    def near(self, word: str, most: int = 1) -> list[str]:
        """Spellings at distance one (or up to `most`, when one half is right), nearest first."""
        # One change leaves one half as it was; a swap across the middle spares all but a sign of each.
        half = max(1, len(word) // 2 - 1)
        found = {*self._run(self._forward, word[:half], 600)}
        found |= {other[::-1] for other in self._run(self._reversed(), word[::-1][:half], 600)}
        signs = set(word)
        # Each change accounts for at most two signs that only one of the two has: spares most comparisons.
        likely = (other for other in found if len(signs.symmetric_difference(other)) <= 2 * most)
        rated = [(distance(word, other, most), other) for other in likely]
        return [other for far, other in sorted(rated) if 0 < far <= most]

    @staticmethod
    def _run(words: list[str], head: str, most: int) -> Iterator[str]:
        at = bisect_left(words, head)
        for word in words[at : at + most]:
            if not word.startswith(head):
                return
            yield word
