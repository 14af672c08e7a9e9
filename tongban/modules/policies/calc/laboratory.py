"""A draft over a whole city: who gets it, at what cost, where, who gains and loses, what is missing, how close they stand.

All counts are of rows, all sums in fen, exact. What a batch run over the same snapshot would say is what this says.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tongban.foundation.criteria import FactType
from tongban.foundation.criteria.bitmaps import Board, Words, count, packed
from tongban.foundation.criteria.columns import Bools, Column, Table
from tongban.foundation.criteria.tree import All, Any, Constant, Fact, Tree, facts_of, values_of
from tongban.foundation.money import Fen
from tongban.modules.policies.calc.amounts import facts_in
from tongban.modules.policies.calc.columnwise import Payout, payout
from tongban.modules.policies.calc.margins import Margin, margins
from tongban.modules.policies.calc.terms import Offer, Requirement

MOST_LOSERS = 50
Money = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Trial:
    """One offer over a city: `paid` is the fen of every row, `gets` who fulfils everything, whatever it comes to."""

    offer: Offer
    found: Payout
    paid: Money
    gets: Bools

    @property
    def firms(self) -> int:
        """How many get it."""
        return len(self.found.rows)

    @property
    def total(self) -> Fen:
        """What it costs."""
        return self.found.total


@dataclass(frozen=True, slots=True)
class Slice:
    """A town, a section or a size: how many get it and how much, now and before. An empty code: not known."""

    code: str
    firms: int
    money: Fen
    firms_before: int
    money_before: Fen


@dataclass(frozen=True, slots=True)
class Loser:
    """A row that gets less than before. A synthetic city has no names, and a real one shows none here."""

    row: int
    town: str
    section: str
    size: str
    before: Fen
    after: Fen


@dataclass(frozen=True, slots=True)
class Moves:
    """Who gets more and who gets less than before, and how much; `gained` less `lost` is the change of the total."""

    gainers: int
    gained: Fen
    losers: int
    lost: Fen
    listed: tuple[Loser, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """Everything that is told of one run. `alone` counts for each requirement those whom it alone bars."""

    rows: int
    firms: int
    total: Fen
    firms_before: int
    total_before: Fen
    moves: Moves
    by: Mapping[str, tuple[Slice, ...]]
    waiting: int
    missing: Mapping[str, int]
    alone: tuple[tuple[Requirement, int], ...]
    margins: tuple[Margin, ...]


def trial(offer: Offer, board: Board, table: Table) -> Trial:
    """Who gets an offer, by the board's bitmaps; its conditions have been added."""
    found = payout(offer, board.rule(offer.tree), table)
    paid = np.zeros(table.rows, np.int64)
    paid[found.rows] = found.amounts
    gets = np.zeros(table.rows, np.bool_)
    gets[found.rows] = True
    return Trial(offer, found, paid, gets)


def compared(now: Trial, before: Trial | None, board: Board, table: Table, axes: Mapping[str, Column]) -> Run:
    """A trial beside what is in force (None: nothing is), by the columns of `axes`: town, section, size."""
    requirements = now.offer.requirements
    alone = board.alone([one.tree for one in requirements])
    return Run(
        rows=table.rows,
        firms=now.firms,
        total=now.total,
        firms_before=before.firms if before else 0,
        total_before=before.total if before else 0,
        moves=moves(now, before, axes, table.texts),
        by={name: slices(column, now, before, table.texts) for name, column in axes.items()},
        waiting=len(now.found.waiting),
        missing=missing(now, board, table),
        alone=tuple(zip(requirements, alone, strict=True)),
        margins=margins(now.offer, board, table),
    )


