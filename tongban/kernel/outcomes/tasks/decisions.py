"""What a submission and a decision lead to: the rule on the spot, the credential, delivery, closing."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.conf import settings

from tongban.foundation import time
from tongban.foundation.ids import make_uscc
from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.cases import actions, states
from tongban.kernel.cases import queries as cases
from tongban.kernel.cases.models import Case
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.catalogue.calc import Definition
from tongban.kernel.credentials import actions as credentials
from tongban.kernel.credentials.actions import Face
from tongban.kernel.credentials.calc import until
from tongban.kernel.documents.calc import new_code, number_from
from tongban.kernel.documents.states import LetterKind
from tongban.kernel.events import actions as events
from tongban.kernel.events.models import Event
from tongban.kernel.events.states import subscribe
from tongban.kernel.outcomes import actions as results
from tongban.kernel.outcomes import queries
from tongban.kernel.outcomes.queries import papers
from tongban.kernel.outcomes.queries.licences import paper_data
from tongban.kernel.outcomes.tasks import letters
from tongban.kernel.parties import actions as parties
from tongban.kernel.parties import queries as party_queries
from tongban.kernel.parties.states import MandateSource, SubjectKind
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
    document: Mapping[str, Any]
    letter: papers.Paper | None


def _prepare_grant(event: Event) -> Outcome:
    case = cases.case(event.subject_id)
    definition = cases.version_of(case).definition
    document = catalogue.document("credential", definition.data["result"]["credential"])
    values = actions.values_of(case)
    face, data = _face(case, definition, document, values)
    paper = papers.seal(
        document["template"],
        data,
        agency=face.issuer,
        number=face.number,
        code=face.verify_code,
        signed=face.signed,
    )
    letter = None
    if not event.payload.get("rule"):
        letter = letters.render(
            case, _kind(event), credential_no=face.number, valid_from=papers.day(face.valid_from)
        )
    return Outcome(face, paper, document, letter)


def _kind(event: Event) -> LetterKind:
    return LetterKind.DEEMED_RENEWAL if event.name == states.DEEMED_RENEWED else LetterKind.GRANT


def _face(case: Case, definition: Definition, document: Mapping[str, Any], values: Mapping[str, Any]):
    """What will stand on the credential, and the data of its template."""
    issuer = case.agency if document["issuer"] == "case" else document["issuer"]
    today, renewed = time.today(), queries.renewal_of(case)
    if renewed is None:
        serial = credentials.take_serial(type=document["code"], issuer=issuer)
        number, starts, version = _number(case, document, values, definition, serial, issuer), today, 1
    else:  # the same licence, in a new version
        old = renewed.credential
        serial, number, version = credentials.serial_of(old), old.number, old.version + 1
        starts = _starts(definition, renewed.expires_on, today)
    ends = until(starts, definition.data["result"]["valid"])
    result = {
        "result.number": number,
        "result.issued_on": today.isoformat(),
        "result.valid_from": starts.isoformat(),
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
        identifier=credentials.identifier_for(document["type_code"], agency["uscc"], serial, version),
        verify_code=new_code(),
        holder_kind=SubjectKind.ORGANISATION if organisation else SubjectKind.PERSON,
        holder_id=case.organisation_id or case.person_id,
        holder_name=case.applicant_name,
        issuer=issuer,
        issuer_name=agency["name"]["zh"],
        fields=fields,
        valid_from=starts,
        valid_until=ends,
        version=version,
        replaces=renewed.credential if renewed is not None else None,
        place_path=case.place_path,
        item_code=case.item_code,
    )
    shown = face
    if document.get("registers"):  # the holder of what brings a firm into being is that firm
        name = _registered_name(case, document["registers"], known)
        shown = replace(face, holder_kind=SubjectKind.ORGANISATION, holder_name=name)
    face = replace(face, signed=credentials.signed_body(shown, sample=settings.DEMO))
    return face, _paper_data(case, definition, document, face, known)


def _starts(definition: Definition, expires_on: date, today: date) -> date:
    """When a renewed validity begins: without a gap, and not before the decision where the item says so."""
    at_expiry = definition.data["renewal"]["starts"] == "expiry" or today > expires_on
    return expires_on + timedelta(days=1) if at_expiry else today


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
    table = None
    if document.get("table"):
        table = {
            "columns": [column["zh"] for column in document["table"]["columns"]],
            "rows": [[_cell(definition, cell, known) for cell in row] for row in document["table"]["rows"]],
        }
    return paper_data(
        document,
        face,
        case_no=case.case_no,
        short_no=case.short_no,
        applicant=case.applicant_name,
        item=case.item_name,
        table=table,
    )


def _cell(definition: Definition, cell: Mapping[str, Any], known: Mapping[str, Any]) -> str:
    if "text" in cell:
        return cell["text"]["zh"]
    value = known.get(cell["from"])
    return "" if value is None else papers.display(definition, cell["from"], value, cell.get("format", ""))


@subscribe(states.GRANTED, prepare=_prepare_grant)
def issued(event: Event, outcome: Outcome) -> None:
    """Keep credential and letter, register what the licence brings into being, deliver: one transaction."""
    _issue(event, outcome)


@subscribe(states.DEEMED_RENEWED, prepare=_prepare_grant)
def renewed(event: Event, outcome: Outcome) -> None:
    """The same for a licence that silence renewed."""
    _issue(event, outcome)


def _issue(event: Event, outcome: Outcome) -> None:
    case = cases.case(event.subject_id)
    face = outcome.face
    if "registers" in outcome.document:
        face = _register(case, face, outcome.document["registers"])
    credentials.issue(
        face=face, pdf=outcome.credential.pdf, case_id=case.pk, effect_key=f"{event.id}:credential"
    )
    _teach(case, face, outcome.document.get("teaches", {}))
    if case.channel == states.CHILD_CHANNEL:
        events.record(name=states.CHILD_DECIDED, about=case, by=SYSTEM)
    if outcome.letter is not None:
        letters.keep(event, _kind(event), outcome.letter)
    results.lay_ready(case_id=case.pk)


def _registered_name(case: Case, registers: Mapping[str, Any], known: Mapping[str, Any]) -> str:
    """What the organisation is called that a licence brings into being."""
    return known.get(registers["name"]) or f"{party_queries.person(case.person_id).name}（个体工商户）"


def _known(case: Case, face: Face) -> dict[str, Any]:
    """What was handed in, what is known of the subjects, and what stands on the credential."""
    return {
        **actions.values_of(case),
        "result.number": face.number,
        "result.issued_on": face.valid_from.isoformat(),
    }


def _facts_from(sources: Mapping[str, Mapping[str, Any]], known: Mapping[str, Any]) -> dict[str, Any]:
    """The facts that a credential's type declares, each from its source; those without a value are left out."""
    found = {fact: known.get(one["from"]) if "from" in one else one["value"] for fact, one in sources.items()}
    return {fact: value for fact, value in found.items() if value is not None}


