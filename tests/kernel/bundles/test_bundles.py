"""A case that opens others: what they are told, how they end, what that means for the whole."""

import pytest

from tests import city
from tests.kernel.cases.stages import Office, office
from tongban.kernel.bundles import actions as bundles
from tongban.kernel.bundles import queries
from tongban.kernel.bundles.models import ChildCase
from tongban.kernel.bundles.states import ChildOutcome
from tongban.kernel.cases import actions
from tongban.kernel.cases import queries as cases
from tongban.kernel.cases.actions import promises
from tongban.kernel.cases.actions.deciding import NotRipe
from tongban.kernel.cases.actions.procedure import NotYourStep
from tongban.kernel.cases.models import Case, WorkItem
from tongban.kernel.cases.states import CaseState
from tongban.kernel.credentials import queries as credentials
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.deadlines.calc import Legal
from tongban.kernel.deadlines.states import ClockKind
from tongban.kernel.events.models import Event, Job
from tongban.kernel.events.tasks import run_job
from tongban.kernel.notices.models import Notice
from tongban.kernel.parties import queries as parties

pytestmark = pytest.mark.django_db

ANSWERS = {
    "shop_name": "东莞市大朗小满饭馆",
    "shop_place": city.DALANG,
    "shop_address": "大朗镇美景中路 88 号 1 栋 105 铺",
    "area": "86.5",
    "staff": 4,
    "catering_items": ["hot"],
    "online_orders": False,
    "manager_name": "李明",
    "manager_phone": "13900139000",
}


def restaurant(of: Office, commitment: str = "no", **answers) -> Case:
    """A submitted and accepted opening of a restaurant; its applicant becomes the office's."""
    of.applicant = by = city.actor(city.account(city.person()))
    case = actions.open_draft(item_code="open-restaurant", by=by, situation={"commitment": commitment})
    signed = ["place", "safety_rules", *(["on_site"] if commitment == "yes" else [])]
    actions.save(case_id=case.pk, by=by, answers={**ANSWERS, **answers}, signed=signed)
    actions.add_material(case_id=case.pk, material="layout", file=city.letter_pdf(by=by), by=by)
    actions.add_material(case_id=case.pk, material="health_certificates", file=city.picture(by=by), by=by)
    actions.submit(case_id=case.pk, by=by)
    actions.accept(case_id=case.pk, by=of.clerk)
    city.run_jobs()
    return city.again(case)


def part(case: Case, step: str) -> Case:
    """The child case of a step."""
    return ChildCase.objects.get(parent=case, step=step).child


def grant(case: Case, of: Office) -> None:
    actions.accept(case_id=case.pk, by=of.clerk)
    while cases.open_step(case, cases.steps_of(case), of.reviewer, "case.review") is not None:
        actions.complete_step(
            case_id=case.pk, opinion="符合", by=of.reviewer, second_officer=of.other.account_id
        )
    actions.grant(case_id=case.pk, by=of.decider)
    city.run_jobs()


def test_one_form_opens_both_cases_one_after_the_other(clock):
    of = office()
    case = restaurant(of)
    first = part(case, "registration")
    assert (first.state, first.item_code, first.channel) == (CaseState.SUBMITTED, "sole-trader", "bundle")
    assert first.situation == {"form": "individual", "place": "shop"}
    assert first.answers["shop_name"] == ANSWERS["shop_name"]
    assert first.signed == ["place"]
    assert [one.outcome for one in queries.children_of(case)] == [ChildOutcome.OPEN, None]
    assert not ChildCase.objects.filter(parent=case, step="food_licence").exists()
    grant(first, of)
    second = part(case, "food_licence")
    licence = credentials.of_case(first.pk)
    assert (second.state, second.organisation_id) == (CaseState.SUBMITTED, licence.holder_id)
    assert second.answers["staff_count"] == 4
    assert second.sources["area"]["source"] == "self"
    # The very files, asked for once; the business licence comes from the wallet of the firm that is new.
    own = {row.digest for row in cases.materials_of(case)}
    used = {row.material: row for row in cases.materials_of(second)}
    assert {used["layout"].digest, used["health_certificates"].digest} == own
    assert used["business_licence"].credential == licence
    grant(second, of)
    case = city.again(case)
    assert (case.state, case.closing_code, case.decided_by) == (CaseState.CLOSED, "0", None)
    assert credentials.of_case(case.pk).type == "one-thing-summary"
    assert [one.outcome for one in queries.children_of(case)] == [ChildOutcome.GRANTED] * 2
    names = list(Event.objects.filter(subject_id=case.pk).order_by("id").values_list("name", flat=True))
    assert names.count("case.child_opened") == names.count("case.child_closed") == 2
    assert queries.parent_of(second) == case
    assert queries.parent_of(case) is None


def test_the_promise_is_computed_from_the_children(clock):
    of = office()
    promised = deadlines.clock(restaurant(of).pk, ClockKind.DECISION_PROMISED)
    assert (promised.value, promised.unit) == (6, "workdays")
    promised = deadlines.clock(restaurant(of, "yes").pk, ClockKind.DECISION_PROMISED)
    assert (promised.value, promised.unit) == (1, "workdays")


def test_while_children_are_handled_it_is_nobodys_turn_in_the_parent(clock):
    of = office()
    case = restaurant(of)
    assert list(WorkItem.objects.filter(case=case)) == []
    assert case.state == CaseState.ACCEPTED
    with pytest.raises(NotYourStep):
        actions.grant(case_id=case.pk, by=of.decider)


