"""Reads the pack's `appeals/` and checks it, beyond its schema too: conditions, offices, categories, towns; faults with file and line."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from tongban.foundation.packs import Located, PackError, PackProblem, load_schema, read_yaml, validate
from tongban.kernel.catalogue.calc import PackReading, plain_data
from tongban.modules.appeals.calc import Rulebook, checking

RULES, ANSWERS = "appeals/rules.yaml", "appeals/answers.yaml"


def read_appeals(pack: PackReading) -> list[PackError]:
    """Put rules and answer library into what is loaded with the pack; the faults found. A pack without them has none."""
    if not (pack.folder / RULES).exists():
        return []
    read, faults = {}, []
    for file, schema in ((RULES, "appeals"), (ANSWERS, "appeal-answers")):
        try:
            read[file] = read_yaml(pack.folder / file, name=file)
        except PackProblem as problem:
            faults += problem.errors
            continue
        faults += [replace(one, file=file) for one in validate(read[file], load_schema(schema), file)]
    if faults:
        return faults
    data = {**plain_data(read[RULES].data), "answers": plain_data(read[ANSWERS].data)}
    pack.of_modules["appeals"] = data
    return _beyond_the_schema(pack, read[RULES], read[ANSWERS])


def _beyond_the_schema(pack: PackReading, rules: Located, answers: Located) -> list[PackError]:
    book = Rulebook({**plain_data(rules.data), "answers": []})
    offices = {one["code"]: one for one in pack.agencies}
    towns = {place["code"] for place in pack.places}
    faults = [*checking.routes(rules, book.data["routes"], book.facts, offices)]
    faults += [*_towns(rules, book, offices, towns), *_hours(rules)]
    faults += checking.parsed(rules, ("key_firms",), book.key_when, pack.fact_types)
    if book.desk not in offices:
        faults.append(checking.unknown(rules, ("desk",), "agency", "机关", book.desk))
    if book.above not in offices:
        faults.append(checking.unknown(rules, ("above",), "agency", "机关", book.above))
    for n, code in enumerate(book.accepts):
        if code not in offices:
            faults.append(checking.unknown(rules, ("accepts", n), "agency", "机关", code))
    for n, one in enumerate(answers.data):
        if one["category"] not in book.categories:
            faults.append(checking.unknown(answers, (n, "category"), "category", "类别", one["category"]))
    return faults


def _towns(
    located: Located, book: Rulebook, offices: Mapping[str, Any], towns: set[str]
) -> Iterator[PackError]:
    for n, row in enumerate(book.data.get("towns", [])):
        path = ("towns", n)
        if row["town"] not in towns:
            yield checking.unknown(located, (*path, "town"), "place", "地方", row["town"])
        if row.get("desk", book.desk) not in offices:
            yield checking.unknown(located, (*path, "desk"), "agency", "机关", row["desk"])
        for category, clocks in row.get("clocks", {}).items():
            if category not in book.categories:
                yield checking.unknown(located, (*path, "clocks", category), "category", "类别", category)
                continue
            city = book.categories[category].clocks
            for name, value in clocks.items():
                if value > getattr(city, name):
                    yield located.error(
                        (*path, "clocks", category, name),
                        f"{value} is longer than the city's {getattr(city, name)}",
                        "a town's clocks can only be shorter",
                        what_zh=f"{value} 比全市的 {getattr(city, name)} 长",
                        todo_zh="镇街的时限只能更短",
                    )
        yield from checking.routes(located, row.get("routes", []), book.facts, offices, path)


def _hours(located: Located) -> Iterator[PackError]:
    times = [one for span in located.data["hours"] for one in (span["begin"], span["end"])]
    if times != sorted(set(times)):
        yield located.error(
            ("hours",),
            "the working hours overlap or run backwards",
            "write the spans in order, each beginning before it ends",
            what_zh="工作时间重叠或者倒置",
            todo_zh="请按先后写，每段先起后止",
        )
