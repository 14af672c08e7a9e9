"""Stages that a project had passed before anybody wrote down their days."""

from datetime import date

import pytest

from tests import city
from tongban.modules.projects import actions, queries

pytestmark = pytest.mark.django_db


@pytest.fixture
def jumped(project, officer, clock):
    """Opened on 2 March, under construction since 10 April: three stages in between have no day."""
    clock.move(days=50)
    return actions.advance(project_id=project.pk, stage="started", on=date(2026, 4, 10), by=officer)


def days(row):
    return {one.stage: one.actual_on for one in queries.stages_of(row)}


def test_a_passed_stage_gets_its_day_and_nothing_else_moves(jumped, officer):
    passed = [stage for stage, day in days(jumped).items() if day is None]
    before = queries.project(officer, jumped.pk).moved_on
    actions.register_stage(project_id=jumped.pk, stage="review", on=date(2026, 3, 20), by=officer)
    known = days(jumped)
    assert (known["review"], known["filed"], "review" in passed) == (date(2026, 3, 20), None, True)
    assert queries.project(officer, jumped.pk).moved_on == before
    # Its neighbours' days bound what can be registered next: filing comes after the review.
    with pytest.raises(actions.BadEntry):
        actions.register_stage(project_id=jumped.pk, stage="filed", on=date(2026, 3, 19), by=officer)
    actions.register_stage(project_id=jumped.pk, stage="filed", on=date(2026, 3, 20), by=officer)


@pytest.mark.parametrize("on", [None, date(2026, 3, 1), date(2026, 4, 11)])
def test_a_day_outside_its_neighbours_is_refused(jumped, officer, on):
    with pytest.raises(actions.BadEntry):
        actions.register_stage(project_id=jumped.pk, stage="filed", on=on, by=officer)


@pytest.mark.parametrize("stage", ["lead", "started", "target", "moon", ""])
def test_what_is_known_or_still_to_come_is_not_registered(jumped, officer, stage):
    with pytest.raises(actions.NotPossible):
        actions.register_stage(project_id=jumped.pk, stage=stage, on=date(2026, 4, 1), by=officer)


def test_a_passed_stage_has_no_plan_any_more(jumped, officer):
    with pytest.raises(actions.NotPossible):
        actions.plan_stage(project_id=jumped.pk, stage="filed", planned_on=date(2026, 6, 1), by=officer)


def test_the_page_says_that_a_day_is_not_registered(project, firm, boss, clock):
    account = city.officer("project_officer", agency="")
    officer, here = city.signed_in(account), f"/desk/projects/{project.pk}/"
    assert "未登记" not in officer.get(here).content.decode()
    clock.move(days=50)
    assert officer.post(f"{here}advance/", {"stage": "filed", "on": "2026-04-10"}).status_code == 302
    assert officer.get(here).content.decode().count("未登记<small>") == 2  # review and admission
    sent = {"stage": "review", "on": "2026-03-20"}
    assert officer.post(f"{here}began/", {**sent, "on": "x"}).status_code == 422
    assert officer.post(f"{here}began/", sent).status_code == 302
    assert officer.get(here).content.decode().count("未登记<small>") == 1
