"""Search as arithmetic: words, sounds, mistakes, ranking. Pure."""

from tongban.kernel.search.calc.entries import Entry, stored
from tongban.kernel.search.calc.lexicon import Lexicon, Row
from tongban.kernel.search.calc.ranking import Hit, Ranking, search_terms
from tongban.kernel.search.calc.speech import Speech
from tongban.kernel.search.calc.spelling import is_spelled, sounds_like
from tongban.kernel.search.calc.understanding import NOTHING, Understood, understand

__all__ = [
    "NOTHING",
    "Entry",
    "Hit",
    "Lexicon",
    "Ranking",
    "Row",
    "Speech",
    "Understood",
    "is_spelled",
    "search_terms",
    "sounds_like",
    "stored",
    "understand",
]
