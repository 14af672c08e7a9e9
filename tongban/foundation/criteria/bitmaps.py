"""Rules over a whole city: each distinct condition once, as two packed bitmaps; rules are ANDs and ORs of words.

The two bitmaps of a condition are where it surely holds and where it possibly holds; what lies between is unknown. Kleene's
logic is then plain: AND and OR work on both alike, and NOT swaps them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from tongban.foundation.criteria.columns import Bools, Table, judged
from tongban.foundation.criteria.tree import (
    All,
    Any,
    Atom,
    Compare,
    Constant,
    Tree,
    atoms,
    facts_of,
    values_of,
)

Words = NDArray[np.uint64]
WORD = 64
_POSITIVE = {"<>": "=", "<": ">=", "<=": ">"}


@dataclass(frozen=True, slots=True)
class Bits:
    """Where something surely holds, and where it possibly does."""

    sure: Words
    possible: Words

    @property
    def unknown(self) -> Words:
        """Where data are needed to tell."""
        return self.possible ^ self.sure

    def counts(self) -> tuple[int, int]:
        """How many rows surely hold, and how many are unknown."""
        sure = count(self.sure)
        return sure, count(self.possible) - sure


def count(words: Words) -> int:
    """How many bits are set."""
    return int(np.bitwise_count(words).sum())


def rows_in(words: Words) -> NDArray[np.int64]:
    """The numbers of the rows whose bits are set, rising."""
    filled: NDArray[np.int64] = np.flatnonzero(words)
    if len(filled) * 8 > len(words):
        return np.flatnonzero(_unpacked(words))
    # Most awards are for few: only the words with a bit are opened.
    found = np.flatnonzero(_unpacked(words[filled]))
    rows: NDArray[np.int64] = (filled[found >> 6] << 6) | (found & 63)  # 64 bits a word
    return rows


def _unpacked(words: Words) -> Bools:
    return np.unpackbits(words.view(np.uint8), bitorder="little").view(np.bool_)


def flags(words: Words, rows: int) -> Bools:
    """The bits as truth values."""
    return np.unpackbits(words.view(np.uint8), count=rows, bitorder="little").view(np.bool_)


def packed(truth: Bools) -> Words:
    """Truth values as words, the last one filled up with zeros."""
    few = np.packbits(truth, bitorder="little")
    if len(truth) % WORD:
        few = np.concatenate([few, np.zeros(-len(few) % 8, np.uint8)])
    return few.view(np.uint64)


class Board:
    """The bitmaps of the conditions that were asked for so far, over all parts of a city.

    Every part but the last has a number of rows that is a multiple of 64, so that parts lie side by side in words.
    """

    def __init__(self, rows: int) -> None:
        self.rows = rows
        self.words = -(-rows // WORD)
        self._bits: dict[Atom, Bits] = {}
        self._rules: dict[Tree, Bits] = {}
        # Opposites are made here and joined at once: fresh memory for each would cost more than the joining.
        self._scratch = np.zeros(self.words, np.uint64)
        self._valid = np.full(self.words, ~np.uint64(0), np.uint64)
        if rows % WORD:
            self._valid[-1] = np.uint64((1 << (rows % WORD)) - 1)

    @classmethod
    def of(cls, table: Table, rules: Iterable[Tree] = ()) -> "Board":
        """The board of one table."""
        board = cls(table.rows)
        board.add(table, 0, board.wanted(rules))
        return board

    def wanted(self, rules: Iterable[Tree]) -> list[Atom]:
        """The distinct conditions of rules that the board does not have yet; of a condition and its opposite, one."""
        found = dict.fromkeys(_positive(atom)[0] for rule in rules for atom in atoms(rule))
        # Those over the same column stand together, so that it is fetched from memory once.
        return sorted((atom for atom in found if atom not in self._bits), key=_names)

    def add(self, part: Table, start: int, wanted: Sequence[Atom]) -> None:
        """Evaluate conditions over the rows of a part, which begin at `start`."""
        assert start % WORD == 0
        place = slice(start // WORD, start // WORD - (-part.rows // WORD))
        # Conditions over the same columns are undecided in the same rows, which are packed once; the array is held beside
        # its words, so that no other can come to its address.
        packs: dict[int, tuple[Bools, Words]] = {}
        for atom in wanted:
            truth, known = judged(atom, part)
            words = packed(truth)
            bits = self._bits.get(atom)
            if (
                bits is None
            ):  # as long as nothing is unknown, one bitmap is both: fresh memory is what costs most here
                sure = np.zeros(self.words, np.uint64)
                bits = self._bits[atom] = Bits(sure, sure)
            if known is None:
                bits.sure[place] = words
                if bits.possible is not bits.sure:
                    bits.possible[place] = words
                continue
            if bits.possible is bits.sure:
                bits = self._bits[atom] = Bits(bits.sure, bits.sure.copy())
            if id(known) not in packs:
                packs[id(known)] = known, packed(~known)
            undecided = packs[id(known)][1]
            possible = bits.possible[place]
            np.bitwise_or(words, undecided, out=possible)
            np.bitwise_xor(possible, undecided, out=bits.sure[place])

    def forget(self, atoms_of: Iterable[Atom]) -> None:
        """Drop conditions that a slider has left, and the rules made of them."""
        gone = {_positive(atom)[0] for atom in atoms_of}
        for atom in gone:
            self._bits.pop(atom, None)
        self._rules = {
            tree: bits
            for tree, bits in self._rules.items()
            if gone.isdisjoint(_positive(atom)[0] for atom in atoms(tree))
        }

    @property
    def held(self) -> tuple[Atom, ...]:
        """The conditions that are evaluated, the oldest first."""
        return tuple(self._bits)

    def rule(self, tree: Tree) -> Bits:
        """Where a rule holds; its conditions have been added. Equal rules are combined once."""
        if isinstance(tree, Constant):
            words = self._valid if tree.value else np.zeros(self.words, np.uint64)
            return Bits(words, words)
        if not isinstance(tree, All | Any):
            positive, flipped = _positive(tree)
            bits = self._bits[positive]
            return self.negated(bits) if flipped else bits
        found = self._rules.get(tree)
        if found is None:
            found = self._rules[tree] = self._combined(tree)
        return found

    def _combined(self, tree: All | Any) -> Bits:
        join = np.bitwise_and if isinstance(tree, All) else np.bitwise_or
        empty = self._valid if isinstance(tree, All) else np.zeros_like(self._valid)
        sure, possible = empty.copy(), empty.copy()
        for part in tree.parts:
            positive, flipped = _positive(part) if isinstance(part, Atom) else (part, False)
            one = self.rule(positive)
            if flipped:
                join(sure, np.bitwise_xor(one.possible, self._valid, out=self._scratch), out=sure)
                join(possible, np.bitwise_xor(one.sure, self._valid, out=self._scratch), out=possible)
            else:
                join(sure, one.sure, out=sure)
                join(possible, one.possible, out=possible)
        return Bits(sure, possible)

    def negated(self, bits: Bits) -> Bits:
        """Where it surely, and where it possibly, does not hold."""
        return Bits(bits.possible ^ self._valid, bits.sure ^ self._valid)

    def alone(self, parts: Sequence[Tree]) -> list[int]:
        """For each part of a conjunction: how many rows fail it surely and nothing else, so that it alone bars them."""
        bits = [self.rule(part) for part in parts]
        fits = [self._valid, *_running([one.sure for one in bits])]
        after = [self._valid, *_running([one.sure for one in reversed(bits)])][::-1]
        others, barred = np.empty_like(self._scratch), self._scratch
        found = []
        for i, one in enumerate(bits):
            np.bitwise_and(fits[i], after[i + 1], out=others)
            np.bitwise_and(others, one.possible, out=barred)
            found.append(count(others) - count(barred))
        return found

    def __len__(self) -> int:
        return len(self._bits)

    @property
    def size(self) -> int:
        """Bytes of all bitmaps of conditions."""
        return len(self._bits) * 2 * self.words * 8


def _running(words: Sequence[Words]) -> list[Words]:
    """The conjunction of the first, of the first two, and so on."""
    found: list[Words] = []
    for one in words:
        found.append(one if not found else found[-1] & one)
    return found


def _names(atom: Atom) -> list[str]:
    return sorted(fact.name for value in values_of(atom) for fact in facts_of(value))


@lru_cache(maxsize=8192)  # the conditions of all policies of a city, several times
def _positive(atom: Atom) -> tuple[Atom, bool]:
    """The condition or its opposite, whichever is evaluated, and whether it is the opposite."""
    if isinstance(atom, Compare):
        op = _POSITIVE.get(atom.op)
        return (atom, False) if op is None else (replace(atom, op=op), True)
    return (replace(atom, negated=False), True) if atom.negated else (atom, False)
