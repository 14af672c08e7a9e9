"""The law changes while cases are open: the preview says what it would mean, and who may go on goes on."""

import pytest

from tests import city
from tests.kernel.cases.stages import office
from tests.kernel.catalogue.drafting import FOOD, staff
from tongban.foundation import time
from tongban.kernel.cases import actions, queries
from tongban.kernel.cases.actions.migrating import NotMovable
from tongban.kernel.catalogue import actions as items
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.catalogue.calc import Edit
from tongban.kernel.deadlines.models import Clock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh():
    """Let go of compiled versions before and after a test that publishes one."""
    catalogue.forget()
    yield
    catalogue.forget()


def publish(*edits: Edit) -> None:
    """The edits as the next version of the food licence."""
    editor, publisher = staff("editor"), staff("publisher")
    draft = items.open_draft(item_code=FOOD, by=editor)
    items.change(draft_id=draft.pk, edits=list(edits), by=editor)
    items.propose(draft_id=draft.pk, by=editor)
    items.approve(draft_id=draft.pk, by=publisher)


def procedure(*more: dict) -> Edit:
    steps = [dict(step) for step in catalogue.item(FOOD).definition.data["procedure"]]
    return Edit("set", ("procedure",), [*steps, *more])


EXPERTS = {
    "id": "experts",
    "type": "review",
    "title": {"zh": "复核", "en": "Second look"},
    "who": {"permission": "case.review", "at": "town"},
    "after": ["site_check"],
    "when": "situation.commitment = 'no'",
    "limit": {"value": 1, "unit": "workdays"},
}


def in_review(of):
    case, of.applicant = city.food()
    actions.accept(case_id=case.pk, by=of.clerk)
    return actions.complete_step(case_id=case.pk, opinion="材料齐全", by=of.reviewer)


def test_what_is_done_stays_and_new_steps_are_added(clock):
    of = office()
    case = in_review(of)
    clocks = list(Clock.objects.filter(subject_id=case.pk).values())
    publish(procedure(EXPERTS))
    target, publisher = catalogue.item(FOOD), staff("publisher")
    assert list(queries.on_older_versions(publisher, target)) == [case]
    move = queries.move_of(case, target, time.today())
    assert (move.possible, move.missing, move.lost_steps, move.new_steps) == (True, (), (), ("复核",))
    clock.move(days=1)
    moved = actions.migrate(case_id=case.pk, reason="新规施行", by=publisher)
    assert (moved.version_id, moved.state) == (target.version_id, "in_review")
    steps = {step.step: (step.state, step.opinion) for step in queries.steps_of(moved)}
    assert steps == {
        "review": ("done", "材料齐全"),
        "site_check": ("open", None),
        "approve": ("waiting", None),
        "experts": ("waiting", None),
    }
    assert list(Clock.objects.filter(subject_id=case.pk).values()) == clocks
    assert [task.step.step for task in queries.work_of(moved)] == ["site_check"]
    event = next(one for one in queries.history(moved) if one.name == "case.migrated")
    assert event.payload == {"from": move.version, "to": target.version, "new_steps": 1}
    assert list(queries.on_older_versions(publisher, target)) == []


def test_what_lacks_something_stays_under_its_own_version(clock):
    of = office()
    case = in_review(of)
    field = {
        "id": "kitchen_area",
        "label": {"zh": "厨房面积", "en": "Kitchen area"},
        "type": "int",
        "required": True,
        "editable": True,
        "min": 1,
    }
    sections = [dict(section) for section in catalogue.item(FOOD).definition.data["form"]]
    sections[-1]["fields"] = [*sections[-1]["fields"], field]
    publish(Edit("set", ("form",), sections))
    move = queries.move_of(case, catalogue.item(FOOD), time.today())
    assert (move.possible, move.missing) == (False, ("厨房面积",))
    with pytest.raises(NotMovable):
        actions.migrate(case_id=case.pk, reason="新规施行", by=staff("publisher"))
    assert city.again(case).version_id == case.version_id


def test_a_finished_step_is_never_lost(clock):
    of = office()
    case = in_review(of)
    steps = [dict(s) for s in catalogue.item(FOOD).definition.data["procedure"] if s["id"] != "review"]
    for step in steps:
        step["after"] = [one for one in step["after"] if one != "review"]
    publish(Edit("set", ("procedure",), steps))
    move = queries.move_of(case, catalogue.item(FOOD), time.today())
    assert (move.possible, len(move.lost_steps)) == (False, 1)


def test_who_does_not_publish_takes_nothing_along(clock):
    of = office()
    case = in_review(of)
    publish(procedure(EXPERTS))
    for actor in (of.reviewer, of.decider, staff("editor"), staff("publisher", agency="tax"), of.applicant):
        assert list(queries.on_older_versions(actor, catalogue.item(FOOD))) == []
        with pytest.raises(NotMovable):
            actions.migrate(case_id=case.pk, reason="新规施行", by=actor)
    with pytest.raises(NotMovable):
        actions.migrate(case_id=case.pk, reason="  ", by=staff("publisher"))
    page = city.signed_in(city.officer("publisher", agency="market-regulation", place=city.CITY))
    text = page.get(f"/console/items/{FOOD}/open-cases/").content.decode()
    assert case.short_no in text
    assert case.applicant_name not in text
    answer = page.post(f"/console/items/{FOOD}/open-cases/", {"case": str(case.pk), "reason": "新规施行"})
    assert (answer.status_code, city.again(case).version_id) == (200, catalogue.item(FOOD).version_id)
