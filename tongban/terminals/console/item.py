"""One item's definition in words: steps, conditions, form, materials."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tongban.kernel.access.states import ROLES
from tongban.kernel.catalogue.calc import Definition, Field, Material, Step
from tongban.kernel.catalogue.queries import Published
from tongban.kernel.catalogue.states import DocumentKind
from tongban.terminals.console import words
from tongban.terminals.ui import parts, texts
from tongban.terminals.ui.rulewords import RuleWords
from tongban.terminals.ui.texts import _

Documents = Mapping[str, Mapping[str, Mapping[str, Any]]]


@dataclass(frozen=True)
class StepRow:
    """A step with whom it waits for and when it applies."""

    title: str
    type: str
    who: str
    limit: str
    after: str
    when: str


@dataclass(frozen=True)
class FieldRow:
    """A field of the form and what fills it."""

    label: str
    type: str
    required: bool
    source: str
    when: str


@dataclass(frozen=True)
class MaterialRow:
    """A material and what can stand in for it."""

    name: str
    necessity: str
    source: str
    waived: str
    formats: str
    when: str


def described(item: Published, documents: Documents) -> dict[str, Any]:
    """The context of the item page."""
    definition, data = item.definition, item.definition.data
    facts = documents.get(DocumentKind.FACT, {})
    agencies = documents.get(DocumentKind.AGENCY, {})
    rules = RuleWords(definition, facts)
    return {
        "name": _of(definition.name),
        "summary": _of(definition.summary),
        "item": item,
        "task_code": data["task_code"],
        "agency": words.agency(agencies, data["agency"]),
        "tags": [str(words.TYPES[data["type"]]), str(words.KINDS[data["kind"]])],
        "figures": _figures(definition),
        "stages": [_stage(step, definition) for step in definition.steps],
        "steps": [_step(step, definition, rules) for step in definition.steps],
        "conditions": [(_of(text), rules.criterion(rule)) for _id, text, rule in definition.conditions],
        "automatic": rules.criterion(definition.grant_when),
        "sections": [
            (
                _of(section.title),
                rules.criterion(section.when),
                [_field(field, rules, facts, agencies) for field in section.fields],
            )
            for section in definition.sections
        ],
        "materials": [_material(material, rules, documents) for material in definition.materials],
        "basis": [(law["law"], law["article"]) for law in data["legal_basis"]],
    }


def _of(text: Any) -> str:
    return text.of(texts.language())


def _figures(definition: Definition) -> list[parts.Fact]:
    data = definition.data
    return [
        parts.Fact(_("承诺时限"), words.limit(definition.promised({}))),
        parts.Fact(_("法定时限"), words.limit(definition.statutory)),
        parts.Fact(_("到场次数"), str(data["visits"])),
        parts.Fact(_("网办深度"), data["online_depth"]),
        parts.Fact(_("收费"), _("收费") if data["fee"]["charged"] else _("不收费")),
    ]


def _who(step: Step) -> str:
    if step.child is not None:
        return _("子办件：{item}", item=step.child.item)
    roles = [
        texts.local({"zh": role.title_zh, "en": role.title_en})
        for role in ROLES.values()
        if step.permission in role.permissions
    ]
    return f"{words.place_level(step.at)} · {texts.listed(roles)}"


def step_sub(step: Step) -> str:
    """Who does a step and how long it may take, in a few words."""
    if step.child is not None:
        return _who(step)
    return f"{words.place_level(step.at)} · {words.limit(step.limit)}"


def _stage(step: Step, definition: Definition) -> parts.Stage:
    return parts.Stage(_of(step.title), _who(step), words.limit(definition.limit_of(step, {})))


def _step(step: Step, definition: Definition, rules: RuleWords) -> StepRow:
    titles = {other.id: _of(other.title) for other in definition.steps}
    return StepRow(
        title=_of(step.title),
        type=str(words.STEPS.get(step.type, step.type)),
        who=_who(step),
        limit=words.limit(definition.limit_of(step, {})),
        after=texts.listed(titles[id] for id in step.after) or _("受理"),
        when=rules.criterion(step.when),
    )


def _field(field: Field, rules: RuleWords, facts: Any, agencies: Any) -> FieldRow:
    source = _("申请人填写")
    if field.fact:
        agency = words.agency(agencies, facts[field.fact]["source"]) if field.fact in facts else field.fact
        source = _("{agency}，可改", agency=agency) if field.editable else agency
    return FieldRow(
        label=_of(field.label),
        type=str(words.FIELD_TYPES.get(field.type, field.type)),
        required=field.required,
        source=source,
        when=rules.criterion(field.when),
    )


def _material(material: Material, rules: RuleWords, documents: Documents) -> MaterialRow:
    waived = ""
    if material.waived_by:
        what = material.waiver
        if material.waived_by == "credential":
            known = documents.get(DocumentKind.CREDENTIAL, {}).get(what)
            what = texts.local(known["name"]) if known else what
        elif material.waived_by == "fact":
            what = rules.label(what)
        else:
            signed = (c for c in rules.definition.data["commitments"] if c["id"] == what)
            what = next((texts.local(c["title"]) for c in signed), what)
        waived = _("{how}：{what}", how=words.WAIVERS[material.waived_by], what=what)
    return MaterialRow(
        name=_of(material.name),
        necessity=str(words.NECESSITIES.get(material.necessity, material.necessity)),
        source=str(words.SOURCES.get(material.source, material.source)),
        waived=waived,
        formats=texts.listed(one.upper() for one in material.formats),
        when=rules.criterion(material.when),
    )
