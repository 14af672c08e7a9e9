"""What the applicant does: nothing typed is lost, nothing incomplete goes in, sent twice is one case."""

import uuid

import pytest

from tests import city
from tests.kernel.cases.stages import allowance_draft, at, office
from tongban.foundation.ids import check_case_no
from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.cases import actions, queries
from tongban.kernel.cases.actions import NotComplete
from tongban.kernel.cases.calc import fingerprint
from tongban.kernel.cases.models import Case, CaseMaterial, DaySerial
from tongban.kernel.cases.states import CaseState, VerbNotPossible
from tongban.kernel.catalogue.queries import NoSuchItem
from tongban.kernel.events import queries as events
from tongban.kernel.parties import actions as parties

pytestmark = pytest.mark.django_db


def names(case) -> list[str]:
    """What the log says of a case."""
    return [event.name for event in events.history(case.pk)]


class TestDrafts:
    """Begin, fill in, throw away."""

    def test_a_draft_is_taken_up_again(self, clock):
        of = office()
        draft = allowance_draft(of)
        assert actions.open_draft(item_code="old-age-allowance", by=of.applicant) == draft
        assert actions.open_draft(item_code="tax-proof", by=of.applicant) != draft
        other = city.actor(city.account(city.person()))
        assert actions.open_draft(item_code="old-age-allowance", by=other) != draft
        assert names(draft) == ["case.opened"]

    def test_a_client_may_name_the_case_so_that_a_repeated_call_finds_it(self, clock):
        by, id = city.actor(city.account(city.person())), uuid.uuid4()
        first = actions.open_draft(item_code="tax-proof", by=by, id=id)
        assert first.pk == id
        assert actions.open_draft(item_code="tax-proof", by=by, id=id) == first
        assert Case.objects.count() == 1

    def test_a_name_taken_by_another_gives_away_nothing(self, clock):
        of = office()
        draft = allowance_draft(of)
        other = city.actor(city.account(city.person()))
        with pytest.raises(Exception, match=r"UNIQUE|duplicate"):
            actions.open_draft(item_code="old-age-allowance", by=other, id=draft.pk)
        assert not queries.mine(other).exists()

    def test_situations_given_later_are_joined_to_the_draft(self, clock):
        by = city.actor(city.account(city.person()))
        situation = {"form": "individual"}
        draft = actions.open_draft(item_code="sole-trader", by=by, situation=situation)
        again = actions.open_draft(item_code="sole-trader", by=by, situation={"place": "shop"})
        assert (again, again.situation) == (draft, {"form": "individual", "place": "shop"})
        assert names(draft) == ["case.opened", "case.saved"]

    def test_an_unknown_item(self, clock):
        with pytest.raises(NoSuchItem):
            actions.open_draft(item_code="nothing", by=city.actor(city.account(city.person())))

    def test_saving_keeps_what_was_there_and_clears_what_was_emptied(self, clock):
        draft, by = city.food_draft()
        actions.save(
            case_id=draft.pk, by=by, answers={"area": "12", "manager_name": "王"}, cleared=["staff_count"]
        )
        answers = city.again(draft).answers
        assert answers == {
            **{key: value for key, value in city.FOOD_ANSWERS.items() if key != "staff_count"},
            "area": "12",
            "manager_name": "王",
        }
        assert events.history(draft.pk)[-1].payload == {
            "fields": ["area", "manager_name"],
            "for": str(by.organisation_id),
        }

    def test_unfinished_and_wrong_values_are_kept_too(self, clock):
        draft, by = city.food_draft()
        actions.save(case_id=draft.pk, by=by, answers={"manager_phone": "123", "area": "\x00"})
        assert city.again(draft).answers["manager_phone"] == "123"
        wrong = {
            error.field: error.code for error in queries.application(draft_of(draft), clock.now.date()).errors
        }
        assert wrong == {"manager_phone": "check_digit", "area": "type"}

    def test_the_log_never_carries_what_was_typed(self, clock):
        draft, _ = city.food_draft()
        log = str([event.payload for event in events.history(draft.pk)])
        assert "李明" not in log
        assert "13900139000" not in log

    def test_a_draft_can_be_thrown_away_and_a_case_cannot(self, clock):
        draft, by = city.food_draft()
        actions.delete_draft(case_id=draft.pk, by=by)
        assert not Case.objects.filter(pk=draft.pk).exists()
        assert not CaseMaterial.objects.exists()
        assert names(draft)[-1] == "case.draft_deleted"
        case, by = city.food()
        with pytest.raises(VerbNotPossible):
            actions.delete_draft(case_id=case.pk, by=by)

    def test_materials_come_and_go_while_it_is_a_draft(self, clock):
        draft, by = city.food_draft()
        row = actions.add_material(case_id=draft.pk, material="layout", file=city.picture(), by=by)
        assert row.digest == row.file.sha256
        actions.remove_material(case_id=draft.pk, row_id=row.pk, by=by)
        actions.remove_material(case_id=draft.pk, row_id=row.pk, by=by)
        assert [m.material for m in queries.materials_of(draft)] == ["business_licence", "layout"]
        other, _ = city.food_draft()
        actions.remove_material(case_id=draft.pk, row_id=queries.materials_of(other)[0].pk, by=by)
        assert len(queries.materials_of(other)) == 2
        assert names(draft).count("case.material_removed") == 1

    def test_nothing_is_written_into_a_case_that_was_handed_in(self, clock):
        case, by = city.food()
        for write in (
            lambda: actions.save(case_id=case.pk, by=by, answers={"area": "1"}),
            lambda: actions.add_material(case_id=case.pk, material="layout", file=city.picture(), by=by),
            lambda: actions.remove_material(case_id=case.pk, row_id=queries.materials_of(case)[0].pk, by=by),
        ):
            with pytest.raises(VerbNotPossible):
                write()
        assert city.again(case).answers["area"] == "86.5"


