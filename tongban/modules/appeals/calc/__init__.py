"""What the pack sets for appeals, and what follows from it: categories, routes, dates, answers that fit. Pure."""

from tongban.modules.appeals.calc.clocks import Dates, Hours, contact_by, dates, number_of, require_day
from tongban.modules.appeals.calc.rulebook import (
    FACTS,
    Answer,
    Category,
    Clocks,
    Question,
    Route,
    Rulebook,
    Said,
    Target,
)
from tongban.modules.appeals.calc.scoring import Score, scores, total_of

__all__ = [
    "FACTS",
    "Answer",
    "Category",
    "Clocks",
    "Dates",
    "Hours",
    "Question",
    "Route",
    "Rulebook",
    "Said",
    "Score",
    "Target",
    "contact_by",
    "dates",
    "number_of",
    "require_day",
    "scores",
    "total_of",
]