def slices(axis: Column, now: Trial, before: Trial | None, texts: Mapping[str, int]) -> tuple[Slice, ...]:
    """How many and how much for each text of a column, the most money first; who is nowhere known stands last."""
    codes = np.where(axis.known, axis.data, -1) if axis.known is not None else axis.data
    width = len(texts) + 1
    firms, money = _sums(codes, now, width)
    firms_before, money_before = _sums(codes, before, width)
    present = np.unique(codes)
    named = {code: text for text, code in texts.items()}
    rows = [
        Slice(
            named.get(int(code), ""),
            int(firms[code]),
            int(money[code]),
            int(firms_before[code]),
            int(money_before[code]),
        )
        for code in present
    ]
    return tuple(sorted(rows, key=lambda one: (not one.code, -one.money, -one.firms, one.code)))


def _sums(codes: NDArray[np.int64], one: Trial | None, width: int) -> tuple[Money, Money]:
    """Rows and fen by code; the last place, which -1 names, is for the unknown."""
    firms, money = np.zeros(width, np.int64), np.zeros(width, np.int64)
    if one is not None:
        found = codes[one.found.rows]
        np.add.at(firms, found, 1)
        np.add.at(money, found, one.found.amounts)
    return firms, money


def moves(now: Trial, before: Trial | None, axes: Mapping[str, Column], texts: Mapping[str, int]) -> Moves:
    """Who gains and who loses; the rows that lose most are listed."""
    earlier = np.zeros_like(now.paid) if before is None else before.paid
    change = now.paid - earlier
    up, down = change > 0, change < 0
    losers = np.flatnonzero(down)
    worst = losers[np.argsort(change[losers], kind="stable")][:MOST_LOSERS]
    named = {code: text for text, code in texts.items()}

    def of(axis: str, row: int) -> str:
        column = axes.get(axis)
        if column is None or (column.known is not None and not column.known[row]):
            return ""
        return named.get(int(column.data[row]), "")

    listed = tuple(
        Loser(
            row, of("town", row), of("section", row), of("size", row), int(earlier[row]), int(now.paid[row])
        )
        for row in worst.tolist()
    )
    return Moves(int(up.sum()), int(change[up].sum()), len(losers), -int(change[down].sum()), listed)


# ------------------------------------------------------------------------------------------------------- missing data


def missing(now: Trial, board: Board, table: Table) -> dict[str, int]:
    """For every fact: how many rows wait for it, because it would help to decide or to reckon. Most wanted first."""
    found: dict[str, Words] = {}
    unknown: dict[str, Words] = {}

    def lacking(fact: Fact) -> Words:
        if fact.name not in unknown:
            unknown[fact.name] = _unknown(fact, table)
        return unknown[fact.name]

    def note(facts: Iterable[Fact], where: Words) -> None:
        for fact in facts:
            wanted = lacking(fact) & where
            found[fact.name] = found[fact.name] | wanted if fact.name in found else wanted

    waits = np.zeros(table.rows, np.bool_)
    waits[now.found.waiting] = True
    bits = board.rule(now.offer.tree)
    undecided = bits.unknown
    for one in now.offer.requirements:
        _needed(one.tree, undecided, board, note)
    note(facts_in(now.offer.amount).values(), packed(waits) & bits.sure)
    counted = {name: count(words) for name, words in found.items()}
    return dict(sorted(((name, n) for name, n in counted.items() if n), key=lambda pair: -pair[1]))


def _needed(tree: Tree, where: Words, board: Board, note: Callable[[Iterable[Fact], Words], None]) -> None:
    """The facts without which a rule is not decided: a part that is decided needs nothing."""
    if isinstance(tree, Constant):
        return
    undecided = board.rule(tree).unknown & where
    if isinstance(tree, All | Any):
        for part in tree.parts:
            _needed(part, undecided, board, note)
    else:
        note((fact for value in values_of(tree) for fact in facts_of(value)), undecided)


def _unknown(fact: Fact, table: Table) -> Words:
    name = fact.name
    if (
        fact.type is FactType.LIST
    ):  # one column for each option; whichever there is says whether the list is known
        name = next((one for one in table.columns if one.startswith(f"{name}=")), name)
    known = table.column(name).known
    return packed(table.nothing if known is None else ~known)
