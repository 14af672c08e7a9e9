"""A complete application for any item of the pack: fields filled from their examples, materials uploaded, all signed."""

from collections.abc import Mapping, Sequence
from typing import Any

from tests import city
from tongban.foundation import time
from tongban.foundation.ids import make_resident_id
from tongban.kernel.access.calc import SYSTEM, Actor
from tongban.kernel.cases import actions, queries
from tongban.kernel.cases.models import Case
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.catalogue.calc import Field
from tongban.kernel.parties import actions as parties
from tongban.kernel.parties import queries as party_queries
from tongban.kernel.signatures import actions as signatures

_BY_TYPE = {
    "place": city.DALANG,
    "date": "2026-11-01",
    "yesno": True,
    "money": 4_000_000,
    "resident_id": make_resident_id("44190019900307123"),
    "phone": "13900139000",
}


def sample(field: Field) -> Any:
    """Something that the field takes."""
    if field.type in _BY_TYPE:
        return _BY_TYPE[field.type]
    if field.type == "rows":
        return [
            {
                one.id: "100" if one.id == field.limits.get("total", {}).get("of") else sample(one)
                for one in field.fields
            }
        ]
    if field.options:
        return [field.options[0].id] if field.type == "choices" else field.options[0].id
    example = field.limits.get("example", field.limits.get("min", 1))
    return int(example) if field.type == "int" else str(example)


def draft(
    item: str,
    situation: Mapping[str, str] | None = None,
    *,
    by: Actor | None = None,
    deferred: Sequence[str] = (),
    place: str = city.DALANG,
    **facts: Any,
) -> tuple[Case, Actor]:
    """A complete draft of the item, and who filled it in: a new person, of a new company where the item is for those.

    `deferred` are materials that are promised instead of uploaded; `facts` belong to the person or the company.
    """
    by = by or applicant(item, place, **facts)
    case = actions.open_draft(item_code=item, by=by, situation=situation or {})
    for _ in range(4):  # an answer may show further fields
        application = queries.application(case, time.today())
        wanted = {error.field.split("-")[0] for error in application.errors}
        shown = [filled.field for section in application.sections for filled in section.fields]
        answers = {field.id: sample(field) for field in shown if field.id in wanted}
        signed = list(application.unsigned)
        if not answers and not signed:
            break
        case = actions.save(case_id=case.pk, by=by, answers=answers, signed=signed)
    if deferred:
        case = actions.save(case_id=case.pk, by=by, deferred=deferred)
    for material in queries.application(case, time.today()).missing_materials:
        actions.add_material(case_id=case.pk, material=material, file=city.letter_pdf(1, by=by), by=by)
    if queries.version_of(case).definition.signing is not None:
        sign_all(case, by)
    return city.again(case), by


def sign_all(case: Case, by: Actor) -> None:
    """Let everybody the draft names sign it, each on an account of their own."""
    for row in actions.ask_signatures(case_id=case.pk, by=by):
        person = party_queries.person_by_id_no(row.id_no) or parties.register_person(
            name=row.name, id_no=row.id_no, by=SYSTEM
        )
        signer = city.actor(city.account(person))
        code = parties.ask_code(account=party_queries.account(signer.account_id))
        signatures.sign(id=row.pk, code=code, by=signer)


def applicant(item: str, place: str = city.DALANG, **facts: Any) -> Actor:
    """Somebody for whom the item is."""
    if "person" in catalogue.item(item).definition.data["audience"]:
        return city.actor(city.account(city.person("陈晓雯", place, **facts)))
    representative = city.person("陈晓雯", place)
    of = city.organisation(representative, place=place, **facts)
    return city.actor(city.account(representative), of)


def filed(item: str, situation: Mapping[str, str] | None = None, **rest: Any) -> tuple[Case, Actor]:
    """A submitted application of the item, and its applicant."""
    case, by = draft(item, situation, **rest)
    return actions.submit(case_id=case.pk, by=by), by


def dispatch(**rest: Any) -> tuple[Case, Actor]:
    """A submitted application to dispatch labour: two agencies examine it, then two officers look at the place."""
    return filed("labour-dispatch", {"premises": "owned"}, **rest)


def relief(**rest: Any) -> tuple[Case, Actor]:
    """A submitted application for relief because of expenses: a home visit, a notice in the village, a decision."""
    return filed("temporary-relief", {"hardship": "expense"}, **rest)
