"""Reads and checks a whole pack before anything of it is loaded; every fault with file, line and what to do."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tongban.foundation.criteria import CriteriaProblem, parse
from tongban.foundation.ids import check_uscc
from tongban.foundation.packs import (
    Located,
    PackError,
    PackProblem,
    Step,
    load_schema,
    read_yaml,
    validate,
)
from tongban.kernel.catalogue.calc import PackReading, names_for_rules

_RULES = frozenset({"when", "rule", "grant_when"})


def read_pack(folder: Path) -> PackReading:
    """Read every file of the pack and check it; faults are collected, never raised."""
    reading = PackReading(folder)
    reading.pack = _one(reading, "pack.yaml", "pack") or {}
    reading.agencies = _list(reading, "agencies.yaml", "agencies", "agencies")
    reading.facts = _list(reading, "facts.yaml", "facts", "facts")
    reading.places = _list(reading, "places/places.yaml", "places", "places")
    reading.halls = _list(reading, "places/halls.yaml", "places", "halls")
    reading.letters = _list(reading, "letters/letters.yaml", "letters", "letters")
    reading.credentials = _folder(reading, "credentials", "credential")
    reading.calendars = _folder(reading, "calendar", "calendar")
    for path in sorted((folder / "examples").glob("*.yaml")):
        reading.examples += _list(reading, f"examples/{path.name}", "example", "examples")
    can_refer = (
        not reading.errors
    )  # what items refer to was read whole, so an unknown name is the item's fault
    for path in sorted((folder / "items").glob("*.yaml")):
        item = _one(reading, f"items/{path.name}", "item")
        if item is not None:
            reading.items.append(item)
            if can_refer:
                _check_item(reading, path, item)
    return reading


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


def _check_item(reading: PackReading, path: Path, item: dict[str, Any]) -> None:
    """References and codes of one item that a schema cannot see."""
    located = read_yaml(path, name=f"items/{path.name}")
    agencies = {agency["code"]: agency for agency in reading.agencies}
    agency = agencies.get(item["agency"])
    if agency is None:
        reading.errors.append(_unknown(located, ("agency",), item["agency"], "agencies.yaml", "机构"))
    else:
        expected = agency["uscc"] + item["use_level"] + item["catalog_code"]
        if item["task_code"] != expected:
            reading.errors.append(
                located.error(
                    ("task_code",),
                    "the code does not follow from agency, level and catalogue code",
                    f"write {expected}",
                    what_zh="实施编码与机构代码、行使层级、基本编码不一致",
                    todo_zh=f"应为 {expected}",
                )
            )
        if not check_uscc(agency["uscc"]).ok:
            reading.errors.append(
                located.error(
                    ("agency",),
                    "the check character of the agency's credit code is wrong",
                    "correct `uscc` in agencies.yaml",
                    what_zh="机构的统一社会信用代码校验位不对",
                    todo_zh="改正 agencies.yaml 中的 uscc",
                )
            )
    credential = item["result"]["credential"]
    if credential not in {one["code"] for one in reading.credentials}:
        reading.errors.append(_unknown(located, ("result", "credential"), credential, "credentials/", "证照"))
    known = {fact["name"] for fact in reading.facts}
    for i, section in enumerate(item["form"]):
        for j, one in enumerate(section["fields"]):
            if one.get("fact") and one["fact"] not in known:
                where = ("form", i, "fields", j, "fact")
                reading.errors.append(_unknown(located, where, one["fact"], "facts.yaml", "数据项"))
    names = names_for_rules(item, reading.fact_types)
    for where, text in _rules(item):
        try:
            parse(text, names)
        except CriteriaProblem as problem:
            reading.errors.append(
                located.error(
                    where,
                    problem.sentence_en.rstrip("."),
                    problem.todo_en.rstrip("."),
                    what_zh=problem.sentence_zh.rstrip("。"),
                    todo_zh=problem.todo_zh.rstrip("。"),
                )
            )


def _rules(node: Any, where: tuple[Step, ...] = ()) -> Iterator[tuple[tuple[Step, ...], str]]:
    """Every criteria text of an item with its place."""
    steps = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for step, below in steps:
        if step in _RULES and isinstance(below, str):
            yield (*where, step), below
        else:
            yield from _rules(below, (*where, step))


def _unknown(located: Located, where: tuple[Step, ...], code: str, file: str, kind_zh: str) -> PackError:
    return located.error(
        where,
        f"nothing called '{code}' is declared",
        f"declare it in {file} or choose a declared one",
        what_zh=f"没有登记{kind_zh}“{code}”",
        todo_zh=f"在 {file} 中登记，或者改为已登记的",
    )
