"""Turns a case into the data of a paper, and the data into a sealed PDF. Reads only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.foundation.ids import mask_id
from tongban.kernel.cases import queries as reading
from tongban.kernel.cases.models import Case
from tongban.kernel.cases.queries.signing import said_row
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.catalogue.calc import Definition, rows_of
from tongban.kernel.credentials.calc import shown
from tongban.kernel.deadlines.calc import Limit
from tongban.kernel.deadlines.states import Unit
from tongban.kernel.documents import calc as documents
from tongban.kernel.places import queries as places
from tongban.kernel.seals import queries as seals


@dataclass(frozen=True)
class Paper:
    """A sealed PDF with the numbers printed on it."""

    number: str
    verify_code: str
    agency: str
    pdf: bytes


def day(moment: datetime | date | None) -> str:
    """A day as letters write it; nothing for no day."""
    if moment is None:
        return ""
    local = moment.astimezone(time.SHANGHAI) if isinstance(moment, datetime) else moment
    return f"{local.year}年{local.month}月{local.day}日"


def limit_text(limit: Limit) -> str:
    """A limit in words."""
    unit = {Unit.WORKDAYS: "个工作日", Unit.DAYS: "日"}.get(limit.unit)
    return f"{limit.value}{unit}" if unit else "当场办结"


def town_digits(path: str) -> str:
    """The last three digits of the town's code, as numbers of papers carry it; 000 for the city itself."""
    town = places.town_of(path)
    return town.code[-3:] if town else "000"


def verify_url(code: str) -> str:
    """The public address that the QR code holds."""
    return f"{settings.PUBLIC_URL}/verify/{code}/"


def basis_of(definition: Definition) -> str:
    """The first legal basis of the item."""
    basis = definition.data["legal_basis"][0]
    return f"{basis['law']}{basis['article']}"


def option_labels(definition: Definition, name: str) -> dict[str, str]:
    """Labels of the options behind `answer.x` or `situation.x`; empty for anything else."""
    kind, _, id = name.partition(".")
    if kind == "situation":
        question = next((q for q in definition.questions if q.id == id), None)
        return {option.id: option.label.zh for option in question.options} if question else {}
    if kind == "answer" and id in definition.fields:
        field = definition.fields[id]
        if field.type == "place":
            return {code: names[0] for code, names in places.names().items()}
        return {option.id: option.label.zh for option in field.options}
    document = catalogue.documents("fact").get(name, {})
    return {option["id"]: option["label"]["zh"] for option in document.get("options", [])}


def display(definition: Definition, name: str, value: Any, kind: str = "") -> str:
    """A value as it is printed, by the name under which rules know it; `kind` is the format the pack asks for."""
    if kind == "masked_id":
        return mask_id(str(value))
    if kind == "place":
        return places.names().get(str(value), (str(value), ""))[0]
    if not kind and name.startswith("answer."):
        field = definition.fields.get(name.removeprefix("answer."))
        kind = field.type if field else ""
        if field is not None and kind == "rows":
            return "\n".join(said_row(field, row) for row in rows_of(value))
    return shown(value, option_labels(definition, name), {"yuan": "money"}.get(kind, kind))


class BlankPaper(Problem):
    """A sealed sheet without content: whoever holds one can write anything above the seal."""

    code = "seal.blank_paper"
    status = 409


def _require_content(data: Mapping[str, Any]) -> None:
    said = [text for text in data.get("paragraphs", ()) if text.strip()]
    said += [line["value"] for line in data.get("lines", ()) if str(line["value"]).strip()]
    if not said:
        raise BlankPaper(
            sentence_zh="不能在空白纸上盖章。",
            sentence_en="No seal is put on a blank sheet.",
            todo_zh="印章只随办件的文书和证照一起生成。",
            todo_en="Seals are made with letters and credentials of a case only.",
        )


def seal(
    template: str, data: Mapping[str, Any], *, agency: str, number: str, code: str, signed: str = ""
) -> Paper:
    """Render and seal. Slow (about 100 ms), so it runs outside any transaction. Raises BlankPaper.

    `signed` is the body that a licence's QR code carries behind the address, for the check without a network.
    """
    _require_content(data)
    document = catalogue.agency(agency)
    whole = {
        **data,
        "number": number,
        "agency": document["name"]["zh"],
        "seal_text": document["seal_text"],
        "qr": documents.qr_svg(f"{verify_url(code)}#{signed}" if signed else verify_url(code)),
        "sample": settings.DEMO,
    }
    pdf = documents.render_letter(settings.PACK / template, whole)
    signed = seals.signer().sign_pdf(agency, pdf, data.get("title", ""), document["name"]["zh"])
    return Paper(number, code, agency, signed)


def unsealed(template: str, data: Mapping[str, Any], *, agency: str) -> bytes:
    """The paper without number, seal and code, marked as a sample: to be looked at before it binds."""
    document = catalogue.agency(agency)
    whole = {**data, "number": "（预览，尚未编号）", "agency": document["name"]["zh"], "sample": True}
    return documents.render_letter(settings.PACK / template, whole)


def materials_of(case: Case) -> list[dict[str, str]]:
    """The case's materials with how each was given, for receipts."""
    names = {material.id: material.name.zh for material in reading.version_of(case).definition.materials}
    how = {"credential": "免提交：调用电子证照", "fact": "免提交：数据核验", "commitment": "免提交：告知承诺"}
    return [
        {
            "name": names.get(row.material, row.material),
            "how": how.get(row.waived) or f"已上传：{row.file.name}",
        }
        for row in reading.materials_of(case)
    ]
