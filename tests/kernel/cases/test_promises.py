"""What an applicant promised: materials that follow, commitments looked at afterwards, and what a broken word costs."""

import datetime as dt

import pytest

from tests import city
from tests.kernel.cases.filling import dispatch, draft, filed, relief
from tests.kernel.cases.stages import Office, at, office, ready_to_decide
from tongban.foundation import time
from tongban.kernel.cases import actions, queries
from tongban.kernel.cases.actions import NotComplete
from tongban.kernel.cases.actions.deciding import NotRipe
from tongban.kernel.cases.actions.promises import Banned, CheckDone, NothingPromised
from tongban.kernel.cases.models import Ban
from tongban.kernel.cases.states import CaseState, VerbNotPossible
from tongban.kernel.cases.tasks import days
from tongban.kernel.events import queries as events
from tongban.site.invariants import submissions

pytestmark = pytest.mark.django_db
MARCH = [dt.date(2026, 3, day) if day else None for day in range(32)]


@pytest.fixture
def of(clock) -> Office:
    return office()


def promised(case) -> list[tuple]:
    """The promises of a case."""
    return [(row.material, row.state, row.due_on) for row in queries.deferrals_of(case)]


def examined(case, of):
    """Every step but the decision is done."""
    actions.accept(case_id=case.pk, by=of.clerk)
    while queries.open_step(case, queries.steps_of(case), of.reviewer, "case.review"):
        actions.complete_step(
            case_id=case.pk, opinion="符合", second_officer=of.other.account_id, by=of.reviewer
        )
    return city.again(case)


def supply(case, of, material="sample_agreement"):
    """Hand in a promised material."""
    file = city.letter_pdf(1, by=of.applicant)
    return actions.supply(case_id=case.pk, material=material, file=file, by=of.applicant)


