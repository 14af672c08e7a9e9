"""Reads and checks a whole pack before anything of it is loaded; every fault with file, line and what to do."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from tongban.foundation.errors import Problem
from tongban.foundation.packs import Located, PackError, PackProblem, load_schema, read_yaml, validate
from tongban.kernel.catalogue.calc import Known, PackReading, check_references, pack_faults, plain_data
from tongban.kernel.deadlines.calc import Thresholds, WorkCalendar, YearDays

_JUDGED = "search-judged.yaml"


def read_pack(folder: Path) -> PackReading:
    """Read every file of the pack and check it; faults are collected, never raised."""
    reading = read_declared(folder)
    reading.places = _list(reading, "places/places.yaml", "places", "places")
    reading.halls = _list(reading, "places/halls.yaml", "places", "halls")
    if (folder / "places/points.yaml").exists():
        reading.halls += _list(reading, "places/points.yaml", "places", "halls")
    reading.letters = _list(reading, "letters/letters.yaml", "letters", "letters")
    reading.ratings = _one(reading, "ratings.yaml", "ratings") or {}
    if (folder / "village-proofs.yaml").exists():
        reading.village_proofs = _one(reading, "village-proofs.yaml", "village") or {}
    if (folder / "names.yaml").exists():
        reading.names = _one(reading, "names.yaml", "names") or {}
    reading.synonyms = _one(reading, "synonyms.yaml", "synonyms") or {}
    reading.credentials = _folder(reading, "credentials", "credential")
    reading.calendars = _folder(reading, "calendar", "calendar")
    _check_clocks(reading)
    for path in sorted((folder / "examples").glob("*.yaml")):
        if path.name == _JUDGED:
            continue
        reading.examples += _list(reading, f"examples/{path.name}", "example", "examples")
    can_refer = (
        not reading.errors
    )  # what items refer to was read whole, so an unknown name is the item's fault
    read = [
        (path, _one(reading, f"items/{path.name}", "item"))
        for path in sorted((folder / "items").glob("*.yaml"))
    ]
    reading.items = [item for _path, item in read if item is not None]
    known = Known.of_pack(reading)  # after the items: they refer to each other too
    if len(reading.items) < len(read):
        known = replace(known, items={})
    for path, item in read if can_refer else []:
        if item is not None:
            reading.errors += check_references(reading.located[f"items/{path.name}"], item, known)
    if not reading.errors:
        reading.errors += pack_faults(reading)
    _check_samples(reading)
    _check_searching(reading)
    return reading


def read_declared(folder: Path) -> PackReading:
    """Only what the pack declares for all: its names, agencies and facts. Faults are collected, never raised."""
    reading = PackReading(folder)
    reading.pack = _one(reading, "pack.yaml", "pack") or {}
    reading.agencies = _list(reading, "agencies.yaml", "agencies", "agencies")
    reading.facts = _facts(reading)
    return reading


def _facts(reading: PackReading) -> list[dict[str, Any]]:
    """The facts of facts.yaml and of every file in facts/, which has the same shape; a name is declared once."""
    names = [
        "facts.yaml",
        *(f"facts/{path.name}" for path in sorted((reading.folder / "facts").glob("*.yaml"))),
    ]
    declared: dict[str, str] = {}
    found = []
    for name in names:
        for i, fact in enumerate(_list(reading, name, "facts", "facts")):
            if fact["name"] in declared:
                reading.errors.append(
                    reading.located[name].error(
                        ("facts", i, "name"),
                        f"the fact '{fact['name']}' is declared in {declared[fact['name']]} already",
                        "keep one of the two",
                        what_zh=f"数据项“{fact['name']}”已在 {declared[fact['name']]} 中登记",
                        todo_zh="请只保留一处",
                    )
                )
            declared[fact["name"]] = name
            found.append(fact)
    return found


def _check_samples(reading: PackReading) -> None:
    """A guide shows a sample of its result: the template of every credential must be there."""
    for name, located in reading.located.items():
        if name.startswith("credentials/") and not (reading.folder / located.data["template"]).is_file():
            reading.errors.append(
                located.error(
                    ("template",),
                    f"there is no template {located.data['template']} to show a sample with",
                    "add it or use another one",
                    what_zh=f"没有样张模板 {located.data['template']}",
                    todo_zh="放入模板，或者改用已有的",
                )
            )


def _check_searching(reading: PackReading) -> None:
    """Judged queries and lists of items that name an item which is not there."""
    codes = {item["code"] for item in reading.items}
    if (reading.folder / "examples" / _JUDGED).exists():
        reading.judged = _list(reading, f"examples/{_JUDGED}", "judged", "queries")
    places = [
        *((f"examples/{_JUDGED}", (n, "items"), row["items"]) for n, row in enumerate(reading.judged)),
        *(
            ("pack.yaml", ("life_events", n, "items"), event["items"])
            for n, event in enumerate(reading.pack.get("life_events", []))
        ),
        ("synonyms.yaml", ("popular",), reading.synonyms.get("popular", [])),
    ]
    whole = not any(error.file.startswith("items/") for error in reading.errors)
    for file, path, named in places:
        for unknown in sorted(set(named) - codes) if whole else ():
            located = read_yaml(reading.folder / file, name=file)
            reading.errors.append(
                located.error(
                    path,
                    f"there is no item '{unknown}'",
                    "Correct the code or leave it out",
                    what_zh=f"没有事项“{unknown}”",
                    todo_zh="请改正编码或者删去",
                )
            )


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
    if faults:
        return None
    reading.located[name] = located
    return located


def _one(reading: PackReading, name: str, schema: str) -> dict[str, Any] | None:
    located = _read(reading, name, schema)
    return None if located is None else plain_data(dict(located.data))


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
