"""Reads and checks a whole pack before anything of it is loaded; every fault with file, line and what to do."""

from pathlib import Path
from typing import Any

from tongban.foundation.errors import Problem
from tongban.foundation.packs import Located, PackError, PackProblem, load_schema, read_yaml, validate
from tongban.kernel.catalogue.calc import Known, PackReading, check_references
from tongban.kernel.deadlines.calc import Thresholds, WorkCalendar, YearDays


def read_pack(folder: Path) -> PackReading:
    """Read every file of the pack and check it; faults are collected, never raised."""
    reading = PackReading(folder)
    reading.pack = _one(reading, "pack.yaml", "pack") or {}
    reading.agencies = _list(reading, "agencies.yaml", "agencies", "agencies")
    reading.facts = _list(reading, "facts.yaml", "facts", "facts")
    reading.places = _list(reading, "places/places.yaml", "places", "places")
    reading.halls = _list(reading, "places/halls.yaml", "places", "halls")
    reading.letters = _list(reading, "letters/letters.yaml", "letters", "letters")
    reading.ratings = _one(reading, "ratings.yaml", "ratings") or {}
    reading.credentials = _folder(reading, "credentials", "credential")
    reading.calendars = _folder(reading, "calendar", "calendar")
    _check_clocks(reading)
    for path in sorted((folder / "examples").glob("*.yaml")):
        reading.examples += _list(reading, f"examples/{path.name}", "example", "examples")
    can_refer = (
        not reading.errors
    )  # what items refer to was read whole, so an unknown name is the item's fault
    known = Known.of_pack(reading)
    for path in sorted((folder / "items").glob("*.yaml")):
        item = _one(reading, f"items/{path.name}", "item")
        if item is not None:
            reading.items.append(item)
            if can_refer:
                located = read_yaml(path, name=f"items/{path.name}")
                reading.errors += check_references(located, item, known)
    return reading


def _check_clocks(reading: PackReading) -> None:
    """Years that contradict each other or leave a gap, and lights that no clock can show."""

    def keep(file: str, where: str, problem: Problem) -> None:
        zh, en = (text.rstrip("。.") for text in (problem.sentence_zh, problem.sentence_en))
        todo_zh, todo_en = (text.rstrip("。.") for text in (problem.todo_zh, problem.todo_en))
        reading.errors.append(PackError(file, 1, where, en, todo_en, zh, todo_zh))

    try:
        WorkCalendar({data["year"]: YearDays.of(data) for data in reading.calendars})
    except Problem as problem:
        keep("calendar/", "off", problem)
    try:
        Thresholds.read(reading.pack.get("lights", {}))
    except Problem as problem:
        keep("pack.yaml", "lights", problem)


def _read(reading: PackReading, name: str, schema: str) -> Located | None:
    try:
        located = read_yaml(reading.folder / name, name=name)
    except PackProblem as problem:
        reading.errors += problem.errors
        return None
    faults = validate(located, load_schema(schema), name)
    reading.errors += faults
    return None if faults else located


def _one(reading: PackReading, name: str, schema: str) -> dict[str, Any] | None:
    located = _read(reading, name, schema)
    return None if located is None else dict(located.data)


def _list(reading: PackReading, name: str, schema: str, key: str) -> list[dict[str, Any]]:
    located = _read(reading, name, schema)
    if located is None:
        return []
    return list(located.data[key] if isinstance(located.data, dict) else located.data)


def _folder(reading: PackReading, name: str, schema: str) -> list[dict[str, Any]]:
    found = []
    for path in sorted((reading.folder / name).glob("*.yaml")):
        data = _one(reading, f"{name}/{path.name}", schema)
        if data is not None:
            found.append(data)
    return found