class TestTolerance:
    """容缺受理: the applicant's choice, for listed materials, with a day; no result before they are there."""

    def test_a_deferrable_material_may_follow_within_ten_working_days(self, of):
        case, _ = dispatch(deferred=["sample_agreement"])
        assert (case.state, promised(case)) == ("submitted", [("sample_agreement", "open", MARCH[16])])
        case, _ = relief(deferred=["hardship_proof"])
        assert promised(case) == [("hardship_proof", "open", MARCH[16])]
        case, _ = dispatch()
        assert promised(case) == []

    def test_the_day_is_never_a_day_off(self, of, clock):
        clock.to("2026-09-17T10:00")
        case, _ = dispatch(deferred=["sample_agreement"])
        assert promised(case) == [("sample_agreement", "open", dt.date(2026, 10, 8))]

    def test_a_required_one_may_not_and_neither_where_the_item_has_no_tolerance(self, of):
        for item, situation, material in (
            ("labour-dispatch", {"premises": "owned"}, "capital_proof"),
            ("food-licence", {"business": "catering", "commitment": "no"}, "layout"),
        ):
            case, by = draft(item, situation)
            (row,) = [one for one in queries.materials_of(case) if one.material == material]
            actions.remove_material(case_id=case.pk, row_id=row.pk, by=by)
            actions.save(case_id=case.pk, by=by, deferred=[material])
            with pytest.raises(NotComplete) as refused:
                actions.submit(case_id=case.pk, by=by)
            assert refused.value.materials == (material,)

    def test_without_the_promise_it_is_missing(self, of):
        case, by = draft("labour-dispatch", {"premises": "owned"}, deferred=["sample_agreement"])
        actions.save(case_id=case.pk, by=by, deferred=[])
        with pytest.raises(NotComplete) as refused:
            actions.submit(case_id=case.pk, by=by)
        assert refused.value.materials == ("sample_agreement",)

    def test_nothing_is_granted_before_it_is_there(self, of, clock):
        case, of.applicant = dispatch(deferred=["sample_agreement"])
        case = examined(case, of)
        turn = queries.turn_of(of.decider, case, queries.steps_of(case), None)
        assert (turn.verbs & {"grant", "deny"}, [one.only_for_grant for one in turn.obstacles]) == (
            {"deny"},
            [True],
        )
        with pytest.raises(NotRipe, match="Deferred materials"):
            actions.grant(case_id=case.pk, by=of.decider)
        clock.move(days=1)
        before = case.fingerprint
        case = supply(case, of)
        (row,) = queries.deferrals_of(case)
        assert (row.state, row.supplied_at, case.state) == ("supplied", clock.now, "in_review")
        assert case.fingerprint != before
        assert submissions() == []
        assert actions.grant(case_id=case.pk, by=of.decider).state == "granted"

    def test_a_denial_need_not_wait_for_it(self, of):
        case, of.applicant = dispatch(deferred=["sample_agreement"])
        case = examined(case, of)
        assert actions.deny(case_id=case.pk, reasons="资本不足", by=of.decider).state == "denied"

    def test_only_what_was_promised_can_be_supplied_once_and_by_the_applicant(self, of):
        case, of.applicant = dispatch(deferred=["sample_agreement"])
        with pytest.raises(VerbNotPossible):
            supply(case, of)  # it is not accepted yet
        actions.accept(case_id=case.pk, by=of.clerk)
        with pytest.raises(NothingPromised):
            supply(case, of, "deed")
        stranger = city.actor(city.account(city.person()))
        with pytest.raises(queries.NoSuchCase):
            actions.supply(
                case_id=case.pk, material="sample_agreement", file=city.picture(by=stranger), by=stranger
            )
        supply(case, of)
        with pytest.raises(NothingPromised):
            supply(case, of)

    def test_what_did_not_come_ends_the_case(self, of, clock):
        case, of.applicant = dispatch(deferred=["sample_agreement"])
        kept, by = dispatch(deferred=["sample_agreement"])
        for one in (case, kept):
            actions.accept(case_id=one.pk, by=of.clerk)
        actions.supply(case_id=kept.pk, material="sample_agreement", file=city.letter_pdf(1, by=by), by=by)
        clock.to("2026-03-16T23:59")
        days.catch_up()
        assert city.again(case).state == "accepted"
        clock.to("2026-03-17T00:05")
        days.catch_up()
        case = city.again(case)
        # 5: given up by the applicant; not 2, which is void.
        assert (case.state, case.closing_code, case.closed_at) == ("terminated", "5", clock.now)
        assert "劳务派遣协议样本" in case.reasons
        assert promised(case) == [("sample_agreement", "failed", MARCH[16])]
        assert queries.work_of(case) == []
        assert (city.again(kept).state, promised(kept)[0][1]) == ("accepted", "supplied")
        log = [event.pk for event in events.history(case.pk)]
        days.catch_up()
        assert [event.pk for event in events.history(case.pk)] == log
        with pytest.raises(VerbNotPossible):
            supply(case, of)


class TestCommitments:
    """告知承诺: believed now, looked at later."""

    @pytest.fixture
    def granted(self, of):
        """A food licence granted on a commitment on 2 March."""
        case = ready_to_decide(of, "yes")
        actions.grant(case_id=case.pk, by=of.decider)
        city.run_jobs()
        return city.again(case)

    def test_what_was_believed_is_looked_at_within_thirty_days(self, granted, of):
        (check,) = granted.checks.all()
        assert (check.commitment, check.state, check.due_on) == ("on_site", "pending", dt.date(2026, 4, 1))
        assert (granted.state, granted.waiting_for) == ("closed", "case.review")
        assert [(task.kind, task.due_on) for task in queries.work_of(granted)] == [
            ("check", dt.date(2026, 4, 1))
        ]
        assert set(queries.queue(of.reviewer)) == {granted}

    def test_without_a_commitment_there_is_nothing_to_look_at(self, of):
        case = ready_to_decide(of)
        actions.grant(case_id=case.pk, by=of.decider)
        city.run_jobs()
        assert (case.checks.count(), queries.work_of(case)) == (0, [])

    def test_kept(self, granted, of, clock):
        clock.move(days=10)
        check = actions.check_commitment(
            case_id=granted.pk, commitment="on_site", kept=True, note=" 属实 ", by=of.reviewer
        )
        assert (check.state, check.checked_at, check.checked_by, check.note) == (
            "kept",
            clock.now,
            of.reviewer.account_id,
            "属实",
        )
        assert (queries.work_of(granted), city.again(granted).waiting_for) == ([], "")
        assert Ban.objects.count() == 0
        with pytest.raises(CheckDone) as refused:
            actions.check_commitment(
                case_id=granted.pk, commitment="on_site", kept=False, note="x", by=of.reviewer
            )
        assert refused.value.status == 409

    def test_it_takes_a_note_and_the_right(self, granted, of):
        look = {"case_id": granted.pk, "commitment": "on_site", "kept": True}
        with pytest.raises(CheckDone):
            actions.check_commitment(**look, note=" ", by=of.reviewer)
        for by in (of.clerk, of.applicant, city.actor(city.officer("reviewer", agency="health"))):
            with pytest.raises(queries.NoSuchCase):
                actions.check_commitment(**look, note="x", by=by)

    @pytest.mark.parametrize(
        ("fraud", "kept", "banned"), [(False, False, 0), (True, False, 1), (True, True, 0)]
    )
    def test_a_broken_word_bars_only_where_it_was_fraud(self, granted, of, fraud, kept, banned):
        actions.check_commitment(
            case_id=granted.pk, commitment="on_site", kept=kept, note="x", by=of.reviewer, fraud=fraud
        )
        rows = list(Ban.objects.all())
        assert [(row.subject_id, row.item_code, row.starts_on, row.ends_on) for row in rows] == [
            (granted.organisation_id, "food-licence", MARCH[2], dt.date(2029, 3, 2))
        ] * banned
        assert [row.basis for row in rows] == ["行政许可法第七十九条"] * banned


