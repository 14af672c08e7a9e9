"""One published version of an item, compiled once: criteria parsed, parts typed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tongban.foundation.criteria import Criterion, FactType, Outcome, parse
from tongban.kernel.catalogue.calc.children import Child, bundle_limit
from tongban.kernel.catalogue.calc.parts import (
    ConditionResult,
    Field,
    Material,
    MaterialNeed,
    Option,
    Question,
    Section,
    Step,
    Text,
)
from tongban.kernel.catalogue.calc.readable import is_readable
from tongban.kernel.catalogue.calc.signing import Signing
from tongban.kernel.catalogue.states import ItemKind, WaivedBy
from tongban.kernel.deadlines.calc import Limit
from tongban.kernel.deadlines.states import Unit

NO_LIMIT = Limit(0, Unit.INSTANT)  # of a step whose time is another case's
Values = Mapping[str, Any]
Rule = Callable[[str | None], Criterion | None]

_LIMITS = (
    "min",
    "max",
    "max_length",
    "pattern",
    "example",
    "min_rows",
    "max_rows",
    "unique_by",
    "total",
)
_FACT_TYPES = {
    "rows": FactType.INT,  # rules read how many rows there are
    "choice": FactType.CHOICE,
    "place": FactType.CHOICE,
    "choices": FactType.LIST,
    "yesno": FactType.BOOL,
    "date": FactType.DATE,
    "int": FactType.INT,
    "decimal": FactType.DECIMAL,
    "money": FactType.MONEY,
}


@dataclass(frozen=True)
class Definition:
    """Everything a version says, ready to be asked."""

    data: Mapping[str, Any]
    name: Text
    summary: Text
    questions: tuple[Question, ...]
    sections: tuple[Section, ...]
    materials: tuple[Material, ...]
    steps: tuple[Step, ...]
    conditions: tuple[tuple[str, Text, Criterion | None], ...]
    grant_when: Criterion | None
    promised_cases: tuple[tuple[Criterion, Limit], ...]
    benefit_rules: tuple[tuple[Criterion, int, str], ...]
    fee_rules: tuple[tuple[Criterion | None, int, str], ...] = ()
    signing: Signing | None = None
    # What another item promises for these values: children's promises make this one's. Set by who knows the catalogue.
    promise_of: Callable[[str, Values], Limit] | None = None

    @property
    def code(self) -> str:
        return str(self.data["code"])

    @property
    def subsidy(self) -> Mapping[str, str] | None:
        """Of which subsidy item and edition this is the application; None for everything else."""
        return self.data.get("subsidy")

    @property
    def instant(self) -> bool:
        return bool(self.data["kind"] == ItemKind.INSTANT)

    @cached_property
    def fields(self) -> dict[str, Field]:
        """All fields by identifier."""
        return {field.id: field for section in self.sections for field in section.fields}

    @cached_property
    def statutory(self) -> Limit:
        """The statutory limit."""
        return _limit(self.data["limits"]["statutory"])

    @cached_property
    def extension(self) -> Limit | None:
        """By how much the law lets the limit be extended; None where it does not (article 42)."""
        data = self.data["limits"]["statutory"].get("extension")
        return _limit(data) if data else None

    def tolerance(self, values: Values) -> Limit | None:
        """Within what time deferrable materials may follow; None where the item, or this applicant, has no such choice."""
        data = self.data.get("tolerance")
        if data is None:
            return None
        if self._intolerable is not None and self._intolerable.evaluate(values).verdict is not False:
            return None  # a bad credit record excludes, and so does one that nobody could look up
        return _limit(data["within"])

    @cached_property
    def _intolerable(self) -> Criterion | None:
        unless = self.data.get("tolerance", {}).get("unless")
        return parse(unless, self.data["_fact_types"]) if unless else None

    def promised(self, values: Values) -> Limit:
        """The promised limit in this situation; of an item with child cases the longest way through them."""
        if self.promise_of is not None and any(step.child for step in self.steps):
            steps = self.steps_for(values)
            return bundle_limit(steps, {step.id: self.limit_of(step, values) for step in steps})
        for criterion, limit in self.promised_cases:
            if criterion.evaluate(values).verdict is True:
                return limit
        return _limit(self.data["limits"]["promised"])

    def limit_of(self, step: Step, values: Values) -> Limit:
        """How long a step may take: its own limit, or what the child case's item promises for what it will be told."""
        if step.child is None or self.promise_of is None:
            return step.limit
        return self.promise_of(step.child.item, step.child.values(values))

    def shown_sections(self, values: Values) -> list[tuple[Section, list[Field]]]:
        """The sections and fields that apply, in order; an undecided condition shows the field rather than hide it."""
        shown = []
        for section in self.sections:
            if _applies(section.when, values):
                fields = [field for field in section.fields if _applies(field.when, values)]
                if fields:
                    shown.append((section, fields))
        return shown

    def needs(self, values: Values, held: frozenset[str], known: frozenset[str]) -> list[MaterialNeed]:
        """The materials of this situation.

        `held` are the types of valid credentials of the applicant, `known` the facts that can be relied on. A
        commitment waives a material only where it is there to be signed.
        """
        offered = frozenset(one["id"] for one in self.commitments(values))
        return [
            MaterialNeed(material, _waiver(material, held, known, offered))
            for material in self.materials
            if _applies(material.when, values)
        ]

    def commitments(self, values: Values) -> list[Mapping[str, Any]]:
        """The texts to sign in this situation."""
        chosen = []
        for data in self.data["commitments"]:
            when = data.get("when")
            if when is None or _applies(self._commitment_rules[data["id"]], values):
                chosen.append(data)
        return chosen

    @cached_property
    def _commitment_rules(self) -> dict[str, Criterion]:
        facts = self.data["_fact_types"]
        return {c["id"]: parse(c["when"], facts) for c in self.data["commitments"] if c.get("when")}

    def steps_for(self, values: Values) -> list[Step]:
        """The steps of this situation in the order of the pack; a dropped step drops out of `after` too."""
        return [step for step in self.steps if _applies(step.when, values)]

    def judge_conditions(self, values: Values) -> list[ConditionResult]:
        """What the data says of each condition."""
        return [
            ConditionResult(id, text, criterion.evaluate(values) if criterion else None)
            for id, text, criterion in self.conditions
        ]

    def automatic(self, values: Values) -> Outcome | None:
        """The verdict of the rule that decides on the spot; None for items that a person decides."""
        return self.grant_when.evaluate(values) if self.grant_when else None

    def benefit(self, values: Values) -> tuple[int, str] | None:
        """The amount in fen and its period by the first rule that holds; None when none does."""
        for criterion, fen, per in self.benefit_rules:
            if criterion.evaluate(values).verdict is True:
                return fen, per
        return None

    def fee(self, values: Values) -> tuple[int, str] | None:
        """What is charged in this situation, in fen, and what for; None when nothing is."""
        for criterion, fen, name in self.fee_rules:
            if criterion is None or criterion.evaluate(values).verdict is True:
                return fen, name
        return None

    def values(
        self, facts: Values, situation: Mapping[str, str], answers: Mapping[str, Any]
    ) -> dict[str, Any]:
        """All that rules of this item may read, by full name."""
        values = dict(facts)
        values.update({f"situation.{key}": value for key, value in situation.items()})
        for key, value in answers.items():
            if key in self.fields and is_readable(self.fields[key].type, value):
                values[f"answer.{key}"] = len(value) if self.fields[key].type == "rows" else value
        return values


