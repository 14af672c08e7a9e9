"""Which items answer an understood query, and how well: the same arithmetic on every database."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from heapq import nlargest
from math import log

from tongban.kernel.search.calc.lexicon import Lexicon
from tongban.kernel.search.calc.understanding import Concept, Understood
from tongban.kernel.search.calc.words import tokens

BODY_FIT = 0.34
_UNSAID = 0.45  # weight of a word that no item has
_FAINT = 0.35
_WHO = 0.5  # who it is for tells less than what is wanted
_EQUAL, _ALIKE, _FITS, _CUE, _SECOND, _POPULAR = 0.35, 0.3, 0.14, 0.07, 0.08, 0.02
_LOOKED_AT = 40  # items compared phrase by phrase
_BEST, _MOST_TOKENS, _NEAR = 10, 12, 0.55
LEAST, _LEAST_OF_BEST = 0.2, 0.3


@dataclass(frozen=True, slots=True)
class Hit:
    """An item that answers, its score, and the share of the query that it covers."""

    code: str
    score: float
    cover: float


class Ranking:
    """The items that answer a query: first by what they are called, then by what their texts say, then in order."""

    def __init__(self, asked: Understood, lexicon: Lexicon) -> None:
        self.asked, self.lexicon = asked, lexicon
        self._fits = [_fits(one, lexicon) for one in asked.concepts]
        weights = [_weight(one, fit, lexicon) for one, fit in zip(asked.concepts, self._fits, strict=True)]
        whole = sum(weights) or 1.0
        self._weights = [weight / whole for weight in weights]
        self._cover: dict[int, float] = {}
        for fit, weight in zip(self._fits, self._weights, strict=True):
            for doc, value in fit.items():
                self._cover[doc] = self._cover.get(doc, 0.0) + weight * value

    def unanswered(self) -> list[str]:
        """Words that none of the best items is called by, and that are not in every text: full text looks for them."""
        best = nlargest(_BEST, self._cover, key=self._cover.__getitem__)
        found: dict[str, None] = {}
        for one, fit in zip(self.asked.concepts, self._fits, strict=True):
            if one.faint or any(doc in fit for doc in best):
                continue
            for term, factor in one.terms.items():
                if factor > _NEAR:
                    found.update(dict.fromkeys(tokens(term)))
        return [token for token in found if token not in self.lexicon.common][:_MOST_TOKENS]

    def add_bodies(self, bodies: Mapping[str, str]) -> None:
        """Take into account the stored words of texts that full text found, by code."""
        wanted = [
            [(factor, frozenset(tokens(term))) for term, factor in one.terms.items() if factor > _NEAR]
            for one in self.asked.concepts
        ]
        for code, body in bodies.items():
            doc = self.lexicon.place.get(code)
            if doc is None:
                continue
            words = frozenset(body.split())
            for fit, weight, terms in zip(self._fits, self._weights, wanted, strict=True):
                if doc in fit:
                    continue
                value = max((factor for factor, parts in terms if parts and parts <= words), default=0.0)
                if value:
                    self._cover[doc] = self._cover.get(doc, 0.0) + BODY_FIT * value * weight

    def hits(self) -> list[Hit]:
        """Items by score, best first; those far behind the best are left out."""
        if not self.asked.concepts:
            return _by_cues(self.asked, self.lexicon)
        codes, cover = self.lexicon.codes, self._cover
        order = nlargest(4 * _LOOKED_AT, cover, key=lambda doc: (cover[doc], -doc))
        cues = _Cues(self.asked, self.lexicon)
        score = {doc: cover[doc] + cues.of(doc) for doc in order}
        order.sort(key=lambda doc: (-score[doc], codes[doc]))
        pairs = _pairs(self.asked.core)
        for doc in order[:_LOOKED_AT]:
            score[doc] += _likeness(doc, self.asked, pairs, self.lexicon)
            score[doc] += _FITS * _filled(doc, self.asked, self.lexicon)
        order.sort(key=lambda doc: (-score[doc], codes[doc]))
        bar = max(LEAST, _LEAST_OF_BEST * score[order[0]]) if order else LEAST
        return [Hit(codes[doc], score[doc], cover[doc]) for doc in order if score[doc] >= bar]


def search_terms(asked: Understood, most: int = 40) -> list[str]:
    """The words to look for in the full-text table: those of the query first."""
    ranked = sorted(
        ((factor, term) for one in asked.concepts for term, factor in one.terms.items()),
        key=lambda pair: -pair[0],
    )
    found: dict[str, None] = {}
    for _factor, term in ranked:
        for token in tokens(term):
            if len(found) < most:
                found.setdefault(token)
    return list(found)


def _fits(one: Concept, lexicon: Lexicon) -> dict[int, float]:
    found: dict[int, float] = {}
    for term, factor in one.terms.items():
        for doc, fit in lexicon.hits(term).items():
            value = factor * fit
            if value > found.get(doc, 0.0):
                found[doc] = value
    return found


def _weight(one: Concept, fit: Mapping[int, float], lexicon: Lexicon) -> float:
    """How much a concept tells: what few items have tells much, a single character little."""
    dull = (_FAINT if one.faint else 1.0) * (_WHO if one.text in lexicon.speech.audiences else 1.0)
    said = sum(1 for value in fit.values() if value >= _NEAR)
    if not said:
        return _UNSAID * dull
    count = len(lexicon)
    weight = max(0.08, log((count + 1) / (said + 0.5)) / log((count + 1) / 1.5))
    return weight * dull


class _Cues:
    """Small things that decide between siblings: for whom, which office, first or later, how often asked for."""

    def __init__(self, asked: Understood, lexicon: Lexicon) -> None:
        self._lexicon, self._speech = lexicon, lexicon.speech
        self._audiences = frozenset(f"audience:{one}" for one in asked.audiences)
        self._agencies = frozenset(f"agency:{one}" for one in asked.agencies)
        said = [term for one in asked.concepts for term, factor in one.terms.items() if factor > 0.7]
        self._later = [
            word for word in self._speech.secondary if not any(word in term or term in word for term in said)
        ]

    def of(self, doc: int) -> float:
        """What the cues add to the score of an item, or take from it."""
        tags, title = self._lexicon.tags[doc], self._lexicon.titles[doc]
        value = 0.0
        if self._audiences:
            value += _CUE if self._audiences & tags else -_CUE
        if self._agencies & tags:
            value += 2 * _CUE
        if any(word in title for word in self._later):
            value -= _SECOND
        popular = self._speech.popular.get(self._lexicon.codes[doc])
        return value + (_POPULAR * popular / len(self._speech.popular) if popular else 0.0)


def _likeness(doc: int, asked: Understood, pairs: frozenset[str], lexicon: Lexicon) -> float:
    """How much one of the item's names or phrases is the query itself."""
    best = 0.0
    for phrase in lexicon.phrases[doc]:
        if phrase in {asked.text, asked.core}:
            return _ALIKE + _EQUAL
        if len(phrase) > 1 and pairs:
            other = _pairs(phrase)
            both = len(pairs & other)
            if both:
                best = max(best, 2 * both / (len(pairs) + len(other)))
    bare = lexicon.titles[doc]
    started = 0.1 if bare.startswith(asked.core) else 0.0
    return _ALIKE * best + started


def _pairs(text: str) -> frozenset[str]:
    """Neighbouring characters; words where the text is English."""
    if text.isascii():
        return frozenset(text.split())
    return frozenset([text[at : at + 2] for at in range(len(text) - 1)]) or frozenset({text})


def _filled(doc: int, asked: Understood, lexicon: Lexicon) -> float:
    """The share of the item's name that was asked for."""
    title = lexicon.titles[doc]
    marked: set[int] = set()
    for one in asked.concepts:
        for term, factor in one.terms.items():
            at = title.find(term) if factor > 0.55 else -1
            if at >= 0:
                marked.update(range(at, at + len(term)))
    return len(marked) / len(title) if title else 0.0


def _by_cues(asked: Understood, lexicon: Lexicon) -> list[Hit]:
    """The items of an office, when nothing but the office was named."""
    wanted: Iterable[str] = {f"agency:{one}" for one in asked.agencies}
    found = [doc for doc, tags in enumerate(lexicon.tags) if tags & frozenset(wanted)]
    return [Hit(lexicon.codes[doc], 0.5, 0.5) for doc in found]
