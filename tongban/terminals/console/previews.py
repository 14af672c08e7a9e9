"""A draft as the applicant and as the officer will see it, before anybody publishes it."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.catalogue.calc import Definition, MaterialNeed
from tongban.kernel.catalogue.states import DocumentKind
from tongban.terminals.console import graph, words
from tongban.terminals.console.drafts import both, faults_of, head, on_draft
from tongban.terminals.console.item import described, step_sub
from tongban.terminals.ui import fields, parts, texts
from tongban.terminals.ui.rulewords import RuleWords
from tongban.terminals.ui.texts import _


@both
@require_GET
@on_draft
def applicant(request: HttpRequest, draft: Any) -> HttpResponse:
    """The guide and the form in a situation, for somebody of whom nothing is known or all that the city can know."""
    if faults_of(draft):
        return _not_yet(request, draft)
    definition = catalogue.trial(draft.definition)
    known = request.GET.get("data") == "known"
    situation = _situation(definition, request.GET)
    values = definition.values({}, situation, {})
    facts = frozenset(material.waiver for material in definition.materials) if known else frozenset()
    context = {
        **head(request, draft),
        "definition": definition,
        "data": draft.definition,
        "known": known,
        "questions": [
            (
                question.id,
                _of(question.question),
                [
                    fields.Option(
                        one.id, _of(one.label), _of(one.hint), chosen=situation.get(question.id) == one.id
                    )
                    for one in question.options
                ],
            )
            for question in definition.questions
        ],
        "figures": [
            parts.Fact(_("承诺时限"), words.limit(definition.promised(values))),
            parts.Fact(_("法定时限"), words.limit(definition.statutory)),
            parts.Fact(_("到场次数"), str(draft.definition["visits"])),
            parts.Fact(_("收费"), _("收费") if draft.definition["fee"]["charged"] else _("不收费")),
        ],
        "conditions": [_of(text) for _id, text, _rule in definition.conditions],
        "stages": [
            parts.Stage(_of(step.title), limit=words.limit(definition.limit_of(step, values)))
            for step in definition.steps_for(values)
        ],
        "needs": [_need(need) for need in definition.needs(values, facts, facts)],
        "sections": _sections(definition, values, known=known),
        "commitments": definition.commitments(values),
    }
    return render(request, "console/preview_applicant.html", context)


def _of(text: Any) -> str:
    return str(text.of(texts.language()))


def _situation(definition: Definition, asked: QueryDict) -> dict[str, str]:
    """The chosen options; the first of each question where nothing was chosen."""
    chosen = {}
    for question in definition.questions:
        options = [option.id for option in question.options]
        given = asked.get(f"s-{question.id}")
        chosen[question.id] = given if given in options else options[0]
    return chosen


def _need(need: MaterialNeed) -> parts.Material:
    material = need.material
    if need.waived:
        how = str(words.WAIVERS[need.waived])
    elif material.waived_by:
        how = _("没有相应数据时提交；有的话{how}", how=words.WAIVERS[material.waived_by])
    else:
        how = str(words.SOURCES.get(material.source, material.source))
    later = material.necessity == "deferrable" or getattr(material, "deferrable", False)
    state: Any = (
        "waived"
        if need.waived
        else "optional"
        if material.necessity == "optional"
        else "later"
        if later
        else "needed"
    )
    formats = texts.listed(one.upper() for one in material.formats)
    limit = _("{formats}，不超过 {size} MB", formats=formats, size=material.max_mb)
    return parts.Material(material.id, _of(material.name), state, how, f"{material.note} {limit}".strip())


def _sections(
    definition: Definition, values: Mapping[str, Any], *, known: bool
) -> list[tuple[str, list[fields.Field]]]:
    raw = {one["id"]: one for part in definition.data["form"] for one in part["fields"]}
    drawn = []
    for section, shown in definition.shown_sections(values):
        own = []
        for one in shown:
            data = {**raw[one.id], "editable": True}
            if known and one.fact and not one.editable:
                data = {**data, "type": "text", "options": [], "editable": False}
            source = fields.Provenance(_("由数据带出")) if one.fact else None
            value = _("（系统带出）") if known and one.fact and not one.editable else None
            own.append(fields.field_from(data, value=value, provenance=source))
        drawn.append((_of(section.title), own))
    return drawn


@both
@require_GET
@on_draft
def officer(request: HttpRequest, draft: Any) -> HttpResponse:
    """The procedure as a picture, and the form, materials and rules in words."""
    if faults_of(draft):
        return _not_yet(request, draft)
    held = catalogue.snapshot()
    definition = catalogue.trial(draft.definition)
    trial = catalogue.Published(uuid.UUID(int=0), uuid.UUID(int=0), draft.item_code, 0, definition, None)
    context = {
        **described(trial, held.documents),
        **head(request, draft),
        "picture": drawn_steps(definition, held),
    }
    return render(request, "console/preview_officer.html", context)


def drawn_steps(definition: Definition, held: Any) -> graph.Picture:
    """The procedure of a definition as a picture."""
    rules = RuleWords(definition, held.documents.get(DocumentKind.FACT, {}))
    steps = [
        graph.Node(step.id, _of(step.title), step_sub(step), step.after, bool(rules.criterion(step.when)))
        for step in definition.steps
    ]
    return graph.picture(steps, _("受理"), _("办结"))


def _not_yet(request: HttpRequest, draft: Any) -> HttpResponse:
    return render(request, "console/preview_not_yet.html", head(request, draft))