def _applies(criterion: Criterion | None, values: Values) -> bool:
    # A form asks for what may be needed: only a certain no hides it.
    return criterion is None or criterion.evaluate(values).verdict is not False


def _waiver(
    material: Material, held: frozenset[str], known: frozenset[str], offered: frozenset[str]
) -> WaivedBy | None:
    match material.waived_by:
        case WaivedBy.CREDENTIAL if material.waiver in held:
            return WaivedBy.CREDENTIAL
        case WaivedBy.FACT if material.waiver in known:
            return WaivedBy.FACT
        case WaivedBy.COMMITMENT if material.waiver in offered:
            return WaivedBy.COMMITMENT
    return None


def _text(data: Mapping[str, str] | None) -> Text:
    return Text(data["zh"], data.get("en", "")) if data else Text("")


def _limit(data: Mapping[str, Any]) -> Limit:
    return Limit(value=data["value"], unit=Unit(data["unit"]))


def names_for_rules(data: Mapping[str, Any], declared: Mapping[str, FactType]) -> dict[str, FactType]:
    """Everything that rules of this item may name: the pack's facts, its situations, its answers."""
    facts = dict(declared)
    facts.update({f"situation.{q['id']}": FactType.CHOICE for q in data["situations"]})
    for section in data["form"]:
        for field in section["fields"]:
            facts[f"answer.{field['id']}"] = _FACT_TYPES.get(field["type"], FactType.TEXT)
            for column in field.get("fields", []):  # of one row, for the rules that look at each
                facts[f"row.{column['id']}"] = _FACT_TYPES.get(column["type"], FactType.TEXT)
    return facts


