"""The whole text of a draft, for everybody who has to sign it, and the digest of all that stands behind it."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tongban.foundation.ids import mask_id
from tongban.kernel.cases.calc import Application
from tongban.kernel.cases.models import Case, CaseMaterial
from tongban.kernel.catalogue.calc import Field, Signer, rows_of
from tongban.kernel.credentials.calc import shown
from tongban.kernel.documents.models import StoredFile
from tongban.kernel.events.calc import digest
from tongban.kernel.places import queries as places

# In a text that others read, numbers of persons and accounts stand only in part; the digest covers them whole.
_IN_PART = {"resident_id", "bank_account"}


@dataclass(frozen=True)
class Paper:
    """What is laid before the signers."""

    text: dict[str, Any]
    digest: str
    signers: tuple[Signer, ...]
    level: int


def paper_of(case: Case, application: Application, materials: Sequence[CaseMaterial]) -> Paper | None:
    """The text as the draft stands now; None for an item that asks for no signatures."""
    signing = application.definition.signing
    if signing is None:
        return None
    answers, _sources = application.final_answers()
    signers = tuple(signing.signers(application.values, answers))
    text = _text(case, application, materials)
    content = {
        "text": text,
        "version": str(case.version_id),
        "situation": dict(case.situation),
        "answers": answers,
        "files": sorted(row.digest for row in materials if row.file_id),
        "commitments": sorted(case.signed),
        "signers": [one.id_no for one in signers],
    }
    return Paper(text, digest(content), signers, signing.level)


def _text(case: Case, application: Application, materials: Sequence[CaseMaterial]) -> dict[str, Any]:
    definition = application.definition
    names = {one.id: one.name.zh for one in definition.materials}
    statement = definition.signing.statement if definition.signing else None
    return {
        "item": definition.name.zh,
        "applicant": case.applicant_name,
        "statement": {"zh": statement.zh, "en": statement.en} if statement else {},
        "situation": [
            [question.question.zh, option.label.zh]
            for question in definition.questions
            for option in question.options
            if case.situation.get(question.id) == option.id
        ],
        "sections": [
            {
                "title": section.section.title.zh,
                "lines": [
                    [label, said]
                    for one in section.fields
                    if one.value not in (None, "", [])
                    for label, said in _lines(one.field, one.value)
                ],
            }
            for section in application.sections
        ],
        "commitments": [
            {"title": one["title"]["zh"], "text": one["text"]["zh"]}
            for one in application.commitments
            if one["id"] in case.signed
        ],
        "files": [
            {"row": str(row.pk), "name": names.get(row.material, row.material), "sha256": row.digest}
            for row in materials
            if row.file_id and row.digest
        ],
    }


def _lines(field: Field, value: Any) -> list[tuple[str, str]]:
    if field.type != "rows":
        return [(field.label.zh, _said(field, value))]
    return [
        (f"{field.label.zh} {number}", said_row(field, row)) for number, row in enumerate(rows_of(value), 1)
    ]


def said_row(field: Field, row: Mapping[str, Any]) -> str:
    """One row of a repeating group in a sentence."""
    columns = [one for one in field.fields if row.get(one.id) not in (None, "", [])]
    return "；".join(f"{one.label.zh} {_said(one, row[one.id])}" for one in columns)


def _said(field: Field, value: Any) -> str:
    if field.type in _IN_PART:
        return mask_id(str(value))
    if field.type == "place":
        return places.names().get(str(value), (str(value), ""))[0]
    return shown(value, {option.id: option.label.zh for option in field.options}, field.type)


def files_under(case_id: uuid.UUID, named: Mapping[str, str]) -> dict[uuid.UUID, StoredFile]:
    """The files of a draft that a signed text names, by row; one that is another now is left out."""
    rows = CaseMaterial.objects.filter(case_id=case_id, file__isnull=False).select_related("file")
    return {row.pk: row.file for row in rows if named.get(str(row.pk)) == row.digest}
