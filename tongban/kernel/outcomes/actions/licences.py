"""Licences outside a case: a new version with what was changed or corrected, and old ones taken over from a department."""

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db import IntegrityError

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.foundation.ids import check_cert_identifier, check_resident_id, check_uscc
from tongban.kernel.access.calc import SYSTEM, Actor
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.credentials import actions as credentials
from tongban.kernel.credentials import queries as reading
from tongban.kernel.credentials.actions import Face
from tongban.kernel.credentials.calc import shown
from tongban.kernel.credentials.models import Credential
from tongban.kernel.credentials.states import STATE_CODES, Act, CredentialState, require
from tongban.kernel.documents.calc import new_code
from tongban.kernel.outcomes.queries import papers
from tongban.kernel.outcomes.queries.licences import paper_data
from tongban.kernel.parties import actions as parties
from tongban.kernel.parties import queries as party_queries
from tongban.kernel.parties.states import OrganisationKind, SubjectKind
from tongban.kernel.places import queries as places

MOST_SIGNS = 500


def _sealed(face: Face, document: Mapping[str, Any]) -> tuple[Face, bytes]:
    """The face with its signed body, and its paper. Slow, so outside any transaction."""
    signed = credentials.signed_body(face, sample=settings.DEMO)
    face = Face(**{**face.__dict__, "signed": signed})
    paper = papers.seal(
        document["template"],
        paper_data(document, face),
        agency=face.issuer,
        number=face.number,
        code=face.verify_code,
        signed=signed,
    )
    return face, paper.pdf


class CannotReissue(Problem):
    """A licence that cannot be reissued without a case, or a change that says nothing."""

    code = "credential.cannot_reissue"
    status = 422


def reissue(
    *, credential_id: uuid.UUID, ground: str, reasons: str, changes: Mapping[str, str], by: Actor
) -> Credential:
    """A new version with the same number that replaces the old one; the old one is cancelled, and each names the other.

    Raises NoSuchCredential, ActNotPossible, NotEnoughSaid, CannotReissue.
    """
    old = reading.managed_by(by, credential_id, "manage")
    require(reading.state_on(old, time.today()), Act.REISSUE)
    document = catalogue.document("credential", old.type)
    fields = [
        {**field, "value": changes.get(field["id"], str(field["value"])).strip()[:MOST_SIGNS]}
        for field in old.fields
    ]
    changed = fields != [{**field, "value": str(field["value"])} for field in old.fields]
    if document.get("table") or changed == (ground == "lost") or not all(one["value"] for one in fields):
        raise CannotReissue(
            sentence_zh="登载内容没有按所选情形修改，或者这种证照含有由办件算出的表格。",
            sentence_en="What it says was not changed as the ground says, or it carries a table that a case computes.",
            todo_zh="变更、更正要改登载内容，遗失补发不改；含表格的请按事项办理变更。",
            todo_en="Change or correct what it says, or leave it as it is when it was lost; with a table, use the service.",
        )
    face = Face(
        type=old.type,
        name=(old.name_zh, old.name_en),
        number=old.number,
        identifier=credentials.identifier_for(
            document["type_code"],
            catalogue.agency(old.issuer)["uscc"],
            credentials.serial_of(old),
            old.version + 1,
        ),
        verify_code=new_code(),
        holder_kind=old.holder_kind,
        holder_id=old.holder_id,
        holder_name=old.holder_name,
        issuer=old.issuer,
        issuer_name=old.issuer_name,
        fields=fields,
        valid_from=old.valid_from,
        valid_until=old.valid_until,
        version=old.version + 1,
        replaces=old,
        place_path=old.place_path,
        item_code=old.item_code,
    )
    face, pdf = _sealed(face, document)
    return credentials.replace(face=face, pdf=pdf, ground=ground, reasons=reasons, by=by)


# ------------------------------------------------------------------------------------------- licences taken over


