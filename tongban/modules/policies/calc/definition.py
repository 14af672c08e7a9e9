"""Policies as values: documents, items, editions, shared exclusions, funds, ways of examining. Pure."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tongban.foundation.criteria import FactType
from tongban.kernel.catalogue.calc.parts import Text

Data = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Span:
    """From the first day to the last, both included; without `to` there is no end yet."""

    begins: dt.date
    ends: dt.date | None

    def covers(self, day: dt.date) -> bool:
        """Whether the day lies within."""
        return self.begins <= day and (self.ends is None or day <= self.ends)


@dataclass(frozen=True, slots=True)
class DeclaredFact:
    """What the pack says of a fact: its type, words for it, who answers for it, how often it is renewed."""

    name: str
    type: FactType
    label: Text
    source: str
    unit: Text
    cycle: str
    options: Mapping[str, Text]


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause in own words."""

    id: str
    ref: Text
    text: Text


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number apart from the logic, and how far it may be tried: the laboratory's slider."""

    name: str
    value: int
    unit: str
    least: int | None
    most: int | None
    step: int
    label: Text

    @property
    def type(self) -> FactType:
        """Fen are money, everything else is a whole number."""
        return FactType.MONEY if self.unit == "fen" else FactType.INT


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition as it is written."""

    id: str
    clause: str
    rule: str
    text: Text
    advice: Text | None


@dataclass(frozen=True, slots=True)
class Edition:
    """The terms of one call. `data` is the rest as the pack has it: materials, instalments, days."""

    name: str
    valid: Span
    window: Span | None
    parameters: Mapping[str, Parameter]
    exclusions: tuple[str, ...]
    conditions: tuple[Condition, ...]
    amount: Data
    funders: Mapping[str, int]
    fund: str
    procedure: str
    data: Data


@dataclass(frozen=True, slots=True)
class Item:
    """A subsidy item: what one may get."""

    code: str
    policy: str
    name: Text
    summary: Text
    kind: str
    audience: str
    routes: tuple[str, ...]
    once: bool
    per_year: bool
    paid: str
    group: str
    words: tuple[str, ...]
    editions: tuple[Edition, ...]

    def edition_on(self, day: dt.date) -> Edition | None:
        """The edition in force on a day; the newest where several are."""
        return next((one for one in self.editions if one.valid.covers(day)), None)

    def period_on(self, day: dt.date) -> str:
        """For what it is had once, as of a day: its month, its quarter, its year; "" where it is had once in a life."""
        if self.once:
            return ""
        if self.paid == "monthly":
            return f"{day:%Y-%m}"
        return f"{day.year}-Q{(day.month + 2) // 3}" if self.paid == "quarterly" else str(day.year)


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy document. `data` is the whole of it as the pack has it."""

    code: str
    number: str
    name: Text
    summary: Text
    agency: str
    level: str
    published: dt.date
    valid: Span
    illustrative: bool
    themes: tuple[str, ...]
    clauses: Mapping[str, Clause]
    items: tuple[Item, ...]
    data: Data


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A rule that bars whom it is true of."""

    id: str
    rule: str
    text: Text
    clause: Text


@dataclass(frozen=True, slots=True)
class ExclusionSet:
    """Exclusions that many items share."""

    code: str
    name: Text
    valid: Span
    rules: tuple[Exclusion, ...]


@dataclass(frozen=True)
class Policies:
    """All policies of a city, and what they refer to."""

    policies: tuple[Policy, ...] = ()
    exclusions: Mapping[str, ExclusionSet] = field(default_factory=dict)
    funds: Mapping[str, Data] = field(default_factory=dict)
    routes: Mapping[str, Data] = field(default_factory=dict)
    facts: Mapping[str, DeclaredFact] = field(default_factory=dict)
    agencies: Mapping[str, Text] = field(default_factory=dict)

    @property
    def items(self) -> tuple[Item, ...]:
        """Every item of every policy."""
        return tuple(item for policy in self.policies for item in policy.items)

    @property
    def names(self) -> dict[str, FactType]:
        """What a rule may name besides parameters: declared facts, and for every item what was paid for it."""
        paid = {award_fact(item.code): FactType.MONEY for item in self.items}
        return {**{fact.name: fact.type for fact in self.facts.values()}, **paid}

    def source_of(self, fact: str) -> Text:
        """The name of the agency that answers for a fact; for awards, the ledger."""
        declared = self.facts.get(fact)
        if declared is None:
            return Text("兑付台账", "ledger of payments")
        return self.agencies.get(declared.source, Text(declared.source, declared.source))


def award_fact(item: str) -> str:
    """The fact that says how much, in fen, was paid for an item already."""
    return "award." + item.replace("-", "_")


def text(data: Data | None) -> Text:
    """A text of the pack; empty where there is none."""
    return Text(data["zh"], data.get("en", "")) if data else Text("", "")


def span(data: Data) -> Span:
    """A span of the pack's days."""
    return Span(day(data["from"]), day(data["to"]) if "to" in data else None)


