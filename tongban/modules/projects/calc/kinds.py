"""Kinds of projects as the pack says them, and what follows from the answers of a diagnosis. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tongban.foundation.criteria import Criterion, FactType, parse
from tongban.kernel.catalogue.calc import Text

TYPES = {
    "bool": FactType.BOOL,
    "choice": FactType.CHOICE,
    "int": FactType.INT,
    "money": FactType.MONEY,
}


@dataclass(frozen=True)
class Stage:
    """A stage: who owns it ("town" is the town's own office), how many natural days it usually takes, its documents, and
    which of them the enterprise hands in.
    """

    id: str
    name: Text
    office: str
    days: int
    documents: Mapping[str, Text]
    from_firm: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Question:
    """A question of the diagnosis. Money is typed in units of 10,000 yuan and kept in fen."""

    id: str
    text: Text
    type: str
    options: Mapping[str, Text]


@dataclass(frozen=True)
class Permit:
    """An item of the catalogue that a project may need, in which stage, what has to be there first, and what such a
    project answers to the item's first questions.
    """

    id: str
    item: str
    stage: str
    when: Criterion
    after: tuple[str, ...]
    why: Text
    situation: Mapping[str, str]


@dataclass(frozen=True)
class Shared:
    """What several applications ask for alike: the field of each permit's form, and what it is before anybody types."""

    id: str
    begins_as: str
    fields: Mapping[str, str]


@dataclass(frozen=True)
class Subsidy:
    """A subsidy item that a project may have."""

    item: str
    when: Criterion


@dataclass(frozen=True)
class Market:
    """The kind of the market that has what is needed: `fill` names the question that answers an attribute, `given`
    what an attribute always is.
    """

    kind: str
    fill: Mapping[str, str]
    given: Mapping[str, str]


@dataclass(frozen=True)
class Need:
    """Something that a project may need beside permits, and the office that answers for it."""

    id: str
    kind: str
    text: Text
    when: Criterion
    office: str
    market: Market | None = None


@dataclass(frozen=True)
class Kind:
    """A kind of project."""

    code: str
    name: Text
    summary: Text
    stages: tuple[Stage, ...]
    questions: tuple[Question, ...]
    permits: tuple[Permit, ...]
    shared: tuple[Shared, ...]
    subsidies: tuple[Subsidy, ...]
    needs: tuple[Need, ...]

    def stage(self, id: str) -> Stage:
        """A stage by its name; raises KeyError."""
        return self.stages[self.order[id]]

    @property
    def order(self) -> dict[str, int]:
        """The stages' numbers from 0."""
        return {one.id: number for number, one in enumerate(self.stages)}

    @property
    def documents(self) -> dict[str, Text]:
        """The documents of all stages by name, in the stages' order."""
        return {id: name for one in self.stages for id, name in one.documents.items()}

    def after(self, id: str) -> Stage | None:
        """The stage that follows; None after the last."""
        number = self.order[id] + 1
        return self.stages[number] if number < len(self.stages) else None


@dataclass(frozen=True)
class Settings:
    """Months without progress until yellow, until red, until out; months between two checks of a contract."""

    yellow: int
    red: int
    out: int
    check_months: int
    needs: Mapping[str, Text]


@dataclass(frozen=True)
class Diagnosis:
    """What follows from answers: permits that are needed, those that cannot be decided yet with the names of what is
    missing, subsidies to look at, needs.
    """

    permits: tuple[Permit, ...]
    open: tuple[tuple[Permit, tuple[str, ...]], ...]
    subsidies: tuple[Subsidy, ...]
    needs: tuple[Need, ...]


def fact_types(data: Mapping[str, Any], facts: Mapping[str, FactType]) -> dict[str, FactType]:
    """What the criteria of a kind can read: the declared facts, and its own questions as answer.*."""
    return dict(facts) | {f"answer.{one['id']}": TYPES[one["type"]] for one in data["questions"]}


def read_kind(data: Mapping[str, Any], facts: Mapping[str, FactType]) -> Kind:
    """A kind from its data, which the schema has checked. Raises CriteriaProblem."""
    known = fact_types(data, facts)
    return Kind(
        code=data["code"],
        name=_text(data["name"]),
        summary=_text(data.get("summary", data["name"])),
        stages=tuple(
            Stage(
                one["id"],
                _text(one["name"]),
                one["office"],
                one["days"],
                _named(one.get("documents", ())),
                frozenset(each["id"] for each in one.get("documents", ()) if each.get("from_enterprise")),
            )
            for one in data["stages"]
        ),
        questions=tuple(
            Question(one["id"], _text(one["text"]), one["type"], _named(one.get("options", ()), "label"))
            for one in data["questions"]
        ),
        permits=tuple(
            Permit(
                one["id"],
                one["item"],
                one["stage"],
                parse(one["when"], known),
                tuple(one.get("after", ())),
                _text(one.get("why", {"zh": "", "en": ""})),
                one.get("situation", {}),
            )
            for one in data["permits"]
        ),
        shared=tuple(
            Shared(one["id"], one.get("begins_as", ""), one["fields"]) for one in data.get("shared", ())
        ),
        subsidies=tuple(Subsidy(one["item"], parse(one["when"], known)) for one in data.get("subsidies", ())),
        needs=tuple(
            Need(
                one["id"],
                one["kind"],
                _text(one["text"]),
                parse(one["when"], known),
                one["office"],
                _market(one.get("market")),
            )
            for one in data["needs"]
        ),
    )


def read_settings(data: Mapping[str, Any]) -> Settings:
    """The settings from their data, which the schema has checked."""
    months = data["months"]
    return Settings(
        months["yellow"], months["red"], months["out"], data["check_months"], _named(data["needs"])
    )


def diagnose(kind: Kind, answers: Mapping[str, Any], facts: Mapping[str, Any]) -> Diagnosis:
    """What a project of a kind needs; what is not known decides nothing, and is named. Raises WrongValue."""
    values = dict(facts) | {f"answer.{id}": value for id, value in answers.items()}
    outcomes = [(one, one.when.evaluate(values)) for one in kind.permits]
    return Diagnosis(
        permits=tuple(one for one, outcome in outcomes if outcome.verdict),
        open=tuple((one, outcome.needs) for one, outcome in outcomes if outcome.verdict is None),
        subsidies=tuple(one for one in kind.subsidies if one.when.evaluate(values).verdict),
        needs=tuple(one for one in kind.needs if one.when.evaluate(values).verdict),
    )


def _market(data: Mapping[str, Any] | None) -> Market | None:
    return Market(data["kind"], data.get("fill", {}), data.get("given", {})) if data else None


def _text(data: Mapping[str, str]) -> Text:
    return Text(data["zh"], data.get("en", ""))


def _named(rows: Any, key: str = "name") -> dict[str, Text]:
    return {one["id"]: _text(one[key]) for one in rows}
