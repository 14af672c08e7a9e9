"""The database itself checks whose rows are read: what a forgotten filter would show, shows nothing (ADR 0047)."""

import itertools
import random
import re
import uuid

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from tests import city, rowsecurity
from tests.kernel.access.oracle import World
from tests.kernel.access.shadows import Shadows
from tests.kernel.cases.stages import office
from tests.modules.appeals.filing import filed
from tests.site.test_every_policy import TABLES, carriers, policies
from tongban.foundation import readers, time
from tongban.foundation.readers import NOBODY, reading_as
from tongban.kernel.access.rules import allowed, reader_for
from tongban.kernel.cases import actions as cases
from tongban.kernel.cases import queries, rules
from tongban.kernel.cases.models import Case, CaseMaterial, CaseStep
from tongban.kernel.catalogue.models import ItemVersion
from tongban.kernel.documents.models import Letter
from tongban.kernel.notices.models import Notice
from tongban.kernel.parties.models import Fact
from tongban.kernel.records.actions import action
from tongban.kernel.records.rules import PREFIX
from tongban.modules.appeals import actions as appeals
from tongban.modules.appeals import queries as appeal_queries
from tongban.modules.appeals.models import Appeal, AppealEntry
from tongban.modules.claims.models import Claim
from tongban.site import rowsecurity as guarding

pytestmark = [pytest.mark.row_security, pytest.mark.django_db]
GUARDED = (Case, CaseMaterial, CaseStep, Letter, Fact, Notice, Appeal, AppealEntry, Claim)


@pytest.fixture(autouse=True)
def standing_clock(clock):
    """Every test here begins on Monday, 2 March 2026, 9:00."""


@pytest.fixture
def two():
    """Two applicants with a case each, and what hangs on it: (case, actor) of each."""
    rows = [city.food(), city.food(place=city.HUMEN)]
    clerk = office().clerk
    for case, _ in rows:
        cases.accept(case_id=case.pk, by=clerk)
    city.run_jobs()
    return [(city.again(case), actor) for case, actor in rows]


def read(model, actor=None):
    """The identifiers that an unfiltered query of a whole table gives, by the ORM and by plain SQL; both must agree."""
    with reading_as(reader_for(actor) if actor else NOBODY):
        found = set(model.objects.values_list("pk", flat=True))
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT id FROM "{model._meta.db_table}"')
            assert {pk for (pk,) in cursor.fetchall()} == found
    return found


def test_a_deliberately_unfiltered_query_returns_no_row(two):
    assert {model.__name__ for model in GUARDED if not model.objects.exists()} <= {
        "Appeal",
        "AppealEntry",
        "Claim",
    }
    assert {model.__name__: read(model) for model in GUARDED} == {model.__name__: set() for model in GUARDED}


def test_it_returns_ones_own_and_none_of_anothers(two):
    (mine, one), (theirs, other) = two
    for model in (CaseMaterial, CaseStep):
        everything = dict(model.objects.values_list("pk", "case_id"))
        assert set(everything.values()) == {mine.pk, theirs.pk}
        for case, actor in two:
            assert read(model, actor) == {pk for pk, of in everything.items() if of == case.pk}
    assert read(Case, one) == {mine.pk}
    assert read(Case, other) == {theirs.pk}
    subjects = {one.person_id, one.organisation_id}
    assert read(Fact, one) == set(Fact.objects.filter(subject_id__in=subjects).values_list("pk", flat=True))
    assert read(Notice, one) == set(
        Notice.objects.filter(account_id=one.account_id).values_list("pk", flat=True)
    )
    assert read(Letter, one) == set(Letter.objects.filter(about_id=mine.pk).values_list("pk", flat=True))


def test_an_officer_reads_what_agency_and_place_open(two):
    (mine, _), (theirs, _) = two
    agency = mine.agency
    at = {
        "here": city.officer("clerk", agency=agency, place=mine.place_path),
        "there": city.officer("clerk", agency=agency, place=theirs.place_path),
        "city": city.officer("reviewer", agency=agency, place=""),
        "else": city.officer("decider", agency="civil-affairs", place=""),
        "none": city.officer("signon_officer", agency="data-bureau", place=""),
    }
    read_by = {name: read(Case, city.actor(officer)) for name, officer in at.items()}
    assert mine.place_path != theirs.place_path
    assert read_by == {
        "here": {mine.pk},
        "there": {theirs.pk},
        "city": {mine.pk, theirs.pk},
        "else": set(),
        "none": set(),
    }


