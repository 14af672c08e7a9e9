"""What the items of a revision are called, held in memory: who says what, how it sounds, how it is written."""

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from pypinyin import lazy_pinyin

from tongban.kernel.search.calc.signs import ALIKE
from tongban.kernel.search.calc.speech import Speech
from tongban.kernel.search.calc.spelling import Spellings, fuzzy
from tongban.kernel.search.calc.words import has_han, is_han, joined, normalised, reads_as_pinyin, stem

TITLE_FIT, PHRASE_FIT = 1.0, 0.93
_LONGEST_WORD, _MOST_HELD = 10, 4_000
_FEW, _COMMON = 30, 0.1  # a word in more of the texts than this tells nothing


class Row(NamedTuple):
    """What is read of an entry: phrases are normalised, the first is its name; pinyin has a line for each."""

    code: str
    tags: str
    phrases: str
    pinyin: str
    words: str
    body: str


class Lexicon:
    """The names and words of all items by their parts, sounds and spellings. Never changed after it is made."""

    def __init__(self, rows: Iterable[Row], speech: Speech) -> None:
        self.speech, self.keys = speech, speech.keys
        self.codes: list[str] = []
        self.place: dict[str, int] = {}
        self.titles: list[str] = []
        self.phrases: list[tuple[str, ...]] = []
        self.tags: list[frozenset[str]] = []
        self._texts: list[str] = []
        self.exact: dict[str, array[int]] = {}
        self._grams: dict[str, array[int]] = {}
        self.stems: dict[str, array[int]] = {}
        self._held: dict[str, dict[int, float]] = {}
        sounds: dict[str, str] = {}
        bodies: Counter[str] = Counter()
        for row in rows:
            self._add(row, sounds)
            bodies.update(set(row.body.split()))
        most = max(_FEW, _COMMON * len(self.codes))
        self.common = frozenset(word for word, count in bodies.items() if count > most)
        self._add_spoken(sounds)
        self._by_sound: dict[str, tuple[str, ...]] = {}
        self._by_initials: dict[str, tuple[str, ...]] = {}
        self._by_bag: dict[str, tuple[str, ...]] = {}
        self._by_shape: dict[str, tuple[str, ...]] = {}
        self._sounds = sounds
        for word, sound in sounds.items():
            parts = sound.split()
            _put(self._by_sound, fuzzy("".join(parts)), word)
            _put(self._by_initials, "".join(part[0] for part in parts), word)
            _put(self._by_bag, "".join(sorted(word)), word)
            _put(self._by_shape, word.translate(ALIKE), word)
        self.han = Spellings(word for word in sounds if len(word) > 2)
        self.latin = Spellings(self.stems)
        self._initials = Spellings(self._by_initials)
        self.sounded = Spellings({"".join(sound.split()) for sound in sounds.values()})

    def _add(self, row: Row, sounds: dict[str, str]) -> None:
        doc = len(self.codes)
        phrases = tuple(row.phrases.split("\n"))
        self.codes.append(row.code)
        self.place[row.code] = doc
        self.titles.append(phrases[0])
        self.phrases.append(phrases)
        self.tags.append(frozenset(row.tags.split()))
        self._texts.append("\n".join(phrases))
        for phrase, sound in zip(phrases, row.pinyin.split("\n"), strict=True):
            _post(self.exact, phrase, doc)
            if sound and len(phrase) <= _LONGEST_WORD and all(map(is_han, phrase)):
                sounds.setdefault(phrase, sound)
            for gram in set(_grams(phrase)):
                _post(self._grams, gram, doc)
            parts = phrase.split()
            # People's pinyin among an item's words is no English; it is found by its sound.
            if not all(map(reads_as_pinyin, parts)):
                for word in parts:
                    if not has_han(word):
                        _post(self.stems, stem(word), doc)
        for word in set(row.words.split()):
            if 1 < len(word) <= _LONGEST_WORD and word not in sounds and all(map(is_han, word)):
                sounds[word] = " ".join(lazy_pinyin(word))

    def _add_spoken(self, sounds: dict[str, str]) -> None:
        said = {*self.keys, *self.speech.audiences, *self.speech.agencies, *self.speech.places}
        said.update(term for terms in self.speech.synonyms.values() for term in terms)
        for word in said:
            if word not in sounds and 1 < len(word) <= _LONGEST_WORD and all(map(is_han, word)):
                sounds[word] = " ".join(lazy_pinyin(word))
            for part in word.split():
                if not has_han(part):
                    self.stems.setdefault(stem(part), array("H"))

    def __len__(self) -> int:
        return len(self.codes)

    def knows(self, word: str) -> bool:
        """True when an item has just this word or phrase."""
        return word in self._sounds and bool(self.hits(word))

    def hits(self, term: str) -> dict[int, float]:
        """The items that have the term in their name or words, and how well; an English term by its words."""
        held = self._held.get(term)
        if held is None:
            held = self._find(term)
            if len(self._held) < _MOST_HELD:
                self._held[term] = held
        return held

    def _find(self, term: str) -> dict[int, float]:
        if not has_han(term):
            return self._find_latin(term)
        rarest: array[int] | None = None
        for gram in _grams(term) if len(term) > 1 else [term]:
            posting = self._grams.get(gram)
            if posting is None:
                return {}
            if rarest is None or len(posting) < len(rarest):
                rarest = posting
        return {
            doc: TITLE_FIT if term in self.titles[doc] else PHRASE_FIT
            for doc in rarest or ()
            if term in self._texts[doc]
        }

    def _find_latin(self, term: str) -> dict[int, float]:
        postings = [set(self.stems.get(stem(word), ())) for word in term.split()]
        return dict.fromkeys(set.intersection(*postings), PHRASE_FIT) if postings else {}

    def sound_of(self, word: str) -> str:
        """The pinyin of a word, without blanks."""
        known = self._sounds.get(word)
        return (known or " ".join(lazy_pinyin(word))).replace(" ", "")

    def sounding(self, sound: str, *, loosely: bool = False) -> list[str]:
        """Words with this pinyin; `loosely`, as southern speech hears it."""
        found = self._by_sound.get(fuzzy(sound), ())
        return [word for word in found if loosely or self.sound_of(word) == sound]

    def abbreviated(self, initials: str, *, begun: bool = False) -> list[str]:
        """Words with these initials; `begun`, also those whose initials go on."""
        every = self._initials.starting(initials, 40) if begun else [initials]
        return [word for one in every for word in self._by_initials.get(one, ())]

    def mixed_up(self, text: str) -> list[str]:
        """Words of the same characters in another order."""
        return [word for word in self._by_bag.get("".join(sorted(text)), ()) if word != text]

    def looking(self, text: str) -> list[str]:
        """Words written with characters that are taken for those of the text."""
        return [word for word in self._by_shape.get(text.translate(ALIKE), ()) if word != text]

    def best(self, words: Iterable[str], most: int) -> list[str]:
        """The words that matter most: those of the city's speech first, then those that fewer items have."""
        known = {word: len(self.hits(word)) for word in words}
        ranked = sorted(
            known, key=lambda word: (word not in self.keys, not known[word], len(word), known[word], word)
        )
        return ranked[:most]


def _put(index: dict[str, tuple[str, ...]], key: str, word: str) -> None:
    index[key] = (*index.get(key, ()), word)


def _post(index: dict[str, "array[int]"], key: str, doc: int) -> None:
    posting = index.setdefault(key, array("H"))
    if not posting or posting[-1] != doc:
        posting.append(doc)


def _grams(text: str) -> Iterator[str]:
    """Single Chinese characters, and pairs with at least one of them."""
    for at, sign in enumerate(text):
        if is_han(sign):
            yield sign
        pair = text[at : at + 2]
        if len(pair) == 2 and (is_han(sign) or is_han(pair[1])):
            yield pair


def phrase(text: str) -> str:
    """A phrase as the lexicon keeps it."""
    return joined(normalised(text))
