"""A post as scoring reads it, apart from the arithmetic in columns: who only shows posts need not load that. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from math import hypot
from typing import Any

from tongban.modules.matching.calc.definition import Book

UNKNOWN = 0.5  # a part of which nothing is known counts half: neither praised nor punished


@dataclass(frozen=True, slots=True)
class Side:
    """A post as scoring reads it. `day` is from when it is offered, or until when it is needed."""

    category: str
    place: str
    industry: str = ""
    day: date | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)
    words: str = ""  # of title and text, as they are stored
    title: str = ""
    text: str = ""
    agreed: int = 0
    ended: int = 0

    @property
    def said(self) -> str:
        """Title and text."""
        return f"{self.title} {self.text}"


def kilometres(book: Book, one: str, other: str) -> float | None:
    """As the crow flies between the middles of two towns; None when one is the whole city."""
    if one not in book.towns or other not in book.towns:
        return None
    (x, y), (u, v) = book.towns[one], book.towns[other]
    return hypot(x - u, y - v)
