"""Finding items in people's own words, with what stands beside them."""

from collections.abc import Sequence
from dataclasses import dataclass

from tongban.kernel.catalogue import calc
from tongban.kernel.catalogue.queries.held import Published, snapshot
from tongban.kernel.search import queries as search_index


@dataclass(frozen=True)
class FoundItems:
    """What a search found: items with their scores, what stands beside them, and the query where it was corrected."""

    items: list[tuple[Published, float]]
    questions: list[tuple[Published, int]]  # of guides: item, place of the question
    others: Sequence[search_index.Other]
    read_as: str
    themes: list[str]  # where to go on when nothing, or little, was found


_ASKED_OF = 20  # items whose questions are looked through


def find(query: str, *, most: int = 20, others: bool = False) -> FoundItems:
    """Items for a query in people's own words: Chinese, pinyin, initials, English, with slips; best first.

    With `others`, questions of the guides found, halls, notices and what modules have indexed.
    """
    held, found = snapshot(), search_index.find(query, others=others)
    items = [(held.items[hit.code], hit.score) for hit in found.hits[:most] if hit.code in held.items]
    questions = [
        (share, place, one)
        for one, _score in (items[:_ASKED_OF] if others else ())
        for place, share in calc.near_questions(one.definition.data, found.asked)
    ]
    questions.sort(key=lambda row: -row[0])
    words = [*found.asked.places, *(term for one in found.asked.concepts for term in one.terms)]
    return FoundItems(
        items,
        [(one, place) for _share, place, one in questions],
        found.others,
        found.asked.read_as,
        calc.near_themes(held.pack, words),
    )
