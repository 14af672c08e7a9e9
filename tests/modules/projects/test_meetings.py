"""Meetings with what they decided, and issues that became appeals."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from tests import city
from tongban.kernel.events import queries as events
from tongban.kernel.records.actions import action
from tongban.modules.projects import actions, queries
from tongban.modules.projects.actions import Decision, Said
from tongban.modules.projects.models import ProjectEntry, ProjectMeeting
from tongban.modules.projects.states import EntryKind

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 3, 2)
DUE = MONDAY + timedelta(days=14)


def held(project, by, **more):
    given = {
        "day": MONDAY,
        "chair": "分管副镇长",
        "offices": ["town-dalang"],
        "decisions": [Decision("并联受理", "town-dalang", DUE), Decision("通报进度", "town-dalang", MONDAY)],
    }
    return actions.hold_meeting(project_id=project.pk, by=by, **{**given, **more})


def issue(project, by):
    said = Said("issue", "变压器不够", office="town-dalang", due_on=DUE)
    return actions.note(project_id=project.pk, said=said, by=by)


def test_each_decision_waits_for_its_office(project, officer):
    before = queries.project(officer, project.pk).moved_on
    met = held(project, officer, offices=["town-dalang", "nowhere", "town-dalang"])
    rows = queries.entries_of(project, EntryKind.DECISION)
    assert {(one.words, one.office, one.due_on, one.meeting_id) for one in rows} == {
        ("并联受理", "town-dalang", DUE, met.pk),
        ("通报进度", "town-dalang", MONDAY, met.pk),
    }
    assert queries.meetings_of(project) == [met]
    assert (met.offices, met.chair, met.day) == (["town-dalang"], "分管副镇长", MONDAY)
    # A meeting says what should happen; that the project moved, it does not.
    assert queries.project(officer, project.pk).moved_on == before
    actions.settle(project_id=project.pk, entry_id=rows[0].pk, words="已办", by=officer)
    (event,) = [one for one in events.history(project.pk) if one.name == "project.reviewed"]
    assert event.payload == {
        "meeting": str(met.pk),
        "on": "2026-03-02",
        "decisions": 2,
        "offices": ["town-dalang"],
    }


@pytest.mark.parametrize(
    "broken",
    [
        {"day": None},
        {"day": MONDAY + timedelta(days=1)},
        {"chair": "  "},
        {"offices": []},
        {"offices": ["nowhere"]},
        {"decisions": []},
        {"decisions": [Decision("好", "town-dalang", DUE)] * 21},
        {"decisions": [Decision(" ", "town-dalang", DUE)]},
        {"decisions": [Decision("好", "nowhere", DUE)]},
        {"decisions": [Decision("好", "town-dalang", None)]},
        {"decisions": [Decision("好", "town-dalang", DUE), Decision("坏", "town-dalang", date(2026, 3, 1))]},
    ],
)
def test_half_a_meeting_leaves_nothing(project, officer, broken):
    with pytest.raises(actions.BadEntry):
        held(project, officer, **broken)
    assert not ProjectMeeting.objects.exists()
    assert not queries.entries_of(project, EntryKind.DECISION)


def test_only_who_manages_the_project(project, strangers, boss, firm):
    own = city.actor(city.account(boss), firm)
    for stranger in [*strangers, own]:
        with pytest.raises(queries.NoSuchProject):
            held(project, stranger)
        with pytest.raises(queries.NoSuchProject):
            actions.note_appeal(project_id=project.pk, entry_id=project.pk, number="A1", by=stranger)


def test_only_a_decision_belongs_to_a_meeting(project, officer):
    met, entry = held(project, officer), issue(project, officer)
    with pytest.raises(IntegrityError), transaction.atomic():
        action(ProjectEntry.objects.filter(pk=entry.pk).update)(meeting=met)


def test_an_issue_keeps_the_number_of_one_appeal(project, officer):
    entry = issue(project, officer)
    for _ in range(2):
        found = actions.note_appeal(project_id=project.pk, entry_id=entry.pk, number="SQ1", by=officer)
    assert found.number == "SQ1"
    assert [one.name for one in events.history(project.pk)].count("project.appealed") == 1
    with pytest.raises(actions.NotPossible):
        actions.note_appeal(project_id=project.pk, entry_id=entry.pk, number="SQ2", by=officer)


def test_neither_a_decision_nor_what_is_settled_becomes_an_appeal(project, officer):
    held(project, officer)
    settled = issue(project, officer)
    actions.settle(project_id=project.pk, entry_id=settled.pk, words="已办", by=officer)
    for entry in (queries.entries_of(project, EntryKind.DECISION)[0], settled):
        with pytest.raises(actions.NotPossible):
            actions.note_appeal(project_id=project.pk, entry_id=entry.pk, number="SQ1", by=officer)