class WrongColumns(Problem):
    """The table of licences lacks a column without which no row can be read."""

    code = "credential.wrong_columns"
    status = 422


@dataclass(frozen=True)
class Taken:
    """What became of one row: accepted, known (it was there already) or refused, with why."""

    line: int
    number: str
    outcome: str
    why_zh: str = ""
    why_en: str = ""


class _Refused(Exception):
    """A row that cannot be taken over: (Chinese, English)."""


NEEDED = ("number", "holder_code", "holder_name", "valid_from")
_FROM_ROW = {
    "result.number": "number",
    "result.valid_to": "valid_until",
    "result.valid_from": "valid_from",
    "result.issued_on": "valid_from",
    "holder.name": "holder_name",
    "org.name": "holder_name",
    "person.name": "holder_name",
    "org.uscc": "holder_code",
    "person.id_no": "holder_code",
}
_STATES = {code: state for state, code in STATE_CODES.items() if state != CredentialState.EXPIRED}


def take_over(
    *, rows: Iterable[Mapping[str, str]], columns: Sequence[str], type: str, by: Actor = SYSTEM
) -> Iterator[Taken]:
    """Take over a department's licences row by row, each in a transaction of its own, saying what became of each.

    Nothing is held in memory; rows that are there already are known again by type and number. Raises WrongColumns.
    """
    missing = [name for name in NEEDED if name not in columns]
    if missing:
        raise WrongColumns(
            sentence_zh=f"表格缺少列：{'、'.join(missing)}。",
            sentence_en=f"The table lacks the columns {', '.join(missing)}.",
            todo_zh=f"第一行写列名，至少有：{'、'.join(NEEDED)}；其余列用证照登载项的编号。",
            todo_en=f"Name the columns in the first line, at least {', '.join(NEEDED)}; others by the fields of the licence.",
        )
    document = catalogue.document("credential", type)
    for line, row in enumerate(rows, start=2):
        clean = {name: (value or "").strip() for name, value in row.items() if name}
        number = clean.get("number", "")[:60]
        try:
            yield Taken(line, number, _take_one(clean, document, type, by))
        except _Refused as refused:
            yield Taken(line, number, "refused", *refused.args)
        except Problem as problem:
            yield Taken(line, number, "refused", problem.sentence_zh, problem.sentence_en)


def _take_one(row: Mapping[str, str], document: Mapping[str, Any], type: str, by: Actor) -> str:
    number, name, code = row["number"], row["holder_name"], row["holder_code"].upper()
    if not number or not name:
        raise _Refused("编号或者持证人姓名为空。", "Number or holder is empty.")
    if any(len(value) > MOST_SIGNS for value in row.values()) or len(number) > 60 or len(name) > 120:
        raise _Refused("有一格太长。", "A cell is too long.")
    starts, ends = _day(row["valid_from"], "valid_from"), _last(row.get("valid_until", ""))
    if starts is None or (ends is not None and ends < starts):
        raise _Refused("有效期不对：没有起始日期，或者截止早于起始。", "The validity is wrong.")
    state = _STATES.get(row.get("state") or "01")
    if state is None:
        raise _Refused(f"状态代码“{row['state']}”不认识。", f"Unknown state '{row['state']}'.")
    holder = _holder(code, name, row.get("place", ""))
    known = reading.by_number(type, number)
    if known is not None:
        if known.holder_id != holder.id and known.holder_name != name:
            raise _Refused("已有同编号的证照，持证人不同。", "This number belongs to another holder.")
        return "known"
    face = _face(row, document, type, holder, starts, ends)
    face, pdf = _sealed(face, document)
    try:
        credentials.take_over(face=face, pdf=pdf, state=state, by=by)
    except IntegrityError as taken:
        raise _Refused(
            "证照标识已经用于另一份证照。", "The identifier belongs to another licence."
        ) from taken
    return "accepted"


