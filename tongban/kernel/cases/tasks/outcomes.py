"""What a submission and a decision lead to: the rule on the spot, the credential, delivery, closing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tongban.foundation import time
from tongban.foundation.ids import make_uscc
from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.cases import actions, queries, states
from tongban.kernel.cases.models import Case
from tongban.kernel.cases.queries import papers
from tongban.kernel.cases.tasks import letters
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.catalogue.calc import Definition
from tongban.kernel.credentials import actions as credentials
from tongban.kernel.credentials.actions import Face
from tongban.kernel.credentials.calc import until
from tongban.kernel.documents.calc import new_code, number_from
from tongban.kernel.documents.states import LetterKind
from tongban.kernel.events.models import Event
from tongban.kernel.events.states import subscribe
from tongban.kernel.parties import actions as parties
from tongban.kernel.parties import queries as party_queries
from tongban.kernel.parties.states import SubjectKind
from tongban.kernel.places import queries as places


@subscribe(states.SUBMITTED)
def decided_on_the_spot(event: Event, prepared: None) -> None:
    """Let the item's rule decide where it has one."""
    actions.grant_by_rule(case_id=event.subject_id)


@dataclass(frozen=True)
class Outcome:
    """The papers of a grant, rendered and sealed before anything is written."""

    face: Face
    credential: papers.Paper
    registers: Mapping[str, Any] | None
    letter: papers.Paper | None


def _prepare_grant(event: Event) -> Outcome:
    case = queries.case(event.subject_id)
    definition = queries.version_of(case).definition
    document = catalogue.document("credential", definition.data["result"]["credential"])
    values = actions.values_of(case)
    face, data = _face(case, definition, document, values)
    paper = papers.seal(
        document["template"], data, agency=face.issuer, number=face.number, code=face.verify_code
    )
    letter = (
        None
        if event.payload.get("rule")
        else letters.render(case, LetterKind.GRANT, credential_no=face.number)
    )
    return Outcome(face, paper, document.get("registers"), letter)


def _face(case: Case, definition: Definition, document: Mapping[str, Any], values: Mapping[str, Any]):
    """What will stand on the credential, and the data of its template."""
    issuer = case.agency if document["issuer"] == "case" else document["issuer"]
    serial = credentials.take_serial(type=document["code"], issuer=issuer)
    today = time.today()
    number = _number(case, document, values, definition, serial, issuer)
    ends = until(today, definition.data["result"]["valid"])
    result = {
        "result.number": number,
        "result.issued_on": today.isoformat(),
        "result.valid_from": today.isoformat(),
        "result.valid_to": ends.isoformat() if ends else "长期",
        "result.case_no": case.case_no,
        "result.amount": case.benefit_fen,
        "result.per": {"month": "每月", "year": "每年", "once": "一次性"}.get(case.benefit_per, ""),
        "result.item": case.item_name,
        "result.decided_on": today.isoformat(),
        "result.accepted_on": case.accepted_at.astimezone(time.SHANGHAI).date().isoformat(),
        "holder.name": case.applicant_name,
    }
    known = {**values, **{key: value for key, value in result.items() if value not in (None, "")}}
    fields = _fields(definition, document, known)
    agency = catalogue.agency(issuer)
    organisation = bool(case.organisation_id)
    face = Face(
        type=document["code"],
        name=(document["name"]["zh"], document["name"]["en"]),
        number=number,
        identifier=credentials.identifier_for(document["type_code"], agency["uscc"], serial),
        verify_code=new_code(),
        holder_kind=SubjectKind.ORGANISATION if organisation else SubjectKind.PERSON,
        holder_id=case.organisation_id or case.person_id,
        holder_name=case.applicant_name,
        issuer=issuer,
        issuer_name=agency["name"]["zh"],
        fields=fields,
        valid_from=today,
        valid_until=ends,
    )
    return face, _paper_data(case, definition, document, face, known)


def _number(case, document, values, definition, serial, issuer) -> str:
    pattern = document["number_format"]
    for other in document.get("number_when", []):
        if catalogue.criterion(other["when"], definition).evaluate(values).verdict is True:
            pattern = other["format"]
            break
    agency = catalogue.agency(issuer)
    number = number_from(
        pattern,
        serial,
        time.today(),
        short=agency.get("number_word", ""),
        town=papers.town_digits(case.place_path),
    )
    return make_uscc(number) if document.get("number_check") == "uscc" else number


