"""A promised investment spread over calendar years: within the promise, by who manages the project, nothing of years that are over."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests import city
from tongban.kernel.events import queries as events
from tongban.kernel.records.actions import action
from tongban.modules.projects import actions, queries
from tongban.modules.projects.actions import BadEntry, NotPossible, Said
from tongban.modules.projects.calc import Year, by_year
from tongban.modules.projects.models import ProjectYear

pytestmark = pytest.mark.django_db
WHOLE = 6_000_000_000


def plan(row, by, **years):
    """As `y2026=…`."""
    given = {int(name[1:]): fen for name, fen in years.items()}
    return actions.plan_years(project_id=row.pk, years=given, by=by)


def invest(row, by, day, fen):
    said = Said(kind="money", words="付款", day=day, fen=fen)
    actions.note(project_id=row.pk, said=said, by=by)


def test_by_year():
    assert by_year({}, {}) == ()
    assert by_year({2027: 5, 2026: 3}, {2025: 1, 2026: 2}) == (
        Year(2025, 0, 1),
        Year(2026, 3, 2),
        Year(2027, 5, 0),
    )


def test_planned_against_done(project, officer, clock):
    row = plan(project, officer, y2026=2_000_000_000, y2027=4_000_000_000)
    assert row.planned_fen == WHOLE
    invest(project, officer, date(2026, 3, 1), 100)
    clock.to("2027-01-04T09:00")
    invest(project, officer, date(2026, 12, 31), 20)
    invest(project, officer, date(2027, 1, 1), 3)
    assert queries.years_of(project) == (Year(2026, 2_000_000_000, 120), Year(2027, 4_000_000_000, 3))
    event = next(one for one in events.history(project.pk) if one.name == "project.budgeted")
    assert event.payload == {"from": {}, "to": {"2026": 2_000_000_000, "2027": 4_000_000_000}}


def test_what_is_not_named_stays_and_nothing_takes_it_away(project, officer):
    plan(project, officer, y2026=100, y2027=200)
    plan(project, officer, y2027=0, y2028=50)
    project.refresh_from_db()
    assert (queries.planned(project), project.planned_fen) == ({2026: 100, 2028: 50}, 150)


def test_all_years_together_stay_within_the_promise(project, officer):
    plan(project, officer, y2026=WHOLE)
    for years in ({"y2027": 1}, {"y2026": WHOLE + 1}, {"y2026": 10**30}):
        with pytest.raises(BadEntry):
            plan(project, officer, **years)
    plan(project, officer, y2026=WHOLE - 1, y2027=1)
    assert queries.planned(project) == {2026: WHOLE - 1, 2027: 1}


@pytest.mark.parametrize(
    "years", [{}, {2025: 1}, {2047: 1}, {2026: -1}, {2026: None}, {2026: 1, 2025: 1}], ids=str
)
def test_what_is_refused(project, officer, years):
    with pytest.raises(BadEntry):
        actions.plan_years(project_id=project.pk, years=years, by=officer)
    assert not ProjectYear.objects.exists()


def test_the_plan_of_a_year_that_is_over_stands(project, officer, clock):
    plan(project, officer, y2026=WHOLE - 100)
    clock.to("2027-01-04T09:00")
    with pytest.raises(BadEntry):
        plan(project, officer, y2026=0)
    with pytest.raises(BadEntry):  # it still counts
        plan(project, officer, y2027=101)
    plan(project, officer, y2027=100)
    assert queries.planned(project) == {2026: WHOLE - 100, 2027: 100}


def test_who_may_not_manage_it_and_when_it_has_ended(project, officer, strangers, boss, firm):
    partner = city.actor(city.officer("project_partner", agency="natural-resources"))
    owner = city.actor(city.account(boss), firm)
    for by in (*strangers, partner, owner):
        with pytest.raises(queries.NoSuchProject):
            plan(project, by, y2026=1)
    actions.end(project_id=project.pk, ending="out", words="没有进展", by=officer)
    with pytest.raises(NotPossible):
        plan(project, officer, y2026=1)


def test_a_plan_moves_no_light(project, officer, clock):
    before = project.moved_on
    clock.move(days=30)
    assert plan(project, officer, y2026=1).moved_on == before


def test_the_database_keeps_the_promise(project):
    def write(**more):
        for name, value in more.items():
            setattr(project, name, value)
        project.save()

    with pytest.raises(IntegrityError), transaction.atomic():
        action(write)(planned_fen=WHOLE + 1)
    for fen in (0, -1):
        with pytest.raises(IntegrityError), transaction.atomic():
            action(ProjectYear(project=project, year=2026, planned_fen=fen).save)(force_insert=True)


def test_the_number_of_questions_does_not_grow(project, officer):
    def asked():
        with CaptureQueriesContext(connection) as found:
            queries.years_of(project)
        return len(found)

    counts = [asked()]
    plan(project, officer, y2026=1)
    counts.append(asked())
    plan(project, officer, y2027=1, y2028=1)
    invest(project, officer, date(2026, 3, 1), 1)
    assert [*counts, asked()] == [2, 2, 2]
