"""Renewals (article 50): asked for in time, warned of, deemed granted when the licence expires in silence."""

from datetime import date

import pytest

from tests import city
from tests.kernel.cases.filling import draft, filed
from tests.kernel.cases.stages import Office, office
from tongban.foundation import time
from tongban.kernel.cases import actions
from tongban.kernel.cases.models import Case
from tongban.kernel.cases.states import CaseState
from tongban.kernel.credentials import queries as credentials
from tongban.kernel.credentials.models import Credential
from tongban.kernel.credentials.states import CredentialState
from tongban.kernel.deadlines.models import Clock
from tongban.kernel.documents.models import Letter
from tongban.kernel.events.models import Event
from tongban.kernel.events.tasks import run_daily
from tongban.kernel.notices.models import Notice
from tongban.kernel.outcomes import actions as outcomes
from tongban.kernel.outcomes import queries
from tongban.kernel.outcomes.models import Renewal
from tongban.kernel.outcomes.tasks.renewals import guard_renewals
from tongban.modules.supervision import actions as supervision
from tongban.modules.supervision.models import Card

pytestmark = pytest.mark.django_db
# A licence of three years, granted on 2 March 2026.
EXPIRES = date(2029, 3, 1)


def licence(of: Office) -> Credential:
    """A licence to dispatch labour; its holder becomes the office's applicant."""
    case, of.applicant = filed("labour-dispatch", {"premises": "owned"})
    actions.accept(case_id=case.pk, by=of.clerk)
    for _ in range(3):
        actions.complete_step(
            case_id=case.pk, opinion="符合", by=of.reviewer, second_officer=of.other.account_id
        )
    actions.grant(case_id=case.pk, by=of.decider)
    city.run_jobs()
    found = credentials.of_case(case.pk)
    assert found.valid_until == EXPIRES
    return found


def asked(of: Office, on: str) -> Case:
    """A submitted renewal of that licence."""
    time.shift(time.moment(f"{on}T10:00") - time.now())
    case, _ = filed("labour-dispatch-renewal", {}, by=of.applicant)
    city.run_jobs()
    return city.again(case)


def on(day: str) -> None:
    """The night's work of a day, and what follows from it."""
    time.shift(time.moment(f"{day}T00:05") - time.now())
    run_daily(time.today())
    city.run_jobs()


def kinds(case: Case) -> set[str]:
    return set(Letter.objects.filter(about_id=case.pk).values_list("kind", flat=True))


def test_silence_until_the_expiry_renews(clock):
    of = office()
    old = licence(of)
    case = asked(of, "2028-12-20")
    row = queries.renewal_of(case)
    assert (row.credential, row.expires_on, row.in_time) == (old, EXPIRES, True)
    assert row.ask_by == date(2028, 12, 31), "sixty days, as the item's own law says"
    on("2028-12-28")  # deemed accepted
    on("2029-03-01")
    assert city.again(case).state == CaseState.ACCEPTED, "on its last day it can still be decided"
    on("2029-03-02")
    case = city.again(case)
    assert (case.state, case.closing_code, case.decided_by) == (CaseState.CLOSED, "0", None)
    new = credentials.of_case(case.pk)
    assert (new.number, new.version, new.replaces) == (old.number, 2, old)
    assert (new.valid_from, new.valid_until) == (date(2029, 3, 2), date(2032, 3, 1)), "without a gap"
    assert new.identifier.split(".")[-3] == old.identifier.split(".")[-3]
    assert new.identifier != old.identifier
    assert "deemed_renewal" in kinds(case)
    assert "grant" not in kinds(case)
    assert "case.deemed_renewed" in Event.objects.filter(subject_id=case.pk).values_list("name", flat=True)
    assert credentials.held([case.organisation_id], time.today())["labour-dispatch-licence"] == new


def test_the_night_may_run_again_and_two_workers_at_once(clock):
    of = office()
    licence(of)
    case = asked(of, "2028-12-20")
    on("2028-12-28")
    on("2029-03-02")
    before = Event.objects.filter(subject_id=case.pk).count(), Credential.objects.count()
    guard_renewals(time.today())
    outcomes.deem(renewal_id=Renewal.objects.get(case=case).pk)
    city.run_jobs()
    assert (Event.objects.filter(subject_id=case.pk).count(), Credential.objects.count()) == before


