"""The permits of a project are applied for together: a draft for each that has no case, once, by the enterprise itself."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import city
from tongban.foundation import time
from tongban.kernel.cases import actions as cases_actions
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


def drafts(project, owner):
    """The applications that were begun, by permit."""
    actions.begin_permits(project_id=project.pk, by=owner)
    found = queries.filings(owner, queries.items_of(project, Role.PERMIT), time.today())
    return {one.item.permit: one for one in found}


def test_what_the_project_says_stands_in_every_application(project, owner):
    begun = drafts(project, owner)
    assert {permit: one.case.answers for permit, one in begun.items()} == {
        "filing": {"name": "三号车间扩建", "total": 6_000_000_000},
        "pollution": {},
        "planning": {"name": "三号车间扩建"},
        "construction": {"name": "三号车间扩建"},
    }
    assert {permit: one.case.situation for permit, one in begun.items()} == {
        "filing": {"kind": "extend"},
        "pollution": {},
        "planning": {"project": "industry", "first": "new"},
        "construction": {"kind": "factory"},
    }


def test_what_was_typed_stays_when_begun_once_more(project, owner):
    filing = drafts(project, owner)["filing"].case
    cases_actions.save(case_id=filing.pk, by=owner, answers={"name": "四号车间"}, situation={"kind": "new"})
    again = drafts(project, owner)["filing"].case
    assert (again.pk, again.answers["name"], again.situation) == (filing.pk, "四号车间", {"kind": "new"})


def asked(project, owner):
    """The shared questions, with the permits and fields into which each answer goes."""
    found = queries.filings(owner, queries.items_of(project, Role.PERMIT), time.today())
    return {
        one.id: (one.value, {(filing.item.permit, id) for filing, id in one.filings})
        for one in queries.asked_once(project, found)
    }


def test_what_several_ask_for_is_asked_once(project, owner):
    drafts(project, owner)
    assert asked(project, owner) == {
        "name": ("三号车间扩建", {("filing", "name"), ("planning", "name"), ("construction", "name")}),
        "site": (None, {("filing", "site")}),
        "total": (6_000_000_000, {("filing", "total")}),
        "start": (None, {("filing", "start"), ("construction", "start")}),
        "end": (None, {("filing", "end"), ("construction", "end")}),
        "land": (None, {("filing", "land_area")}),
        "floor_area": (None, {("planning", "total"), ("construction", "scale")}),
    }


def test_typed_once_it_stands_everywhere_and_can_be_emptied(project, owner):
    drafts(project, owner)
    typed = {"start": "2026-04-01", "floor_area": "18600", "site": "大朗镇富民路 8 号"}
    actions.share_answers(project_id=project.pk, answers=typed, by=owner)
    into = {permit: one.case.answers for permit, one in drafts(project, owner).items()}
    assert into["filing"]["start"] == into["construction"]["start"] == "2026-04-01"
    assert into["planning"]["total"] == into["construction"]["scale"] == "18600"
    assert (into["filing"]["site"], into["filing"]["total"]) == ("大朗镇富民路 8 号", 6_000_000_000)
    assert into["pollution"] == {}
    actions.share_answers(project_id=project.pk, answers={}, cleared=["start"], by=owner)
    into = {permit: one.case.answers for permit, one in drafts(project, owner).items()}
    assert not {"start"} & {*into["filing"], *into["construction"]}
    told = Event.objects.filter(name="project.shared", subject_id=project.pk).order_by("at", "id")
    assert [one.payload["fields"] for one in told] == [["floor_area", "site", "start"], ["start"]]


def completed(filing, owner, **answers):
    """A draft with everything that it asks for."""
    cases_actions.save(
        case_id=filing.case.pk,
        by=owner,
        answers=answers,
        situation={"what": "new", "discharge": "air", "kind": "extend", "industry": "make"},
        signed=["eia"],
    )
    licence = city.picture("licence.png", "red", by=owner)
    cases_actions.add_material(case_id=filing.case.pk, material="business_licence", file=licence, by=owner)


POLLUTION = {
    "industry": "C3484 机械零部件加工",
    "product": "齿轮",
    "process": "切割、打磨",
    "waste": "无",
    "treatment": "布袋除尘",
}


def test_what_is_complete_is_handed_in_and_linked_and_the_rest_stays(project, owner, clock):
    begun = drafts(project, owner)
    completed(begun["pollution"], owner, **POLLUTION)
    clock.move(days=2)
    left = {permit: one.left for permit, one in drafts(project, owner).items()}
    assert {permit for permit, count in left.items() if count == 0} == {"pollution"}
    with pytest.raises(cases_actions.NotComplete):
        actions.hand_in_permit(project_id=project.pk, item_id=begun["filing"].item.pk, by=owner)
    item = begun["pollution"].item
    case = actions.hand_in_permit(project_id=project.pk, item_id=item.pk, by=owner)
    assert actions.hand_in_permit(project_id=project.pk, item_id=item.pk, by=owner).pk == case.pk
    rows = {one.permit: (one.case_id, one.short_no) for one in queries.items_of(project, Role.PERMIT)}
    assert rows == dict.fromkeys(rows, (None, "")) | {"pollution": (case.pk, case.short_no)}
    project.refresh_from_db()
    assert project.moved_on == time.today(), "a project whose permit is applied for has moved"
    assert Event.objects.filter(name="project.linked", subject_id=project.pk).count() == 1
    assert set(drafts(project, owner)) == {"filing", "planning", "construction"}


def test_one_of_another_project_or_not_begun_is_not_handed_in(project, plan, owner, officer):
    other = actions.open_project(plan=replace(plan, name="四号车间"), by=officer)
    mine, theirs = drafts(project, owner), drafts(other, owner)
    assert not {one.case.pk for one in mine.values()} & {one.case.pk for one in theirs.values()}
    assert theirs["filing"].case.answers["name"] == "四号车间"
    completed(theirs["pollution"], owner, **POLLUTION)
    with pytest.raises(actions.BadEntry):
        actions.hand_in_permit(project_id=project.pk, item_id=theirs["pollution"].item.pk, by=owner)
    third = actions.open_project(plan=replace(plan, name="五号车间"), by=officer)
    with pytest.raises(actions.BadEntry):
        actions.hand_in_permit(
            project_id=third.pk, item_id=queries.items_of(third, Role.PERMIT)[0].pk, by=owner
        )
    assert not Case.objects.exclude(state=CaseState.DRAFT).exists()


def test_the_daily_run_links_a_case_to_the_project_for_which_it_was_begun(project, plan, owner, officer):
    other = actions.open_project(plan=replace(plan, name="四号车间"), by=officer)
    drafts(project, owner)
    filing = drafts(other, owner)["pollution"]
    completed(filing, owner, **POLLUTION)
    case = cases_actions.submit(case_id=filing.case.pk, by=owner)
    [shown] = [one for one in queries.progress(queries.items_of(other, Role.PERMIT)) if one.case]
    assert (shown.item.permit, shown.case.pk) == ("pollution", case.pk), "it counts before it is linked"
    assert actions.follow_cases(day=time.today()) == 1
    assert queries.of_case(case.pk).project_id == other.pk


def test_a_draft_begun_by_hand_is_taken_up_once(project, plan, owner, officer):
    draft = cases_actions.open_draft(item_code="pollution-registration", by=owner)
    assert drafts(project, owner)["pollution"].case.pk == draft.pk
    other = actions.open_project(plan=replace(plan, name="四号车间"), by=officer)
    assert drafts(other, owner)["pollution"].case.pk != draft.pk


def test_strangers_share_and_hand_in_nothing(project, owner, officer, strangers):
    item = drafts(project, owner)["pollution"].item
    for one in [*strangers, officer]:
        with pytest.raises(queries.NoSuchProject):
            actions.share_answers(project_id=project.pk, answers={"name": "别的"}, by=one)
        with pytest.raises(queries.NoSuchProject):
            actions.hand_in_permit(project_id=project.pk, item_id=item.pk, by=one)
    for one in strangers:
        assert queries.filings(one, queries.items_of(project, Role.PERMIT), time.today()) == []


def test_eight_drafts_take_as_many_queries_as_one(project, owner):
    actions.begin_permits(project_id=project.pk, by=owner)
    rows = queries.items_of(project, Role.PERMIT)

    def count(some):
        with CaptureQueriesContext(connection) as asked:
            assert len(queries.filings(owner, some, time.today())) == len(some)
        return len(asked)

    count(rows)
    assert count(rows[:1]) == count(rows[:3]) == count(rows)