def _teach(case: Case, face: Face, sources: Mapping[str, Mapping[str, Any]]) -> None:
    """What the city knows of the holder from now on: what was granted is asked for nowhere again."""
    parties.learn(
        subject_kind=face.holder_kind,
        subject_id=face.holder_id,
        facts=_facts_from(sources, _known(case, face)),
        source=face.issuer,
        by=SYSTEM,
    )


def _register(case: Case, face: Face, registers: Mapping[str, Any]) -> Face:
    """A licence that brings an organisation into being: register it, learn its facts, make it the holder."""
    known = _known(case, face)
    applicant = party_queries.person(case.person_id)
    name = _registered_name(case, registers, known)
    facts = _facts_from(registers["facts"], known)
    place = places.by_code(str(facts.get("org.place", "")))
    named = registers.get("representative")
    # Somebody who has never signed in here represents it all the same; the mandate follows when they do.
    person = party_queries.person_by_id_no(str(known.get(named["id_no"], ""))) if named else applicant
    organisation = parties.register_organisation(
        name=name,
        uscc=face.number,
        kind=registers["kind"],
        legal_representative=person,
        place_path=place.path if place else case.place_path,
        by=SYSTEM,
    )
    if person != applicant:
        parties.give_mandate(
            organisation=organisation, agent=applicant, source=MandateSource.ONLINE, by=SYSTEM
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
    return letters.render(cases.case(event.subject_id), LetterKind.DENY)


@subscribe(states.DENIED, prepare=_prepare_denial)
def told_no(event: Event, paper: papers.Paper) -> None:
    """Keep the decision with its reasons and remedies, and deliver it or lay it ready."""
    letters.keep(event, LetterKind.DENY, paper)
    results.lay_ready(case_id=event.subject_id)


@subscribe(states.DELIVERED)
def closed(event: Event, prepared: None) -> None:
    """A result that was delivered closes the case."""
    actions.close(case_id=event.subject_id)
