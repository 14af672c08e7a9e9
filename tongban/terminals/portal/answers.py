"""A section of the form between kernel and page: what is drawn, and what was typed."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from tongban.foundation.ids import mask_id
from tongban.foundation.money import format_yuan
from tongban.kernel.cases.calc import Application, FilledField, FilledSection
from tongban.kernel.catalogue.calc import read_answers
from tongban.kernel.catalogue.queries import Snapshot
from tongban.kernel.places import queries as places
from tongban.terminals.portal import groups, words
from tongban.terminals.ui import fields, parts
from tongban.terminals.ui.templatetags.ui import cntime
from tongban.terminals.ui.texts import _


def read(
    section: FilledSection, posted: QueryDict, only: Collection[str] | None = None
) -> tuple[dict[str, Any], list[str]]:
    """(answers, emptied fields) of what was posted for the fields that may be written; `only` narrows them."""
    writable = {
        filled.field.id: filled.field
        for filled in section.fields
        if not filled.locked and (only is None or filled.field.id in only)
    }
    given = read_answers(writable, {name: posted.getlist(name) for name in posted})
    return given, [id for id in writable if id not in given]


def draw(
    application: Application,
    section: FilledSection,
    held: Snapshot,
    *,
    case: Any,
    posted: QueryDict | None = None,
    missing_too: bool = False,
    only: Collection[str] | None = None,
    room: str = "",
) -> list[fields.Field]:
    """The fields of a section for the page. After a post they hold what was typed, as it was typed.

    `room` is a repeating group in which one more row is to be filled in.
    """
    raw = {one["id"]: one for part in application.definition.data["form"] for one in part["fields"]}
    towns = _towns(section) if any(f.field.type == "place" for f in section.fields) else []
    drawn = []
    for filled in section.fields:
        id = filled.field.id
        readonly = filled.locked or (only is not None and id not in only)
        if filled.field.type == "rows":
            drawn.append(
                groups.draw(filled, raw[id], missing_too=missing_too, readonly=readonly, more=room == id)
            )
            continue
        value, typed = filled.value, posted is not None and not readonly
        if typed:
            value = posted.getlist(id) if filled.field.type == "choices" else posted.get(id, "")
        elif value == "\x00":
            value = ""
        elif filled.field.type == "money" and isinstance(value, int):
            value = format_yuan(value)
        elif readonly and filled.field.type in words.MASKED and value:
            value = mask_id(str(value))
        options = [replace(one, chosen=one.value == str(value)) for one in towns]
        one = fields.field_from(
            raw[id],
            value=value,
            error=_error(filled, application, missing_too=missing_too) if not readonly else "",
            provenance=_provenance(filled, held, case),
            options=options if filled.field.type == "place" else None,
        )
        drawn.append(replace(one, readonly=readonly))
    return drawn


def _error(filled: FilledField, application: Application, *, missing_too: bool) -> str:
    if filled.error is None:
        return ""
    # Before anything was sent, an empty field is no mistake yet; a wrong value that was kept is one. Nor is a
    # field missing of which another answer has still to say whether it is asked for at all.
    if filled.error.code == "required" and (not missing_too or _undecided(filled, application)):
        return ""
    return words.either(filled.error.zh, filled.error.en)


def _undecided(filled: FilledField, application: Application) -> bool:
    when = filled.field.when
    return when is not None and when.evaluate(application.values).verdict is None


def deciding(application: Application, section: str) -> list[str]:
    """The fields of a section whose answers show or hide others in it."""
    whole = next(one for one in application.definition.sections if one.id == section)
    named = {name for field in whole.fields if field.when for name in field.when.facts}
    return [one.id for one in whole.fields if f"answer.{one.id}" in named and one.type != "rows"]


def _towns(section: FilledSection) -> list[fields.Option]:
    options = [fields.Option(town.code, words.either(town.name_zh, town.name_en)) for town in places.towns()]
    known = {option.value for option in options}
    values = {str(f.value) for f in section.fields if f.field.type == "place" and f.value}
    named = words.place_names() if values - known else {}
    return options + [fields.Option(code, named[code]) for code in sorted(values - known) if code in named]


def _provenance(filled: FilledField, held: Snapshot, case: Any) -> fields.Provenance | None:
    if filled.fact is None:
        return None
    query = urlencode({"case": case.pk, "next": reverse("application", args=[case.pk])})
    return fields.Provenance(
        source=_("政务数据共享"),
        department=words.agency(filled.fact.source, held, short=True),
        as_of=cntime(filled.fact.as_of),
        dispute_url=f"{reverse('dispute', args=[filled.fact.name])}?{query}",
    )


def errors(drawn: list[fields.Field]) -> list[parts.ErrorLink]:
    """The lines of the error summary; of a repeating group those of its cells too."""
    every = [one for field in drawn for one in (field, *(cell for row in field.rows for cell in row.fields))]
    return [parts.ErrorLink(field.id, field.error) for field in every if field.error]


def read_back(
    section: FilledSection, held: Snapshot, named: Mapping[str, str], change: str = ""
) -> list[parts.Pair]:
    """Questions with their answers and where these come from; `change` leads back to the page."""
    return [
        parts.Pair(
            label,
            value,
            words.agency(filled.fact.source, held, short=True) if filled.fact else "",
            "" if filled.locked or not change else f"{change}#{filled.field.id}",
        )
        for filled in section.fields
        if filled.field.required or filled.value not in (None, "", [])
        for label, value in _said(filled, named)
    ]


def _said(filled: FilledField, named: Mapping[str, str]) -> list[tuple[str, str]]:
    """The question with its answer; of a repeating group one for each row."""
    field = filled.field
    if field.type != "rows" or not filled.value:
        return [(words.said(field.label), words.answer(field, filled.value, named))]
    return groups.read_back(field, filled.value, named)
