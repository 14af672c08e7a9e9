"""Cases belong to the project that waits for them, and what is decided moves it."""

from datetime import date
from types import SimpleNamespace

import pytest

from tests import city
from tongban.kernel.cases import actions as cases
from tongban.modules.projects import actions, queries, tasks
from tongban.modules.projects.models import ProjectItem
from tongban.modules.projects.queries import GRANTED
from tongban.modules.projects.states import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def filed(project, boss, firm):
    """The enterprise's filing of its project, handed in."""
    by = city.actor(city.account(boss), firm)
    return SimpleNamespace(case=handed_in("investment-filing", by), by=by)


FORM = {
    "name": "三号车间扩建",
    "site": "大朗镇示例工业园",
    "total": 6_000_000_000,
    "land_area": "0",
    "start": "2026-04-01",
    "end": "2027-04-01",
    "content": "扩建三号车间，购置设备 60 台",
    "self_fund": 2_000_000_000,
}


def handed_in(item, by):
    """A filing that was handed in; it is decided from data at once."""
    case = cases.open_draft(item_code=item, by=by, situation={"kind": "extend", "industry": "make"})
    case = cases.save(case_id=case.pk, by=by, answers=FORM, signed=["true"])
    cases.add_material(case_id=case.pk, material="business_licence", file=city.picture("licence.png"), by=by)
    return cases.submit(case_id=case.pk, by=by)


def permit(project, name):
    return ProjectItem.objects.get(project=project, role=Role.PERMIT, permit=name)


def test_the_daily_run_links_what_was_handed_in(project, filed, clock):
    tasks.follow_cases(date(2026, 3, 2))
    row = permit(project, "filing")
    assert (row.case_id, row.short_no) == (filed.case.pk, filed.case.short_no)
    assert actions.follow_cases(day=date(2026, 3, 2)) == 0


def test_nobody_elses_case_is_linked(project, clock):
    other = city.person("方圆")
    handed_in("investment-filing", city.actor(city.account(other), city.organisation(other, "别的公司")))
    assert actions.follow_cases(day=date(2026, 3, 2)) == 0
    assert permit(project, "filing").case_id is None


def test_an_officer_links_by_number(project, officer, filed):
    assert queries.candidates(project) == {"investment-filing": filed.case.short_no}
    row = permit(project, "filing")
    actions.link(project_id=project.pk, item_id=row.pk, number=f" {filed.case.short_no.lower()} ", by=officer)
    assert permit(project, "filing").case_id == filed.case.pk
    assert queries.candidates(project) == {}


def test_a_number_that_does_not_fit_is_refused(project, officer, filed, plan):
    planning = permit(project, "planning")
    second = actions.open_project(plan=plan, by=officer)
    actions.link(
        project_id=project.pk, item_id=permit(project, "filing").pk, number=filed.case.short_no, by=officer
    )
    wrong = [
        (project, planning, filed.case.short_no),  # another item
        (second, permit(second, "filing"), filed.case.short_no),  # another project has it
        (project, planning, "DG20260302-000000"),
        (project, planning, "\x00"),
    ]
    for row, item, number in wrong:
        with pytest.raises(actions.BadEntry):
            actions.link(project_id=row.pk, item_id=item.pk, number=number, by=officer)


def test_what_is_granted_is_done_and_moves_the_project(project, boss, firm, clock):
    before = queries.way(queries.progress(queries.items_of(project, Role.PERMIT)))
    clock.move(days=30)
    case = handed_in("investment-filing", city.actor(city.account(boss), firm))
    cases.grant_by_rule(case_id=case.pk)
    assert city.again(case).state in GRANTED
    actions.follow_cases(day=date(2026, 4, 1))
    project.refresh_from_db()
    assert project.moved_on == date(2026, 4, 1)
    found = queries.progress(queries.items_of(project, Role.PERMIT))
    assert [one.granted for one in found] == [True, False, False, False]
    assert queries.way(found).days == before.days - 1  # the filing takes a day