def day(written: object) -> dt.date:
    """A day of the pack."""
    return dt.date.fromisoformat(str(written))


def read_facts(facts: Sequence[Data]) -> dict[str, DeclaredFact]:
    """The declared facts by name."""
    return {
        one["name"]: DeclaredFact(
            name=one["name"],
            type=FactType(one["type"]),
            label=text(one["label"]),
            source=one["source"],
            unit=text(one.get("unit")),
            cycle=one.get("cycle", ""),
            options={option["id"]: text(option["label"]) for option in one.get("options", [])},
        )
        for one in facts
    }


def read_policy(data: Data) -> Policy:
    """A policy whose schema is kept."""
    return Policy(
        code=data["code"],
        number=data["number"],
        name=text(data["name"]),
        summary=text(data["summary"]),
        agency=data["agency"],
        level=data["level"],
        published=day(data["published"]),
        valid=span(data["valid"]),
        illustrative=data.get("illustrative", False),
        themes=tuple(data["themes"]),
        clauses={
            one["id"]: Clause(one["id"], text(one["ref"]), text(one["text"])) for one in data["clauses"]
        },
        items=tuple(_item(one, data["code"]) for one in data["items"]),
        data=data,
    )


def _item(data: Data, policy: str) -> Item:
    return Item(
        code=data["code"],
        policy=policy,
        name=text(data["name"]),
        summary=text(data["summary"]),
        kind=data["kind"],
        audience=data["audience"],
        routes=tuple(data["routes"]),
        once=data.get("once", False),
        per_year="per" in data,
        paid=data.get("paid", "once"),
        group=data.get("group", ""),
        words=tuple(data.get("words", ())),
        editions=tuple(_edition(one) for one in data["editions"]),
    )


def _edition(data: Data) -> Edition:
    window = data.get("window")
    return Edition(
        name=data["edition"],
        valid=span(data["valid"]),
        window=Span(day(window["opens"]), day(window["closes"])) if window else None,
        parameters={name: _parameter(name, one) for name, one in data.get("parameters", {}).items()},
        exclusions=tuple(data.get("exclusions", ())),
        conditions=tuple(
            Condition(
                one["id"],
                one["clause"],
                one["rule"],
                text(one["text"]),
                text(one["advice"]) if "advice" in one else None,
            )
            for one in data["conditions"]
        ),
        amount=data["amount"],
        funders=data["funders"],
        fund=data.get("fund", ""),
        procedure=data.get("procedure", ""),
        data=data,
    )


def _parameter(name: str, data: Data) -> Parameter:
    return Parameter(
        name=name,
        value=data["value"],
        unit=data["unit"],
        least=data.get("min"),
        most=data.get("max"),
        step=data.get("step", 1),
        label=text(data["label"]),
    )


def read_exclusions(data: Data) -> dict[str, ExclusionSet]:
    """The shared sets of exclusions by code."""
    return {
        one["code"]: ExclusionSet(
            code=one["code"],
            name=text(one["name"]),
            valid=span(one["valid"]),
            rules=tuple(
                Exclusion(rule["id"], rule["rule"], text(rule["text"]), text(rule.get("clause")))
                for rule in one["rules"]
            ),
        )
        for one in data["exclusions"]
    }
