"""The one formal supplement: once, complete, only what it names, apart from the officers until handed in."""

import datetime as dt

import pytest

from tests import city
from tests.kernel.cases.stages import FOOD_POINTS, correct, office, supplement_asked
from tongban.kernel.cases import actions, queries
from tongban.kernel.cases.actions import NotComplete
from tongban.kernel.cases.actions.filing import NotAskedFor
from tongban.kernel.cases.actions.handling import AlreadyAsked, ReasonMissing
from tongban.kernel.cases.actions.submitting import NothingSupplied
from tongban.kernel.deadlines.models import Clock
from tongban.kernel.events import queries as events
from tongban.site.invariants import submissions

pytestmark = pytest.mark.django_db


@pytest.fixture
def of(clock):
    """The office."""
    return office()


@pytest.fixture
def case(of):
    """A case whose applicant was asked for the floor area and another plan."""
    return supplement_asked(of)


def test_the_request_names_its_points_and_stops_the_clock(case, of, clock):
    supplement = queries.supplement_of(case)
    assert supplement.points == FOOD_POINTS
    assert (supplement.asked_at, supplement.asked_by, supplement.answered_at) == (
        clock.now,
        of.clerk.account_id,
        None,
    )
    assert (case.state, case.paused, case.due_on, case.waiting_for) == (
        "supplement_requested",
        True,
        None,
        "",
    )
    event = events.history(case.pk)[-1]
    assert event.payload == {"points": ["field:area", "material:layout"]}
    assert "平面图" not in str(event.payload)


def test_it_needs_a_point(clock, of):
    fresh, _ = city.food()
    with pytest.raises(ReasonMissing):
        actions.request_supplement(case_id=fresh.pk, points=[], message="x", by=of.clerk)


@pytest.mark.parametrize(
    "write",
    [
        lambda case, by: actions.save(case_id=case.pk, by=by, answers={"manager_name": "别人"}),
        lambda case, by: actions.save(case_id=case.pk, by=by, answers={"area": "9", "staff_count": 1}),
        lambda case, by: actions.save(case_id=case.pk, by=by, cleared=["manager_name"]),
        lambda case, by: actions.save(case_id=case.pk, by=by, situation={"business": "retail"}),
        lambda case, by: actions.save(case_id=case.pk, by=by, signed=["on_site"]),
        lambda case, by: actions.add_material(
            case_id=case.pk, material="business_licence", file=city.picture(), by=by
        ),
    ],
    ids=["another field", "one more field", "emptied field", "situation", "signature", "another material"],
)
def test_nothing_else_can_be_changed(case, of, write):
    before = city.again(case).answers
    with pytest.raises(NotAskedFor):
        write(case, of.applicant)
    assert city.again(case).answers == before


def test_corrections_stay_apart_until_they_are_handed_in(case, of):
    actions.save(case_id=case.pk, by=of.applicant, answers={"area": "99"})
    correct(case, of.applicant, "layout")
    here = city.again(case)
    supplement = queries.supplement_of(here)
    assert queries.shown_answers(here, supplement)["area"] == "86.5"
    assert not queries.queue(of.clerk).exists()
    after = actions.resubmit(case_id=case.pk, by=of.applicant)
    assert queries.shown_answers(after, queries.supplement_of(after))["area"] == "99"
    assert list(queries.queue(of.clerk)) == [after]


def test_what_an_officer_has_seen_cannot_be_taken_out(case, of):
    seen = next(row for row in queries.materials_of(case) if row.material == "layout")
    actions.remove_material(case_id=case.pk, row_id=seen.pk, by=of.applicant)
    correct(case, of.applicant, "layout")
    rows = [row for row in queries.materials_of(case) if row.material == "layout"]
    assert seen in rows
    (fresh,) = [row for row in rows if row != seen]
    actions.remove_material(case_id=case.pk, row_id=fresh.pk, by=of.applicant)
    assert [row for row in queries.materials_of(case) if row.material == "layout"] == [seen]


