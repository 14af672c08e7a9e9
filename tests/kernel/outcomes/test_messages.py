"""The messages of the national exchange format that a case makes."""

import pytest

from tests import city
from tests.kernel.cases.stages import at, office, pause, ready_to_decide, supplement_asked
from tongban.kernel.cases import actions, queries
from tongban.kernel.cases.states import CaseState
from tongban.kernel.outcomes import queries as outcomes

pytestmark = pytest.mark.django_db


def sent(case) -> list[tuple[str, int, str, str]]:
    return [
        (m.code, m.version, m.closing_code, m.procedure) for m in outcomes.exchange_messages(city.again(case))
    ]


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (CaseState.DRAFT, []),
        (CaseState.REFUSED, [("0", 1, "", ""), ("4", 1, "6", "")]),
        (CaseState.WITHDRAWN, [("0", 1, "", ""), ("4", 1, "5", "")]),
        (CaseState.TERMINATED, [("0", 1, "", ""), ("4", 1, "2", "")]),
        (
            CaseState.CLOSED,
            [("0", 1, "", ""), ("2", 1, "", ""), ("3", 1, "", ""), ("4", 1, "0", ""), ("9", 1, "", "")],
        ),
    ],
)
def test_ends(state, expected, clock):
    assert sent(at(state, office())) == expected


def test_a_supplement_and_two_steps(clock):
    of = office()
    case = supplement_asked(of)
    assert [one[0] for one in sent(case)] == ["0", "7"]
    case = ready_to_decide(of)
    assert [(code, version) for code, version, _, _ in sent(case)] == [("0", 1), ("2", 1), ("3", 1), ("3", 2)]


def test_a_special_procedure_says_which_kind(clock):
    of = office()
    case = at(CaseState.SUSPENDED, of)
    assert sent(case)[-1] == ("5", 1, "", "2")
    actions.end_pause(case_id=case.pk, result="合格", by=of.reviewer)
    assert sent(case)[-1] == ("6", 1, "", "")
    message = outcomes.exchange_messages(city.again(case))[0]
    assert (message.case_no, message.division, message.task_code) == (
        city.again(case).case_no,
        "441900",
        queries.version_of(case).definition.data["task_code"],
    )


def test_a_proposal_alone_is_no_message(clock):
    of = office()
    case = at(CaseState.IN_REVIEW, of)
    before = sent(case)
    pause(case, of)
    assert sent(case) == before
