"""What a town writes itself: sub-categories beneath the city's categories, and routes that run before the city's."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tongban.foundation.criteria import FactType, parse
from tongban.foundation.packs import Located, PackError, PackProblem, load_schema, read_text, validate
from tongban.modules.appeals.calc import checking
from tongban.modules.appeals.calc.rulebook import TOWN, Route, Rulebook, Said, Target

NAME = "rules"  # what faults call the text
SUBCATEGORY = "appeal.subcategory"


@dataclass(frozen=True)
class Subcategory:
    """A kind of appeal that a town tells apart within a category of the city, whose clocks and levels hold."""

    code: str
    of: str
    name: Said


@dataclass(frozen=True)
class TownRules:
    """A town's own sub-categories and routes, in its order."""

    subcategories: tuple[Subcategory, ...]
    routes: tuple[Route, ...]

    def within(self, category: str) -> tuple[Subcategory, ...]:
        """The sub-categories of a category."""
        return tuple(one for one in self.subcategories if one.of == category)


NOTHING = TownRules((), ())


def read_town_rules(
    text: str, book: Rulebook, offices: Mapping[str, Any], within: Collection[str]
) -> tuple[TownRules, list[PackError]]:
    """What a town wrote, with every fault of it (then the rules are empty).

    `offices` are the city's agencies by code; `within` the codes of the town and of the places in it. A route leads to
    offices of the town, and to those of the city that the pack says take what towns send them.
    """
    if not text.strip():  # a town without rules of its own
        return NOTHING, []
    try:
        located = read_text(text, name=NAME)
    except PackProblem as problem:
        return NOTHING, list(problem.errors)
    faults = validate(located, load_schema("appeal-town-rules"), NAME)
    if not faults:
        faults = list(_faults(located, book, offices, within))
    return (NOTHING if faults else _rules(located.data, facts_of(book))), faults


def facts_of(book: Rulebook) -> dict[str, FactType]:
    """All that a town's route may read: what the city's may, and the town's own sub-category."""
    return {**book.facts, SUBCATEGORY: FactType.TEXT}


def _rules(data: Any, facts: Mapping[str, FactType]) -> TownRules:
    return TownRules(
        tuple(
            Subcategory(one["code"], one["of"], Said.read(one["name"])) for one in data.get("categories", ())
        ),
        tuple(
            Route(parse(one["when"], facts), Target(one["lead"], tuple(one.get("assists", ()))))
            for one in data.get("routes", ())
        ),
    )


def _faults(
    located: Located, book: Rulebook, offices: Mapping[str, Any], within: Collection[str]
) -> Iterator[PackError]:
    data: Any = located.data
    seen: set[str] = set()
    for n, one in enumerate(data.get("categories", ())):
        if one["of"] not in book.categories:
            yield checking.unknown(located, ("categories", n, "of"), "category", "类别", one["of"])
        if one["code"] in seen or one["code"] in book.categories:
            yield located.error(
                ("categories", n, "code"),
                f"the code '{one['code']}' is used already, by a category of the city or above",
                "choose another code",
                what_zh=f"编码“{one['code']}”已经用过（全市的类别或者上面的子类别）",
                todo_zh="请换一个编码",
            )
        seen.add(one["code"])
    rows = data.get("routes", ())
    yield from checking.routes(located, rows, facts_of(book), offices)
    for n, row in enumerate(rows):
        for code in (row["lead"], *row.get("assists", ())):
            if code in offices and code not in book.accepts and offices[code]["place"] not in within:
                yield located.error(
                    ("routes", n),
                    f"the agency '{code}' is not of this town and takes nothing that a town's rules send it",
                    f"name '{TOWN}', an office of the town, or one of: {', '.join(book.accepts)}",
                    what_zh=f"“{code}”不是本镇街的单位，也不接受镇街规则直接分派",
                    todo_zh=f"请写 {TOWN}、本镇街的单位，或者：{'、'.join(book.accepts)}",
                )
