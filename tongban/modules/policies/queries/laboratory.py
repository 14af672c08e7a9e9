"""The laboratory's bench: one item over one snapshot, held in this process, so that a moved number is answered at once.

Held are the columns that the item reads and the bitmaps of the conditions tried so far; a moved number adds one condition.
"""

import threading
import uuid
from collections import OrderedDict
from collections.abc import Hashable, Iterable
from pathlib import Path

from tongban.foundation.criteria.bitmaps import Board
from tongban.foundation.criteria.columns import Column, Table
from tongban.foundation.criteria.tree import atoms
from tongban.foundation.money import Fen
from tongban.modules.policies.calc import Offer
from tongban.modules.policies.calc.columnwise import payout
from tongban.modules.policies.calc.laboratory import Run, Trial, compared, trial
from tongban.modules.policies.calc.pairs import columns_read
from tongban.modules.policies.calc.planning import AXES
from tongban.modules.policies.queries.published import InForce
from tongban.modules.policies.queries.snapshots import Snapshot, open_city

MOST_BENCHES = 4
MOST_COSTS = 64
MOST_CONDITIONS = 120  # of one bench: a slider moved from end to end, and what stands beside it


class Bench:
    """One item over one snapshot. Used by one request at a time."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._lock = threading.Lock()
        self._columns: dict[str, Column] = {}
        self._board = Board(snapshot.rows)
        self._before: tuple[Offer, Trial] | None = None

    def run(self, offer: Offer, before: Offer | None) -> Run:
        """An offer beside the one in force."""
        with self._lock:
            table = self._ready([one for one in (offer, before) if one is not None])
            return compared(trial(offer, self._board, table), self._earlier(before, table), self._board, table,
                            {name: table.column(fact) for name, fact in AXES.items()})  # fmt: skip

    def _earlier(self, before: Offer | None, table: Table) -> Trial | None:
        if before is None:
            return None
        if self._before is None or self._before[0] is not before:
            self._before = before, trial(before, self._board, table)
        return self._before[1]

    def _ready(self, offers: Iterable[Offer]) -> Table:
        """Read the columns and evaluate the conditions that are not there yet."""
        names, rules = set(AXES.values()), []
        for one in offers:
            rules.append(one.tree)
            names |= _columns(one)
        if lacking := (names & self._snapshot.columns) - self._columns.keys():
            self._columns |= self._snapshot.table(lacking).columns
        table = Table(self._snapshot.rows, self._columns, self._snapshot.texts)
        if len(self._board) > MOST_CONDITIONS:
            asked = {atom for rule in rules for atom in atoms(rule)}
            self._board.forget([atom for atom in self._board.held if atom not in asked])
        self._board.add(table, 0, self._board.wanted(rules))
        return table


_lock = threading.Lock()
_benches: OrderedDict[tuple[uuid.UUID, str], Bench] = OrderedDict()
_costs: OrderedDict[tuple[Hashable, ...], tuple[int, Fen]] = OrderedDict()


def bench(city: uuid.UUID, folder: Path, item: str) -> Bench:
    """The bench of an item over a snapshot; the one used longest ago makes room. Raises NoSnapshot."""
    with _lock:
        found = _benches.get((city, item))
        if found is None:
            found = _benches[city, item] = Bench(open_city(folder))
            while len(_benches) > MOST_BENCHES:
                _benches.popitem(last=False)
        _benches.move_to_end((city, item))
        return found


def others_of(city: uuid.UUID, folder: Path, held: InForce, fund: str, item: str) -> tuple[int, Fen]:
    """How many other items a fund pays by the editions in force, and what they cost over a snapshot; reckoned once."""
    key = (city, held.key, fund, item)
    if key not in _costs:
        terms = held.matchers["organisation"].terms
        offers = [one for one in terms.offers if one.edition.fund == fund and one.code != item]
        names = set().union(*(_columns(one) for one in offers))
        total = 0
        for _start, part in open_city(folder).parts(names):
            board = Board.of(part, [one.tree for one in offers])
            total += sum(payout(one, board.rule(one.tree), part).total for one in offers)
        _costs[key] = len(offers), total
        while len(_costs) > MOST_COSTS:
            _costs.popitem(last=False)
    return _costs[key]


def _columns(one: Offer) -> set[str]:
    """The columns that an offer reads, for its rule and for its amount."""
    return set(columns_read([one]))


def forget() -> None:
    """Drop every bench and every cost."""
    with _lock:
        _benches.clear()
        _costs.clear()