def _day(text: str, column: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text.replace("/", "-").replace(".", "-"))
    except ValueError as wrong:
        raise _Refused(
            f"“{column}”列的“{text}”不是日期（应为 2026-03-02）。", f"'{text}' is no day."
        ) from wrong


def _last(text: str) -> date | None:
    return None if text in ("", "长期") else _day(text, "valid_until")


@dataclass(frozen=True)
class _Holder:
    kind: SubjectKind
    id: uuid.UUID
    name: str
    place_path: str


def _holder(code: str, name: str, place: str) -> _Holder:
    """The holder, registered when the city does not know them yet. Raises _Refused."""
    found = places.by_code(place) if place else None
    if place and found is None:
        raise _Refused(f"没有代码为“{place}”的地点。", f"There is no place '{place}'.")
    path = found.path if found is not None else ""
    person, firm = check_resident_id(code), check_uscc(code)
    if person.ok:
        kind, row = SubjectKind.PERSON, party_queries.person_by_id_no(person.value)
        if row is None:
            row = parties.register_person(name=name[:60], id_no=person.value, place_path=path, by=SYSTEM)
    elif firm.ok:
        kind, row = SubjectKind.ORGANISATION, party_queries.organisation_by_uscc(firm.value)
        if row is None:
            row = parties.register_organisation(
                name=name, uscc=firm.value, kind=_legal_form(firm.value), place_path=path, by=SYSTEM
            )
    else:
        raise _Refused("持证人代码既不是身份证号码，也不是统一社会信用代码。", "The holder's code is wrong.")
    if row.name != name:
        raise _Refused("持证人姓名与登记的不一致。", "The holder is registered under another name.")
    return _Holder(kind, row.pk, row.name, path or row.place_path)


def _legal_form(uscc: str) -> OrganisationKind:
    return {"91": OrganisationKind.COMPANY, "92": OrganisationKind.SOLE_TRADER}.get(
        uscc[:2], OrganisationKind.OTHER
    )


def _face(
    row: Mapping[str, str],
    document: Mapping[str, Any],
    type: str,
    holder: _Holder,
    starts: date,
    ends: date | None,
) -> Face:
    issuer = document["issuer"]
    if issuer == "case":
        issuer = row.get("issuer", "")
    agency = catalogue.documents("agency").get(issuer)
    if agency is None:
        raise _Refused(f"没有发证机关“{issuer}”。", f"There is no issuer '{issuer}'.")
    identifier = row.get("identifier", "")
    if identifier and not check_cert_identifier(identifier).ok:
        raise _Refused("电子证照标识的校验位不对。", "The check character of the identifier is wrong.")
    if not identifier:
        serial = credentials.take_serial(type=type, issuer=issuer)
        identifier = credentials.identifier_for(document["type_code"], agency["uscc"], serial)
    return Face(
        type=type,
        name=(document["name"]["zh"], document["name"]["en"]),
        number=row["number"],
        identifier=identifier,
        verify_code=new_code(),
        holder_kind=holder.kind,
        holder_id=holder.id,
        holder_name=holder.name,
        issuer=issuer,
        issuer_name=agency["name"]["zh"],
        fields=_fields(row, document, starts, ends),
        valid_from=starts,
        valid_until=ends,
        place_path=holder.place_path,
    )


def _fields(
    row: Mapping[str, str], document: Mapping[str, Any], starts: date, ends: date | None
) -> list[dict[str, Any]]:
    known = {**row, "valid_from": starts.isoformat(), "valid_until": ends.isoformat() if ends else "长期"}
    fields = []
    for field in document["fields"]:
        value = row.get(field["id"]) or known.get(_FROM_ROW.get(field["from"], ""), "")
        if value:
            kind = "date" if field.get("format") == "date" and value != "长期" else ""
            printed = shown(value, None, kind)
            fields.append(
                {"id": field["id"], "label": field["label"], "value": printed, "privacy": field["privacy"]}
            )
    return fields
