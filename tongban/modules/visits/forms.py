"""Reads the lists of a pack and checks them against its facts; faults with file, line and what to do."""

from dataclasses import replace
from typing import Any

from tongban.foundation.criteria import CriteriaProblem, parse
from tongban.foundation.packs import PackError, PackProblem, load_schema, read_yaml, validate
from tongban.kernel.catalogue.calc import PackReading, plain_data

FILE = "visits.yaml"


def read_visits(pack: PackReading) -> list[PackError]:
    """Put the lists into what is loaded with the pack; the faults found. A pack without the file has none."""
    if not (pack.folder / FILE).exists():
        return []
    try:
        located = read_yaml(pack.folder / FILE, name=FILE)
    except PackProblem as problem:
        return list(problem.errors)
    faults = validate(located, load_schema("visits"), FILE)
    if faults:
        return [replace(fault, file=FILE) for fault in faults]
    data: Any = located.data
    errors: list[PackError] = []
    seen: set[str] = set()
    for n, one in enumerate(data["lists"]):
        if one["code"] in seen:
            errors.append(
                located.error(
                    ("lists", n, "code"),
                    f"the list '{one['code']}' is there already",
                    "choose another code",
                    what_zh=f"名单“{one['code']}”重复",
                    todo_zh="请换一个编码",
                )
            )
        seen.add(one["code"])
        try:
            parse(one.get("rule", "TRUE"), pack.fact_types)
        except CriteriaProblem as problem:
            errors.append(
                located.error(
                    ("lists", n, "rule"),
                    problem.sentence_en.rstrip("."),
                    problem.todo_en.rstrip("."),
                    what_zh=problem.sentence_zh.rstrip("。"),
                    todo_zh=problem.todo_zh.rstrip("。"),
                )
            )
    pack.of_modules["visits"] = plain_data({k: v for k, v in data.items() if k != "examples"})
    return errors
