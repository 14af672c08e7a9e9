"""What an application consists of at a moment: facts and answers joined, what is shown, what is missing. Pure."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tongban.kernel.catalogue.calc import (
    ConditionResult,
    Definition,
    Field,
    FieldError,
    MaterialNeed,
    Section,
    check_answers,
)
from tongban.kernel.deadlines.calc import Limit
from tongban.kernel.events.calc import digest
from tongban.kernel.parties.calc import KnownFact, Profile
from tongban.kernel.parties.states import NOT_RELIED_ON, FactState

SELF = "self"


@dataclass(frozen=True)
class FilledField:
    """A field with the value it has now, where that came from, and whether the applicant may write in it."""

    field: Field
    value: Any
    fact: KnownFact | None
    locked: bool
    error: FieldError | None = None
    # Of a repeating group: what is wrong with which cell.
    cells: Mapping[str, FieldError] = dataclasses.field(default_factory=dict)

    @property
    def source(self) -> str:
        """The agency the value comes from, or `self` for what was typed."""
        return self.fact.source if self.fact is not None else SELF


@dataclass(frozen=True)
class FilledSection:
    """A page of the form as it stands."""

    section: Section
    fields: tuple[FilledField, ...]
    errors: tuple[FieldError, ...]

    @property
    def done(self) -> bool:
        return not self.errors


@dataclass(frozen=True)
class Application:
    """Everything that pages and checks need of one application, computed in one pass."""

    definition: Definition
    values: Mapping[str, Any]
    sections: tuple[FilledSection, ...]
    needs: tuple[MaterialNeed, ...]
    missing_materials: tuple[str, ...]
    commitments: tuple[Mapping[str, Any], ...]
    unsigned: tuple[str, ...]
    unanswered: tuple[str, ...]
    conditions: tuple[ConditionResult, ...] = ()
    tolerance: Limit | None = (
        None  # within what time deferrable materials may follow, where that is open to this applicant
    )
    # Who has still to sign the whole text, by identity number; nobody where the item asks for no signatures.
    unsigned_by: tuple[str, ...] = ()
    deferrable: tuple[str, ...] = ()  # materials of that kind which are not there yet

    @property
    def complete(self) -> bool:
        """True when it can be submitted."""
        return self.ready and not self.unsigned_by

    @property
    def ready(self) -> bool:
        """True when nothing is missing but the signatures of those it names."""
        return not (
            self.unanswered
            or self.missing_materials
            or self.unsigned
            or any(not s.done for s in self.sections)
        )

    @property
    def errors(self) -> list[FieldError]:
        """The errors of all sections in their order."""
        return [error for section in self.sections for error in section.errors]

    def section(self, id: str) -> FilledSection | None:
        """The page with this identifier, or None when the situation has none."""
        return next((filled for filled in self.sections if filled.section.id == id), None)

    def final_answers(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """The values that are submitted, and for each where it came from: the snapshot a case keeps."""
        answers, sources = {}, {}
        for filled in (one for section in self.sections for one in section.fields):
            if filled.value in (None, "", []):
                continue
            answers[filled.field.id] = filled.value
            fact = filled.fact
            sources[filled.field.id] = (
                {"source": fact.source, "as_of": fact.as_of.isoformat(), "fact": fact.name}
                if fact
                else {"source": SELF}
            )
        return answers, sources


def assemble(
    definition: Definition,
    validator: Any,
    profile: Profile,
    situation: Mapping[str, str],
    answers: Mapping[str, Any],
    *,
    held: frozenset[str],
    uploaded: frozenset[str],
    signed: Sequence[str],
    deferred: Sequence[str] = (),
    faults: Mapping[str, FieldError] | None = None,
) -> Application:
    """The application as it stands.

    `held` are credential types, `uploaded` material ids, `signed` commitment ids, `deferred` the ids of materials that
    the applicant promises to supply later. `faults` are what registers have against a value, by field.
    """
    usable = {name: fact for name, fact in profile.facts.items() if fact.state not in NOT_RELIED_ON}
    facts = {name: fact.value for name, fact in usable.items()}
    effective = _effective(definition, usable, answers)
    values = definition.values(facts, situation, effective)
    sections = tuple(
        _fill(section, fields, validator, usable, answers, effective, faults or {})
        for section, fields in definition.shown_sections(values)
    )
    # A stale fact fills a field, but does not stand in for a paper: nobody knows whether it still holds.
    fresh = frozenset(name for name, fact in usable.items() if fact.state != FactState.STALE)
    needs = tuple(definition.needs(values, held, fresh))
    commitments = tuple(definition.commitments(values))
    tolerance = definition.tolerance(values)
    absent = [need.material for need in needs if not need.waived and need.material.id not in uploaded]
    may_follow = tuple(one.id for one in absent if one.necessity == "deferrable" and tolerance)
    promised = {id for id in may_follow if id in deferred}
    return Application(
        definition=definition,
        values=values,
        sections=sections,
        needs=needs,
        missing_materials=tuple(
            one.id for one in absent if one.necessity in {"required", "deferrable"} and one.id not in promised
        ),
        commitments=commitments,
        unsigned=tuple(data["id"] for data in commitments if data["id"] not in signed),
        unanswered=tuple(q.id for q in definition.questions if q.id not in situation),
        conditions=tuple(definition.judge_conditions(values)),
        tolerance=tolerance,
        deferrable=may_follow,
    )


def _locked(field: Field, usable: Mapping[str, KnownFact]) -> bool:
    # What the city knows and the item does not open stays as it is; a fact unknown or disputed is asked for.
    return not field.editable and field.fact in usable and usable[field.fact].state != FactState.STALE


def _effective(
    definition: Definition, usable: Mapping[str, KnownFact], answers: Mapping[str, Any]
) -> dict[str, Any]:
    effective = {}
    for id, field in definition.fields.items():
        if _locked(field, usable) or (field.fact in usable and id not in answers):
            effective[id] = usable[field.fact].value
        elif id in answers:
            effective[id] = answers[id]
    return effective


def _fill(
    section: Section,
    fields: list[Field],
    validator: Any,
    usable: Mapping[str, KnownFact],
    answers: Mapping[str, Any],
    effective: Mapping[str, Any],
    faults: Mapping[str, FieldError],
) -> FilledSection:
    errors = check_answers(validator, fields, effective)
    seen = {error.field for error in errors}
    errors += [faults[one.id] for one in fields if one.id in faults and one.id not in seen]
    # A fact that the form's own rules reject is the city's fault, not the applicant's: it never blocks them.
    wrong = {error.field: error for error in errors}
    filled = []
    for field in fields:
        locked = _locked(field, usable)
        if locked:
            wrong.pop(field.id, None)
        known = usable.get(field.fact) if field.fact else None
        from_fact = known is not None and (
            locked or field.id not in answers or answers[field.id] == known.value
        )
        filled.append(
            FilledField(
                field,
                effective.get(field.id),
                known if from_fact else None,
                locked,
                None if locked else wrong.get(field.id),
                {id: one for id, one in wrong.items() if id.startswith(f"{field.id}-")}
                if field.type == "rows"
                else {},
            )
        )
    return FilledSection(section, tuple(filled), tuple(wrong.values()))


def content(
    version: str, situation: Mapping[str, str], answers: Mapping[str, Any], files: Sequence[str], salt: str
) -> dict[str, Any]:
    """What was submitted: version, situation, answers, digests of files, and a salt, so that nobody tries values out."""
    return {
        "version": version,
        "situation": dict(situation),
        "answers": dict(answers),
        "files": sorted(files),
        "salt": salt,
    }


def fingerprint(
    version: str, situation: Mapping[str, str], answers: Mapping[str, Any], files: Sequence[str], salt: str
) -> str:
    """The digest of what was submitted, printed on the receipt."""
    return digest(content(version, situation, answers, files, salt))


def changed_fields(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Fields whose values differ, each with the old and the new one."""
    keys = list(before) + [key for key in after if key not in before]
    return {key: (before.get(key), after.get(key)) for key in keys if before.get(key) != after.get(key)}


def short_number(prefix: str, day: date, serial: int) -> str:
    """The number people read out: prefix, day, serial of the day."""
    return f"{prefix}{day:%Y%m%d}-{serial:04}"
