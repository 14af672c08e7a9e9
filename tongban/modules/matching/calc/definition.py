"""Kinds of offers and needs as the pack defines them: two levels of categories, attributes, terms."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from tongban.modules.matching.calc.chain import Chain

# The parts of a score, in the order in which they are shown, weighed and stored.
PARTS = ("chain", "capability", "capacity", "place", "price", "time", "record", "text")
# Which comparisons a type of attribute can have.
COMPARISONS = {
    "int": ("at_least", "at_most", "near"),
    "money": ("at_least", "at_most", "near"),
    "choice": ("same",),
    "choices": ("covers", "overlaps"),
    "bool": ("implies",),
}


@dataclass(frozen=True)
class Named:
    """A code with its two names."""

    code: str
    zh: str
    en: str


@dataclass(frozen=True)
class Attribute:
    """One thing that both sides state. `role` is filter, or the part of the score to which it adds.

    `money` is held in fen; `slack` is by how many percent a filter may be missed.
    """

    name: str
    label: tuple[str, str]
    type: str
    compare: str
    role: str
    unit: tuple[str, str] = ("", "")
    required: bool = False
    least: int | None = None
    most: int | None = None
    slack: int = 0
    side: str = "both"
    options: tuple[Named, ...] = ()

    def asked(self, side: str) -> bool:
        """Whether this side states it."""
        return self.side in ("both", side)


@dataclass(frozen=True)
class Category:
    """A fine category and the group that it belongs to."""

    code: str
    zh: str
    en: str
    group: Named


@dataclass(frozen=True)
class Topic:
    """Names that people have for one thing, and the fine category that it is, if it is one."""

    words: tuple[str, ...]
    category: str = ""


@dataclass(frozen=True)
class Remedy:
    """A subsidy's condition on one of these facts, where it fails, leads to the form of a need of this kind.

    `category` is the fine one, if it is plain which; `fill` the attribute that is asked for what the condition lacks.
    """

    facts: tuple[str, ...]
    category: str = ""
    fill: str = ""


@dataclass(frozen=True)
class Kind:
    """One of the kinds: what is wanted and offered in it. `without` are parts that mean nothing for it and weigh nothing."""

    code: str
    zh: str
    en: str
    groups: tuple[Named, ...]
    categories: Mapping[str, Category]
    attributes: tuple[Attribute, ...]
    without: tuple[str, ...] = ()
    topics: tuple[Topic, ...] = ()
    remedies: tuple[Remedy, ...] = ()

    def weighed(self, weights: Mapping[str, float]) -> dict[str, float]:
        """The weights of the parts that mean something for this kind, in their order."""
        return {part: 0.0 if part in self.without else weights[part] for part in PARTS}

    @cached_property
    def by_name(self) -> Mapping[str, Attribute]:
        return {one.name: one for one in self.attributes}


@dataclass(frozen=True)
class Book:
    """Everything that a pack says of matching. Towns are (x, y) in kilometres by code; weights by part."""

    kinds: Mapping[str, Kind]
    limits: Mapping[str, int]
    weights: Mapping[str, float]
    chain: Chain
    towns: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    moderated_by: str = ""

    @cached_property
    def remedies(self) -> Mapping[str, tuple[Kind, Remedy]]:
        """Where a condition on a fact leads, by the fact."""
        return {
            fact: (kind, one) for kind in self.kinds.values() for one in kind.remedies for fact in one.facts
        }


def read_book(data: Mapping[str, Any]) -> Book:
    """The book from plain data, as it is stored: `kinds`, `terms`, `towns`."""
    terms = data["terms"]
    return Book(
        kinds={one["code"]: _kind(one) for one in data["kinds"]},
        limits=terms["limits"],
        weights={part: float(terms["weights"][part]) for part in PARTS},
        chain=Chain.of((one["from"], one["to"]) for one in terms["chain"]),
        towns={code: (float(x), float(y)) for code, (x, y) in data.get("towns", {}).items()},
        moderated_by=terms["moderated_by"],
    )


def _pair(data: Mapping[str, str] | None) -> tuple[str, str]:
    return (data["zh"], data["en"]) if data else ("", "")


def _kind(data: Mapping[str, Any]) -> Kind:
    groups = tuple(Named(one["code"], *_pair(one["name"])) for one in data["groups"])
    categories = {
        fine["code"]: Category(fine["code"], *_pair(fine["name"]), group)
        for one, group in zip(data["groups"], groups, strict=True)
        for fine in one["categories"]
    }
    attributes = tuple(_attribute(one) for one in data["attributes"])
    without = tuple(data.get("without", []))
    topics = tuple(Topic(tuple(one["words"]), one.get("of", "")) for one in data.get("topics", []))
    remedies = tuple(
        Remedy(tuple(one["facts"]), one.get("of", ""), one.get("fill", ""))
        for one in data.get("remedies", [])
    )
    return Kind(data["code"], *_pair(data["name"]), groups, categories, attributes, without, topics, remedies)


def _attribute(data: Mapping[str, Any]) -> Attribute:
    return Attribute(
        name=data["name"],
        label=_pair(data["label"]),
        type=data["type"],
        compare=data["compare"],
        role=data["as"],
        unit=_pair(data.get("unit")),
        required=data.get("required", False),
        least=data.get("min"),
        most=data.get("max"),
        slack=data.get("slack", 0),
        side=data.get("side", "both"),
        options=tuple(Named(one["id"], *_pair(one["name"])) for one in data.get("options", [])),
    )


def faults_of(
    data: Mapping[str, Any], facts: Mapping[str, str] | None = None
) -> list[tuple[str, tuple[Any, ...], str, str, str, str]]:
    """What a schema cannot see: (file, path, what en, todo en, what zh, todo zh) for each fault.

    `facts` are those that the pack declares with their types; without them remedies are not held against them.
    """
    found: list[tuple[str, tuple[Any, ...], str, str, str, str]] = []
    seen: set[str] = set()

    def twice(path: tuple[Any, ...], code: str) -> None:
        if code in seen:
            found.append(("kinds", path, f"'{code}' is used twice", "Rename one", f"“{code}”重复", "请改名"))
        seen.add(code)

    for k, kind in enumerate(data.get("kinds", [])):
        twice(("kinds", k, "code"), kind["code"])
        for g, group in enumerate(kind["groups"]):
            twice(("kinds", k, "groups", g, "code"), group["code"])
            for c, fine in enumerate(group["categories"]):
                twice(("kinds", k, "groups", g, "categories", c, "code"), fine["code"])
        names: set[str] = set()
        for a, one in enumerate(kind["attributes"]):
            path = ("kinds", k, "attributes", a)
            if one["name"] in names:
                found.append(
                    (
                        "kinds",
                        (*path, "name"),
                        f"'{one['name']}' is declared twice",
                        "Keep one",
                        f"要素“{one['name']}”重复",
                        "请只保留一个",
                    )
                )
            names.add(one["name"])
            found += [("kinds", path, *said) for said in _attribute_faults(one)]
        found += _category_faults(k, kind)
        for r, one in enumerate(kind.get("remedies", [])):
            for fact in one["facts"]:
                twice(("kinds", k, "remedies", r, "facts"), fact)
            found += [
                ("kinds", ("kinds", k, "remedies", r, *path), *said)
                for path, said in _remedy_faults(one, kind, facts)
            ]
    weights = data.get("terms", {}).get("weights", {})
    if weights and not sum(weights.values()):
        found.append(
            ("terms", ("weights",), "all weights are 0", "Give one", "所有权重都是 0", "至少给一项权重")
        )
    return found


def _category_faults(
    k: int, kind: Mapping[str, Any]
) -> list[tuple[str, tuple[Any, ...], str, str, str, str]]:
    """Topics and remedies of categories that the kind does not have."""
    known = {fine["code"] for group in kind["groups"] for fine in group["categories"]}
    return [
        (
            "kinds",
            ("kinds", k, part, n, "of"),
            f"the kind has no category '{one['of']}'",
            f"Use one of {', '.join(sorted(known))}",
            f"这一类里没有分类“{one['of']}”",
            f"请用 {'、'.join(sorted(known))} 之一",
        )
        for part in ("topics", "remedies")
        for n, one in enumerate(kind.get(part, []))
        if "of" in one and one["of"] not in known
    ]


def _remedy_faults(
    one: Mapping[str, Any], kind: Mapping[str, Any], facts: Mapping[str, str] | None
) -> list[tuple[tuple[Any, ...], tuple[str, str, str, str]]]:
    """Facts that nobody declares, and an attribute that cannot take what they lack."""
    found: list[tuple[tuple[Any, ...], tuple[str, str, str, str]]] = []
    for f, fact in enumerate(one["facts"]):
        if facts is None:
            break
        if fact not in facts:
            said = (
                f"there is no fact '{fact}'",
                "Use one of facts/",
                f"没有数据项“{fact}”",
                "请用 facts/ 里的数据项",
            )
            found.append((("facts", f), said))
        elif "fill" in one and facts[fact] != "int":
            said = (
                f"'{fact}' is no whole number, so nothing can be filled in from it",
                "Leave out fill",
                f"“{fact}”不是整数，不能用来预填",
                "请删去 fill",
            )
            found.append((("facts", f), said))
    numbers = [named["name"] for named in kind["attributes"] if named["type"] == "int"]
    if "fill" in one and one["fill"] not in numbers:
        said = (
            f"the kind has no attribute '{one['fill']}' that is a whole number",
            f"Use one of {', '.join(numbers)}",
            f"这一类里没有整数要素“{one['fill']}”",
            f"请用 {'、'.join(numbers)} 之一",
        )
        found.append((("fill",), said))
    return found


def _attribute_faults(one: Mapping[str, Any]) -> list[tuple[str, str, str, str]]:
    found = []
    fits = COMPARISONS[one["type"]]
    if one["compare"] not in fits:
        found.append(
            (
                f"a {one['type']} cannot be compared by '{one['compare']}'",
                f"Use one of {', '.join(fits)}",
                f"{one['type']} 不能用 {one['compare']} 比较",
                f"请用 {'、'.join(fits)}",
            )
        )
    if (one["type"] in ("choice", "choices")) != bool(one.get("options")):
        found.append(
            (
                "options belong to choices, and only to them",
                "Add or remove options",
                "只有选择题才有选项",
                "请补上或者删去选项",
            )
        )
    if one.get("side", "both") != "both" and one.get("required") and one["as"] == "filter":
        found.append(
            (
                "a filter needs both sides",
                "Let both sides state it",
                "硬条件需要双方填写",
                "请改为双方填写",
            )
        )
    return found
