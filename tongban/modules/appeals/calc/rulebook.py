"""The pack's `appeals/`: categories with their questions and clocks, routes (first hit wins), ladder, thresholds, answers."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tongban.foundation.criteria import Criterion, FactType, parse
from tongban.modules.appeals.calc.clocks import Hours

# What a route may read besides the answers to the category's questions.
FACTS = {
    "appeal.category": FactType.TEXT,
    "appeal.group": FactType.TEXT,
    "appeal.town": FactType.TEXT,
    "appeal.size": FactType.TEXT,
    "appeal.channel": FactType.TEXT,
    "appeal.urgent": FactType.BOOL,
    "appeal.key_firm": FactType.BOOL,
}
_TYPES = {
    "text": FactType.TEXT,
    "choice": FactType.TEXT,
    "int": FactType.INT,
    "bool": FactType.BOOL,
    "date": FactType.DATE,
}
TOWN = "town"  # in the place of an office: the government of the firm's town


@dataclass(frozen=True)
class Said:
    """A text in both languages."""

    zh: str
    en: str

    @classmethod
    def read(cls, data: Mapping[str, str]) -> "Said":
        """From {zh, en}."""
        return cls(data["zh"], data["en"])


@dataclass(frozen=True)
class Clocks:
    """First contact in working minutes, the others in working days from the day after the appeal."""

    contact: int
    reply: int
    close: int
    supervise: int


@dataclass(frozen=True)
class Question:
    """A question of a category; its answer is typed."""

    id: str
    kind: str
    label: Said
    required: bool
    options: tuple[tuple[str, Said], ...]

    @property
    def fact(self) -> FactType:
        return _TYPES[self.kind]

    def value(self, text: str) -> Any:
        """What was typed, in the question's type; None for nothing. Raises ValueError for what is no such value."""
        text = text.strip()
        if self.kind == "bool":
            return text == "true" if text else None
        if not text:
            return None
        if self.kind == "int":
            number = int(text)
            if not 0 <= number < 10**12:
                raise ValueError(text)
            return number
        if self.kind == "date":
            return dt.date.fromisoformat(text).isoformat()
        if self.kind == "choice" and text not in dict(self.options):
            raise ValueError(text)
        return text[:500]


@dataclass(frozen=True)
class Category:
    """A second-level category within its group."""

    code: str
    group: str
    name: Said
    clocks: Clocks
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Target:
    """Who leads and who assists."""

    lead: str
    assists: tuple[str, ...]


@dataclass(frozen=True)
class Route:
    """A condition and where it leads."""

    when: Criterion
    target: Target


@dataclass(frozen=True)
class Answer:
    """An entry of the answer library."""

    code: str
    category: str
    title: Said
    text: Said
    words: tuple[str, ...]
    source: str


class Rulebook:
    """The rules as the pack has them; its schema and `checking` have found no fault in them."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data
        self.prefix: str = data["prefix"]
        self.desk: str = data["desk"]
        # The office that supervises what was not answered by its day: its coordinators are told, and see it from then on.
        self.above: str = data.get("above") or data["desk"]
        # Offices of the city that take what a town's own rules send them.
        self.accepts: tuple[str, ...] = tuple(data.get("accepts", ()))
        self.limits: Mapping[str, int] = data["limits"]
        self.hours = Hours.read(data["hours"])
        self.ladder: tuple[int, ...] = tuple(data["ladder"])
        self.thresholds: Mapping[str, int] = data["thresholds"]
        self.key_when: str = data["key_firms"]
        self.groups = {one["code"]: Said.read(one["name"]) for one in data["groups"]}
        self.causes = {one["code"]: Said.read(one["name"]) for one in data["causes"]}
        self.towns: Mapping[str, Any] = {one["town"]: one for one in data.get("towns", [])}

    @cached_property
    def categories(self) -> dict[str, Category]:
        """The categories by code, in the pack's order."""
        found = {}
        for group in self.data["groups"]:
            for one in group["categories"]:
                clocks = Clocks(**{**self.data["clocks"], **one.get("clocks", {})})
                found[one["code"]] = Category(
                    one["code"], group["code"], Said.read(one["name"]), clocks, _questions(one)
                )
        return found

    @property
    def facts(self) -> dict[str, FactType]:
        """All names that a route may read."""
        answers = {
            f"answer.{one.id}": one.fact for each in self.categories.values() for one in each.questions
        }
        return {**FACTS, **answers}

    @cached_property
    def routes(self) -> tuple[Route, ...]:
        """The city's routes in their order. Raises CriteriaProblem."""
        return self._read(self.data["routes"])

    @cached_property
    def _town_routes(self) -> dict[str, tuple[Route, ...]]:
        return {code: self._read(one.get("routes", [])) for code, one in self.towns.items()}

    def _read(self, rows: Sequence[Mapping[str, Any]]) -> tuple[Route, ...]:
        facts = self.facts
        return tuple(
            Route(parse(row["when"], facts), Target(row["lead"], tuple(row.get("assists", ()))))
            for row in rows
        )

    def clocks(self, category: str, town: str) -> Clocks:
        """The clocks of a category in a town, whose own can only be shorter than the city's."""
        city = self.categories[category].clocks
        own = self.towns.get(town, {}).get("clocks", {}).get(category, {})
        return Clocks(
            **{
                name: min(getattr(city, name), own.get(name, getattr(city, name)))
                for name in ("contact", "reply", "close", "supervise")
            }
        )

    def desk_of(self, town: str) -> str:
        """The office that coordinates the appeals of a town: its own where it has one, else the city's."""
        return str(self.towns.get(town, {}).get("desk") or self.desk)

    def route(self, values: Mapping[str, Any], town: str, own: Sequence[Route] = ()) -> Target | None:
        """The first route that holds: those the town wrote itself, the pack's for the town, the city's.

        None, for a person to decide, when no route holds or one that comes first needs what nobody has said.
        """
        for one in (*own, *self._town_routes.get(town, ()), *self.routes):
            verdict = one.when.evaluate(values).verdict
            if verdict is None:
                return None
            if verdict:
                return one.target
        return None

    @cached_property
    def answers(self) -> tuple[Answer, ...]:
        """The answer library."""
        return tuple(
            Answer(
                one["code"],
                one["category"],
                Said.read(one["title"]),
                Said.read(one["text"]),
                tuple(one["words"]),
                one["source"],
            )
            for one in self.data["answers"]
        )

    def found(self, typed: str, category: str = "", most: int = 3) -> list[Answer]:
        """Answers whose words occur in what was typed: most words first, those of the category before others."""
        typed = typed.casefold()
        hits = [
            (-sum(word.casefold() in typed for word in one.words), one.category != category, one.code, one)
            for one in self.answers
        ]
        return [one for count, _other, _code, one in sorted(hits, key=lambda hit: hit[:3]) if count < 0][
            :most
        ]


def _questions(data: Mapping[str, Any]) -> tuple[Question, ...]:
    return tuple(
        Question(
            one["id"],
            one["type"],
            Said.read(one["label"]),
            one.get("required", False),
            tuple((option["id"], Said.read(option["label"])) for option in one.get("options", ())),
        )
        for one in data.get("questions", ())
    )
