"""The whole way of a claim: from the window to the bank, every check kept, four eyes at each step."""

import pytest

from tests import city
from tests.modules.claims import claiming
from tests.modules.claims.claiming import FAST, FEN, again, claimer
from tests.modules.policies.awarding import titles
from tongban.foundation import time
from tongban.kernel.cases import queries as cases
from tongban.kernel.credentials.models import Credential
from tongban.kernel.parties import queries as parties
from tongban.modules.claims.models import ClaimCheck

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("books")]


def test_from_the_application_to_the_bank(bureau, clock):
    one = claimer()
    row = claiming.paid(one, bureau, clock)
    assert (row.state, row.granted_fen, row.edition, row.period) == ("paid", FEN, "2026", "2026")
    assert bureau.money.balances() == (99 * FEN, 0, 0, FEN)
    stages = list(ClaimCheck.objects.filter(claim=row).order_by("id").values_list("stage", "verdict", "fen"))
    assert stages == [(one, "yes", FEN) for one in ("submitted", "accepted", "notice", "decided", "ordered")]
    case = cases.case(row.case_id)
    assert (case.state, case.benefit_fen) == ("closed", FEN)
    assert Credential.objects.get(case_id=case.pk).type == "subsidy-decision"
    facts = parties.profile(None, one.row.pk, time.today()).facts
    assert (facts["org.awards_year"].value, facts["award.high_tech_accepted"].value) == ([FAST], FEN)
    assert titles(one)[-1] == "兑现资金已到账：高企申报受理奖励"
    assert again(row).paid_at == time.now()
    assert city.run_jobs() == 0
