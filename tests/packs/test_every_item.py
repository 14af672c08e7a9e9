"""Every item of the pack as a real case: filled in, filed, examined, granted, and its credential made of what was said."""

import itertools

import pytest

from tests import city
from tests.kernel.cases.filling import filed
from tests.kernel.cases.stages import office
from tests.packs.driving import unset
from tests.packs.reading import credentials, items
from tongban.foundation import time
from tongban.foundation.ids import check_uscc
from tongban.kernel.cases import actions, queries
from tongban.kernel.cases.states import CaseState
from tongban.kernel.catalogue.states import WaivedBy
from tongban.kernel.credentials import queries as wallet
from tongban.kernel.outcomes.queries import papers
from tongban.kernel.parties import queries as parties
from tongban.kernel.parties.models import Organisation

pytestmark = pytest.mark.django_db
ALWAYS = {"result.number", "result.issued_on", "org.name", "org.uscc", "person.name", "person.id_no"}
# Of two forms the answers cannot be made up (an income within its bounds, the credit code of another firm); cases that open
# other items' cases are driven in tests/kernel/bundles and by their examples.
APART = {"extreme-poverty", "startup-grant"}
APART |= {item["code"] for item in items() if any("child" in step for step in item["procedure"])}
CREDENTIALS = {one["code"]: one for one in credentials()}


def situations(item: dict) -> list[dict[str, str]]:
    """The first and the last situation: between them most conditional parts show."""
    questions = [[(one["id"], option["id"]) for option in one["options"]] for one in item["situations"]]
    every = [dict(chosen) for chosen in itertools.product(*questions)]
    return every[:1] if len(every) == 1 else [every[0], every[-1]]


CASES = [
    pytest.param(item, situation, id=f"{item['code']}: {' '.join(situation.values())}")
    for item in items()
    if item["code"] not in APART
    for situation in situations(item)
]


@pytest.fixture
def of(clock, db, monkeypatch):
    # The papers themselves are set in test_templates.py.
    monkeypatch.setattr(papers, "seal", unset)
    return office()


@pytest.mark.parametrize(("item", "situation"), CASES)
def test_from_application_to_credential(item, situation, of):
    case, _applicant = filed(item["code"], situation)
    if city.again(case).state == CaseState.SUBMITTED:
        case = actions.accept(case_id=case.pk, by=of.clerk)
    while any(
        one.state == "open" and one.permission == "case.review" for one in queries.steps_of(city.again(case))
    ):
        actions.complete_step(
            case_id=case.pk, opinion="符合", second_officer=of.other.account_id, by=of.reviewer
        )
    if city.again(case).state not in {CaseState.GRANTED, CaseState.DELIVERED, CaseState.CLOSED}:
        actions.grant(case_id=case.pk, by=of.decider)
    city.run_jobs()
    case = city.again(case)
    assert case.state == CaseState.CLOSED
    made, kind = wallet.of_case(case.pk), CREDENTIALS[item["result"]["credential"]]
    assert made.type == kind["code"]
    shown = {one["id"]: one["value"] for one in made.fields}
    # Whatever was answered or follows from the decision and the holder is there; nothing is that was not declared.
    sources = {f"answer.{id}" for id in case.answers} | {f"situation.{id}" for id in situation} | ALWAYS
    wanted = {one["id"] for one in kind["fields"] if one["from"] in sources}
    assert wanted <= {id for id, value in shown.items() if value not in (None, "")}
    assert set(shown) <= {one["id"] for one in kind["fields"]}


def test_a_new_company_hands_in_no_business_licence(of):
    situation = {"entity": "limited", "place": "lease", "scope": "plain"}
    case, founder = filed("company-setup", situation)
    actions.accept(case_id=case.pk, by=of.clerk)
    actions.complete_step(case_id=case.pk, opinion="符合", by=of.reviewer)
    actions.grant(case_id=case.pk, by=of.decider)
    city.run_jobs()
    company = Organisation.objects.get()
    assert (company.kind, check_uscc(company.uscc).ok, company.uscc[:2]) == ("company", True, "91")
    by = city.actor(parties.account(founder.account_id), company)
    draft = actions.open_draft(item_code="seal-filing", by=by, situation={"why": "first"})
    needs = {one.material.id: one.waived for one in queries.application(draft, time.today()).needs}
    assert needs == {"business_licence": WaivedBy.CREDENTIAL, "legal_rep_id": WaivedBy.FACT}