class TestBans:
    """Articles 78 and 79: not again for this item, for some years."""

    @pytest.fixture
    def denied(self, of):
        """An allowance denied on 2 March because of false papers."""
        case = at(CaseState.IN_REVIEW, of)
        return actions.deny(case_id=case.pk, reasons="材料虚假", by=of.decider, false_papers=True)

    def again(self, denied, of):
        return actions.open_draft(item_code="old-age-allowance", by=of.applicant)

    @pytest.mark.parametrize(
        ("day", "barred"), [("2026-03-02", True), ("2027-03-01", True), ("2027-03-02", False)]
    )
    def test_a_year_from_the_decision(self, denied, of, clock, day, barred):
        (row,) = Ban.objects.all()
        assert (row.subject_id, row.ends_on, row.basis, row.set_by) == (
            denied.person_id,
            dt.date(2027, 3, 2),
            "行政许可法第七十八条",
            of.decider.account_id,
        )
        clock.to(f"{day}T12:00")
        case = self.again(denied, of)
        if barred:
            with pytest.raises(Banned, match="2027-03-02") as refused:
                actions.submit(case_id=case.pk, by=of.applicant)
            assert refused.value.status == 409
            assert city.again(case).state == "draft"  # what was filled in is kept
        else:
            assert actions.submit(case_id=case.pk, by=of.applicant).state == "submitted"

    def test_it_bars_this_person_from_this_item_and_nobody_and_nothing_else(self, denied, of):
        assert city.allowance().state == "submitted"
        other_item, _ = filed("temporary-relief", {"hardship": "emergency"}, by=of.applicant)
        assert other_item.state == "submitted"

    def test_a_company_is_barred_and_no_other(self, of, clock):
        company, by = city.food()
        actions.accept(case_id=company.pk, by=of.clerk)
        case, of.applicant = company, by
        while queries.open_step(case, queries.steps_of(case), of.reviewer, "case.review"):
            actions.complete_step(
                case_id=case.pk, opinion="x", second_officer=of.other.account_id, by=of.reviewer
            )
        actions.deny(case_id=case.pk, reasons="材料虚假", by=of.decider, false_papers=True)
        assert Ban.objects.get().subject_id == company.organisation_id
        again, _ = draft("food-licence", {"business": "catering", "commitment": "no"}, by=by)
        with pytest.raises(Banned):
            actions.submit(case_id=again.pk, by=by)
        assert city.food()[0].state == "submitted"  # another company of another person
        assert queries.ban_on(city.allowance(), time.today()) is None

    def test_a_denial_alone_bars_nobody(self, of):
        at(CaseState.DENIED, of)
        assert not Ban.objects.exists()
        case = actions.open_draft(item_code="old-age-allowance", by=of.applicant)
        assert actions.submit(case_id=case.pk, by=of.applicant).state == "submitted"
