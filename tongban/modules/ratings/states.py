"""The five levels (1 is best, GB/T 39046-2020), the dimensions of an online rating, the event."""

from enum import IntEnum

from tongban.kernel.events.states import declare

RATED = declare("rating.given", "评价了办件", "A case was rated")


class RatingLevel(IntEnum):
    """满意度: 1 is the best, so it must never be shown as stars."""

    VERY_SATISFIED = 1
    SATISFIED = 2
    BASICALLY = 3
    DISSATISFIED = 4
    VERY_DISSATISFIED = 5


LEVEL_NAMES = {
    RatingLevel.VERY_SATISFIED: ("非常满意", "Very satisfied"),
    RatingLevel.SATISFIED: ("满意", "Satisfied"),
    RatingLevel.BASICALLY: ("基本满意", "Fairly satisfied"),
    RatingLevel.DISSATISFIED: ("不满意", "Dissatisfied"),
    RatingLevel.VERY_DISSATISFIED: ("非常不满意", "Very dissatisfied"),
}
NEEDS_REASON = frozenset({RatingLevel.DISSATISFIED, RatingLevel.VERY_DISSATISFIED})
