"""Writes a city as a snapshot: a folder of Parquet files, one for each part, with the dictionary of its texts beside them.

Columns hold codes of texts, numbers of days, truth values for the options of lists; NULL is what is not known.
"""

import hashlib
import json
from pathlib import Path

import duckdb

from tongban.foundation.criteria.columns import Table, require_range
from tongban.modules.policies.calc.city import Plan, make_part

TEXTS = "texts.json"


def write_city(*, plan: Plan, folder: Path) -> int:
    """Make a synthetic city and write its snapshot; the rows written. What was in the folder is replaced.

    Raises OutOfRange.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("part-*.parquet"):
        old.unlink()
    with duckdb.connect() as connection:
        connection.execute("SET threads = 1")
        for number, (start, rows) in enumerate(plan.parts()):
            _write_part(connection, make_part(plan, start, rows), start, folder / f"part-{number:04}.parquet")
    (folder / TEXTS).write_text(json.dumps(plan.texts, ensure_ascii=False), encoding="utf-8")
    return plan.rows


def _write_part(connection: duckdb.DuckDBPyConnection, table: Table, start: int, path: Path) -> None:
    require_range(table)
    arrays = {}
    asked = [f"{start} + row_number() OVER () - 1 AS row"]
    for number, (name, column) in enumerate(table.columns.items()):
        arrays[f"v{number}"] = column.data
        value = f"v{number}"
        if column.known is not None:
            arrays[f"k{number}"] = column.known
            value = f"CASE WHEN k{number} THEN v{number} END"
        asked.append(f'{value} AS "{name.replace(chr(34), chr(34) * 2)}"')
    connection.register("part", arrays)
    connection.view("part").project(", ".join(asked)).write_parquet(str(path), compression="zstd")
    connection.unregister("part")


def digest_of(folder: Path) -> str:
    """The SHA-256 of a snapshot: of its texts and of every part, in their order."""
    found = hashlib.sha256((folder / TEXTS).read_bytes())
    for part in sorted(folder.glob("part-*.parquet")):
        found.update(hashlib.sha256(part.read_bytes()).digest())
    return found.hexdigest()
