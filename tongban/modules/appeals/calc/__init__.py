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
from tongban.modules.appeals.calc.townrules import (
    NOTHING,
    SUBCATEGORY,
    Subcategory,
    TownRules,
    facts_of,
    read_town_rules,
)

__all__ = [
    "FACTS",
    "NOTHING",
    "SUBCATEGORY",
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
    "Subcategory",
    "Target",
    "TownRules",
    "contact_by",
    "dates",
    "facts_of",
    "number_of",
    "read_town_rules",
    "require_day",
    "scores",
    "total_of",
]
