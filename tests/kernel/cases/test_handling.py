"""What officers do: reasons, steps in their order, amounts, lights."""

import datetime as dt

import pytest

from tests import city
from tests.kernel.cases.stages import WAYS, allowance_draft, at, calls, office, ready_to_decide
from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.cases import actions, queries
from tongban.kernel.cases.actions.handling import ReasonMissing
from tongban.kernel.cases.actions.procedure import FindingMissing
from tongban.kernel.cases.models import Case
from tongban.kernel.cases.states import CaseState, Verb
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.catalogue.models import ItemVersion, ServiceItem
from tongban.kernel.events import queries as events
from tongban.kernel.parties import actions as parties
from tongban.kernel.records.actions import action

pytestmark = pytest.mark.django_db
BLANKS = ["", "   ", "\n\t", "　"]


@pytest.fixture
def of(clock):
    """The office."""
    return office()


@pytest.mark.parametrize("blank", BLANKS)
def test_decisions_against_somebody_need_their_reasons(of, blank):
    submitted, reviewed = at(CaseState.SUBMITTED, of), at(CaseState.IN_REVIEW, of)
    accepted = at(CaseState.ACCEPTED, of)
    for write, problem in (
        (lambda: actions.refuse(case_id=submitted.pk, reasons=blank, by=of.clerk), ReasonMissing),
        (lambda: actions.deny(case_id=reviewed.pk, reasons=blank, by=of.decider), ReasonMissing),
        (lambda: actions.terminate(case_id=reviewed.pk, reasons=blank, by=of.decider), ReasonMissing),
        (
            lambda: actions.complete_step(case_id=accepted.pk, opinion=blank, by=of.reviewer),
            FindingMissing,
        ),
    ):
        with pytest.raises(problem) as refused:
            write()
        assert (refused.value.status, refused.value.code) == (422, problem.code)
    assert [city.again(case).state for case in (submitted, reviewed, accepted)] == [
        "submitted",
        "in_review",
        "accepted",
    ]


def test_reasons_are_kept_with_the_case_and_encrypted(of):
    case = actions.refuse(case_id=at(CaseState.SUBMITTED, of).pk, reasons=" 不属于本机关职权 ", by=of.clerk)
    assert (case.reasons, case.closing_code) == ("不属于本机关职权", "6")
    raw = bytes(Case.objects.filter(pk=case.pk).values_list("reasons", flat=True)[0])
    assert "职权".encode() not in raw


def test_accepting_says_who_and_when_and_opens_the_first_step(of, clock):
    case, of.applicant = city.food()
    accepted = actions.accept(case_id=case.pk, by=of.clerk)
    assert (accepted.accepted_at, accepted.accepted_by) == (clock.now, of.clerk.account_id)
    assert accepted.waiting_for == "case.review"
    assert [(task.kind, task.step.step, task.place_path) for task in queries.work_of(accepted)] == [
        ("step", "review", city.town())
    ]
    assert [(s.step, s.state, s.permission, s.due_on) for s in queries.steps_of(accepted)] == [
        ("review", "open", "case.review", dt.date(2026, 3, 4)),
        ("site_check", "waiting", "case.review", None),
        ("approve", "waiting", "case.decide", None),
    ]


def test_only_the_steps_of_the_situation_are_made(of):
    case, of.applicant = city.food("yes")
    accepted = actions.accept(case_id=case.pk, by=of.clerk)
    assert [(s.step, s.state) for s in queries.steps_of(accepted)] == [("approve_now", "open")]
    assert accepted.waiting_for == "case.decide"


def test_steps_are_completed_in_their_order_with_opinions(of, clock):
    case = ready_to_decide(of)
    steps = queries.steps_of(case)
    assert [(s.step, s.state, s.opinion) for s in steps] == [
        ("review", "done", "材料齐全"),
        ("site_check", "done", "现场符合"),
        ("approve", "open", None),
    ]
    assert {s.done_by for s in steps[:2]} == {of.reviewer.account_id}
    assert (case.waiting_for, case.state) == ("case.decide", "in_review")
    granted = actions.grant(case_id=case.pk, by=of.decider, opinion=" 同意 ")
    assert queries.steps_of(granted)[2].opinion == "同意"
    assert (granted.decided_at, granted.decided_by, granted.closing_code) == (
        clock.now,
        of.decider.account_id,
        "0",
    )
    assert granted.waiting_for == ""