def test_a_confidential_appeal_is_read_by_those_whose_business_it_is():
    head = city.person("邓文彬")
    firm = city.organisation(head, "东莞市诉求示例电子有限公司")
    boss = city.actor(city.account(head))
    desk = city.actor(city.officer("appeal_coordinator", agency="industry", place=""))
    rows = {
        name: appeals.route(
            appeal_id=filed(boss, firm.pk, confidential=name == "secret").pk,
            lead="industry",
            assists=("justice",),
            by=desk,
        ).pk
        for name in ("open", "secret")
    }
    by = {
        "firm": boss,
        "desk": desk,
        "lead": city.actor(city.officer("appeal_officer", agency="industry", place="")),
        "assists": city.actor(city.officer("appeal_officer", agency="justice", place="")),
        "town": city.actor(city.officer("appeal_officer", agency="town-dalang", place=city.town())),
        "manager": city.actor(city.officer("town_manager", agency="", place=city.town())),
        "next town": city.actor(city.officer("town_manager", agency="", place=city.town(city.HUMEN))),
        "clerk": city.actor(city.officer("clerk", agency="industry", place="")),
        "stranger": city.actor(city.account(city.person("路人"))),
    }
    both, public = set(rows.values()), {rows["open"]}
    expected = {
        "firm": both,
        "desk": both,
        "lead": both,
        "assists": both,
        "town": public,
        "manager": public,
        "next town": set(),
        "clerk": set(),
        "stranger": set(),
    }
    assert {name: read(Appeal, actor) for name, actor in by.items()} == expected
    entries = dict(AppealEntry.objects.values_list("pk", "appeal_id"))
    assert read(AppealEntry, by["town"]) == {pk for pk, of in entries.items() if of == rows["open"]}
    for name, actor in by.items():
        policy = {one.pk for one in appeal_queries.visible(actor)}
        assert policy <= read(Appeal, actor), name


def test_two_people_by_turns_on_one_connection(two):
    """Whatever is done in a transaction, with and without: the next one begins with nothing (threat T4)."""
    (mine, one), (theirs, other) = two
    choose = random.Random(7)
    for turn in range(1_000):
        case, actor = choose.choice([(mine, one), (theirs, other), (None, None)])
        how = choose.choice(["alone", "inside", "savepoint", "broken"])
        with reading_as(reader_for(actor) if actor else NOBODY):
            if how == "inside":
                with transaction.atomic():
                    found = set(Case.objects.values_list("pk", flat=True))
            elif how == "savepoint":
                _look_and_go_back()
                found = set(Case.objects.values_list("pk", flat=True))
            elif how == "broken":
                with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute("SELECT 1 / 0")
                found = set(Case.objects.values_list("pk", flat=True))
            else:
                found = set(Case.objects.values_list("pk", flat=True))
        assert found == ({case.pk} if case else set()), (turn, how)


def _look_and_go_back():
    mark = transaction.savepoint()
    Case.objects.exists()
    transaction.savepoint_rollback(mark)


@pytest.mark.django_db(transaction=True)
def test_two_people_by_turns_without_a_transaction_around_them(two):
    (mine, one), (theirs, other) = two
    choose = random.Random(8)
    for turn in range(500):
        case, actor = choose.choice([(mine, one), (theirs, other), (None, None)])
        with reading_as(reader_for(actor) if actor else NOBODY):
            assert connection.get_autocommit()
            if choose.random() < 0.2:
                with pytest.raises(DatabaseError), connection.cursor() as cursor:
                    cursor.execute("SELECT 1 / 0")
            if choose.random() < 0.2:
                with transaction.atomic():
                    Case.objects.exists()
            many = Case.objects.order_by("id").iterator(chunk_size=1)
            assert {row.pk for row in many} == ({case.pk} if case else set()), turn
        with connection.cursor() as cursor:
            connection.execute_wrappers.remove(connection._saying)
            try:
                cursor.execute(
                    "SELECT current_setting('reader.kind', true), current_setting('reader.people', true)"
                )
                assert set(cursor.fetchone()) <= {None, ""}, turn  # nothing outlives its transaction
            finally:
                connection.execute_wrappers.append(connection._saying)


def test_pages_by_turns(two):
    """Browsers of two people by turns: each gets the own case's page, and for the other's there is none."""
    signed = [(case, city.signed_in(_account(actor))) for case, actor in two]
    for _ in range(10):
        for (case, browser), (others, _) in (signed, signed[::-1]):
            assert browser.get(reverse("case", args=[case.pk])).status_code == 200
            assert browser.get(reverse("case", args=[others.pk])).status_code == 404


def _account(actor):
    return apps.get_model("parties.Account").objects.get(pk=actor.account_id)


def _run_as(actor, sql, params):
    with reading_as(reader_for(actor)), connection.cursor() as cursor:
        cursor.execute(sql, params)


