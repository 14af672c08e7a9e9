"""Makes one person, firm or officer, each through the same actions as a real one."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tongban.foundation import time
from tongban.foundation.ids import make_resident_id, make_uscc
from tongban.kernel.access import actions as access
from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.credentials import actions as credentials
from tongban.kernel.credentials.actions import Face
from tongban.kernel.documents.calc import new_code
from tongban.kernel.identities import actions as identities
from tongban.kernel.identities.calc import totp
from tongban.kernel.outcomes.queries import papers
from tongban.kernel.parties import actions as parties
from tongban.kernel.parties import queries as party_queries
from tongban.kernel.parties.actions import Terms
from tongban.kernel.parties.models import Account, Organisation, Person
from tongban.kernel.parties.states import MandateSource, SubjectKind
from tongban.kernel.places import queries as places

LICENCE = "business-licence"
ADMINISTRATORS = ("system_admin", "security_admin", "audit_admin")
# Lists of awards and funds are of an agency, not of a place: a grant for a town ends at its own rows.
# These reach the rows of every agency in their place.
OF_NO_AGENCY = {
    "bureau",
    "supervisor",
    "receiver",
    "project_officer",
    "service_officer",
    "town_manager",
    "leader",
    *ADMINISTRATORS,
}
OF_NO_PLACE = {
    "award_officer",
    "award_decider",
    "fund_officer",
    "fund_checker",
    "finance_officer",
    *ADMINISTRATORS,
}


@dataclass
class City:
    """What has been made so far, and the dice, seeded so that the same city comes out again."""

    dice: random.Random
    data: Mapping[str, Any]
    serial: int = 0
    people: dict[str, Person] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)
    firms: dict[str, Organisation] = field(default_factory=dict)

    def next(self) -> int:
        """A serial number of this run."""
        self.serial += 1
        return self.serial


def path(code: str) -> str:
    """The path of a place; the whole city for no code."""
    place = places.by_code(code) if code else None
    return place.path if place else places.city().path


def _identity(city: City, born: str, sex: str, region: str) -> str:
    # The serial of the day is odd for men (GB 11643).
    order = (city.next() * 2 + (1 if sex == "male" else 0)) % 1000
    return make_resident_id(f"{region}{born.replace('-', '')}{order:03}")


def person(city: City, data: Mapping[str, Any]) -> Person:
    """A person with an account and the facts that the city knows of them."""
    root = places.city().code
    number = _identity(city, data["birth_date"], data["sex"], data.get("region", root))
    row = parties.register_person(
        name=data["name"], id_no=number, phone=data["phone"], place_path=path(data["place"]), by=SYSTEM
    )
    known = {
        "person.name": data["name"],
        "person.id_no": number,
        "person.birth_date": data["birth_date"],
        "person.sex": data["sex"],
        "person.phone": data["phone"],
        "person.address": data["address"],
        "person.place": data["place"],
        **data.get("facts", {}),
    }
    sources = {name: fact["source"] for name, fact in catalogue.documents("fact").items()}
    for source in sorted({sources[name] for name in known}):
        facts = {name: value for name, value in known.items() if sources[name] == source}
        parties.learn(
            subject_kind=SubjectKind.PERSON, subject_id=row.pk, facts=facts, source=source, by=SYSTEM
        )
    city.people[data["username"]] = row
    city.accounts[data["username"]] = parties.open_account(
        username=data["username"], display_name=data["name"], level=data["level"], person=row, by=SYSTEM
    )
    return row


def firm(city: City, data: Mapping[str, Any], owner: Person) -> Organisation:
    """A firm that its owner may act for, with its facts and its sealed business licence."""
    root = places.city().code
    made = make_uscc(f"91{root}MA5{city.next():06}"[:17])
    code = data.get("uscc", made)
    row = parties.register_organisation(
        name=data["name"],
        uscc=code,
        kind=data["kind"],
        legal_representative=owner,
        place_path=path(data["place"]),
        by=SYSTEM,
    )
    facts = {
        "org.name": data["name"],
        "org.uscc": code,
        "org.kind": data["kind"],
        "org.status": "active",
        "org.place": data["place"],
        "org.address": data["address"],
        "org.legal_rep": owner.name,
        "org.legal_rep_id_no": owner.id_no,
        "org.business_scope": data["scope"],
        "org.established_on": data["established_on"],
        "org.registered_capital": data["capital"],
        **data.get("facts", {}),
    }
    issuer = catalogue.document("credential", LICENCE)["issuer"]
    parties.learn(
        subject_kind=SubjectKind.ORGANISATION, subject_id=row.pk, facts=facts, source=issuer, by=SYSTEM
    )
    _licence(row, facts, issuer)
    city.firms[data["handle"]] = row
    return row


def mandate(city: City, username: str, handle: str) -> None:
    """Somebody else may act for a firm too."""
    parties.give_mandate(
        organisation=city.firms[handle], agent=city.people[username], source=MandateSource.ONLINE, by=SYSTEM
    )


def helper(city: City, principal: str, agent: str, items: list[str]) -> None:
    """Somebody of the family helps a person with some items: given by the one and accepted by the other."""
    today, helping = time.today(), city.people[agent]
    row = parties.give(
        organisation_id=None,
        agent_name=helping.name,
        agent_id_no=helping.id_no,
        terms=Terms(MandateSource.FAMILY, tuple(items)),
        by=party_queries.actor_for(city.accounts[principal], today),
    )
    parties.accept(mandate_id=row.pk, by=party_queries.actor_for(city.accounts[agent], today))


def _licence(row: Organisation, facts: Mapping[str, Any], issuer: str) -> None:
    """The licence that the firm got before this platform existed, taken over as an e-licence."""
    document = catalogue.document("credential", LICENCE)
    lines = [
        ("名称", "Name", facts["org.name"]),
        ("统一社会信用代码", "Credit code", row.uscc),
        ("法定代表人", "Legal representative", facts["org.legal_rep"]),
        ("住所", "Registered address", facts["org.address"]),
        ("经营范围", "Business scope", facts["org.business_scope"]),
        ("成立日期", "Established on", facts["org.established_on"]),
    ]
    fields = [
        {"id": f"line{number}", "label": {"zh": zh, "en": en}, "value": value, "privacy": "public"}
        for number, (zh, en, value) in enumerate(lines)
    ]
    agency = catalogue.agency(issuer)
    serial = credentials.take_serial(type=LICENCE, issuer=issuer)
    face = Face(
        type=LICENCE,
        name=(document["name"]["zh"], document["name"]["en"]),
        number=row.uscc,
        identifier=credentials.identifier_for(document["type_code"], agency["uscc"], serial),
        verify_code=new_code(),
        holder_kind=SubjectKind.ORGANISATION,
        holder_id=row.pk,
        holder_name=row.name,
        issuer=issuer,
        issuer_name=agency["name"]["zh"],
        fields=fields,
        valid_from=time.today(),
        valid_until=None,
    )
    data = {
        "title": face.name[0],
        "front_title": document["front_title"],
        "identifier": face.identifier,
        "date": facts["org.established_on"],
        "lines": [{"label": one["label"]["zh"], "value": one["value"]} for one in fields],
        "notes": document.get("notes", []),
        "sample_note": " · ".join(document["sample_note"].values()),
    }
    paper = papers.seal(document["template"], data, agency=issuer, number=row.uscc, code=face.verify_code)
    credentials.issue(face=face, pdf=paper.pdf, case_id=row.pk, effect_key=f"taken-over:{row.pk}")


def officer(city: City, data: Mapping[str, Any]) -> Account:
    """A staff account with one grant; more roles, if any, are for its own agency alone."""
    account = parties.open_account(
        username=data["username"], display_name=data["name"], agency=data["agency"], level=4, by=SYSTEM
    )
    agency = "" if data["role"] in OF_NO_AGENCY else data["agency"]
    hall = places.hall(data["hall"]) if "hall" in data else None
    where = hall.path if hall else path(data["place"])
    if not data["place"] and data["role"] in OF_NO_PLACE:
        where = ""
    access.grant(account_id=account.pk, role=data["role"], agency=agency, place_path=where, by=SYSTEM)
    for role in data.get("also", ()):
        access.grant(
            account_id=account.pk, role=role, agency=data["agency"], place_path=path(data["place"]), by=SYSTEM
        )
    secret = identities.new_secret()
    now = totp.step_at(time.wall_clock().timestamp())
    identities.add_authenticator(
        account=account, secret=secret, number=totp.number(secret, now), name="演示验证器", by=SYSTEM
    )
    city.accounts[data["username"]] = account
    return account
