"""A material handed in once is used again; compared with its original once; facts that are too old do not stand in for papers."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from tests import city
from tongban.kernel.cases import actions, queries
from tongban.kernel.cases.models import CaseMaterial
from tongban.kernel.cases.queries import NoSuchCase, NothingToReuse
from tongban.kernel.events import queries as events
from tongban.kernel.parties import actions as parties
from tongban.kernel.parties.calc import KnownFact, Profile, aged
from tongban.kernel.parties.states import FactState
from tongban.kernel.records.actions import action

pytestmark = pytest.mark.django_db
SITUATION = {"business": "catering", "commitment": "no"}


@pytest.fixture
def earlier(clock):
    """A food licence that was handed in: (case, actor)."""
    return city.food()


def again(by):
    """A new draft of the same item by the same applicant."""
    return actions.open_draft(item_code="food-licence", by=by, situation=SITUATION)


def offered(case):
    return {material: [row.case_id for row in rows] for material, rows in queries.reusable(case).items()}


def test_what_was_handed_in_before_is_offered_and_used(earlier):
    case, by = earlier
    draft = again(by)
    assert offered(draft) == {"business_licence": [case.pk], "layout": [case.pk]}
    [source] = queries.reusable(draft)["layout"]
    row = actions.reuse_material(case_id=draft.pk, material="layout", source_id=source.pk, by=by)
    assert (row.digest, row.file_id, row.grade) == (source.digest, source.file_id, "C")
    assert queries.source_of(row).case_id == case.pk
    names = {event.name: event.payload for event in events.history(draft.pk)}
    assert names["case.material_reused"]["from"] == str(case.pk)
    assert names["case.material_reused"]["sha256"] == source.digest
    back = [event.payload for event in events.history(case.pk) if event.name == "case.material_reused"]
    assert back == [
        {"material": "layout", "sha256": source.digest, "to": str(draft.pk), "for": str(by.organisation_id)}
    ]


def test_drafts_and_others_offer_nothing(clock, earlier):
    _case, by = earlier
    _draft, other = city.food_draft()
    mine = again(other)
    assert offered(mine) == {}
    [source] = queries.reusable(again(by))["layout"]
    with pytest.raises(NothingToReuse):
        actions.reuse_material(case_id=mine.pk, material="layout", source_id=source.pk, by=other)
    with pytest.raises(NothingToReuse):
        actions.reuse_material(case_id=again(by).pk, material="business_licence", source_id=source.pk, by=by)
    with pytest.raises(NoSuchCase):
        actions.reuse_material(case_id=again(by).pk, material="layout", source_id=source.pk, by=other)


def test_one_file_is_offered_once_and_never_to_its_own_case(earlier):
    case, by = earlier
    draft = again(by)
    for _time in range(2):
        [source] = queries.reusable(draft)["layout"]
        actions.reuse_material(case_id=draft.pk, material="layout", source_id=source.pk, by=by)
    assert offered(draft)["layout"] == [case.pk]


def test_compared_with_the_original_once_for_all_cases_to_come(clock, earlier):
    case, by = earlier
    clerk = city.officer("clerk", agency="market-regulation")
    row = next(one for one in queries.materials_of(case) if one.material == "layout")
    with pytest.raises(NoSuchCase):
        actions.check_original(case_id=case.pk, row_id=row.pk, by=by)
    elsewhere = city.actor(city.officer("clerk", agency="market-regulation", place=city.town(city.HUMEN)))
    with pytest.raises(NoSuchCase):
        actions.check_original(case_id=case.pk, row_id=row.pk, by=elsewhere)
    checked = actions.check_original(case_id=case.pk, row_id=row.pk, by=city.actor(clerk))
    assert (checked.grade, checked.checked_by, checked.checked_at) == ("B", clerk.pk, clock.now)
    assert actions.check_original(case_id=case.pk, row_id=row.pk, by=city.actor(clerk)) is None
    draft = again(by)
    [source] = queries.reusable(draft)["layout"]
    used = actions.reuse_material(case_id=draft.pk, material="layout", source_id=source.pk, by=by)
    assert (used.grade, used.checked_by) == ("B", clerk.pk)


def test_the_database_wants_to_know_when_a_material_was_compared(earlier):
    row = CaseMaterial.objects.filter(grade="C").first()
    row.grade = "B"
    with pytest.raises(IntegrityError, match="material_checked_at"), transaction.atomic():
        action(row.save)()


@pytest.mark.parametrize(("days", "state"), [(0, "known"), (35, "known"), (36, "stale")])
def test_a_fact_grows_stale_after_its_days(clock, days, state):
    fact = KnownFact("social_insurance.paid_months", 88, "human-resources", clock.now)
    other = KnownFact("person.name", "陈晓雯", "public-security", clock.now)
    profile = Profile({fact.name: fact, other.name: other})
    today = clock.now.date() + dt.timedelta(days=days)
    found = aged(profile, {"social_insurance.paid_months": 35, "tax.unknown": 1}, today)
    assert found.get(fact.name).state == state
    assert found.get(other.name).state == FactState.KNOWN
    assert profile.get(fact.name).state == FactState.KNOWN


def test_a_disputed_fact_stays_disputed(clock):
    fact = KnownFact("a.b", 1, "x", clock.now - dt.timedelta(days=99), FactState.DISPUTED)
    assert aged(Profile({"a.b": fact}), {"a.b": 1}, clock.now.date()).get("a.b").state == FactState.DISPUTED


def test_a_stale_fact_is_shown_and_fills_but_locks_nothing(clock):
    person = city.person()
    by = city.actor(city.account(person))
    known = {"social_insurance.paid_months": 88}
    parties.learn(subject_kind="person", subject_id=person.pk, facts=known, source="human-resources", by=by)
    fresh = queries.known_of(person.pk, None, clock.now.date())
    assert fresh.get("social_insurance.paid_months").state == "known"
    clock.move(days=40)
    stale = queries.known_of(person.pk, None, clock.now.date())
    assert stale.get("social_insurance.paid_months").state == "stale"
    assert stale.values()["social_insurance.paid_months"] == 88
    parties.learn(subject_kind="person", subject_id=person.pk, facts=known, source="human-resources", by=by)
    assert queries.known_of(person.pk, None, clock.now.date()).get("social_insurance.paid_months").state == (
        "known"
    )
