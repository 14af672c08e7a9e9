"""The parts of an item, typed: questions, fields, materials, steps. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tongban.foundation.criteria import Criterion, Outcome
from tongban.kernel.catalogue.calc.children import Child
from tongban.kernel.catalogue.states import WaivedBy
from tongban.kernel.deadlines.calc import Limit


@dataclass(frozen=True)
class Text:
    """A text in Chinese and, where there is one, in English."""

    zh: str
    en: str = ""

    def of(self, language: str) -> str:
        """The text in a language; Chinese where there is no English."""
        return self.zh if language.startswith("zh") or not self.en else self.en


@dataclass(frozen=True)
class Option:
    """One choice of a question or of a field."""

    id: str
    label: Text
    hint: Text


@dataclass(frozen=True)
class Question:
    """A situation question (情形): its answer picks materials, steps and limits."""

    id: str
    question: Text
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Field:
    """A form field with a stable identifier; `fact` names what fills it."""

    id: str
    label: Text
    type: str
    required: bool
    editable: bool
    fact: str
    options: tuple[Option, ...]
    help: Text
    when: Criterion | None
    limits: Mapping[
        str, Any
    ]  # min, max, max_length, pattern, example; of rows min_rows, max_rows, unique_by, total
    fields: tuple["Field", ...] = ()  # of rows: the columns
    checks: str = ""  # a check beyond the form: against a register, for example


@dataclass(frozen=True)
class Section:
    """A page of the form."""

    id: str
    title: Text
    when: Criterion | None
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Material:
    """An application material (申请材料)."""

    id: str
    name: Text
    necessity: str
    source: str
    formats: tuple[str, ...]
    max_mb: int
    when: Criterion | None
    waived_by: WaivedBy | None
    waiver: str  # credential type, fact name or commitment id
    issuer: str
    note: str
    note_en: str
    standard: str


@dataclass(frozen=True)
class MaterialNeed:
    """A material in one situation: whether it must be uploaded, and if not, why not."""

    material: Material
    waived: WaivedBy | None


@dataclass(frozen=True)
class Step:
    """A typed step of the procedure."""

    id: str
    type: str
    title: Text
    permission: str
    at: str
    after: tuple[str, ...]
    when: Criterion | None
    limit: Limit
    agency: str = ""  # another agency than the item's own
    silence: str = "wait"  # what no answer within the limit means: agree or wait
    stops: str = ""  # for what the promised clock stands still while the step is open
    child: Child | None = None  # the case that a step of the type child_case opens


@dataclass(frozen=True)
class ConditionResult:
    """An acceptance condition with what the data says of it (None where no rule or no data decides)."""

    id: str
    text: Text
    outcome: Outcome | None
