"""Weights learned from outcomes, and measures of how well a ranking does. Pure.

A logistic regression of agreed or not on the parts of the score, without a sign that turns a merit into a fault:
weights below 0 are set to 0, and what is left is scaled to 100, so that a score stays explainable as a sum of parts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log2

import numpy as np
from numpy.typing import NDArray

from tongban.modules.matching.calc.definition import PARTS

Matrix = NDArray[np.float64]
FOLDS = 5


@dataclass(frozen=True)
class Learned:
    """New weights and how they rank outcomes that they were not fitted on, beside the old ones (AUC, 0.5 is chance)."""

    weights: dict[str, float]
    many: int
    agreed: int
    before: float
    after: float


class TooFew(ValueError):
    """Not enough outcomes of both sorts to learn from."""


def learn(parts: Matrix, agreed: NDArray[np.bool_], old: dict[str, float], least: int) -> Learned:
    """Fit weights; raises TooFew. `after` is measured on folds that were left out of the fit."""
    many, good = len(agreed), int(agreed.sum())
    if many < least or min(good, many - good) < FOLDS:
        raise TooFew
    given = np.array([old[part] for part in PARTS])
    left_out = np.zeros(many)
    for fold in range(FOLDS):
        test = np.zeros(many, dtype=bool)
        # Both sorts are dealt out in turn, so that every fold holds some of each.
        for sort in (agreed, ~agreed):
            test[np.flatnonzero(sort)[fold::FOLDS]] = True
        left_out[test] = parts[test] @ fitted(parts[~test], agreed[~test], given)
    weights = fitted(parts, agreed, given)
    return Learned(
        {part: round(float(value), 2) for part, value in zip(PARTS, weights, strict=True)},
        many,
        good,
        auc(parts @ given, agreed),
        auc(left_out, agreed),
    )


def fitted(parts: Matrix, agreed: NDArray[np.bool_], old: Matrix, pull: float = 4.0) -> Matrix:
    """Weights that sum to 100, by Newton's steps; the old ones, as slopes, are what a few outcomes hardly move."""
    slope = 8.0  # logits between a score of 0 and of 100 that the old weights stand for
    before = np.append(old / old.sum() * slope, -slope / 2)
    columns = np.column_stack([parts, np.ones(len(parts))])
    pulls = np.append(np.full(len(PARTS), pull), 0.01)
    found = before.copy()
    for _ in range(30):
        chance = 1 / (1 + np.exp(-np.clip(columns @ found, -30, 30)))
        slope_of = columns.T @ (agreed - chance) - pulls * (found - before)
        curve = (columns * (chance * (1 - chance))[:, None]).T @ columns + np.diag(pulls)
        step = np.linalg.solve(curve, slope_of)
        found += step
        if np.abs(step).max() < 1e-9:
            break
    kept: Matrix = np.maximum(found[:-1], 0.0)
    whole = kept if kept.sum() > 0 else old
    weights: Matrix = 100 * whole / whole.sum()
    return weights


def auc(scores: Matrix, agreed: NDArray[np.bool_]) -> float:
    """How often one that was agreed ranks above one that was not; equals count half."""
    good, bad = scores[agreed], scores[~agreed]
    if not len(good) or not len(bad):
        return 0.5
    above = (good[:, None] > bad[None, :]).sum() + 0.5 * (good[:, None] == bad[None, :]).sum()
    return float(above / (len(good) * len(bad)))


def ndcg(grades: Sequence[int], order: Sequence[int], most: int = 10) -> float:
    """NDCG of an order of graded things: gain 2^grade - 1, discount log2(rank + 1); 1 when nothing is worth anything."""

    def gain(ranked: Sequence[int]) -> float:
        return float(sum((2 ** grades[i] - 1) / log2(rank + 2) for rank, i in enumerate(ranked[:most])))

    best = gain(sorted(range(len(grades)), key=lambda i: -grades[i]))
    return gain(order) / best if best else 1.0
