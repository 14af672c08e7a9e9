"""Fees: asked for with the acceptance, paid through an adapter; only the promised clock waits for money."""

import pytest
from django.test import Client

from tests import city
from tests.kernel.cases.filling import filed
from tests.kernel.cases.stages import Office, office
from tongban.foundation import time
from tongban.kernel.cases import actions as cases
from tongban.kernel.cases import queries as case_queries
from tongban.kernel.cases.actions.deciding import NotRipe
from tongban.kernel.cases.models import Case, WorkItem
from tongban.kernel.cases.states import CaseState
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.deadlines.states import ClockKind
from tongban.kernel.documents.models import Letter
from tongban.kernel.events.models import Event
from tongban.kernel.events.tasks import run_daily
from tongban.kernel.notices.models import Notice
from tongban.kernel.outcomes import actions, queries
from tongban.kernel.outcomes.models import Payment
from tongban.kernel.outcomes.queries import FakeCashier, letter_content
from tongban.kernel.outcomes.queries.cashiers import CASHIERS, Paid
from tongban.kernel.parties import queries as parties
from tongban.kernel.records.actions import action

pytestmark = pytest.mark.django_db


@pytest.fixture
def of(clock, settings, tmp_path) -> Office:
    settings.OUTBOX = tmp_path
    return office()


def accepted(of: Office, size: str = "small") -> Case:
    case, of.applicant = filed("road-occupation", {"size": size})
    cases.accept(case_id=case.pk, by=of.clerk)
    city.run_jobs()
    return city.again(case)


def clock_of(case: Case, kind: ClockKind):
    return deadlines.clock(case.pk, kind)


def pay(case: Case) -> Payment:
    row = queries.payment_of(case)
    return actions.note_payment(payment_id=row.pk, paid=Paid(time.now(), "演示支付", "票-1"))


@pytest.mark.parametrize(("size", "fen"), [("small", 20_000), ("medium", 50_000), ("large", 100_000)])
def test_the_rules_say_how_much(of, size, fen):
    row = queries.payment_of(accepted(of, size))
    assert (row.amount_fen, row.payee, row.state) == (fen, "housing", "asked")
    assert row.due_on.isoformat() == "2026-03-16"


def test_the_notice_says_what_to_whom_by_when_and_why(of):
    case = accepted(of)
    assert Letter.objects.filter(about_id=case.pk, kind="payment_notice").count() == 1
    text = "".join(letter_content(case, "payment_notice", {})[1]["paragraphs"])
    for part in (
        "200.00 元",
        "东莞市住房和城乡建设局",
        "2026年3月16日",
        "第三十七条",
        queries.payment_of(case).number,
    ):
        assert part in text
    assert Notice.objects.filter(title_zh__startswith="请缴费").count() == 1


def test_waiting_for_money_stops_the_promise_and_never_the_law(of, clock):
    case = accepted(of)
    statutory, promised = (
        clock_of(case, ClockKind.DECISION_STATUTORY),
        clock_of(case, ClockKind.DECISION_PROMISED),
    )
    assert (promised.paused, promised.due_on) == (True, None)
    assert (statutory.paused, statutory.due_on.isoformat()) == (False, "2026-03-30")
    assert (case.due_on, case.paused) == (statutory.due_on, False), "people look at the law's date meanwhile"
    clock.move(days=3)
    pay(case)
    case = city.again(case)
    promised = clock_of(case, ClockKind.DECISION_PROMISED)
    # Accepted on Monday the 2nd, paid on Thursday the 5th: five working days from Friday on.
    assert (promised.paused, promised.due_on.isoformat()) == (False, "2026-03-12")
    assert clock_of(case, ClockKind.DECISION_STATUTORY).due_on == statutory.due_on
    assert case.due_on == promised.due_on
    assert set(WorkItem.objects.filter(case=case).values_list("step__step", flat=True)) == {"review"}


