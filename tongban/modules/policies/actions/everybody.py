"""Lists for everybody in a snapshot who gets which item and how much, as Parquet: on this machine by bitmaps, or on Spark.

Both write the same rows: item, row (the entity), fen (NULL: waits for data). A list is whole when `_SUCCESS` is there.
"""

import shutil
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import duckdb
import numpy as np

from tongban.foundation.criteria.bitmaps import Board
from tongban.foundation.criteria.sql import Dialect, Layout
from tongban.foundation.errors import Problem
from tongban.modules.policies.calc.columnwise import Payout, payout
from tongban.modules.policies.calc.pairs import columns_read, pairs_sql
from tongban.modules.policies.calc.terms import Offer
from tongban.modules.policies.queries.snapshots import Snapshot

WHOLE = "_SUCCESS"  # written last, by us as by Spark
AT_ONCE = 16  # items of one pass on Spark: more make expressions that its compiler gives up on


class NoSpark(Problem):
    """Spark was asked for and is not installed."""

    code = "policy.no_spark"
    status = 409


def list_here(*, city: Snapshot, offers: Sequence[Offer], folder: Path) -> None:
    """Write the list part by part, on one thread; what was in the folder is replaced."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    rules = [offer.tree for offer in offers]
    with duckdb.connect() as connection:
        connection.execute("SET threads = 1")
        for number, (start, part) in enumerate(city.parts(columns_read(offers))):
            board = Board.of(part, rules)
            found = [payout(offer, board.rule(offer.tree), part) for offer in offers]
            connection.register("pairs", _columns(found, start))
            names = (
                "CASE number " + " ".join(f"WHEN {n} THEN '{o.code}'" for n, o in enumerate(offers)) + " END"
            )
            chosen = f"{names} AS item, row, CASE WHEN known THEN fen END AS fen"
            path = folder / f"part-{number:05}.parquet"
            connection.view("pairs").project(chosen).write_parquet(str(path), compression="zstd")
            connection.unregister("pairs")
    (folder / WHOLE).touch()


def _columns(found: Sequence[Payout], start: int) -> dict[str, np.ndarray]:
    """The pairs of one part: number of the offer, row, fen, and whether the fen are known."""
    pieces: list[tuple[np.ndarray, ...]] = []
    for number, one in enumerate(found):
        paid, waiting = len(one.rows), len(one.waiting)
        fen = np.zeros(paid + waiting, np.int64)
        fen[:paid] = one.amounts
        rows = np.concatenate([one.rows, one.waiting]) + start
        pieces.append(
            (np.full(paid + waiting, number, np.int16), rows, fen, np.arange(paid + waiting) < paid)
        )
    return dict(
        zip(("number", "row", "fen", "known"), map(np.concatenate, zip(*pieces, strict=True)), strict=True)
    )


def list_on_spark(*, city: Snapshot, offers: Sequence[Offer], folder: Path, master: str) -> None:
    """Write the list on a cluster, from and to a file system that all of it sees. Raises NoSpark.

    Each pass writes its items under a name of its own; Spark repeats what an executor had in work when it died, and a
    task's rows count once, when it is committed.
    """
    session = _session(master)
    try:
        city_table = session.read.parquet(*map(str, city.files))
        city_table.createOrReplaceTempView("city")
        layout = Layout(Dialect.SPARK, codes=city.texts, wide=True)
        for number, first in enumerate(range(0, len(offers), AT_ONCE)):
            query = pairs_sql(offers[first : first + AT_ONCE], layout, table="city", held=city.columns)
            mode = "append" if number else "overwrite"
            session.sql(query).write.mode(mode).parquet(str(folder))
    finally:
        session.stop()


def _session(master: str):
    try:
        builder = import_module("pyspark.sql").SparkSession.builder
    except ImportError as error:
        raise NoSpark(
            sentence_zh="没有安装 Spark。",
            sentence_en="Spark is not installed.",
            todo_zh="请安装附加组件：pip install 'tongban[spark]'，并准备 Java。",
            todo_en="Install the extra: pip install 'tongban[spark]', and Java.",
        ) from error
    settings = {"ui.enabled": "false", "sql.ansi.enabled": "true", "log.level": "ERROR"}
    for name, value in settings.items():
        builder = builder.config(f"spark.{name}", value)
    return builder.master(master).appName("tongban match-city").getOrCreate()


def differences(one: Path, other: Path) -> dict[str, tuple[int, int]]:
    """Rows that only the one list has, and only the other, by item; empty when both say the same."""
    with duckdb.connect() as connection:
        rows = connection.execute(
            """
            WITH one AS (SELECT item, row, fen FROM read_parquet(?)), other AS (SELECT item, row, fen FROM read_parquet(?)),
            apart AS (SELECT item, 1 AS a, 0 AS b FROM (FROM one EXCEPT ALL FROM other)
                      UNION ALL SELECT item, 0, 1 FROM (FROM other EXCEPT ALL FROM one))
            SELECT item, sum(a)::BIGINT, sum(b)::BIGINT FROM apart GROUP BY item ORDER BY item
            """,
            [str(one / "*.parquet"), str(other / "*.parquet")],
        ).fetchall()
    return {item: (a, b) for item, a, b in rows}


def totals(folder: Path) -> list[tuple[str, int, int, int]]:
    """Of each item of a list: its code, how many get it, how many wait for data, and the fen together."""
    with duckdb.connect() as connection:
        return connection.execute(
            "SELECT item, count(fen), count(*) - count(fen), coalesce(sum(fen), 0)::BIGINT"
            " FROM read_parquet(?) GROUP BY item ORDER BY item",
            [str(folder / "*.parquet")],
        ).fetchall()
