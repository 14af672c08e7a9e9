"""Reads a city's snapshot in columns, part by part, so that memory holds the part in work and what is kept of it."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np

from tongban.foundation.criteria.bitmaps import Board
from tongban.foundation.criteria.columns import Column, Table, Texts
from tongban.foundation.criteria.tree import Tree
from tongban.foundation.errors import Problem
from tongban.modules.policies.calc.pairs import columns_of_rule

TEXTS = "texts.json"


class NoSnapshot(Problem):
    """There is no snapshot of the city in that folder."""

    code = "policy.no_snapshot"
    status = 404


@dataclass(frozen=True)
class Snapshot:
    """A city's files, the rows of each, the columns that there are, and the codes of its texts."""

    files: tuple[Path, ...]
    sizes: tuple[int, ...]
    columns: frozenset[str]
    texts: Texts

    @property
    def rows(self) -> int:
        """All entities."""
        return sum(self.sizes)

    def parts(self, names: Iterable[str]) -> Iterator[tuple[int, Table]]:
        """The first row and the table of each part, with the columns named, as far as the city has them."""
        wanted = sorted(self.columns.intersection(names))
        start = 0
        with duckdb.connect() as connection:
            connection.execute("SET threads = 1")
            for file, rows in zip(self.files, self.sizes, strict=True):
                yield start, self._part(connection, file, rows, wanted)
                start += rows

    def _part(
        self, connection: duckdb.DuckDBPyConnection, file: Path, rows: int, wanted: Sequence[str]
    ) -> Table:
        asked = ", ".join('"' + name.replace('"', '""') + '"' for name in wanted)
        found = connection.execute(
            f"SELECT {asked or '1'} FROM read_parquet(?)",  # noqa: S608 - names of our own columns
            [str(file)],
        ).fetchnumpy()
        columns = {}
        for name in wanted:
            data = found[name]
            known = None
            if isinstance(data, np.ma.MaskedArray):
                mask = np.ma.getmaskarray(data)
                data, known = data.data, ~mask if mask.any() else None
            columns[name] = Column.of(data, known)
        return Table(rows, columns, self.texts)

    def board(self, rules: Sequence[Tree]) -> Board:
        """The bitmaps of all conditions of the rules, over the whole city, in one pass over the files."""
        board = Board(self.rows)
        wanted = board.wanted(rules)
        for start, part in self.parts(columns_of(rules)):
            board.add(part, start, wanted)
        return board

    def table(self, names: Iterable[str]) -> Table:
        """The columns named, of the whole city, in memory."""
        pieces: dict[str, list[Column]] = {}
        wanted = self.columns.intersection(names)
        for _, part in self.parts(wanted):
            for name, column in part.columns.items():
                pieces.setdefault(name, []).append(column)
        return Table(self.rows, {name: _joined(many) for name, many in pieces.items()}, self.texts)


def _joined(pieces: Sequence[Column]) -> Column:
    known = None
    if any(one.known is not None for one in pieces):
        known = np.concatenate(
            [np.ones(len(one.data), np.bool_) if one.known is None else one.known for one in pieces]
        )
    bounds = min(one.bounds[0] for one in pieces), max(one.bounds[1] for one in pieces)
    return Column(np.concatenate([one.data for one in pieces]), known, bounds, pieces[0].den)


def columns_of(rules: Iterable[Tree]) -> set[str]:
    """The columns that rules read: a fact's own, or that of an option of a list."""
    return {name for rule in rules for name in columns_of_rule(rule)}


def open_city(folder: Path) -> Snapshot:
    """The snapshot in a folder. Raises NoSnapshot."""
    files = tuple(sorted(folder.glob("part-*.parquet")))
    if not files or not (folder / TEXTS).exists():
        raise NoSnapshot(
            sentence_zh="还没有全市主体快照。",
            sentence_en="There is no snapshot of the city.",
            todo_zh="请先生成快照。",
            todo_en="Make one first.",
            about=str(folder.name),
        )
    texts = Texts(json.loads((folder / TEXTS).read_text(encoding="utf-8")))
    with duckdb.connect() as connection:
        sizes = [
            connection.execute("SELECT count(*) FROM read_parquet(?)", [str(file)]).fetchall()[0][0]
            for file in files
        ]
        described = connection.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(files[0])]).fetchall()
    return Snapshot(files, tuple(sizes), frozenset(row[0] for row in described), texts)