def test_the_office_is_warned_once_and_a_card_follows(clock):
    of = office()
    licence(of)
    case = asked(of, "2028-12-20")
    on("2028-12-28")
    row = queries.renewal_of(case)
    on(row.alert_on.isoformat())
    on("2029-02-28")
    told = Notice.objects.filter(title_zh__startswith="延续申请须尽快决定")
    deciders = {of.decider.account_id, of.head.account_id}
    assert deciders <= set(told.values_list("account_id", flat=True))
    assert told.filter(account_id=of.decider.account_id).count() == 1
    assert list(Card.objects.filter(trigger="renewal_near").values_list("case_id", "due_on", "colour")) == [
        (case.pk, EXPIRES, "yellow")
    ]
    on("2029-03-02")
    supervision.scan(day=time.today())
    assert Card.objects.filter(trigger="deemed_renewed", colour="red", case_id=case.pk).count() == 1


def test_who_asks_too_late_has_no_such_right(clock):
    of = office()
    old = licence(of)
    case = asked(of, "2029-01-15")
    assert queries.renewal_of(case).in_time is False
    on("2029-01-23")
    on("2029-03-02")
    assert city.again(case).state == CaseState.ACCEPTED
    assert credentials.held([case.organisation_id], time.today()) == {}
    assert credentials.state_on(old, time.today()) == CredentialState.EXPIRED


def test_a_decision_in_time_keeps_the_number_and_the_days(clock):
    of = office()
    old = licence(of)
    case = asked(of, "2028-12-20")
    actions.accept(case_id=case.pk, by=of.clerk)
    actions.complete_step(case_id=case.pk, opinion="符合", by=of.reviewer)
    actions.grant(case_id=case.pk, by=of.decider)
    city.run_jobs()
    new = credentials.of_case(case.pk)
    assert (new.number, new.valid_from, new.valid_until) == (old.number, date(2029, 3, 2), date(2032, 3, 1))
    held = credentials.held([case.organisation_id], time.today())
    assert held["labour-dispatch-licence"] == old, "until its last day it is the old one"
    on("2029-03-02")
    assert Credential.objects.filter(case_id=case.pk).count() == 1


def test_a_denial_before_the_expiry_stands(clock):
    of = office()
    licence(of)
    case = asked(of, "2028-12-20")
    actions.accept(case_id=case.pk, by=of.clerk)
    actions.complete_step(case_id=case.pk, opinion="不符合", verdict="faults", by=of.reviewer)
    actions.deny(case_id=case.pk, reasons="注册资本不足", by=of.decider)
    city.run_jobs()
    on("2029-03-02")
    assert city.again(case).closing_code == "1"
    assert credentials.of_case(case.pk) is None


def test_a_special_procedure_does_not_hold_the_expiry_up(clock):
    of = office()
    licence(of)
    case = asked(of, "2028-12-20")
    actions.accept(case_id=case.pk, by=of.clerk)
    actions.propose_pause(
        case_id=case.pk, kind="testing", basis="第四十五条", reasons="送检", planned_days=90, by=of.reviewer
    )
    actions.approve(case_id=case.pk, by=of.head)
    on("2029-03-02")
    assert city.again(case).state == CaseState.CLOSED
    assert {clock.stopped for clock in Clock.objects.filter(subject_id=case.pk)} == {True}
    assert not city.again(case).pauses.filter(state="running").exists()


def test_what_is_withdrawn_is_not_renewed(clock):
    of = office()
    licence(of)
    case = asked(of, "2028-12-20")
    actions.withdraw(case_id=case.pk, by=of.applicant)
    on("2029-03-02")
    assert credentials.of_case(case.pk) is None


def test_a_renewal_without_a_licence_is_an_ordinary_case(clock):
    case, _ = filed("labour-dispatch-renewal", {})
    city.run_jobs()
    assert queries.renewal_of(case) is None
    of = office()
    actions.accept(case_id=case.pk, by=of.clerk)
    actions.complete_step(case_id=case.pk, opinion="符合", by=of.reviewer)
    actions.grant(case_id=case.pk, by=of.decider)
    city.run_jobs()
    assert credentials.of_case(case.pk).version == 1


def test_a_licence_is_renewed_once(clock):
    of = office()
    licence(of)
    first = asked(of, "2028-12-20")
    actions.accept(case_id=first.pk, by=of.clerk)
    actions.complete_step(case_id=first.pk, opinion="符合", by=of.reviewer)
    actions.grant(case_id=first.pk, by=of.decider)
    city.run_jobs()
    again = asked(of, "2028-12-22")
    assert queries.renewal_of(again).credential == credentials.of_case(first.pk)


def test_applicant_and_officer_read_by_when(clock):
    of = office()
    licence(of)
    case = asked(of, "2028-12-20")
    from tongban.kernel.parties import queries as parties

    own = city.signed_in(parties.account(of.applicant.account_id))
    assert "视为准予延续" in own.get(f"/cases/{case.pk}/").content.decode()
    desk = city.signed_in(city.officer("reviewer", agency="", place=city.CITY))
    assert "视为准予延续" in desk.get(f"/desk/cases/{case.pk}/").content.decode()
    assert draft is not None
