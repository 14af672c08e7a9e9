"""Several at the same moment, over connections of their own: one wins, nothing happens twice, numbers differ."""

import threading
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connections

from tests import city
from tests.kernel.cases.stages import allowance_draft, at, calls, office, ready_to_decide
from tests.kernel.cases.test_one_call import SITUATION, apply
from tongban.foundation.time import freeze
from tongban.kernel.cases import actions, queries
from tongban.kernel.cases.models import Case, DaySerial
from tongban.kernel.cases.states import CaseState, Verb
from tongban.kernel.documents.actions import take_serial
from tongban.kernel.events.models import Event
from tongban.site.invariants import INVARIANTS

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def stopped() -> Iterator[None]:
    """A clock that stands still in all threads."""
    with freeze("2026-03-02T09:00"):
        yield
        assert {name: found for name, (_, check) in INVARIANTS.items() if (found := check())} == {}


def together(*doing: Callable[[], Any]) -> list[Any]:
    """Do all of it at the same moment; what each returned, or the failure it met."""
    gate, results = threading.Barrier(len(doing)), []

    def run(one: Callable[[], Any]) -> None:
        gate.wait()
        try:
            results.append(one())
        except Exception as error:  # noqa: BLE001  # whatever it is, the assertions show it
            results.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[one]) for one in doing]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.parametrize("drafted", [False, True], ids=["nothing there", "a draft there"])
def test_one_application_sent_eight_times(drafted):
    by, id = city.actor(city.account(city.person())), uuid.uuid4()
    if drafted:
        actions.open_draft(item_code="sole-trader", by=by, id=id, situation=SITUATION)
    results = together(*[lambda: apply(by, id)] * 8)
    case = queries.case(id)
    assert {(row.short_no, row.fingerprint) for row, _ in results} == {(case.short_no, case.fingerprint)}
    assert sorted(known for _, known in results) == [False] + [True] * 7
    assert Event.objects.filter(subject_id=id, name="case.submitted").count() == 1
    assert DaySerial.objects.get().last == 1


def test_one_draft_submitted_six_times():
    of = office()
    draft = allowance_draft(of)
    results = together(*[lambda: actions.submit(case_id=draft.pk, by=of.applicant)] * 6)
    assert {case.short_no for case in results} == {"DG20260302-0001"}
    assert Event.objects.filter(subject_id=draft.pk, name="case.submitted").count() == 1


def test_eight_people_get_eight_numbers():
    waiting = []
    for _ in range(8):
        of = office()
        waiting.append((allowance_draft(of), of.applicant))
    cases = together(*[lambda d=d, by=by: actions.submit(case_id=d.pk, by=by) for d, by in waiting])
    assert sorted(case.short_no for case in cases) == [f"DG20260302-{n:04}" for n in range(1, 9)]
    assert len({case.case_no for case in cases}) == 8


@pytest.mark.parametrize(
    "verbs", [(Verb.ACCEPT, Verb.ACCEPT), (Verb.ACCEPT, Verb.REFUSE), (Verb.ACCEPT, Verb.WITHDRAW)]
)
def test_two_who_handle_one_case_at_once_cannot_both(verbs):
    of = office()
    case = at(CaseState.SUBMITTED, of)
    results = together(*[calls(case, of)[verb] for verb in verbs])
    done = [row for row in results if isinstance(row, Case)]
    # An accepted case can still be withdrawn: then both happened, one after the other.
    if len(done) == 2:
        assert verbs == (Verb.ACCEPT, Verb.WITHDRAW)
        assert city.again(case).state == "withdrawn"
    else:
        assert [error.code for error in results if isinstance(error, Exception)] == ["case.verb_not_possible"]
        assert city.again(case).state == done[0].state


def test_grant_and_denial_at_once_are_one_decision():
    of = office()
    case = ready_to_decide(of)
    results = together(*[calls(case, of)[verb] for verb in (Verb.GRANT, Verb.DENY)])
    assert sorted(type(row).__name__ for row in results) == ["Case", "VerbNotPossible"]
    names = Event.objects.filter(subject_id=case.pk, name__in=["case.granted", "case.denied"])
    assert names.count() == 1


def test_serials_of_letters_are_never_given_twice():
    taken = together(*[lambda: take_serial(kind="grant", agency="a", year=2026)] * 8)
    assert sorted(taken) == list(range(1, 9))