def test_a_denied_licence_keeps_the_whole_from_being_granted_but_an_officer_can_end_it(clock):
    of = office()
    case = restaurant(of)
    grant(part(case, "registration"), of)
    second = part(case, "food_licence")
    actions.accept(case_id=second.pk, by=of.clerk)
    for opinion in ("材料", "现场"):
        actions.complete_step(
            case_id=second.pk, opinion=opinion, by=of.reviewer, second_officer=of.other.account_id
        )
    actions.deny(case_id=second.pk, reasons="没有消毒设备", by=of.decider)
    city.run_jobs()
    case = city.again(case)
    assert case.state == CaseState.IN_REVIEW
    assert [row.permission for row in WorkItem.objects.filter(case=case)] == ["case.decide"]
    with pytest.raises(NotRipe):
        actions.grant(case_id=case.pk, by=of.decider)
    actions.deny(case_id=case.pk, reasons="食品经营许可没有获准", by=of.decider)
    assert credentials.of_case(part(case, "registration").pk) is not None, "what was granted stays"


def test_the_end_of_a_child_ends_the_whole_where_the_item_says_so(clock):
    of = office()
    case = restaurant(of)
    actions.refuse(case_id=part(case, "registration").pk, reasons="不属于本机关", by=of.clerk)
    city.run_jobs()
    case = city.again(case)
    assert (case.state, case.closing_code) == (CaseState.TERMINATED, "2")
    assert "未获准" in case.reasons


def test_a_withdrawn_licence_lets_the_rest_be_closed_where_the_item_says_so(clock):
    of = office()
    case = restaurant(of)
    grant(part(case, "registration"), of)
    second = part(case, "food_licence")
    by = city.actor(parties.account(of.applicant.account_id), parties.organisation(second.organisation_id))
    actions.withdraw(case_id=second.pk, by=by)
    city.run_jobs()
    assert city.again(case).state == CaseState.CLOSED
    assert [one.outcome for one in queries.children_of(case)] == [
        ChildOutcome.GRANTED,
        ChildOutcome.WITHDRAWN,
    ]


def test_who_withdraws_the_whole_withdraws_what_is_open_and_keeps_what_was_granted(clock):
    of = office()
    case = restaurant(of)
    first = part(case, "registration")
    grant(first, of)
    second = part(case, "food_licence")
    actions.withdraw(case_id=case.pk, by=of.applicant)
    city.run_jobs()
    assert city.again(second).state == CaseState.WITHDRAWN
    assert city.again(first).state == CaseState.CLOSED
    assert city.again(case).state == CaseState.WITHDRAWN
    assert [one.outcome for one in queries.children_of(case)] == [
        ChildOutcome.GRANTED,
        ChildOutcome.WITHDRAWN,
    ]


def test_a_child_that_cannot_be_handed_in_stays_a_draft_and_the_applicant_is_told(clock):
    of = office()
    case = restaurant(of)
    child = part(case, "registration")
    actions.withdraw(case_id=case.pk, by=of.applicant)
    city.run_jobs()
    assert city.again(child).state == CaseState.WITHDRAWN
    # A ban keeps the second application of the same person from being handed in.
    promises.ban(child, law=Legal.BAN_FALSE_PAPERS, by=of.decider)
    by = of.applicant
    again = actions.open_draft(item_code="open-restaurant", by=by, situation={"commitment": "no"})
    actions.save(case_id=again.pk, by=by, answers=ANSWERS, signed=["place", "safety_rules"])
    for material in ("layout", "health_certificates"):
        actions.add_material(case_id=again.pk, material=material, file=city.picture(by=by), by=by)
    actions.submit(case_id=again.pk, by=by)
    actions.accept(case_id=again.pk, by=of.clerk)
    city.run_jobs()
    draft = part(again, "registration")
    assert draft.state == CaseState.DRAFT
    assert Notice.objects.filter(title_zh__startswith="还需要您补充").count() == 1
    actions.delete_draft(case_id=draft.pk, by=by)
    city.run_jobs()
    assert city.again(again).state == CaseState.TERMINATED


def test_what_listens_may_run_twice(clock):
    of = office()
    case = restaurant(of)
    grant(part(case, "registration"), of)
    before = ChildCase.objects.count(), Case.objects.count()
    for job in list(Job.objects.filter(handler__startswith="kernel.bundles").order_by("id")):
        job.done_at = None
        run_job(job)
    bundles.advance(case_id=case.pk)
    assert (ChildCase.objects.count(), Case.objects.count()) == before


def test_a_standstill_of_the_parent_holds_its_children_up_no_longer_than_itself(clock):
    of = office()
    case = restaurant(of)
    actions.propose_pause(
        case_id=case.pk, kind="testing", basis="第四十五条", reasons="送检", planned_days=5, by=of.reviewer
    )
    actions.approve(case_id=case.pk, by=of.head)
    grant(part(case, "registration"), of)
    assert not ChildCase.objects.filter(parent=case, step="food_licence").exists()
    actions.end_pause(case_id=case.pk, result="合格", by=of.reviewer)
    city.run_jobs()
    assert part(case, "food_licence").state == CaseState.SUBMITTED


def test_a_case_without_children_asks_nothing(clock, django_assert_num_queries):
    case = city.allowance()
    cases.version_of(case)
    with django_assert_num_queries(0):
        assert queries.children_of(case) == []


def test_officers_of_the_parent_see_no_more_of_a_child_than_its_state(clock):
    """The child is others' work: who handles the bundle does not thereby open it."""
    clerk = city.actor(city.officer("clerk", agency="market-regulation", items=("open-restaurant",)))
    case = restaurant(office())
    child = part(case, "registration")
    assert cases.desk(clerk).filter(pk=case.pk).exists()
    assert not cases.desk(clerk).filter(pk=child.pk).exists()