def test_every_point_must_be_answered(case, of, clock):
    with pytest.raises(NothingSupplied, match="2 of the points"):
        actions.resubmit(case_id=case.pk, by=of.applicant)
    actions.save(case_id=case.pk, by=of.applicant, answers={"area": "99"})
    with pytest.raises(NothingSupplied, match="1 of the points"):
        actions.resubmit(case_id=case.pk, by=of.applicant)
    actions.save(case_id=case.pk, by=of.applicant, answers={"area": "86.5"})
    correct(case, of.applicant, "layout")
    with pytest.raises(NothingSupplied, match="1 of the points"):  # typed again as it was: nothing corrected
        actions.resubmit(case_id=case.pk, by=of.applicant)


def test_a_correction_can_be_wrong_too(case, of):
    correct(case, of.applicant, "layout")
    actions.save(case_id=case.pk, by=of.applicant, answers={"area": "0.5"})
    with pytest.raises(NotComplete) as refused:
        actions.resubmit(case_id=case.pk, by=of.applicant)
    assert {error.field: error.code for error in refused.value.fields} == {"area": "min"}
    actions.save(case_id=case.pk, by=of.applicant, cleared=["area"])
    with pytest.raises(NotComplete):
        actions.resubmit(case_id=case.pk, by=of.applicant)


def test_handing_in_lets_the_clock_run_on_and_renews_the_fingerprint(case, of, clock):
    before = case.fingerprint
    clock.move(days=14)
    actions.save(case_id=case.pk, by=of.applicant, answers={"area": "99"})
    correct(case, of.applicant, "layout")
    after = actions.resubmit(case_id=case.pk, by=of.applicant)
    assert after.fingerprint != before
    assert (after.state, after.paused, after.due_on) == ("submitted", False, dt.date(2026, 3, 23))
    assert after.supplement.answered_at == clock.now
    receipt = Clock.objects.get(subject_id=case.pk, kind="receipt")
    assert [(e.kind, e.day.day) for e in receipt.entries.order_by("id")] == [
        ("started", 2),
        ("paused", 2),
        ("resumed", 16),
    ]


@pytest.mark.parametrize("end", ["lapse", "withdraw"])
def test_corrections_that_were_never_handed_in_are_no_part_of_what_ends(case, of, clock, end):
    answers, rows = case.answers, queries.materials_of(case)
    clock.move(days=1)
    actions.save(case_id=case.pk, by=of.applicant, answers={"area": "99"})
    correct(case, of.applicant, "layout")
    if end == "lapse":
        clock.move(days=60)
        after = actions.lapse(case_id=case.pk)
    else:
        after = actions.withdraw(case_id=case.pk, by=of.applicant)
    after = city.again(after)
    assert (after.state, after.answers) == ({"lapse": "terminated", "withdraw": "withdrawn"}[end], answers)
    assert queries.materials_of(after) == rows
    assert submissions() == [], "the case is what its receipt says"


def test_there_is_no_second_request(case, of, clock):
    actions.save(case_id=case.pk, by=of.applicant, answers={"area": "99"})
    correct(case, of.applicant, "layout")
    actions.resubmit(case_id=case.pk, by=of.applicant)
    with pytest.raises(AlreadyAsked) as refused:
        actions.request_supplement(case_id=case.pk, points=FOOD_POINTS, message="还有", by=of.clerk)
    assert refused.value.status == 409
    assert actions.accept(case_id=case.pk, by=of.clerk).state == "accepted"


def test_points_and_messages_lie_encrypted(case):
    supplement = queries.supplement_of(case)
    raw = type(supplement).objects.filter(pk=supplement.pk).values_list("points", "message", "before")[0]
    for column in raw:
        assert "平面图".encode() not in bytes(column)
        assert "补正".encode() not in bytes(column)
