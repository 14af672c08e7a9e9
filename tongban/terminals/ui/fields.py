"""A field of an item's form as it is drawn: what the pack defines, what was answered, where it comes from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from tongban.terminals.ui import texts

# A choice among more than this is a drop-down list.
RADIO_LIMIT = 6


@dataclass(frozen=True)
class Option:
    """One of the answers to choose from."""

    value: str
    label: str
    hint: str = ""
    chosen: bool = False


@dataclass(frozen=True)
class Provenance:
    """Where a prefilled value comes from. `as_of` is words; `dispute_url` is for 「有误？」."""

    source: str
    department: str = ""
    as_of: str = ""
    dispute_url: str = ""


@dataclass(frozen=True)
class Control:
    """How a type is typed: HTML type, keyboard, autocomplete token, length, unit."""

    html_type: str = "text"
    inputmode: str = ""
    autocomplete: str = "off"
    max_length: int | None = None
    unit: str = ""
    short: bool = True


@dataclass(frozen=True)
class Row:
    """One row of a repeating group: its number from 1, its fields, and the value of the button that takes it out."""

    number: int
    fields: Sequence["Field"]
    drop: str = ""


@dataclass(frozen=True)
class Field:
    """Everything that forms/field.html needs. `value` is what the control shows, already as text."""

    id: str
    label: str
    type: str = "text"
    value: str = ""
    required: bool = True
    readonly: bool = False
    hint: str = ""
    error: str = ""
    options: Sequence[Option] = ()
    provenance: Provenance | None = None
    minimum: str = ""
    maximum: str = ""
    max_length: int | None = None
    rows: Sequence["Row"] = ()
    addable: bool = False  # of rows: whether there may be one more

    @cached_property
    def widget(self) -> str:
        """Which part of the template draws it: input, textarea, rows, select, radios or checkboxes."""
        if self.type in ("textarea", "rows"):
            return self.type
        if self.type == "choices":
            return "checkboxes"
        if self.type in ("choice", "yesno", "place"):
            return "select" if self.type == "place" or len(self.options) > RADIO_LIMIT else "radios"
        return "input"

    @cached_property
    def is_group(self) -> bool:
        """Whether it is drawn as several controls under one legend."""
        return self.widget in ("radios", "checkboxes")

    @cached_property
    def control(self) -> Control:
        return CONTROLS.get(self.type, Control())

    @property
    def length_limit(self) -> int | None:
        return self.max_length or self.control.max_length

    @cached_property
    def described_by(self) -> str:
        """Ids of error, hint and provenance, for aria-describedby."""
        parts = (("error", self.error), ("hint", self.hint), ("source", self.provenance))
        return " ".join(f"{self.id}-{name}" for name, there in parts if there)

    @property
    def state(self) -> SafeString:
        """The attributes of the control that say whether it is read-only, required, wrong, and what describes it."""
        must = " readonly" if self.readonly else " required" if self.required else ""
        wrong = format_html(' aria-invalid="{}"', "true") if self.error else ""
        described = format_html(' aria-describedby="{}"', self.described_by) if self.described_by else ""
        return format_html("{}{}{}", must, wrong, described)

    @property
    def shown(self) -> str:
        """The answer in words: labels of what was chosen, otherwise the value."""
        if self.options:
            return "、".join(option.label for option in self.options if option.chosen)
        return self.value


CONTROLS: Mapping[str, Control] = {
    "text": Control(short=False),
    "date": Control(html_type="date"),
    "int": Control(inputmode="numeric"),
    "decimal": Control(inputmode="decimal"),
    "money": Control(inputmode="decimal", unit="元"),
    "phone": Control(html_type="tel", inputmode="tel", autocomplete="tel-national", max_length=11),
    # No autocomplete: what a shared computer remembers, the next visitor reads.
    "resident_id": Control(max_length=18),
    "uscc": Control(max_length=18),
    "bank_account": Control(inputmode="numeric", max_length=23),
}


def field_from(
    definition: Mapping[str, Any],
    *,
    value: object = None,
    error: str = "",
    provenance: Provenance | None = None,
    options: Sequence[Option] | None = None,
) -> Field:
    """A Field from a pack's form field (id, label, type, required, editable, help, options, min, max, max_length).

    `value` is the stored answer: text, or a list for choices, or a bool for yesno. `options` replaces those of
    the definition where they are not in the pack (places).
    """
    kind = str(definition["type"])
    return Field(
        id=str(definition["id"]),
        label=texts.local(definition["label"]),
        type=kind,
        value="" if value is None or isinstance(value, (list, tuple, bool)) else str(value),
        required=bool(definition.get("required", False)),
        readonly=definition.get("editable") is False,
        hint=_hint(definition),
        error=error,
        options=options if options is not None else _options(definition, kind, value),
        provenance=provenance,
        minimum=str(definition.get("min", "")),
        maximum=str(definition.get("max", "")),
        max_length=definition.get("max_length"),
    )


def _hint(definition: Mapping[str, Any]) -> str:
    """Help and example in one line."""
    said = [texts.local(definition.get("help"))]
    if definition.get("example"):
        said.append(texts._("例如：{example}", example=texts.local(definition["example"])))
    return " ".join(part for part in said if part)


def _options(definition: Mapping[str, Any], kind: str, value: object) -> tuple[Option, ...]:
    if kind == "yesno":
        return (
            Option("yes", texts._("是"), chosen=value in (True, "yes")),
            Option("no", texts._("否"), chosen=value in (False, "no")),
        )
    chosen = {str(one) for one in value} if isinstance(value, (list, tuple)) else {str(value)}
    return tuple(
        Option(
            str(option["id"]),
            texts.local(option["label"]),
            texts.local(option.get("hint")),
            str(option["id"]) in chosen,
        )
        for option in definition.get("options", ())
    )
