"""Reads the kinds of projects of a pack and checks them against what the pack declares; faults with file, line and what to do."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from tongban.foundation.criteria import CriteriaProblem, FactType, parse
from tongban.foundation.packs import Located, PackError, PackProblem, load_schema, read_yaml, validate
from tongban.kernel.catalogue.calc import PackReading, plain_data
from tongban.modules.projects.calc.course import Circle, in_order
from tongban.modules.projects.calc.kinds import fact_types

SETTINGS, FOLDER = "projects/settings.yaml", "projects"
SHARED_TYPES = {"text", "textarea", "money", "decimal", "int", "date", "phone"}
PROJECT_TYPES = {"project.name": "text", "project.promised": "money"}
# Into which fields an answer of the diagnosis goes as it is.
BEGINS = {"text": {"text"}, "money": {"money"}, "int": {"int", "decimal"}, "bool": set(), "choice": set()}
OWN_OFFICE = "town"  # stands for the office of the town in which a project lies


def read_projects(pack: PackReading) -> list[PackError]:
    """Put the kinds of projects into what is loaded with the pack; the faults found. A pack without any has none."""
    if not (pack.folder / FOLDER).exists():
        return []
    errors: list[PackError] = []
    settings = _read(pack.folder, SETTINGS, "project-settings", errors)
    kinds: list[Located] = []
    for path in sorted((pack.folder / FOLDER).glob("*.yaml")):
        if path.name == "settings.yaml":
            continue
        located = _read(pack.folder, f"{FOLDER}/{path.name}", "project", errors)
        if located is not None:
            kinds.append(located)
    if settings is None:
        return errors
    wanted = {one["id"] for one in settings.data["needs"]}
    errors += _settings_faults(settings)
    for one in kinds:
        errors += kind_faults(one, pack, wanted)
    data = {"settings": plain_data(settings.data), "kinds": [plain_data(one.data) for one in kinds]}
    pack.of_modules["projects"] = data
    return errors


def _read(folder: Path, name: str, schema: str, errors: list[PackError]) -> Located | None:
    try:
        located = read_yaml(folder / name, name=name)
    except PackProblem as problem:
        errors += problem.errors
        return None
    faults = validate(located, load_schema(schema), name)
    errors += [replace(fault, file=name) for fault in faults]
    return None if faults else located


def _settings_faults(located: Located) -> Iterable[PackError]:
    months = located.data["months"]
    if not months["yellow"] <= months["red"] <= months["out"]:
        yield located.error(
            ("months",),
            "yellow, red and out do not follow one another",
            "write months that grow",
            what_zh="黄灯、红灯、移出的月数没有依次变大",
            todo_zh="请依次写更大的月数",
        )


def kind_faults(located: Located, pack: PackReading, wanted: set[str]) -> list[PackError]:
    """What of a kind names something that is not there, cannot be read, or waits for itself."""
    data: Any = located.data
    known = fact_types(data, pack.fact_types)
    stages = {one["id"] for one in data["stages"]}
    permits = {one["id"] for one in data["permits"]}
    items = {one["code"] for one in pack.items}
    offices = {one["code"] for one in pack.agencies} | {OWN_OFFICE}
    questions = {one["id"] for one in data["questions"]}
    checks: list[tuple[tuple[Any, ...], str, set[str], str, str]] = []
    for n, one in enumerate(data["stages"]):
        checks.append((("stages", n, "office"), one["office"], offices, "agency", "机关"))
    for n, one in enumerate(data["permits"]):
        where = ("permits", n)
        checks.append(((*where, "item"), one["item"], items, "item", "事项"))
        checks.append(((*where, "stage"), one["stage"], stages, "stage", "阶段"))
        checks += [((*where, "after"), id, permits, "permit", "许可") for id in one.get("after", ())]
    for n, one in enumerate(data["needs"]):
        checks.append((("needs", n, "kind"), one["kind"], wanted, "kind of need", "需求种类"))
        checks.append((("needs", n, "office"), one["office"], offices, "agency", "机关"))
        fill = one.get("market", {}).get("fill", {})
        checks += [
            (("needs", n, "market", "fill", name), id, questions, "question", "问题")
            for name, id in fill.items()
        ]
    errors = [_unknown(located, *check) for check in checks if check[1] not in check[2]]
    for key in ("permits", "subsidies", "needs"):
        for n, one in enumerate(data.get(key, ())):
            errors += _criteria(located, (key, n, "when"), one["when"], known)
    errors += _twice(located, data)
    errors += _circle(located, data)
    errors += _situations(located, data, pack)
    errors += _shared(located, data, pack)
    return errors


def _unknown(
    located: Located, where: tuple[Any, ...], name: str, _known: set[str], what: str, zh: str
) -> PackError:
    return located.error(
        where,
        f"there is no {what} '{name}'",
        "correct the name or leave it out",
        what_zh=f"没有{zh}“{name}”",
        todo_zh="请改正或者删去",
    )


def _criteria(
    located: Located, where: tuple[Any, ...], text: str, known: dict[str, FactType]
) -> Iterable[PackError]:
    try:
        parse(text, known)
    except CriteriaProblem as problem:
        yield located.error(
            where,
            problem.sentence_en.rstrip("."),
            problem.todo_en.rstrip("."),
            what_zh=problem.sentence_zh.rstrip("。"),
            todo_zh=problem.todo_zh.rstrip("。"),
        )


def _twice(located: Located, data: Any) -> Iterable[PackError]:
    for key in ("stages", "questions", "permits", "needs"):
        seen: set[str] = set()
        for n, one in enumerate(data[key]):
            if one["id"] in seen:
                yield located.error(
                    (key, n, "id"),
                    f"the name '{one['id']}' is there already",
                    "choose another name",
                    what_zh=f"名称“{one['id']}”重复",
                    todo_zh="请换一个名称",
                )
            seen.add(one["id"])


def _situations(located: Located, data: Any, pack: PackReading) -> Iterable[PackError]:
    """What permits answer to questions that their items do not ask, or with options that these do not have."""
    items = {one["code"]: one for one in pack.items}
    for n, permit in enumerate(data["permits"]):
        asked = items.get(permit["item"], {}).get("situations", ())
        known = {one["id"]: {option["id"] for option in one["options"]} for one in asked}
        for question, option in permit.get("situation", {}).items():
            where = ("permits", n, "situation", question)
            if question not in known:
                yield _unknown(located, where, question, set(), "question of this item", "该事项的情形问题")
            elif option not in known[question]:
                yield _unknown(located, where, option, set(), "option of this question", "该问题的选项")


def _shared(located: Located, data: Any, pack: PackReading) -> Iterable[PackError]:
    """What is typed once for fields that are not there, that nobody may fill in, or that differ in type."""
    items = {one["code"]: one for one in pack.items}
    permits = {one["id"]: one["item"] for one in data["permits"]}
    asked = {f"answer.{one['id']}": one["type"] for one in data["questions"]} | PROJECT_TYPES
    for n, one in enumerate(data.get("shared", ())):
        types = set()
        for permit, id in one["fields"].items():
            where = ("shared", n, "fields", permit)
            if permit not in permits:
                yield _unknown(located, where, permit, set(), "permit", "许可")
                continue
            field = _field_of(items.get(permits[permit], {}), id)
            if field is None or not field["editable"] or field["type"] not in SHARED_TYPES:
                yield _unknown(located, where, id, set(), "field that can be shared", "可以共用的字段")
            else:
                types.add(field["type"])
        begins = one.get("begins_as")
        if begins is not None and begins not in asked:
            yield _unknown(located, ("shared", n, "begins_as"), begins, set(), "question", "问题")
        elif begins is not None and not types <= BEGINS[asked[begins]]:
            yield located.error(
                ("shared", n, "begins_as"),
                f"'{begins}' does not fit a field of type {', '.join(sorted(types))}",
                "choose another one or leave it out",
                what_zh=f"“{begins}”的类型与字段不符",
                todo_zh="请换一个或者删去",
            )
        if len(types) > 1:
            yield located.error(
                ("shared", n, "fields"),
                f"these fields differ in type: {', '.join(sorted(types))}",
                "share only fields of one type",
                what_zh="这些字段的类型不同",
                todo_zh="请只合并同一类型的字段",
            )


def _field_of(item: Any, id: str) -> Any:
    fields = (field for section in item.get("form", ()) for field in section["fields"])
    return next((field for field in fields if field["id"] == id), None)


def _circle(located: Located, data: Any) -> Iterable[PackError]:
    try:
        in_order({one["id"]: one.get("after", ()) for one in data["permits"]})
    except Circle as circle:
        yield located.error(
            ("permits",),
            f"these permits wait for one another: {circle}",
            "take one of them out of `after`",
            what_zh=f"这些许可互相等待：{circle}",
            todo_zh="请从 after 中去掉一个",
        )
