"""The database's answer and the plain one agree, row by row, for random actors, rules and cases."""

import itertools
import uuid

import pytest

from tests.kernel.access.oracle import World, holds, may
from tongban.foundation import time
from tongban.kernel.access.calc import ANONYMOUS, SYSTEM, Actor, Among, Granted, Missing, Own, Rule, covers
from tongban.kernel.access.rules import EVERYTHING, NOTHING, to_q
from tongban.kernel.cases import queries, rules
from tongban.kernel.cases.models import Case
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


def found(condition) -> set[uuid.UUID]:
    """Identifiers of the rows that the database opens."""
    return set(Case.objects.filter(condition).values_list("pk", flat=True))


def test_random_rules(rows):
    world = World(2026)
    opened = 0
    for _ in range(250):
        rule, actor = world.rule(), world.actor()
        expected = {row.pk for row in rows if holds(rule, actor, row)}
        assert found(to_q(rule, actor)) == expected, (rule, actor)
        opened += len(expected)
    assert 0.2 < opened / (250 * len(rows)) < 0.8  # neither all nor nothing, or the comparison would be empty


def test_the_policy_of_cases(rows):
    world = World(31)
    verbs = sorted({line.verb for line in rules.POLICY.lines})
    assert verbs == ["accept", "decide", "edit", "rate", "review", "view", "withdraw"]
    opened = dict.fromkeys(verbs, 0)
    for actor in [world.actor() for _ in range(60)]:
        for verb in verbs:
            expected = {row.pk for row in rows if may(rules.POLICY, actor, verb, row)}
            assert set(rules.visible(actor, verb).values_list("pk", flat=True)) == expected, (actor, verb)
            opened[verb] += len(expected)
        seen = {row.pk for row in rows if actor.grants and may(rules.POLICY, actor, "view", row)}
        assert set(queries.desk(actor).values_list("pk", flat=True)) == seen
        own = {row.pk for row in rows if not actor.grants and may(rules.POLICY, actor, "view", row)}
        assert set(queries.mine(actor).values_list("pk", flat=True)) == own
    assert all(opened.values())


def test_one_row_and_many_grants_is_the_same_answer(rows):
    world = World(5)
    for _ in range(40):
        grant = world.grant()
        actor = Actor(kind=ActorKind.STAFF, account_id=uuid.uuid4(), grants=(grant,))
        for permission in grant.permissions & {"case.view", "case.accept"}:
            verb = permission.removeprefix("case.")
            reached = {
                row.pk
                for row in rows
                if row.state != "draft"
                and covers(grant, agency=row.agency, place_path=row.place_path, item=row.item_code)
            }
            assert set(rules.visible(actor, verb).values_list("pk", flat=True)) == reached


def test_a_place_never_leaks_to_a_neighbour_whose_code_begins_alike(rows):
    for path, within in {
        "441900/441900113/": {"441900/441900113/", "441900/441900113/441900113201/"},
        "441900/4419001130/": {"441900/4419001130/"},
        "441900/": set(World.places),
        "": set(World.places),
    }.items():
        officer = Actor(kind=ActorKind.STAFF, account_id=uuid.uuid4(), grants=(Granted("clerk", "", path),))
        assert set(rules.visible(officer).values_list("place_path", flat=True)) == within


@pytest.mark.parametrize("actor", [ANONYMOUS, SYSTEM, Actor(kind=ActorKind.STAFF, account_id=uuid.uuid4())])
def test_who_holds_nothing_sees_nothing(actor, rows):
    for verb in ("view", "edit", "accept", "review", "decide", "withdraw", "rate", "unheard-of"):
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
