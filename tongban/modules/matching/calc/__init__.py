"""Matching as arithmetic. What needs columns (scoring, learning, alike) is imported by whom it serves, from its own file."""

from tongban.modules.matching.calc.definition import PARTS, Attribute, Book, Category, Kind, read_book
from tongban.modules.matching.calc.meaning import Reader
from tongban.modules.matching.calc.sides import Side, kilometres
from tongban.modules.matching.calc.words import words_of

__all__ = [
    "PARTS",
    "Attribute",
    "Book",
    "Category",
    "Kind",
    "Reader",
    "Side",
    "kilometres",
    "read_book",
    "words_of",
]
