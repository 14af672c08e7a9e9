"""Builders of a small city: real rows, made by the same actions as in production. For every test that needs some.

The pack is loaded once per run (tests/conftest.py); `people` of different tests never meet, because each test's
rows are rolled back. Names, numbers and codes are invented; check digits are right.
"""

import io
import itertools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.test import Client, RequestFactory
from PIL import Image

from tongban.foundation import time
from tongban.foundation.ids import make_resident_id, make_uscc
from tongban.kernel.access import actions as access
from tongban.kernel.access.calc import SYSTEM, Actor
from tongban.kernel.cases import actions as cases
from tongban.kernel.cases import queries as case_queries
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.catalogue.calc.reading import PackReading
from tongban.kernel.catalogue.forms import read_pack
from tongban.kernel.documents import actions as documents
from tongban.kernel.events.models import Job
from tongban.kernel.events.tasks import run_waiting
from tongban.kernel.identities import actions as identities
from tongban.kernel.identities.states import Way
from tongban.kernel.parties import actions as parties
from tongban.kernel.parties import queries as party_queries
from tongban.kernel.records.actions import action
from tongban.site.commands.packs import load, of_modules
from tongban.terminals.ui import session

CITY = "441900/"
DALANG = "441900113"
HUMEN = "441900121"
# The seals' certificates begin when they are made, and frozen clocks stand in March 2026.
LOADED_ON = "2026-01-05T09:00"
_serial = itertools.count(1)


def town(code: str = DALANG) -> str:
    """The path of a town."""
    return f"{CITY}{code}/"


def load_pack() -> None:
    """Load the pack of the settings, as `tongban pack load` does; a second time changes nothing."""
    from django.conf import settings

    with time.freeze(LOADED_ON):
        reading = read_pack(settings.PACK)
        assert reading.errors == [], [error.text("en") for error in reading.errors]
        catalogue.forget()
        load(reading)
        run_jobs()  # what follows a loaded calendar
        action(Job.objects.all().delete)()  # a test should meet its own jobs only


def whole_pack(folder: Path) -> PackReading:
    """A pack as it is loaded: with what the modules read of it."""
    reading = read_pack(folder)
    reading.errors += of_modules(reading)
    return reading


def run_jobs() -> int:
    """Run everything that follows committed events: letters, credentials, notices. Returns how many jobs ran."""
    return run_waiting("test")


def person(name: str = "陈晓雯", place: str = DALANG, born: str = "1990-03-07", **facts: Any):
    """A person with the facts that most items read; `facts` add or replace, with `__` for the dot; None leaves one out.

    `person("何秀珍", born="1940-05-01", person__low_income=None)`.
    """
    number = next(_serial)
    id_no = make_resident_id(f"441900{born.replace('-', '')}{number % 1000:03d}")
    row = parties.register_person(
        name=name, id_no=id_no, phone=f"138{number:08d}", place_path=town(place), by=SYSTEM
    )
    known = {
        "person.name": name,
        "person.id_no": id_no,
        "person.birth_date": born,
        "person.sex": "female",
        "person.phone": f"138{number:08d}",
        "person.address": "示例路 1 号",
        "person.place": place,
        "person.hukou_place": place,
        "person.hukou_in_city": True,
        "person.bank_account": f"62220240{number:011d}",
        "person.bank_name": "示例银行",
        "person.old_age_allowance": False,
        "person.low_income": False,
    }
    _learn("person", row, {**known, **_named(facts)}, "public-security")
    return row


def organisation(representative: Any, name: str = "示例餐饮有限公司", place: str = DALANG, **facts: Any):
    """A company whose legal representative may act for it; `facts` as for `person`."""
    uscc = make_uscc(f"91441900MA{next(_serial):07d}")
    row = parties.register_organisation(
        name=name,
        uscc=uscc,
        kind="company",
        legal_representative=representative,
        place_path=town(place),
        by=SYSTEM,
    )
    known = {
        "org.name": name,
        "org.uscc": uscc,
        "org.kind": "company",
        "org.address": "示例大道 88 号",
        "org.place": place,
        "org.legal_rep": representative.name,
        "org.legal_rep_id_no": representative.id_no,
        "org.registered_capital": 300_000_000,
        "org.established_on": "2024-05-06",
        "org.status": "active",
        "org.staff_health_checked": True,
    }
    _learn("organisation", row, {**known, **_named(facts)}, "market-regulation")
    return row


def _named(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name.replace("__", "."): value for name, value in facts.items()}


def _learn(kind: str, row: Any, facts: Mapping[str, Any], source: str) -> None:
    known = {name: value for name, value in facts.items() if value is not None}
    parties.learn(subject_kind=kind, subject_id=row.pk, facts=known, source=source, by=SYSTEM)


