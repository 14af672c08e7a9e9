"""Reads and checks what a pack says of matching."""

import json
from math import cos, radians
from pathlib import Path

from tongban.foundation.packs import PackProblem, load_schema, read_yaml, validate
from tongban.kernel.catalogue.calc import plain_data
from tongban.modules.matching.calc.definition import faults_of
from tongban.modules.matching.calc.reading import MatchingReading

FOLDER = "matching"
SCHEMAS = {one: f"matching-{one}" for one in ("kinds", "terms", "judged", "examples")} | {
    "judged-third": "matching-judged"
}
_DEGREE_KM = 111.2


def read_matching(folder: Path) -> MatchingReading:
    """Read the pack's folder `matching`; faults are collected, never raised. A pack may have none."""
    reading = MatchingReading()
    for name, schema in SCHEMAS.items():
        path = folder / FOLDER / f"{name}.yaml"
        if path.exists():
            _read(reading, path, name, schema)
    if not reading.errors:
        for file, path_, en, todo_en, zh, todo_zh in faults_of(reading.data):
            located = reading.located[file]
            reading.errors.append(located.error(path_, en, todo_en, what_zh=zh, todo_zh=todo_zh))
    reading.data["towns"] = _towns(folder)
    return reading


def _read(reading: MatchingReading, path: Path, name: str, schema: str) -> None:
    file = f"{FOLDER}/{name}.yaml"
    try:
        located = read_yaml(path, name=file)
    except PackProblem as problem:
        reading.errors += problem.errors
        return
    faults = validate(located, load_schema(schema), file)
    reading.errors += faults
    if not faults:
        reading.located[name] = located
        plain = plain_data(located.data)
        reading.data[name] = plain if name == "terms" else plain[schema.removeprefix("matching-")]


def _towns(folder: Path) -> dict[str, list[float]]:
    """The middles of towns in kilometres, from the pack's schematic map and the corners that it gives."""
    path = folder / "assets" / "townmap.json"
    if not path.exists():
        return {}
    drawn = json.loads(path.read_text(encoding="utf-8"))
    if "geo" not in drawn:
        return {}
    west, north, east, south = drawn["geo"]
    _x, _y, width, height = drawn["viewBox"]
    across = (east - west) * _DEGREE_KM * cos(radians((north + south) / 2)) / width
    down = (north - south) * _DEGREE_KM / height
    return {one["code"]: [round(one["x"] * across, 1), round(one["y"] * down, 1)] for one in drawn["towns"]}
