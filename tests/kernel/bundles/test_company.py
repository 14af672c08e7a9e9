"""A company from one form: licence first, then seals, tax, insurance, fund and bank side by side for the new firm."""

import pytest

from tests import city
from tests.kernel.bundles.test_bundles import grant, part
from tests.kernel.cases.stages import office
from tests.kernel.signatures import founding
from tongban.kernel.bundles import queries
from tongban.kernel.bundles.states import ChildOutcome
from tongban.kernel.cases import actions
from tongban.kernel.cases import queries as cases
from tongban.kernel.cases.states import CaseState
from tongban.kernel.credentials import queries as credentials
from tongban.kernel.parties import queries as parties
from tongban.kernel.signatures import queries as signatures

pytestmark = pytest.mark.django_db
PARALLEL = ("seals", "tax", "insurance", "fund", "bank")


def founded(of):
    """The bundle of three founders, signed, handed in and accepted; the applicant is the office's."""
    who = founding.founders()
    case = founding.signed(who)
    actions.submit(case_id=case.pk, by=who[0][1])
    actions.accept(case_id=case.pk, by=of.clerk)
    city.run_jobs()
    return city.again(case), who


def test_the_licence_comes_first_and_brings_the_firm_into_being(clock):
    of = office()
    case, who = founded(of)
    licence = part(case, "licence")
    assert (licence.item_code, licence.state) == ("company-setup", CaseState.SUBMITTED)
    assert [row.name for row in signatures.given(licence.pk)] == ["陈晓雯", "何伟", "吴嘉慧"]
    assert [one.outcome for one in queries.children_of(case)] == [ChildOutcome.OPEN, *[None] * 5]
    grant(licence, of)
    paper = credentials.of_case(licence.pk)
    firm = parties.organisation(paper.holder_id)
    assert (firm.name, firm.uscc, firm.legal_representative_id) == (founding.NAME, paper.number, who[0][0].pk)
    for step in PARALLEL:
        child = part(case, step)
        assert child.organisation_id == firm.pk, step
        assert child.state != CaseState.DRAFT, step


def test_the_rest_goes_side_by_side_and_the_whole_closes(clock):
    of = office()
    case, _who = founded(of)
    grant(part(case, "licence"), of)
    for step in PARALLEL:
        child = city.again(part(case, step))
        if child.state == CaseState.SUBMITTED:
            grant(child, of)
    case = city.again(case)
    assert {one.step.id: one.outcome for one in queries.children_of(case)} == dict.fromkeys(
        ("licence", *PARALLEL), ChildOutcome.GRANTED
    )
    assert (case.state, case.closing_code) == (CaseState.CLOSED, "0")
    firm = credentials.of_case(part(case, "licence").pk).holder_id
    known = parties.profile(None, firm, case.closed_at.date()).values()
    # What came out is known from now on, and asked for nowhere again.
    assert known["org.tax_registered"] is True
    assert {"org.seal_code", "org.insurance_no", "org.fund_account"} <= set(known)
    # A company's licence is accepted wherever a business licence is asked for.
    assert cases.held_by([firm], case.closed_at.date())["business-licence"].type == "company-licence"


def test_another_may_be_the_representative_and_the_applicant_still_acts_for_the_firm(clock):
    of = office()
    who = founding.founders()
    second = who[1][0]
    case = founding.signed(who, rep_name=second.name, rep_id=second.id_no)
    actions.submit(case_id=case.pk, by=who[0][1])
    actions.accept(case_id=case.pk, by=of.clerk)
    city.run_jobs()
    grant(part(case, "licence"), of)
    firm = parties.organisation(credentials.of_case(part(case, "licence").pk).holder_id)
    assert firm.legal_representative_id == second.pk
    today = city.again(case).submitted_at.date()
    assert set(parties.agents_of(firm.pk, today)) == {who[0][0].pk, second.pk}
    assert part(case, "seals").organisation_id == firm.pk