def draft_of(case):
    """The case as stored."""
    return city.again(case)


class TestSubmitting:
    """Handing in."""

    def test_what_is_missing_is_named_completely(self, clock):
        representative = city.person()
        of = city.organisation(representative, org__staff_health_checked=False)
        by = city.actor(city.account(representative), of)
        draft = actions.open_draft(item_code="food-licence", by=by, situation={"business": "catering"})
        with pytest.raises(NotComplete) as refused:
            actions.submit(case_id=draft.pk, by=by)
        problem = refused.value
        assert (problem.status, problem.code) == (422, "case.not_complete")
        assert {error.field: error.code for error in problem.fields} == dict.fromkeys(
            [
                "same_address",
                "area",
                "catering_items",
                "online_orders",
                "staff_count",
                "manager_name",
                "manager_phone",
            ],
            "required",
        ) | {"premises_address": "required"}
        assert problem.questions == ("commitment",)
        assert set(problem.materials) == {"business_licence", "layout"}
        assert set(problem.commitments) == {"safety_rules", "on_site"}
        assert "13 处" in problem.sentence_zh
        assert city.again(draft).state == CaseState.DRAFT
        assert not DaySerial.objects.exists()

    def test_a_complete_one_is_numbered_frozen_and_waits_for_the_clerk(self, clock):
        case, by = city.food()
        assert (case.state, case.submitted_at, case.waiting_for) == ("submitted", clock.now, "case.accept")
        (task,) = queries.work_of(case)
        assert (task.kind, task.permission, task.agency, task.place_path, task.due_on, task.assignee) == (
            "accept",
            "case.accept",
            "market-regulation",
            city.town(),
            case.due_on,
            None,
        )
        assert check_case_no(case.case_no).ok
        assert case.short_no == "DG20260302-0001"
        assert case.sources["area"] == {"source": "self"}
        assert case.sources["org_uscc"]["source"] == "market-regulation"
        assert case.answers["org_name"] == "示例餐饮有限公司"
        content = queries.content_of(case, queries.materials_of(case))
        assert case.fingerprint == fingerprint(**content)
        assert len(case.salt) == 32
        assert case.fingerprint != fingerprint(**content | {"salt": ""})
        event = events.history(case.pk)[-1]
        assert (event.name, event.actor_id, event.payload["fingerprint"]) == (
            "case.submitted",
            by.account_id,
            case.fingerprint,
        )

    def test_every_material_says_why_it_is_there_or_why_not(self, clock):
        case, _ = city.food("yes")
        assert {
            (row.material, row.waived, row.grade, bool(row.digest)) for row in queries.materials_of(case)
        } == {
            ("business_licence", "", "C", True),
            ("layout", "", "C", True),
            ("legal_rep_id", "fact", "A", False),
            ("safety_rules", "commitment", "D", False),
            ("health_certificates", "fact", "A", False),
        }

    def test_sent_twice_is_one_case(self, clock):
        draft, by = city.food_draft()
        first = actions.submit(case_id=draft.pk, by=by)
        clock.move(minutes=1)
        again = actions.submit(case_id=draft.pk, by=by)
        assert (again.short_no, again.fingerprint, again.submitted_at) == (
            first.short_no,
            first.fingerprint,
            first.submitted_at,
        )
        assert names(draft).count("case.submitted") == 1
        assert DaySerial.objects.get().last == 1

    def test_what_is_known_of_the_applicant_goes_before_what_was_typed(self, clock):
        draft, by = city.food_draft()
        actions.save(case_id=draft.pk, by=by, answers={"org_name": "假名有限公司", "org_uscc": "x"})
        case = actions.submit(case_id=draft.pk, by=by)
        assert case.answers["org_name"] == "示例餐饮有限公司"

    def test_a_disputed_fact_is_asked_for_instead(self, clock):
        of = office()
        draft = allowance_draft(of)
        parties.dispute(subject_id=draft.person_id, name="person.bank_account", by=SYSTEM)
        with pytest.raises(NotComplete) as refused:
            actions.submit(case_id=draft.pk, by=of.applicant)
        assert [error.field for error in refused.value.fields] == ["bank_account"]
        assert refused.value.materials == ("account",)
        actions.save(case_id=draft.pk, by=of.applicant, answers={"bank_account": "6222000000000000001"})
        actions.add_material(case_id=draft.pk, material="account", file=city.picture(), by=of.applicant)
        case = actions.submit(case_id=draft.pk, by=of.applicant)
        assert case.answers["bank_account"] == "6222000000000000001"
        assert case.sources["bank_account"] == {"source": "self"}

    def test_numbers_are_unique_and_well_formed_and_run_by_day(self, clock):
        first = [city.allowance(), city.food()[0], city.allowance()]
        clock.move(days=1)
        first.append(city.allowance())
        assert [case.short_no for case in first] == [
            "DG20260302-0001",
            "DG20260302-0002",
            "DG20260302-0003",
            "DG20260303-0001",
        ]
        assert len({case.case_no for case in first}) == 4
        assert all(check_case_no(case.case_no).ok for case in first)

    def test_the_day_of_a_number_is_shanghais(self, clock):
        clock.to("2026-03-02T23:59:59")
        assert city.allowance().short_no == "DG20260302-0001"
        clock.to("2026-03-03T00:00:00")
        assert city.allowance().short_no == "DG20260303-0001"

    def test_the_office_is_that_of_the_place_named(self, clock):
        assert city.allowance(place=city.HUMEN).place_path == city.town(city.HUMEN)
        assert city.food(place=city.HUMEN)[0].place_path == city.town(city.HUMEN)
        by = city.actor(city.account(city.person(tax__record_years=3, tax__last_year="2025")))
        draft = actions.open_draft(item_code="social-insurance-proof", by=by, situation={"purpose": "school"})
        parties.learn(
            subject_kind="person",
            subject_id=by.person_id,
            facts={"social_insurance.status": "paying", "social_insurance.paid_months": 3},
            source="human-resources",
            by=SYSTEM,
        )
        assert actions.submit(case_id=draft.pk, by=by).place_path == city.CITY

    def test_withdrawing_ends_the_clocks_and_takes_it_out_of_every_queue(self, clock):
        of = office()
        case = actions.withdraw(case_id=at(CaseState.SUBMITTED, of).pk, by=of.applicant)
        assert (case.state, case.closing_code, case.closed_at, case.waiting_for) == (
            "withdrawn",
            "5",
            clock.now,
            "",
        )
