"""The permits of a project are applied for together: a draft for each that has no case, once, by the enterprise itself."""

import pytest

from tests import city
from tongban.kernel.cases import queries as cases
from tongban.kernel.cases.models import Case
from tongban.kernel.cases.states import CaseState
from tongban.kernel.events.models import Event
from tongban.kernel.records.actions import action
from tongban.modules.projects import actions, queries
from tongban.modules.projects.models import ProjectItem
from tongban.modules.projects.states import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(boss, firm):
    return city.actor(city.account(boss), firm)


def wanted(project):
    """The items of its permits."""
    return {one.item for one in queries.items_of(project, Role.PERMIT)}


def test_a_draft_for_each_permit_and_the_same_ones_again(project, owner, firm):
    made = actions.begin_permits(project_id=project.pk, by=owner)
    rows = Case.objects.filter(pk__in=made)
    assert {row.item_code for row in rows} == wanted(project)
    assert {(row.state, row.organisation_id) for row in rows} == {(CaseState.DRAFT, firm.pk)}
    assert actions.begin_permits(project_id=project.pk, by=owner) == made
    assert Case.objects.count() == len(made) == len(wanted(project))
    told = Event.objects.filter(name="project.applied", subject_id=project.pk).order_by("at", "id")
    assert [sorted(one.payload["items"]) for one in told] == [sorted(wanted(project))] * 2
    assert cases.drafts_for(owner, firm.pk, sorted(wanted(project))) == {
        row.item_code: row.pk for row in rows
    }


def test_what_has_a_case_is_not_begun_again(project, owner):
    first = queries.items_of(project, Role.PERMIT)[0]
    _linked(first)
    made = Case.objects.filter(pk__in=actions.begin_permits(project_id=project.pk, by=owner))
    assert {row.item_code for row in made} == wanted(project) - {first.item}


@action
def _linked(item):
    ProjectItem.objects.filter(pk=item.pk).update(case_id=item.project_id, short_no="DG20260302-0001")


def test_only_in_the_name_of_the_enterprise_and_while_it_runs(project, owner, boss, officer, strangers):
    with pytest.raises(queries.NoSuchProject):
        actions.begin_permits(project_id=project.pk, by=officer)
    other = city.organisation(boss, "示例贸易有限公司")
    with pytest.raises(actions.BadEntry):
        actions.begin_permits(project_id=project.pk, by=city.actor(city.account(boss), other))
    actions.end(project_id=project.pk, ending="out", words="撤资", by=officer)
    with pytest.raises(actions.NotPossible):
        actions.begin_permits(project_id=project.pk, by=owner)
    assert not Case.objects.exists()
