"""How close a city stands to a threshold: who just reaches it, who just misses it, and how all others lie around it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any as Anything

import numpy as np
from numpy.typing import NDArray

from tongban.foundation.criteria.bitmaps import Board, Words, flags, rows_in
from tongban.foundation.criteria.columns import Quantity, Table, quantity
from tongban.foundation.criteria.tree import (
    All,
    Any,
    Atom,
    Compare,
    Constant,
    Tree,
    facts_of,
    values_of,
)
from tongban.modules.policies.calc.terms import Offer, Requirement

BAND = 20  # bands of a twentieth: 5 %
REACH = 10  # so many of them on either side; the two outermost hold the rest
_LARGEST = 2**62


@dataclass(frozen=True, slots=True)
class Margin:
    """A condition that holds a parameter, and those for whom it alone decides.

    `just` of them fulfil it by less than 5 % of the threshold, `short` miss it by less. `bars` counts all by how far
    they lie from the threshold, from -50 % to +50 % in bands of 5 %.
    """

    requirement: Requirement
    atom: Compare
    parameters: tuple[str, ...]
    just: int
    short: int
    bars: tuple[int, ...]


def margins(offer: Offer, board: Board, table: Table) -> tuple[Margin, ...]:
    """One for every comparison with a moved number; those without a threshold above 0 have no margin."""
    found: dict[Atom, Margin] = {}
    for one in offer.requirements:
        for atom, names in one.parameters.items():
            if isinstance(atom, Compare) and atom.op in ("<", "<=", ">", ">=") and atom not in found:
                others = [other.tree for other in offer.requirements if other is not one]
                rows = rows_in(_decided_by(atom, one.tree, others, board))
                found[atom] = _margin(one, atom, names, rows, board, table)
    return tuple(found.values())


def _decided_by(atom: Atom, tree: Tree, others: list[Tree], board: Board) -> Words:
    """Where everything else holds and this comparison makes the difference."""
    rest = reduce(
        np.bitwise_and, (board.rule(one).sure for one in others), board.rule(Constant(value=True)).sure
    )
    with_it, without = (board.rule(_put(tree, atom, Constant(value=truth))) for truth in (True, False))
    return rest & with_it.sure & ~without.possible


def _put(tree: Tree, atom: Atom, instead: Constant) -> Tree:
    if tree == atom:
        return instead
    if isinstance(tree, All | Any):
        return type(tree)(tuple(_put(part, atom, instead) for part in tree.parts))
    return tree


def _margin(
    one: Requirement,
    atom: Compare,
    names: tuple[str, ...],
    rows: NDArray[np.int64],
    board: Board,
    table: Table,
) -> Margin:
    facts = [fact.name for value in values_of(atom) for fact in facts_of(value)]
    part = table.take(rows, facts)
    left, right = quantity(atom.left, part), quantity(atom.right, part)
    had, asked = _wide(left, right, len(rows))
    known = _known(left, len(rows)) & _known(right, len(rows)) & (asked > 0)
    had, asked = had[known], asked[known]
    truth = flags(board.rule(atom).sure, table.rows)[rows][known]
    near = np.abs(had - asked) * BAND <= asked
    bands = ((had - asked) * BAND // asked).clip(-REACH, REACH - 1) if len(had) else np.zeros(0, np.int64)
    bars = np.bincount(bands.astype(np.int64) + REACH, minlength=2 * REACH)
    just, short = int((near & truth).sum()), int((near & ~truth).sum())
    return Margin(one, atom, names, just, short, tuple(int(n) for n in bars))


def _wide(left: Quantity, right: Quantity, rows: int) -> tuple[Anything, Anything]:
    """Both over one denominator, in numbers wide enough for twenty times their difference."""
    most = max(abs(end) for end in (*left.bounds, *right.bounds)) * left.den * right.den * BAND * 2
    kind: Mapping[bool, Anything] = {True: object, False: np.int64}
    wide = kind[most > _LARGEST]
    had = np.broadcast_to(np.asarray(left.data), rows).astype(wide) * right.den
    asked = np.broadcast_to(np.asarray(right.data), rows).astype(wide) * left.den
    return had, asked


def _known(one: Quantity, rows: int) -> NDArray[np.bool_]:
    return np.ones(rows, np.bool_) if one.known is None else one.known