@pytest.mark.parametrize(
    ("born", "fen"),
    [
        ("1946-03-02", 10000),  # 80 on the day
        ("1936-03-03", 10000),  # 90 tomorrow
        ("1936-03-02", 20000),
        ("1926-03-03", 20000),
        ("1926-03-02", 50000),
        ("1911-01-01", 50000),
        ("1946-03-03", None),  # 79
    ],
)
def test_the_amount_follows_the_age_on_the_day_of_the_decision(of, born, fen):
    draft = allowance_draft(of, born=born)
    for verb in WAYS[CaseState.GRANTED]:
        calls(draft, of)[verb]()
    case = city.again(draft)
    assert (case.benefit_fen, case.benefit_per) == (fen, "month" if fen else "")


def test_a_birthday_between_application_and_decision_counts(of, clock):
    draft = allowance_draft(of, born="1936-03-04")
    for verb in WAYS[CaseState.IN_REVIEW]:
        calls(draft, of)[verb]()
    clock.move(days=2)
    assert actions.grant(case_id=draft.pk, by=of.decider).benefit_fen == 20000


def test_a_denial_gives_no_money(of):
    case = at(CaseState.DENIED, of)
    assert (case.benefit_fen, case.closing_code, case.reasons) == (None, "1", "年龄不符")


def test_lights_of_a_list_are_the_lights_of_its_cases(of, clock):
    for days in (0, 4, 9):
        at(CaseState.SUBMITTED, of)
        at(CaseState.ACCEPTED, of)
        at(CaseState.SUPPLEMENT_REQUESTED, of)
        at(CaseState.WITHDRAWN, of)
        clock.move(days=days)
    rows = Case.objects.all()
    for days in range(15):
        today = clock.now.date() + dt.timedelta(days=days)
        lights = [queries.light_of(case, today) for case in rows]
        counted = queries.lamps(rows, today)
        for light in ("red", "yellow", "green", "paused"):
            assert counted[light] == lights.count(light)
            assert {case.pk for case in queries.lamp(rows, light, today)} == {
                case.pk for case, one in zip(rows, lights, strict=True) if one == light
            }
    assert set(queries.lamp(rows, "", today)) == set(rows)


def test_what_was_finished_on_a_day(of, clock):
    refused, granted = at(CaseState.REFUSED, of), at(CaseState.GRANTED, of)
    clock.to("2026-03-02T23:59")
    withdrawn = at(CaseState.WITHDRAWN, of)
    clock.to("2026-03-03T00:01")
    denied = at(CaseState.DENIED, of)
    at(CaseState.SUBMITTED, of)
    rows = Case.objects.all()
    assert set(queries.finished_on(rows, dt.date(2026, 3, 2))) == {refused, granted, withdrawn}
    assert set(queries.finished_on(rows, dt.date(2026, 3, 3))) == {denied}
    assert not queries.finished_on(rows, dt.date(2026, 3, 4)).exists()


@pytest.fixture
def fresh_catalogue():
    """Let go of compiled versions before and after a test that publishes one."""
    catalogue.forget()
    yield
    catalogue.forget()


@pytest.mark.usefixtures("fresh_catalogue")
def test_a_case_keeps_the_version_it_was_opened_under(of):
    case = at(CaseState.SUBMITTED, of)
    item = ServiceItem.objects.get(code="old-age-allowance")
    old = item.current
    new = ItemVersion(
        item=item,
        version=2,
        kind=old.kind,
        definition={**old.definition, "version": 2, "procedure": []},
        digest="x",
        valid_from=old.valid_from,
        published_at=old.published_at,
    )
    action(new.save)()
    item.current = new
    action(item.save)()
    catalogue.forget()
    assert queries.version_of(case).version == 1
    actions.accept(case_id=case.pk, by=of.clerk)
    assert [step.step for step in queries.steps_of(case)] == ["review", "approve"]
    fresh = allowance_draft(of)
    assert queries.version_of(fresh).version == 2


def test_facts_learned_after_submission_do_not_change_what_was_handed_in(of):
    case = at(CaseState.SUBMITTED, of)
    parties.learn(
        subject_kind="person",
        subject_id=case.person_id,
        facts={"person.bank_account": "6222999999999999999"},
        source="bank",
        by=SYSTEM,
    )
    accepted = actions.accept(case_id=case.pk, by=of.clerk)
    assert accepted.answers["bank_account"] == case.answers["bank_account"] != "6222999999999999999"


def test_every_step_of_the_applicants_and_officers_is_one_event(of):
    case = at(CaseState.GRANTED, of)
    log = [(event.name, event.actor_kind, event.actor_id) for event in events.history(case.pk)]
    assert log == [
        ("case.opened", "person", of.applicant.account_id),
        ("case.submitted", "person", of.applicant.account_id),
        ("case.accepted", "staff", of.clerk.account_id),
        ("case.step_completed", "staff", of.reviewer.account_id),
        ("case.granted", "staff", of.decider.account_id),
    ]
    assert Verb.GRANT in calls(case, of)
