"""Matching as arithmetic: the pack's book, comparisons, scores, words for them, weights from outcomes."""

from tongban.modules.matching.calc.definition import PARTS, Attribute, Book, Category, Kind, read_book
from tongban.modules.matching.calc.scoring import Scored, Side, kilometres, score
from tongban.modules.matching.calc.words import words_of

__all__ = [
    "PARTS",
    "Attribute",
    "Book",
    "Category",
    "Kind",
    "Scored",
    "Side",
    "kilometres",
    "read_book",
    "score",
    "words_of",
]
