"""The checks of one item: its schema, and what a schema cannot see. A file of a pack and a draft pass the same ones. Pure."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import jsonschema_rs

from tongban.foundation.criteria import CriteriaProblem, Criterion, FactType, parse
from tongban.foundation.guides import Guided, guide_faults, situation_faults
from tongban.foundation.ids import check_uscc
from tongban.foundation.packs import (
    Located,
    PackError,
    PackProblem,
    Step,
    load_schema,
    read_text,
    validate,
)
from tongban.kernel.catalogue.calc import groups
from tongban.kernel.catalogue.calc.bundles import faults_of_children
from tongban.kernel.catalogue.calc.definition import names_for_rules
from tongban.kernel.catalogue.calc.editing import is_shaped, path_of, value_at
from tongban.kernel.catalogue.calc.reading import PackReading
from tongban.kernel.catalogue.calc.writing import plain_data, write_item

_RULES = frozenset({"when", "rule", "grant_when", "unless"})
_MISSING = re.compile(r"'(\w+)' is missing")
# Lists of which no two entries may have the same identifier.
_LISTS = ("conditions", "situations", "form", "materials", "commitments", "procedure")


@dataclass(frozen=True)
class Known:
    """What an item may refer to: agencies, credential types, facts, other items; and what guides go by."""

    agencies: Mapping[str, Mapping[str, Any]]
    credentials: frozenset[str]
    facts: Mapping[str, FactType]
    items: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    guided: Guided = field(default_factory=Guided)

    @classmethod
    def of_pack(cls, reading: PackReading) -> "Known":
        """What a pack declares."""
        return cls(
            {one["code"]: one for one in reading.agencies},
            frozenset(one["code"] for one in reading.credentials),
            reading.fact_types,
            {one["code"]: one for one in reading.items},
            Guided.of(reading.pack, reading.credentials, reading.village_proofs),
        )


def text_of(item: Mapping[str, Any]) -> str:
    """The item as the text of its file in a pack."""
    return write_item(item, load_schema("item"))


def check_text(text: str, name: str, known: Known) -> tuple[dict[str, Any] | None, list[PackError]]:
    """The item that a text in YAML holds, or None where it cannot be read as one; and its faults with their lines."""
    try:
        located = read_text(text, name=name)
    except PackProblem as problem:
        return None, problem.errors
    data = plain_data(located.data)
    if not is_shaped(data):
        return None, validate(located, load_schema("item")) or [
            located.error((), "this is no item", "Compare with an exported one")
        ]
    return data, check_item(data, known, Located(name, data, located.lines))


def check_item(item: Mapping[str, Any], known: Known, located: Located | None = None) -> list[PackError]:
    """Every fault of one item, in its order; `located` has the lines where the item was read from a text."""
    data = dict(item)
    place = located or Located(str(data.get("code", "")), data, {})
    errors = validate(place, load_schema("item"))
    if not errors:
        errors = check_references(place, data, known)
    elif is_shaped(data):
        errors = [*errors, *_unreadable_rules(place, data, known.facts)]
    return [_pointed(error, data) for error in errors]


def _pointed(error: PackError, data: Mapping[str, Any]) -> PackError:
    """A fault as a page can show it: at the very value that is missing, and an empty one said to be empty."""
    missing = _MISSING.fullmatch(error.what)
    if missing:
        inside = error.where if error.where != "(root)" else ""
        error = replace(error, where=f"{inside}.{missing[1]}".lstrip("."))
    if missing or value_at(data, path_of(error.where)) == "":
        return replace(
            error,
            what="nothing is filled in here",
            todo="Fill it in",
            what_zh="还没有填写",
            todo_zh="请填写",
        )
    return error


def check_rule(text: str, item: Mapping[str, Any], facts: Mapping[str, FactType]) -> Criterion:
    """One rule of an item as it would be read. Raises CriteriaProblem with every fault."""
    return parse(text, _names(item, facts))


def _names(item: Mapping[str, Any], facts: Mapping[str, FactType]) -> dict[str, FactType]:
    """What rules may name; of a draft, the parts that have a name already."""
    named = {
        "situations": [one for one in item.get("situations", []) if one.get("id")],
        "form": [
            {"fields": [one for one in part.get("fields", []) if one.get("id") and one.get("type")]}
            for part in item.get("form", [])
        ],
    }
    return names_for_rules(named, facts)


def check_references(located: Located, item: dict[str, Any], known: Known) -> list[PackError]:
    """References, codes, rules, identifiers and order of an item whose schema is kept; where they are sound, its guide."""
    found = [
        *_codes(located, item, known),
        *_results(located, item, known),
        *_references(located, item, known),
        *_unreadable_rules(located, item, known.facts),
        *_twice(located, item),
        *_order_of_steps(located, item),
        *faults_of_children(located, item, known.items, _names(item, known.facts)),
        *_patterns(located, item),
        *groups.faults_of_groups(located, item),
    ]
    if found:
        return found
    promises = situation_faults(located, item, _names(item, known.facts))
    return [*guide_faults(located, item, known.guided), *promises]


def _codes(located: Located, item: dict[str, Any], known: Known) -> Iterator[PackError]:
    agency = known.agencies.get(item["agency"])
    if agency is None:
        yield _unknown(located, ("agency",), item["agency"], "agencies.yaml", "机构")
        return
    expected = agency["uscc"] + item["use_level"] + item["catalog_code"]
    if item["task_code"] != expected:
        yield located.error(
            ("task_code",),
            "the code does not follow from agency, level and catalogue code",
            f"write {expected}",
            what_zh="实施编码与机构代码、行使层级、基本编码不一致",
            todo_zh=f"应为 {expected}",
        )
    if not check_uscc(agency["uscc"]).ok:
        yield located.error(
            ("agency",),
            "the check character of the agency's credit code is wrong",
            "correct `uscc` in agencies.yaml",
            what_zh="机构的统一社会信用代码校验位不对",
            todo_zh="改正 agencies.yaml 中的 uscc",
        )


def _results(located: Located, item: dict[str, Any], known: Known) -> Iterator[PackError]:
    """What comes out of the item, what it renews, and where money goes."""
    credential = item["result"]["credential"]
    if credential not in known.credentials:
        yield _unknown(located, ("result", "credential"), credential, "credentials/", "证照")
    renewal = item.get("renewal", {})
    renewed = renewal.get("credential")
    if renewed and renewed not in known.credentials:
        yield _unknown(located, ("renewal", "credential"), renewed, "credentials/", "证照")
    fields = {one["id"] for section in item["form"] for one in section["fields"]}
    if renewal.get("number") and renewal["number"] not in fields:
        yield _unknown(located, ("renewal", "number"), renewal["number"], "form", "字段")
    account = item.get("benefit", {}).get("account")
    if account and account not in known.facts:
        yield _unknown(located, ("benefit", "account"), account, "facts.yaml", "数据项")


def _references(located: Located, item: dict[str, Any], known: Known) -> Iterator[PackError]:
    for i, section in enumerate(item["form"]):
        for j, one in enumerate(section["fields"]):
            if one.get("fact") and one["fact"] not in known.facts:
                yield _unknown(located, ("form", i, "fields", j, "fact"), one["fact"], "facts.yaml", "数据项")
    signed = {one["id"] for one in item["commitments"]}
    declared = {
        "credential": (known.credentials, "credentials/", "证照"),
        "fact": (known.facts, "facts.yaml", "数据项"),
        "commitment": (signed, "commitments", "告知承诺"),
    }
    for i, material in enumerate(item["materials"]):
        for kind, code in material.get("waived_by", {}).items():
            names, file, zh = declared[kind]
            if code not in names:
                yield _unknown(located, ("materials", i, "waived_by", kind), code, file, zh)
    for i, step in enumerate(item["procedure"]):
        other = step.get("who", {}).get("agency")  # a step that opens a case of another item is nobody's
        if other and other not in known.agencies:
            yield _unknown(located, ("procedure", i, "who", "agency"), other, "agencies.yaml", "机构")


def _unreadable_rules(
    located: Located, item: dict[str, Any], facts: Mapping[str, FactType]
) -> Iterator[PackError]:
    names = _names(item, facts)
    for where, text in _rules(item):
        try:
            parse(text, names)
        except CriteriaProblem as problem:
            yield located.error(
                where,
                problem.sentence_en.rstrip("."),
                problem.todo_en.rstrip("."),
                what_zh=problem.sentence_zh.rstrip("。"),
                todo_zh=problem.todo_zh.rstrip("。"),
            )


def _rules(node: Any, where: tuple[Step, ...] = ()) -> Iterator[tuple[tuple[Step, ...], str]]:
    """Every criteria text of an item with its place."""
    steps = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for step, below in steps:
        if step in _RULES and isinstance(below, str):
            yield (*where, step), below
        else:
            yield from _rules(below, (*where, step))


def _twice(located: Located, item: dict[str, Any]) -> Iterator[PackError]:
    """Identifiers that two entries share; those of fields are shared by the whole form, because answers are."""
    lists: list[list[tuple[tuple[Step, ...], str]]] = [
        [((name, i), one["id"]) for i, one in enumerate(item[name])] for name in _LISTS
    ]
    fields = [
        (("form", i, "fields", j), one)
        for i, part in enumerate(item["form"])
        for j, one in enumerate(part["fields"])
    ]
    lists.append([(path, one["id"]) for path, one in fields])
    asked = [(("situations", i), one) for i, one in enumerate(item["situations"])]
    for path, one in [*fields, *asked]:
        lists.append([((*path, "options", k), o["id"]) for k, o in enumerate(one.get("options", []))])
    for entries in lists:
        count = Counter(id for _path, id in entries)
        seen: set[str] = set()
        for path, id in entries:
            if count[id] > 1 and id in seen:
                yield located.error(
                    (*path, "id"),
                    f"the identifier '{id}' is taken",
                    "choose another one",
                    what_zh=f"标识“{id}”已经用过",
                    todo_zh="请换一个",
                )
            seen.add(id)


def _order_of_steps(located: Located, item: dict[str, Any]) -> Iterator[PackError]:
    """Steps that wait for a step that is not there, for themselves, or for each other in a circle."""
    after = {one["id"]: set(one["after"]) for one in item["procedure"]}
    done: set[str] = set()
    while ready := [id for id, before in after.items() if id not in done and before & after.keys() <= done]:
        done.update(ready)
    for i, one in enumerate(item["procedure"]):
        strangers = [id for id in one["after"] if id not in after]
        if strangers:
            yield _unknown(located, ("procedure", i, "after"), strangers[0], "procedure", "环节")
        elif one["id"] not in done:
            yield located.error(
                ("procedure", i, "after"),
                "the steps wait for each other in a circle",
                "take one of the predecessors away",
                what_zh="环节互相等待，成了一个圈",
                todo_zh="请去掉其中一个前一环节",
            )


def _patterns(located: Located, item: dict[str, Any]) -> Iterator[PackError]:
    for i, part in enumerate(item["form"]):
        for j, one in enumerate(part["fields"]):
            try:
                if "pattern" in one:
                    jsonschema_rs.validator_for({"pattern": one["pattern"]})
            except (ValueError, jsonschema_rs.ValidationError):
                yield located.error(
                    ("form", i, "fields", j, "pattern"),
                    "this is no regular expression",
                    "correct or remove it",
                    what_zh="不是有效的正则表达式",
                    todo_zh="请改正或者删去",
                )


def _unknown(located: Located, where: tuple[Step, ...], code: str, file: str, kind_zh: str) -> PackError:
    return located.error(
        where,
        f"nothing called '{code}' is declared",
        f"declare it in {file} or choose a declared one",
        what_zh=f"没有登记{kind_zh}“{code}”",
        todo_zh=f"在 {file} 中登记，或者改为已登记的",
    )
