"""The score of one post with many others: filters first, then parts that are weighed and can be shown. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tongban.modules.matching.calc.alike import likeness
from tongban.modules.matching.calc.chain import FAR
from tongban.modules.matching.calc.comparing import compared, met
from tongban.modules.matching.calc.definition import PARTS, Attribute, Book, Kind
from tongban.modules.matching.calc.meaning import Meaning, Reader, covered
from tongban.modules.matching.calc.sides import UNKNOWN, Side, kilometres

Column = NDArray[np.float64]
NEAR_KM, FAR_KM = 5.0, 60.0
LATE_DAYS = 180
TOPICS_OF_TEXT = 0.7  # of the text part, when both speak of topics; the rest is likeness


@dataclass(frozen=True)
class Scored:
    """For each of the others: the score (0 to 100), its parts (a row for each), what is known, the filters that it fails.

    What fails a filter is recommended to nobody: its score is 0, and its parts are not reckoned.
    """

    scores: Column
    parts: Column
    known: NDArray[np.bool_]
    fails: tuple[tuple[str, ...], ...]

    def best(self, most: int, least: float) -> list[int]:
        """Those that pass all filters and reach `least`, the best first; of equals the earlier one."""
        good = [i for i, failed in enumerate(self.fails) if not failed and self.scores[i] >= least]
        return sorted(good, key=lambda i: (-self.scores[i], i))[:most]


def score(
    book: Book, kind: Kind, one: Side, others: Sequence[Side], *, need: bool, weights: Mapping[str, float]
) -> Scored:
    """Score `one` against others of the opposite side. `need` says whether `one` is the need."""
    reader = Reader(kind)
    mine = reader.read(one.category, one.said)
    theirs = [reader.read(other.category, other.said) for other in others]
    alike = np.array(reader.fits(mine, theirs))
    fails = _failed(kind, one, others, alike, need=need)
    passed = [index for index, names in enumerate(fails) if not names]
    parts = np.full((len(others), len(PARTS)), UNKNOWN)
    known = np.zeros((len(others), len(PARTS)), dtype=bool)
    scores = np.zeros(len(others))
    if passed:
        found = _parts(book, kind, one, [others[index] for index in passed], alike[passed], need=need)
        text = PARTS.index("text")
        found[:, text] = _text(found[:, text], mine, [theirs[index] for index in passed], need=need)
        parts[passed] = np.where(np.isnan(found), UNKNOWN, found)
        known[passed] = ~np.isnan(found)
        given = np.array(list(kind.weighed(weights).values()))
        scores[passed] = 100 * (parts[passed] @ given) / given.sum()
    return Scored(scores, parts, known, fails)


def _stated(
    attribute: Attribute, one: Side, others: Sequence[Side], *, need: bool
) -> tuple[list[Any], list[Any]]:
    """What needs and offers state of an attribute, pair by pair."""
    mine = [one.attributes.get(attribute.name)] * len(others)
    theirs = [side.attributes.get(attribute.name) for side in others]
    return (mine, theirs) if need else (theirs, mine)


def _failed(
    kind: Kind, one: Side, others: Sequence[Side], alike: Column, *, need: bool
) -> tuple[tuple[str, ...], ...]:
    failed: list[list[str]] = [[] for _ in others]
    for attribute in kind.attributes:
        if attribute.role == "filter":
            fits = compared(attribute, *_stated(attribute, one, others, need=need))
            for index in np.flatnonzero(~met(attribute, fits)):
                failed[index].append(attribute.name)
    for index in np.flatnonzero(alike == 0):
        failed[index].append("category")
    return tuple(map(tuple, failed))


def _text(likeness: Column, mine: Meaning, theirs: Sequence[Meaning], *, need: bool) -> Column:
    """Likeness, and how many of the need's topics the offer speaks of, where both speak of any."""
    pairs = [(mine, other) if need else (other, mine) for other in theirs]
    shared = _column(covered(wanted.topics, offered.topics) for wanted, offered in pairs)
    mixed: Column = TOPICS_OF_TEXT * shared + (1 - TOPICS_OF_TEXT) * likeness
    return np.where(np.isnan(shared), likeness, mixed)


def _parts(book: Book, kind: Kind, one: Side, others: Sequence[Side], alike: Column, *, need: bool) -> Column:
    """The parts, a row for each of the others; NaN where nothing is known."""
    many = len(others)
    sums = {part: np.zeros(many) for part in PARTS}
    counts = {part: np.zeros(many) for part in PARTS}

    def add(part: str, fits: Column) -> None:
        there = ~np.isnan(fits)
        sums[part] += np.where(there, fits, 0.0)
        counts[part] += there

    for attribute in kind.attributes:
        if attribute.role != "filter":
            add(attribute.role, compared(attribute, *_stated(attribute, one, others, need=need)))
    # What is wanted weighs as much as all of how it should be.
    how = np.where(counts["capability"] > 0, sums["capability"] / np.maximum(counts["capability"], 1), 1.0)
    sums["capability"], counts["capability"] = alike * (0.5 + 0.5 * how), np.ones(many)
    add("chain", _column(_chain(book, one.industry, other.industry) for other in others))
    add("place", _column(_place(book, one.place, other.place) for other in others))
    days = [(one.day, other.day) if need else (other.day, one.day) for other in others]
    add("time", _column(_time(wanted, offered) for wanted, offered in days))
    add("record", _column(_record(other) for other in others))
    add("text", likeness(one.words, [other.words for other in others]) ** 0.5)
    means = [np.where(counts[part] > 0, sums[part] / np.maximum(counts[part], 1), np.nan) for part in PARTS]
    rows: Column = np.array(means).T.reshape(many, len(PARTS))
    return rows


def _column(values: Any) -> Column:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def _chain(book: Book, one: str, other: str) -> float | None:
    distance = book.chain.distance(one, other)
    return None if distance is None else 1.0 - distance / FAR


def _place(book: Book, one: str, other: str) -> float | None:
    far = kilometres(book, one, other)
    return None if far is None else min(1.0, max(0.0, 1 - (far - NEAR_KM) / (FAR_KM - NEAR_KM)))


def _time(wanted: date | None, offered: date | None) -> float | None:
    if wanted is None or offered is None:
        return None
    return min(1.0, max(0.0, 1 - (offered - wanted).days / LATE_DAYS))


def _record(other: Side) -> float | None:
    """Of what was begun, how much was agreed; a first success does not make a perfect record."""
    return (other.agreed + 1) / (other.ended + 2) if other.ended else None