def dispute(of: Any, agency: str, **more: Any):
    """The person says that "low income" on file is wrong; the agency has to answer. `more`: a file."""
    by = more.pop("by", None) or actor(account(of))
    return parties.dispute_with_words(
        subject_id=of.pk,
        name="person.low_income",
        claimed=None,
        reason="登记有误",
        agency=agency,
        by=by,
        **more,
    )


def account(of: Any, level: int = 4):
    """The account of a person."""
    return parties.open_account(
        username=f"citizen-{next(_serial)}", display_name=of.name, level=level, person=of, by=SYSTEM
    )


def officer(
    *roles: str,
    agency: str = "civil-affairs",
    place: str = town(),
    items: tuple[str, ...] = (),
    name: str = "梁志远",
):
    """A staff account with these roles (clerk, reviewer, decider, bureau) at an agency ("" for all) and place."""
    row = parties.open_account(
        username=f"officer-{next(_serial)}",
        display_name=name,
        level=4,
        agency=agency or "data-bureau",
        by=SYSTEM,
    )
    for role in roles:
        access.grant(account_id=row.pk, role=role, agency=agency, place_path=place, items=items, by=SYSTEM)
    return row


def actor(of: Any, acting_for: Any = None) -> Actor:
    """Who acts when this account is signed in, for an organisation where one is named."""
    return party_queries.actor_for(of, time.today(), acting_for.pk if acting_for else None)


def signed_in(of: Any) -> Client:
    """A browser in which this account is signed in."""
    client = Client()
    client.force_login(of, backend="tongban.site.sign_in.CodeBackend")
    shown(client, of)
    return client


def shown(client: Client, of: Any) -> None:
    """Let the browser's session be one that was begun a moment ago, an officer's with two factors."""
    ways = [Way.CODE, Way.TOTP] if of.agency else [Way.CODE]
    request = RequestFactory().get("/")
    request.session = client.session
    row = identities.begin(
        account=of,
        session_key=client.session.session_key,
        ways=ways,
        device="Chrome",
        address="127.0.0.1",
        by=actor(of),
    )
    session.mark(request, row.pk, ways)
    request.session.save()


def picture(name: str = "layout.png", colour: str = "white", by: Actor = SYSTEM):
    """A clean stored picture."""
    out = io.BytesIO()
    Image.new("RGB", (320, 240), colour).save(out, "PNG")
    return documents.take_in(
        chunks=[out.getvalue()], name=name, formats=("png",), most_bytes=1_000_000, by=by
    )


def letter_pdf(pages: int = 2, name: str = "plan.pdf", by: Actor = SYSTEM):
    """A clean stored PDF of some pages."""
    out = io.BytesIO()
    sheets = [Image.new("RGB", (300, 420), "white") for _ in range(pages)]
    sheets[0].save(out, "PDF", save_all=True, append_images=sheets[1:])
    return documents.take_in(
        chunks=[out.getvalue()], name=name, formats=("pdf",), most_bytes=5_000_000, by=by
    )


def allowance(name: str = "何秀珍", place: str = DALANG, born: str = "1940-05-01"):
    """A submitted old-age allowance of a new person: all from data, nothing typed, nothing uploaded."""
    by = actor(account(person(name, place, born)))
    return cases.submit(case_id=cases.open_draft(item_code="old-age-allowance", by=by).pk, by=by)


FOOD_ANSWERS = {
    "same_address": True,
    "area": "86.5",
    "catering_items": ["hot", "drinks"],
    "online_orders": True,
    "staff_count": 6,
    "manager_name": "李明",
    "manager_phone": "13900139000",
}


def food_draft(commitment: str = "no", place: str = DALANG, **company: Any):
    """A complete draft of a food licence for a new company, and the actor who filled it in: (case, actor)."""
    representative = person("陈晓雯", place)
    of = organisation(representative, place=place, **company)
    by = actor(account(representative), of)
    situation = {"business": "catering", "commitment": commitment}
    case = cases.open_draft(item_code="food-licence", by=by, situation=situation)
    signed = ["safety_rules", *(["on_site"] if commitment == "yes" else [])]
    case = cases.save(case_id=case.pk, by=by, answers=FOOD_ANSWERS, signed=signed)
    cases.add_material(case_id=case.pk, material="business_licence", file=picture("licence.png"), by=by)
    cases.add_material(case_id=case.pk, material="layout", file=letter_pdf(), by=by)
    return case, by


def food(commitment: str = "no", place: str = DALANG, **company: Any):
    """A submitted food licence and its applicant: (case, actor)."""
    case, by = food_draft(commitment, place, **company)
    return cases.submit(case_id=case.pk, by=by), by


def again(case: Any):
    """The case as it is in the database now."""
    return case_queries.case(case.pk)


def parties_person(of: Actor) -> Any:
    """The person behind an actor."""
    return party_queries.person(of.person_id)
