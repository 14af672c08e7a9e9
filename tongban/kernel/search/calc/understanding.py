"""A query as concepts: what is wanted, in which other words it may be said, and what was probably mistyped."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from tongban.kernel.search.calc.latin import from_latin
from tongban.kernel.search.calc.lexicon import Lexicon
from tongban.kernel.search.calc.words import (
    VERBS,
    cut,
    has_han,
    is_han,
    is_word,
    joined,
    normalised,
    sounds_of,
    stem,
    tokens,
)

_PART, _PART_MEANS = 0.6, 0.5
_LONGEST_KEY, _LONGEST_WINDOW = 12, 7


@dataclass
class Concept:
    """One thing that is asked for: its words in the query, and every term that would answer, with its weight."""

    text: str
    start: int
    end: int
    terms: dict[str, float] = field(default_factory=dict)
    said: str = ""  # what stood in the query where it was read as something else
    settled: bool = False  # read once more already; never again
    faint: bool = False  # a single character, or a guess: counts less


@dataclass(frozen=True)
class Understood:
    """A query, understood."""

    text: str
    concepts: Sequence[Concept]
    core: str  # what was asked without fillers
    audiences: frozenset[str] = frozenset()
    agencies: frozenset[str] = frozenset()
    places: tuple[str, ...] = ()

    @property
    def read_as(self) -> str:
        """The query as it was read; empty when nothing was corrected."""
        if not any(one.said for one in self.concepts):
            return ""
        return " ".join(one.text for one in self.concepts)


NOTHING = Understood("", (), "")


def understand(query: str, lexicon: Lexicon) -> Understood:
    """What a query asks for. Pure; the same lexicon gives the same answer."""
    text = joined(normalised(query))
    if not text:
        return NOTHING
    speech = lexicon.speech
    if not has_han(text):
        concepts = [
            concept_of(words, lexicon, said=said, start=at)
            for at, (words, said) in enumerate(from_latin(text, lexicon))
        ]
    else:
        concepts = _Sentence(text, lexicon).concepts()
    kept, offices, places, audiences, agencies = [], [], [], set(), set()
    for one in concepts:
        for word in (one.text, *one.terms):
            if word in speech.audiences:
                audiences.add(speech.audiences[word])
            if word in speech.agencies:
                agencies.add(speech.agencies[word])
        if one.text in speech.places:
            places.append(one.text)
        elif one.text in speech.agencies:
            offices.append(one)
        elif one.text not in speech.fillers:
            kept.append(one)
    if not kept and not places and not offices:
        kept = [one for one in concepts if not one.faint or one.text not in speech.fillers]
    core = "".join(one.text if has_han(one.text) else f" {one.text} " for one in kept).strip()
    return Understood(text, kept, core, frozenset(audiences), frozenset(agencies), tuple(places))


def concept_of(
    words: list[str], lexicon: Lexicon, *, said: str = "", start: int = 0, factor: float = 1.0
) -> Concept:
    """A concept that any of the words stands for, with what each of them means here."""
    terms: dict[str, float] = {}

    def add(term: str, weight: float) -> None:
        terms[term] = max(terms.get(term, 0.0), weight)

    for word in words:
        add(word, factor)
        for term, near in lexicon.speech.means(word).items():
            add(term, near * factor)
        if has_han(word) and len(word) > 2:
            for part in tokens(word):
                if 1 < len(part) < len(word) and part not in lexicon.speech.fillers:
                    add(part, _PART * factor)
                    for term, near in lexicon.speech.means(part).items():
                        add(term, _PART_MEANS * near * factor)
        elif " " in word:
            for part in word.split():
                if part not in lexicon.speech.fillers:
                    add(part, _PART * factor)
    faint = len(words[0]) == 1 and words[0] not in lexicon.keys
    return Concept(words[0], start, start + len(words[0]), terms, said, faint=faint)


class _Sentence:
    """A query with Chinese in it, taken apart."""

    def __init__(self, text: str, lexicon: Lexicon) -> None:
        self.text, self.lexicon, self.speech = text, lexicon, lexicon.speech
        self.tokens: list[tuple[int, int]] = []
        at = 0
        for token in cut(text):
            self.tokens.append((at, at + len(token)))
            at += len(token)
        self._sounds = sounds_of(text)
        self._known: dict[tuple[int, int, bool], tuple[float, list[str]]] = {}
        self.bounds = {0, len(text)} | {start for start, _ in self.tokens} | {end for _, end in self.tokens}

    def concepts(self) -> list[Concept]:
        """The concepts in their order; what nobody here says is repaired where something near is said."""
        found = self._mixed()
        found += self._expressions(found)
        taken = {at for one in found for at in range(one.start, one.end)}
        for start, end in self.tokens:
            for a, b in _free(start, end, taken):
                word = self.text[a:b]
                if not word.strip():
                    continue
                if has_han(word):
                    found.append(concept_of([word], self.lexicon, start=a))
                else:
                    found += [
                        concept_of(words, self.lexicon, said=said, start=a)
                        for words, said in from_latin(word, self.lexicon)
                    ]
        found.sort(key=lambda one: one.start)
        return self._repaired(found)

    def _mixed(self) -> list[Concept]:
        """Chinese and pinyin run together as one word: 身份zheng, shebao卡."""
        found: list[Concept] = []
        for start, end in self.tokens:
            word = self.text[start:end]
            if not (word.isascii() and word.isalpha()) or stem(word) in self.lexicon.stems:
                continue
            for before in range(min(4, start), -1, -1):
                for after in range(min(4, len(self.text) - end), -1, -1):
                    left, right = self.text[start - before : start], self.text[end : end + after]
                    if not (left or right) or not all(map(is_han, left + right)):
                        continue
                    sound = self.lexicon.sound_of(left) if left else ""
                    sound += word + (self.lexicon.sound_of(right) if right else "")
                    words = [
                        one
                        for one in self.lexicon.sounding(sound, loosely=True)
                        if one.startswith(left) and one.endswith(right)
                    ]
                    if words and not found:
                        best = self.lexicon.best(words, 3)
                        one = concept_of(best, self.lexicon, said=left + word + right, start=start - before)
                        one.end = end + after
                        found.append(one)
        return found

    def _expressions(self, others: list[Concept]) -> list[Concept]:
        """What the city's speech knows as one expression, the longest first from the left."""
        taken = {at for one in others for at in range(one.start, one.end)}
        found, at = [], 0
        while at < len(self.text):
            for length in range(min(_LONGEST_KEY, len(self.text) - at), 0, -1):
                end = at + length
                piece = self.text[at:end]
                if not self._is_expression(piece):
                    continue
                if taken & set(range(at, end)) or not self._stands_alone(at, end):
                    continue
                found.append(concept_of([piece], self.lexicon, start=at))
                at = end - 1
                break
            at += 1
        return found

    def _is_expression(self, piece: str) -> bool:
        speech = self.speech
        known = piece in self.lexicon.keys or piece in speech.places or piece in speech.agencies
        known = known or piece in speech.audiences
        return known or (len(piece) > 1 and piece in speech.fillers)

    def _stands_alone(self, start: int, end: int) -> bool:
        """A short expression must not begin or end inside another word: 开公司 is not in 离开公司."""
        length = end - start
        if length == 1:
            return (start, end) in self.tokens
        if not has_han(self.text[start:end]) or length > 3:
            return start in self.bounds or end in self.bounds or length > 3
        return self._breaks_nothing(start) and (length > 2 or self._breaks_nothing(end))

    def _breaks_nothing(self, at: int) -> bool:
        """True at the edge of a word, and inside one that is none of the language or means nothing here."""
        if at in self.bounds:
            return True
        begun, ended = next((a, b) for a, b in self.tokens if a < at < b)
        whole = self.text[begun:ended]
        if not is_word(whole) or self.text[begun:at] in self.speech.fillers | VERBS:
            return True
        return len(whole) > 2 and whole not in self.lexicon.keys and not self.lexicon.hits(whole)

    # ------------------------------------------------------------------------------------------------ mistakes

    def _repaired(self, concepts: list[Concept]) -> list[Concept]:
        """The concepts, those that nobody here says replaced by what they were probably meant to be."""
        doubtful = [one for one in concepts if self._is_doubtful(one)]
        if not doubtful:
            return concepts
        spots = {at for one in doubtful for at in range(one.start, one.end)}
        sure = {at for one in concepts if one.said or one.settled for at in range(one.start, one.end)}
        whole = [(one.start, one.end) for one in concepts if one not in doubtful and one.end - one.start > 1]
        best: tuple[float, int, int, list[str]] | None = None
        for start in range(len(self.text)):
            for end in range(start + 2, min(start + _LONGEST_WINDOW, len(self.text)) + 1):
                window = set(range(start, end))
                if not window & spots or window & sure or not all(map(is_han, self.text[start:end])):
                    continue
                right = any(start <= a and b <= end for a, b in whole)
                factor, words = self._meant(start, end, spelled=not right and len(window & spots) > 1)
                # Longer readings explain more; one that swallows words that were right explains less.
                value = factor * (len(window & spots) + 0.45 * len(window - spots)) - 0.2
                if words and value > 0 and (best is None or value > best[0]):
                    best = value, start, end, words
        if best is None:
            return concepts
        _value, start, end, words = best
        piece = self.text[start:end]
        changed = piece not in words
        fixed = concept_of(
            words, self.lexicon, said=piece * changed, start=start, factor=0.95 if changed else 1.0
        )
        fixed.end, fixed.settled = end, True
        rest = [one for one in concepts if one.end <= start or one.start >= end]
        for one in concepts:  # what stood partly inside keeps its part outside
            for a, b in ((one.start, min(one.end, start)), (max(one.start, end), one.end)):
                if one not in rest and a < b and self.text[a:b] not in self.speech.fillers:
                    rest.append(concept_of([self.text[a:b]], self.lexicon, start=a))
        return self._repaired(sorted([*rest, fixed], key=lambda one: one.start))

    def _is_doubtful(self, one: Concept) -> bool:
        if one.said or one.settled or one.text in self.speech.fillers or not has_han(one.text):
            return False
        if self._is_expression(one.text):
            return False
        return len(one.text) == 1 or not self.lexicon.hits(one.text)

    def _meant(self, start: int, end: int, *, spelled: bool) -> tuple[float, list[str]]:
        """What a stretch may have been meant to be, and how surely: (0, []) when nothing is near."""
        known = self._known.get((start, end, spelled))
        if known is None:
            known = self._known[start, end, spelled] = self._look(start, end, spelled=spelled)
        return known

    def _look(self, start: int, end: int, *, spelled: bool) -> tuple[float, list[str]]:
        lexicon, piece = self.lexicon, self.text[start:end]
        sound = "".join(self._sounds[start:end])
        if lexicon.knows(
            piece
        ):  # said as it is; the tokenizer took it apart, or for a part of something longer
            return 1.1, [piece]
        ways = [
            (0.97, [_without_doubles(piece)]),
            (1.0, lexicon.sounding(sound)),
            (0.95, lexicon.looking(piece)),
            (0.9, lexicon.mixed_up(piece)),
        ]
        for factor, words in ways:
            words = [w for w in words if w != piece and (lexicon.hits(w) or w in lexicon.keys)]
            if words:
                return factor, lexicon.best(words, 3)
        if len(piece) > 2:
            loose = [w for w in lexicon.sounding(sound, loosely=True) if len(w) == len(piece) and w != piece]
            if loose:
                return 0.85, lexicon.best(loose, 3)
            near = lexicon.han.near(piece) if spelled and not is_word(piece) else []
            # What merely stands inside, or goes on, was no slip.
            near = [word for word in near if len(word) > 2 and word not in piece and piece not in word]
            near = [word for word in near if lexicon.hits(word) or word in lexicon.keys]
            if near:
                return (0.8 if len(piece) > 3 else 0.66), lexicon.best(near, 3)
        return 0.0, []


def _without_doubles(text: str) -> str:
    """The text without characters that were typed twice."""
    return "".join(sign for at, sign in enumerate(text) if not at or sign != text[at - 1])


def _free(start: int, end: int, taken: set[int]) -> list[tuple[int, int]]:
    """The parts of a stretch that nothing has taken."""
    parts, at = [], start
    while at < end:
        if at in taken:
            at += 1
            continue
        stop = at
        while stop < end and stop not in taken:
            stop += 1
        parts.append((at, stop))
        at = stop
    return parts