def test_only_an_action_writes(two):
    case, actor = two[0]
    with reading_as(reader_for(actor)), connection.cursor() as cursor:
        cursor.execute("UPDATE cases_case SET channel = 'x'")
        assert cursor.rowcount == 0
        cursor.execute("DELETE FROM cases_casematerial")
        assert cursor.rowcount == 0
    added = "INSERT INTO cases_deferral (id, case_id, material, due_on, state, promised_at) VALUES (%s, %s, 'x', now(), 'open', now())"
    with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        _run_as(actor, added, [uuid.uuid4(), case.pk])
    assert queries.case(case.pk).channel == case.channel


def test_what_a_policy_opens_the_database_opens():
    """For random officers and applicants, every verb gives the same rows with the guard and without."""
    rows = _many_cases()
    world = World(47)
    verbs = sorted({line.verb for line in rules.POLICY.lines})
    opened = closed = 0
    for actor in [world.actor() for _ in range(120)]:
        expected = {verb: _ids(rules.visible(actor, verb)) for verb in verbs}
        with reading_as(reader_for(actor)):
            assert {verb: _ids(rules.visible(actor, verb)) for verb in verbs} == expected, actor
            seen = _ids(Case.objects.all())
        assert set().union(*expected.values()) <= seen
        opened += len(seen)
        closed += len(rows) - len(seen)
    assert opened > 500
    assert closed > 500


def _ids(rows):
    return set(rows.values_list("pk", flat=True))


def _many_cases():
    world, now = World(3), time.now()
    version = ItemVersion.objects.order_by("id").first()
    rows = [
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
            case_no=None if state == "draft" else f"n{number}",
            short_no=None if state == "draft" else f"s{number}",
            submitted_at=None if state == "draft" else now,
        )
        for number, (agency, place, state) in enumerate(
            itertools.product(world.agencies, world.places, world.states * 2)
        )
    ]
    action(Case.objects.bulk_create)(rows)
    steps = [
        CaseStep(
            case=case,
            step="s0",
            order=0,
            type="consult",
            permission="case.review",
            agency=world.random.choice([*world.agencies, "police"]),
            place_path=world.random.choice(world.places),
            state=world.random.choice(("waiting", "open")),
        )
        for case in rows
        if case.state != "draft"
    ]
    action(CaseStep.objects.bulk_create)(steps)
    return rows


# The policies of guarded tables, which nothing but the rows themselves and what points at them decides.
COMPARED = sorted(
    name for name, label in TABLES.items() if guarding.declared(apps.get_model(label)) is not None
)


def test_every_guarded_table_with_a_policy_is_compared():
    assert COMPARED == [
        "appeal",
        "award",
        "case",
        "claim",
        "credential",
        "fact_dispute",
        "handover",
        "keyquestion",
        "known_device",
        "lending",
        "paper",
        "payment_batch",
        "payout",
        "reception",
        "supervised_case",
    ]


# Guards that ask for another row too (the case, the batch), which among these made-up rows no guard stands before.
ASKING = {"award", "handover", "keyquestion", "lending", "payout", "reception"}


@pytest.mark.parametrize("name", COMPARED)
def test_no_guard_hides_what_its_policy_opens(name):
    """Over random rows in tables that stand before the real ones: the same rows for every verb, with the guard and without."""
    policy, model = policies()[name], apps.get_model(TABLES[name])
    world = World(48)
    shadows = Shadows(policy, model, world, 60)
    table = next(one for one in guarding.tables() if one.name == model._meta.db_table)
    with connection.cursor() as cursor:
        for statement in table.statements():  # functions stand before the real ones too
            cursor.execute(
                re.sub(rf"\b{PREFIX}{table.name}_(\d+)\(", rf"pg_temp.{PREFIX}{table.name}_\1(", statement)
            )
    verbs = sorted({line.verb for line in policy.lines})
    opened = closed = 0
    for actor in [world.actor(carriers(policy)) for _ in range(40)]:
        conditions = {verb: allowed(policy, actor, verb) for verb in verbs}
        expected = {verb: _ids(model._base_manager.filter(q)) for verb, q in conditions.items()}
        with reading_as(reader_for(actor)):
            seen = {verb: _ids(model._base_manager.filter(q)) for verb, q in conditions.items()}
            closed += len(shadows.rows) - model._base_manager.count()
        assert seen == expected, actor
        opened += sum(map(len, seen.values()))
    assert opened
    assert closed or name in ASKING


def test_the_guard_is_whole_and_says_so():
    found = guarding.standing()
    assert found.role == rowsecurity.ROLE
    assert (found.powers, found.missing, found.open_to_nobody) == ((), (), True)
    assert set(found.guarded) == {one.name for one in guarding.tables()}


def test_the_platform_reads_everything_only_when_it_says_so(two):
    both = {case.pk for case, _ in two}
    assert read(Case) == set()
    with readers.reading_everything():
        assert set(Case.objects.values_list("pk", flat=True)) == both
