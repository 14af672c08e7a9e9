"""Comparing what a need states with what each of many offers states, column by column. Pure.

Every comparison gives two columns: how well it fits (0 to 1, NaN where a side says nothing), and whether it is met
(of filters; what is unknown passes and is said to be unknown, because an offer that forgot to say is worth a question).
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tongban.modules.matching.calc.definition import Attribute

Column = NDArray[np.float64]


def compared(attribute: Attribute, need: Sequence[Any], offer: Sequence[Any]) -> Column:
    """How well each offer's value fits each need's, pair by pair; NaN where one of the two is not stated."""
    if attribute.type in ("int", "money"):
        return _numbers(attribute.compare, _floats(need), _floats(offer))
    pairs = zip(need, offer, strict=True)
    return np.array([_words(attribute.compare, one, other) for one, other in pairs], dtype=np.float64)


def met(attribute: Attribute, fits: Column) -> NDArray[np.bool_]:
    """Whether a filter lets each pair through: met, unknown, or missed by no more than its slack."""
    least = 1.0 - attribute.slack / 100 if attribute.type in ("int", "money") else _LEAST[attribute.compare]
    # A sum exactly on the limit passes: 0.8 of 100 is 80, whatever binary fractions say.
    passes: NDArray[np.bool_] = np.isnan(fits) | (fits >= least - 1e-9)
    return passes


_LEAST = {"same": 1.0, "covers": 1.0, "implies": 1.0, "overlaps": 1e-6}


def _floats(values: Sequence[Any]) -> Column:
    return np.array([np.nan if value is None else float(value) for value in values], dtype=np.float64)


def _numbers(compare: str, need: Column, offer: Column) -> Column:
    least = np.minimum(need, offer)
    most = np.maximum(need, offer)
    # How much of the one is in the other; two zeros are the same.
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(most > 0, least / most, 1.0)
    share = np.where(np.isnan(need) | np.isnan(offer), np.nan, share)
    if compare == "at_least":
        return np.where(offer >= need, 1.0, share)
    if compare == "at_most":
        # Twice the price is no half fit: what is dearer loses fast.
        return np.where(offer <= need, 1.0, share**2)
    return np.where(share >= 0.8, 1.0, share / 0.8)


def _words(compare: str, need: Any, offer: Any) -> float:
    if need is None or offer is None or need == []:
        return np.nan
    if compare == "same":
        return float(need == offer)
    if compare == "implies":
        return float(offer or not need)
    wanted, held = set(need), set(offer)
    if compare == "covers":
        return len(wanted & held) / len(wanted)
    return float(bool(wanted & held))
