"""The form of an application on one page, as a window fills it in: what is known is shown, what is missing is asked."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import QueryDict
from django.urls import reverse

from tongban.foundation import time
from tongban.foundation.ids import mask_id
from tongban.foundation.money import format_yuan
from tongban.kernel.cases import queries as cases
from tongban.kernel.cases.calc import Application, FilledField
from tongban.kernel.catalogue.calc import MaterialNeed, read_answers
from tongban.kernel.catalogue.states import WaivedBy
from tongban.kernel.places import queries as places
from tongban.terminals.counter import words
from tongban.terminals.ui import fields, parts
from tongban.terminals.ui.texts import _, later

MOST_FILES = 10
MASKED = frozenset({"resident_id", "bank_account"})
_WAIVED = {
    WaivedBy.CREDENTIAL: later("系统调用电子证照，免提交"),
    WaivedBy.FACT: later("系统通过数据共享核验，免提交"),
    WaivedBy.COMMITMENT: later("签署承诺代替，免提交"),
}


@dataclass(frozen=True)
class Section:
    """A part of the form: what the city knows, and what is asked."""

    title: str
    known: Sequence[parts.Pair]
    asked: Sequence[fields.Field]


def application_of(case: Any) -> Application:
    """The application as it stands now."""
    return cases.application(case, time.today())


def read(application: Application, posted: QueryDict) -> tuple[dict[str, Any], list[str]]:
    """(answers, emptied fields) of what was typed, over all sections."""
    writable = {
        filled.field.id: filled.field
        for section in application.sections
        for filled in section.fields
        if not filled.locked
    }
    given = read_answers(writable, {id: posted.getlist(id) for id in writable})
    return given, [id for id in writable if id not in given]


def sections(application: Application, *, checked: bool) -> list[Section]:
    """The form as it is drawn; `checked` shows what is missing too."""
    raw = {one["id"]: one for part in application.definition.data["form"] for one in part["fields"]}
    named = places.names()
    drawn = []
    for section in application.sections:
        known = [
            parts.Pair(words.said(one.field.label), _shown(one, named))
            for one in section.fields
            if one.locked
        ]
        asked = [_field(one, raw, checked=checked) for one in section.fields if not one.locked]
        drawn.append(Section(words.said(section.section.title), known, asked))
    return drawn


def _shown(filled: FilledField, named: Any) -> str:
    value = filled.value
    if value in (None, "", []):
        return "—"
    if filled.field.type in MASKED:
        return mask_id(str(value))
    if filled.field.type == "place":
        return words.pick(named[str(value)]) if str(value) in named else str(value)
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if filled.field.type == "money" and isinstance(value, int):
        return format_yuan(value)
    labels = {option.id: words.said(option.label) for option in filled.field.options}
    many = value if isinstance(value, list) else [value]
    return "、".join(labels.get(str(one), str(one)) for one in many)


def _field(filled: FilledField, raw: Any, *, checked: bool) -> fields.Field:
    value = filled.value
    if filled.field.type == "money" and isinstance(value, int):
        value = format_yuan(value)
    error = ""
    if filled.error is not None and (checked or filled.error.code != "required"):
        error = words.pick((filled.error.zh, filled.error.en))
    options = None
    if filled.field.type == "place":
        options = [
            fields.Option(one.code, words.pick((one.name_zh, one.name_en)), chosen=one.code == str(value))
            for one in places.towns()
        ]
    return fields.field_from(raw[filled.field.id], value=value, error=error, options=options)


def materials(
    row: Any, application: Application, given: Sequence[Any], error: tuple[str, str] = ("", "")
) -> list[parts.Material]:
    """The materials of the situation: what is spared, what was scanned, what is missing."""
    return [_material(row, need, given, error) for need in application.needs]


def _material(row: Any, need: MaterialNeed, given: Sequence[Any], error: tuple[str, str]) -> parts.Material:
    material = need.material
    files = [one for one in given if one.material == material.id and one.file_id]
    if files:
        state = "given"
    elif need.waived:
        state = "waived"
    else:
        state = {"required": "needed", "deferrable": "later"}.get(material.necessity, "optional")
    upload = "" if state == "waived" else reverse("counter-upload", args=[row.pk, material.id])
    return parts.Material(
        id=material.id,
        name=words.said(material.name),
        state=state,
        how=str(_WAIVED[WaivedBy(need.waived)]) if state == "waived" else material.note,
        files=[
            parts.FileEntry(one.file.name, "", "", reverse("counter-scan-remove", args=[row.pk, one.pk]))
            for one in files
        ],
        upload_url=upload,
        accept=",".join(f".{kind}" for kind in material.formats),
        limit=_(
            "{kinds}，每个不超过 {most} MB", kinds="、".join(material.formats).upper(), most=material.max_mb
        ),
        multiple=True,
        error=error[1] if error[0] == material.id else "",
    )


def mistakes(drawn: Sequence[Section]) -> list[parts.ErrorLink]:
    """The lines of the error summary."""
    return [parts.ErrorLink(one.id, one.error) for section in drawn for one in section.asked if one.error]


def with_values(drawn: Sequence[Section], posted: QueryDict) -> list[Section]:
    """What was typed stays as it was typed, also where it could not be read."""
    return [
        replace(
            section,
            asked=[
                replace(one, value=posted.get(one.id, ""))
                if one.error and one.widget in {"input", "textarea"}
                else one
                for one in section.asked
            ],
        )
        for section in drawn
    ]
