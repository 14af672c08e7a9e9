"""The database's answer and the plain one agree, row by row, for random actors, rules and cases."""

import itertools
import uuid

import pytest

from tests.kernel.access.oracle import World, holds, may
from tongban.foundation import time
from tongban.kernel.access.calc import ANONYMOUS, SYSTEM, Actor, Among, Granted, Missing, Own, Rule, covers
from tongban.kernel.access.rules import EVERYTHING, NOTHING, to_q
from tongban.kernel.cases import queries, rules
from tongban.kernel.cases.models import Case, CaseStep
from tongban.kernel.catalogue.models import ItemVersion
from tongban.kernel.events.states import ActorKind
from tongban.kernel.records.actions import action

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows() -> list[Case]:
    """A case for every agency, place, state, and for people with and without organisations: 90 in all."""
    world, now = World(1), time.now()
    version = ItemVersion.objects.order_by("id").first()
    made = []
    for number, (agency, place, state) in enumerate(
        itertools.product(world.agencies, world.places, world.states * 3)
    ):
        draft = state == "draft"
        made.append(
            Case(
                version=version,
                item_code=world.random.choice(world.items),
                item_name="x",
                agency=agency,
                place_path=place,
                state=state,
                account_id=uuid.uuid4(),
                person_id=world.random.choice(world.people),
                organisation_id=world.random.choice([None, *world.organisations]),
                applicant_name="x",
                created_at=now,
                saved_at=now,
                case_no=None if draft else f"n{number}",
                short_no=None if draft else f"s{number}",
                submitted_at=None if draft else now,
            )
        )
    action(Case.objects.bulk_create)(made)
    return made


def world_of(seed: int, rows: list[Case]) -> World:
    """A world whose grants can be for one of these rows alone, or against it."""
    world = World(seed)
    world.rows = [row.pk for row in rows]
    return world


@pytest.fixture
def tables(rows) -> dict[str, list[CaseStep]]:
    """Two steps for most cases that were handed in, many of another agency and place than the case's own."""
    world, now = World(2), time.now()
    made = []
    for case, order in itertools.product([row for row in rows if row.state != "draft"], (0, 1)):
        state = world.random.choice(world.step_states)
        if world.random.random() < 0.2:
            continue
        made.append(
            CaseStep(
                case=case,
                step=f"s{order}",
                order=order,
                type="consult",
                permission="case.review",
                agency=world.random.choice([*world.agencies, "police"]),
                place_path=world.random.choice(world.places),
                state=state,
                done_at=now if state == "done" else None,
            )
        )
    action(CaseStep.objects.bulk_create)(made)
    assert {step.agency == step.case.agency for step in made} == {True, False}
    return {"cases.CaseStep": made}


def found(condition) -> set[uuid.UUID]:
    """Identifiers of the rows that the database opens."""
    return set(Case.objects.filter(condition).values_list("pk", flat=True))


def test_random_rules(rows, tables):
    world = world_of(2026, rows)
    opened = 0
    for _ in range(250):
        rule, actor = world.rule(), world.actor()
        expected = {row.pk for row in rows if holds(rule, actor, row, tables)}
        assert found(to_q(rule, actor)) == expected, (rule, actor)
        opened += len(expected)
    assert 0.2 < opened / (250 * len(rows)) < 0.8  # neither all nor nothing, or the comparison would be empty


def test_the_policy_of_cases(rows, tables):
    world = world_of(33, rows)
    verbs = sorted({line.verb for line in rules.POLICY.lines})
    assert verbs == [
        "accept",
        "decide",
        "edit",
        "examine",
        "explain",
        "head",
        "migrate",
        "original",
        "rate",
        "review",
        "view",
        "withdraw",
    ]
    opened = dict.fromkeys(verbs, 0)
    for actor in [world.actor() for _ in range(200)]:  # enough for each of forty roles
        for verb in verbs:
            expected = {row.pk for row in rows if may(rules.POLICY, actor, verb, row, tables)}
            assert set(rules.visible(actor, verb).values_list("pk", flat=True)) == expected, (actor, verb)
            opened[verb] += len(expected)
        seen = {row.pk for row in rows if actor.grants and may(rules.POLICY, actor, "view", row, tables)}
        assert set(queries.desk(actor).values_list("pk", flat=True)) == seen
        own = {row.pk for row in rows if not actor.grants and may(rules.POLICY, actor, "view", row, tables)}
        assert set(queries.mine(actor).values_list("pk", flat=True)) == own
    assert all(opened.values())


def test_one_row_and_many_grants_is_the_same_answer(rows, tables):
    world = world_of(5, rows)
    for _ in range(40):
        grant = world.grant()
        actor = Actor(kind=ActorKind.STAFF, account_id=uuid.uuid4(), grants=(grant,))
        for permission in grant.permissions & {"case.view", "case.accept"}:
            verb = permission.removeprefix("case.")
            asked = [
                step.case
                for step in tables["cases.CaseStep"]
                if "case.review" in grant.permissions and verb == "view" and step.state != "waiting"
                if covers(
                    grant,
                    agency=step.agency,
                    place_path=step.place_path,
                    item=step.case.item_code,
                    subject_id=step.pk,
                )
            ]
            reached = {row.pk for row in asked} | {
                row.pk
                for row in rows
                if row.state != "draft"
                and covers(
                    grant,
                    agency=row.agency,
                    place_path=row.place_path,
                    item=row.item_code,
                    subject_id=row.pk,
                )
            }
            assert set(rules.visible(actor, verb).values_list("pk", flat=True)) == reached


def test_a_place_never_leaks_to_a_neighbour_whose_code_begins_alike(rows, tables):
    for path, within in {
        "441900/441900113/": {"441900/441900113/", "441900/441900113/441900113201/"},
        "441900/4419001130/": {"441900/4419001130/"},
        "441900/": set(World.places),
        "": set(World.places),
    }.items():
        officer = Actor(kind=ActorKind.STAFF, account_id=uuid.uuid4(), grants=(Granted("clerk", "", path),))
        assert set(rules.visible(officer).values_list("place_path", flat=True)) == within


@pytest.mark.parametrize("actor", [ANONYMOUS, SYSTEM, Actor(kind=ActorKind.STAFF, account_id=uuid.uuid4())])
def test_who_holds_nothing_sees_nothing(actor, rows, tables):
    for verb in (
        "view",
        "edit",
        "accept",
        "review",
        "examine",
        "decide",
        "head",
        "withdraw",
        "rate",
        "unheard-of",
    ):
        assert not rules.visible(actor, verb).exists()
    assert not queries.desk(actor).exists()
    assert not queries.mine(actor).exists()
    assert not queries.queue(actor).exists()


def test_the_ends_of_the_scale(rows):
    assert found(NOTHING) == set()
    assert found(EVERYTHING) == {row.pk for row in rows}
    nobody = Own("organisation_id", "organisation_id")
    assert found(to_q(nobody, ANONYMOUS)) == set()
    assert found(to_q(~nobody, ANONYMOUS)) == {row.pk for row in rows}
    assert found(to_q(~Missing("organisation_id") & ~Among("state", ("draft",)), ANONYMOUS)) == {
        row.pk for row in rows if row.organisation_id and row.state != "draft"
    }


def test_a_rule_without_a_condition_is_refused_rather_than_ignored():
    with pytest.raises(TypeError, match="no condition is written for Rule"):
        to_q(Rule(), ANONYMOUS)