def compile_definition(data: Mapping[str, Any], declared: Mapping[str, FactType]) -> Definition:
    """The definition of an item's data; `declared` are the pack's facts by name.

    Raises CriteriaProblem for a rule that does not parse or asks for something undeclared.
    """
    facts = names_for_rules(data, declared)

    def rule(text: str | None) -> Criterion | None:
        return parse(text, facts) if text else None

    benefit = data.get("benefit", {}).get("rules", [])
    cases = data["limits"]["promised"].get("cases", [])
    return Definition(
        data={**data, "_fact_types": facts},
        name=_text(data["name"]),
        summary=_text(data["summary"]),
        questions=tuple(
            Question(q["id"], _text(q["question"]), _options(q["options"])) for q in data["situations"]
        ),
        sections=tuple(
            Section(
                s["id"], _text(s["title"]), rule(s.get("when")), tuple(_field(f, rule) for f in s["fields"])
            )
            for s in data["form"]
        ),
        materials=tuple(_material(m, rule) for m in data["materials"]),
        steps=tuple(_step(s, rule) for s in data["procedure"]),
        conditions=tuple((c["id"], _text(c["text"]), rule(c.get("rule"))) for c in data["conditions"]),
        grant_when=rule(data.get("automatic", {}).get("grant_when")),
        promised_cases=tuple((parse(c["when"], facts), _limit(c)) for c in cases),
        fee_rules=tuple(
            (rule(f.get("when")), f["fen"], f["name"]["zh"]) for f in data.get("fee", {}).get("amounts", [])
        ),
        signing=Signing.of(data.get("signers"), data.get("level", 0), rule),
        benefit_rules=tuple((parse(b["when"], facts), b["fen"], b["per"]) for b in benefit),
    )


def _options(data: list[Mapping[str, Any]]) -> tuple[Option, ...]:
    return tuple(Option(o["id"], _text(o["label"]), _text(o.get("hint"))) for o in data)


def _field(data: Mapping[str, Any], rule: Rule) -> Field:
    limits = {key: data[key] for key in _LIMITS if key in data}
    return Field(
        id=data["id"],
        label=_text(data["label"]),
        type=data["type"],
        required=data["required"],
        editable=data.get("editable", True),
        fact=data.get("fact", ""),
        options=_options(data.get("options", [])),
        help=_text(data.get("help")),
        when=rule(data.get("when")),
        limits=limits,
        fields=tuple(_field(one, rule) for one in data.get("fields", [])),
        checks=data.get("checks", ""),
    )


def _material(data: Mapping[str, Any], rule: Rule) -> Material:
    waived = data.get("waived_by") or {}
    kind, waiver = next(iter(waived.items()), (None, ""))
    return Material(
        id=data["id"],
        name=_text(data["name"]),
        necessity=data["necessity"],
        source=data["source"],
        formats=tuple(data["formats"]),
        max_mb=data["max_mb"],
        when=rule(data.get("when")),
        waived_by=WaivedBy(kind) if kind else None,
        waiver=waiver,
        issuer=_text(_as_text(data.get("issuer"))).zh,
        note=_text(_as_text(data.get("note"))).zh,
        note_en=_text(_as_text(data.get("note"))).en,
        standard=_text(_as_text(data.get("standard"))).zh,
    )


def _as_text(data: Any) -> Mapping[str, str] | None:
    return {"zh": data} if isinstance(data, str) else data


def _step(data: Mapping[str, Any], rule: Rule) -> Step:
    who = data.get("who", {"permission": "", "at": "city"})  # a child case is nobody's task here
    return Step(
        id=data["id"],
        type=data["type"],
        title=_text(data["title"]),
        permission=who["permission"],
        at=who["at"],
        after=tuple(data["after"]),
        when=rule(data.get("when")),
        limit=_limit(data["limit"]) if "limit" in data else NO_LIMIT,
        agency=who.get("agency", ""),
        silence=data.get("silence", "wait"),
        stops=data.get("stops", ""),
        child=Child.of(data["child"]) if "child" in data else None,
    )
