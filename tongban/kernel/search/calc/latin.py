"""Queries in Latin letters: English, pinyin with and without blanks, initials, and mistakes in each."""

from typing import NamedTuple

from tongban.kernel.search.calc.lexicon import Lexicon
from tongban.kernel.search.calc.signs import SYLLABLES
from tongban.kernel.search.calc.spelling import distance
from tongban.kernel.search.calc.words import reads_as_pinyin, stem

Found = tuple[list[str], str]  # words that are meant, and what was typed where it was corrected
_MOST = 6
_LONGEST_PINYIN, _LONGEST_PIECE, _LONGEST_KEY = 40, 36, 4
_SYLLABLE, _LETTER = 2.3, 4.0


class Piece(NamedTuple):
    """A stretch of pinyin and the words that it may be."""

    cost: float
    start: int
    words: tuple[str, ...]


def from_latin(text: str, lexicon: Lexicon) -> list[Found]:
    """The concepts of a text without Chinese, in their order: words or readings of each, and what was corrected."""
    words = text.split()
    letters = "".join(words)
    if letters.isdigit():
        return [([text], "")]
    if not any(_is_english(word, lexicon) for word in words):
        read = _from_pinyin(letters, lexicon)
        if read:
            return read
    found: list[Found] = []
    strange: list[str] = []

    def settle() -> None:
        if strange:
            found.extend(_strange(strange, lexicon))
            strange.clear()

    at = 0
    while at < len(words):
        length = _known_run(words[at:], lexicon)
        if not length:
            strange.append(words[at])
            at += 1
            continue
        settle()
        found.append(([" ".join(words[at : at + length])], ""))
        at += length
    settle()
    return found


def _is_english(word: str, lexicon: Lexicon) -> bool:
    """True for a word that English names have and that is no pinyin syllable."""
    return len(word) > 2 and stem(word) in lexicon.stems and word not in SYLLABLES


def _known_run(words: list[str], lexicon: Lexicon) -> int:
    """How many of the first words are one expression, or known by themselves; 0 when the first is unknown."""
    for length in range(min(_LONGEST_KEY, len(words)), 1, -1):
        if " ".join(words[:length]) in lexicon.keys:
            return length
    word = words[0]
    known = word in lexicon.keys or word in lexicon.speech.fillers or stem(word) in lexicon.stems
    return int(known or word.isdigit())


def _strange(words: list[str], lexicon: Lexicon) -> list[Found]:
    """Words that no English name has: pinyin, else the nearest English word, else themselves."""
    read = _from_pinyin("".join(words), lexicon)
    if read:
        return read
    found: list[Found] = []
    for word in words:
        meant = _nearest(word, lexicon)
        found.append((meant, word) if meant else (_from_pinyin(word, lexicon) or [([word], "")])[0])
    return found


def _nearest(word: str, lexicon: Lexicon) -> list[str]:
    """English words that somebody probably meant."""
    if len(word) < 4:
        return []
    most = 1 if len(word) < 7 else 2
    near = lexicon.latin.near(stem(word), most)
    near = [other for other in near if len(other) > 3]
    if not near:
        return []
    least = distance(stem(word), near[0], most)
    return [other for other in near if distance(stem(word), other, most) == least][:3]


# ---------------------------------------------------------------------------------------------------------- pinyin


def _from_pinyin(letters: str, lexicon: Lexicon) -> list[Found]:
    """A run of letters read as pinyin or initials; nothing when it does not read well."""
    if not letters.isascii() or not letters.isalpha() or not 2 <= len(letters) <= _LONGEST_PINYIN:
        return []
    whole = _whole(letters, lexicon)
    if whole:
        return [(whole, letters)]
    pieces = _cheapest(letters, lexicon)
    words = [piece for piece in pieces if piece.words]
    if words and sum(piece.cost for piece in pieces) <= 0.22 * len(letters) + 1.4:
        return [(list(piece.words), letters) for piece in words]
    meant = [
        word
        for sound in (lexicon.sounded.near(letters) if len(letters) > 5 else ())
        for word in lexicon.sounding(sound)
    ]
    return [(lexicon.best(meant, _MOST), letters)] if meant else []


def _whole(letters: str, lexicon: Lexicon) -> list[str]:
    """Words that the letters spell as a whole: by sound, by initials, by the beginning of the sound."""
    exact = lexicon.sounding(letters)
    if exact:
        return lexicon.best(exact, _MOST)
    if not reads_as_pinyin(letters):
        initials = lexicon.abbreviated(letters)
        if initials:
            return lexicon.best(initials, _MOST)
    loose = lexicon.sounding(letters, loosely=True)
    if loose and len(letters) > 3:
        return lexicon.best(loose, _MOST)
    begun = lexicon.sounded.starting(letters, 40) if len(letters) > 3 else []
    words = [word for sound in begun for word in lexicon.sounding(sound)]
    if words:
        return lexicon.best(words, _MOST)
    return lexicon.best(lexicon.abbreviated(letters, begun=len(letters) > 2), _MOST)


def _cheapest(letters: str, lexicon: Lexicon) -> list[Piece]:
    """The letters in pieces, each a word by sound or initials, a syllable that is left out, or a slip."""
    best: list[Piece | None] = [Piece(0.0, 0, ()), *([None] * len(letters))]
    total = [0.0] + [float("inf")] * len(letters)
    for end in range(1, len(letters) + 1):
        for start in range(max(0, end - _LONGEST_PIECE), end):
            if total[start] == float("inf"):
                continue
            cost, words = _piece(letters[start:end], lexicon, last=end == len(letters))
            if total[start] + cost < total[end]:
                total[end], best[end] = total[start] + cost, Piece(cost, start, words)
    pieces, at = [], len(letters)
    while at > 0:
        piece = best[at]
        assert piece is not None
        pieces.append(piece)
        at = piece.start
    return pieces[::-1]


def _piece(part: str, lexicon: Lexicon, *, last: bool) -> tuple[float, tuple[str, ...]]:
    exact = lexicon.sounding(part) if len(part) > 2 else []
    if exact:
        return 1.0, tuple(lexicon.best(exact, _MOST))
    if len(part) > 4 and (loose := lexicon.sounding(part, loosely=True)):
        return 1.25, tuple(lexicon.best(loose, _MOST))
    if part in SYLLABLES:
        return _SYLLABLE, ()
    if len(part) > 1 and not reads_as_pinyin(part):
        initials = lexicon.abbreviated(part)
        if initials:
            return 1.1 + 1.0 / len(part), tuple(lexicon.best(initials, _MOST))
    if last and len(part) > 3 and (begun := lexicon.sounded.starting(part, 20)):
        words = [word for sound in begun for word in lexicon.sounding(sound)]
        return 1.6, tuple(lexicon.best(words, _MOST))
    return (_LETTER, ()) if len(part) == 1 else (float("inf"), ())