def _fields(
    definition: Definition, document: Mapping[str, Any], known: Mapping[str, Any]
) -> list[dict[str, Any]]:
    fields = []
    for field in document["fields"]:
        name = field["from"] if field["from"] in known else field.get("fallback", field["from"])
        if name not in known:
            continue
        value = papers.display(definition, name, known[name], field.get("format", ""))
        fields.append(
            {"id": field["id"], "label": field["label"], "value": value, "privacy": field["privacy"]}
        )
    return fields


def _paper_data(case, definition, document, face: Face, known: Mapping[str, Any]) -> dict[str, Any]:
    words = {field["id"]: field["value"] for field in face.fields}
    words |= {"holder": face.holder_name, "item": case.item_name, "agency": face.issuer_name}
    table = None
    if document.get("table"):
        table = {
            "columns": [column["zh"] for column in document["table"]["columns"]],
            "rows": [[_cell(definition, cell, known) for cell in row] for row in document["table"]["rows"]],
        }
    return {
        "title": document["name"]["zh"],
        "front_title": document["front_title"],
        "identifier": face.identifier,
        "holder": face.holder_name,
        "case_no": case.case_no,
        "short_no": case.short_no,
        "applicant": case.applicant_name,
        "item": case.item_name,
        "date": face.valid_from.isoformat(),
        "lines": [{"label": field["label"]["zh"], "value": field["value"]} for field in face.fields],
        "paragraphs": [text.format_map(_Blank(words)) for text in document.get("paragraphs", [])],
        "table": table,
        "notes": document.get("notes", []),
        "hotline": document.get("hotline"),
        "sample_note": " · ".join(document["sample_note"].values()),
    }


class _Blank(dict):
    """Placeholders without a value are left empty rather than stop a paper."""

    def __missing__(self, key: str) -> str:
        return ""


def _cell(definition: Definition, cell: Mapping[str, Any], known: Mapping[str, Any]) -> str:
    if "text" in cell:
        return cell["text"]["zh"]
    value = known.get(cell["from"])
    return "" if value is None else papers.display(definition, cell["from"], value, cell.get("format", ""))


@subscribe(states.GRANTED, prepare=_prepare_grant)
def issued(event: Event, outcome: Outcome) -> None:
    """Keep credential and letter, register what the licence brings into being, deliver: one transaction."""
    case = queries.case(event.subject_id)
    face = outcome.face
    if outcome.registers:
        face = _register(case, face, outcome.registers)
    credentials.issue(
        face=face, pdf=outcome.credential.pdf, case_id=case.pk, effect_key=f"{event.id}:credential"
    )
    if outcome.letter is not None:
        letters.keep(event, LetterKind.GRANT, outcome.letter)
    actions.deliver(case_id=case.pk)


def _register(case: Case, face: Face, registers: Mapping[str, Any]) -> Face:
    """A licence that brings an organisation into being: register it, learn its facts, make it the holder."""
    values = actions.values_of(case)
    known = {**values, "result.number": face.number, "result.issued_on": face.valid_from.isoformat()}
    person = party_queries.person(case.person_id)
    name = known.get(registers["name"]) or f"{person.name}（个体工商户）"
    facts = {}
    for fact, source in registers["facts"].items():
        value = known.get(source["from"]) if "from" in source else source["value"]
        if value is not None:
            facts[fact] = value
    place = places.by_code(str(facts.get("org.place", "")))
    organisation = parties.register_organisation(
        name=name,
        uscc=face.number,
        kind=registers["kind"],
        legal_representative=person,
        place_path=place.path if place else case.place_path,
        by=SYSTEM,
    )
    parties.learn(
        subject_kind=SubjectKind.ORGANISATION,
        subject_id=organisation.pk,
        facts={**facts, "org.name": name, "org.uscc": face.number},
        source=face.issuer,
        by=SYSTEM,
    )
    changed = {**face.__dict__}
    changed.update(holder_kind=SubjectKind.ORGANISATION, holder_id=organisation.pk, holder_name=name)
    return Face(**changed)


def _prepare_denial(event: Event) -> papers.Paper:
    return letters.render(queries.case(event.subject_id), LetterKind.DENY)


@subscribe(states.DENIED, prepare=_prepare_denial)
def told_no(event: Event, paper: papers.Paper) -> None:
    """Keep the decision with its reasons and remedies, and deliver it."""
    letters.keep(event, LetterKind.DENY, paper)
    actions.deliver(case_id=event.subject_id)


@subscribe(states.DELIVERED)
def closed(event: Event, prepared: None) -> None:
    """A result delivered electronically closes the case."""
    actions.close(case_id=event.subject_id)