def test_nothing_is_granted_before_it_is_paid_but_denied_it_can_be(of):
    case = accepted(of)
    cases.complete_step(case_id=case.pk, opinion="符合", by=of.reviewer)
    with pytest.raises(NotRipe):
        cases.grant(case_id=case.pk, by=of.decider)
    turn = case_queries.turn_of(of.decider, city.again(case), case_queries.steps_of(case), None)
    assert "grant" not in turn.verbs
    assert "deny" in turn.verbs
    pay(case)
    assert cases.grant(case_id=case.pk, by=of.decider).state == CaseState.GRANTED
    other = accepted(of)
    cases.complete_step(case_id=other.pk, opinion="不符合", verdict="faults", by=of.reviewer)
    assert cases.deny(case_id=other.pk, reasons="影响通行", by=of.decider).state == CaseState.DENIED


def test_it_is_asked_for_and_noted_once(of):
    case = accepted(of)
    actions.ask_payment(case_id=case.pk)
    pay(case)
    before = Event.objects.count()
    pay(case)
    assert Event.objects.count() == before
    assert Payment.objects.filter(case=case).count() == 1


def test_deemed_acceptance_asks_too(of, clock):
    case, _ = filed("road-occupation", {"size": "small"})
    city.run_jobs()
    clock.move(days=9)
    run_daily(time.today())
    city.run_jobs()
    assert city.again(case).state == CaseState.ACCEPTED
    assert queries.payment_of(city.again(case)).state == "asked"


def test_the_night_asks_the_cashier(of, clock):
    case = accepted(of)
    FakeCashier().settle(queries.payment_of(case).number)
    clock.move(days=1)
    run_daily(time.today())
    assert queries.payment_of(case).receipt_no.startswith("DEMO-")


def test_paid_while_it_stands_still_and_after_its_end(of, clock):
    case = accepted(of)
    cases.propose_pause(
        case_id=case.pk, kind="testing", basis="第四十五条", reasons="送检", planned_days=5, by=of.reviewer
    )
    cases.approve(case_id=case.pk, by=of.head)
    clock.move(days=1)
    pay(case)
    assert clock_of(case, ClockKind.DECISION_PROMISED).paused, "the special procedure goes on"
    cases.end_pause(case_id=case.pk, result="合格", by=of.reviewer)
    assert not clock_of(case, ClockKind.DECISION_PROMISED).paused
    other = accepted(of)
    cases.withdraw(case_id=other.pk, by=of.applicant)
    assert pay(other).state == "paid", "money that came in is never lost"
    assert city.again(other).state == CaseState.WITHDRAWN


def test_an_item_without_a_fee_asks_nothing(of, django_assert_num_queries):
    case, _ = city.food()
    case_queries.version_of(case)
    with django_assert_num_queries(0):
        assert queries.payment_of(case) is None


def test_who_pays_goes_to_the_cashier_and_back(of):
    case = accepted(of)
    own, number = city.signed_in(parties.account(of.applicant.account_id)), queries.payment_of(case).number
    assert "去缴费" in own.get(f"/cases/{case.pk}/").content.decode()
    answer = own.post(f"/cases/{case.pk}/pay/")
    assert answer.url == f"/pay/demo/{number}/"
    page = own.get(answer.url).content.decode()
    assert "这是演示，不会扣款" in page
    assert own.post(answer.url, {"result": "failed"}).url == f"/cases/{case.pk}/paid/"
    own.get(f"/cases/{case.pk}/paid/")
    assert queries.payment_of(case).state == "asked"
    own.post(answer.url, {"result": "paid"})
    own.get(f"/cases/{case.pk}/paid/")
    page = own.get(f"/cases/{case.pk}/").content.decode()
    assert f"DEMO-{number}" in page
    assert "去缴费" not in page
    stranger = city.signed_in(city.account(city.person()))
    assert stranger.get(answer.url).status_code == 404
    assert Client().post(f"/cases/{case.pk}/pay/").status_code == 302
    desk = city.signed_in(city.officer("reviewer", agency="", place=city.CITY))
    assert f"DEMO-{number}" in desk.get(f"/desk/cases/{case.pk}/").content.decode()


def test_where_a_real_cashier_is_connected_there_is_no_made_up_one(of):
    case = accepted(of)
    row = queries.payment_of(case)
    action(Payment.objects.filter(pk=row.pk).update)(cashier="city")
    own = city.signed_in(parties.account(of.applicant.account_id))
    assert own.get(f"/pay/demo/{row.number}/").status_code == 404
    assert "city" not in CASHIERS
