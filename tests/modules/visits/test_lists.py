"""Lists that rules fill: part by part, once in effect, and what data no longer say ends."""

from datetime import date

import pytest

from tests import city
from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.parties import actions as parties
from tongban.modules.visits import actions, queries, states, tasks
from tongban.modules.visits.models import ListRun, ServiceEntry

pytestmark = pytest.mark.django_db
RICH = {"org__above_scale": True, "org__sales_y0": 5_000_000_000, "org__doubling_plan": False}


@pytest.fixture
def firms(clock):
    """Two on the list of the large ones, one a fen below, one of which nothing is known."""
    boss = city.person()
    return [
        city.organisation(boss, "甲示例公司", **RICH),
        city.organisation(boss, "乙示例公司", place=city.HUMEN, **RICH),
        city.organisation(boss, "丙示例公司", **RICH | {"org__sales_y0": 4_999_999_999}),
        city.organisation(boss, "丁示例公司"),
    ]


def on_list():
    return set(ServiceEntry.objects.filter(until__isnull=True).values_list("name", "code"))


@pytest.mark.parametrize("chunk", [1, 2, 500])
def test_all_are_judged_part_by_part(firms, clock, chunk, monkeypatch):
    monkeypatch.setattr(states, "CHUNK", chunk)
    monkeypatch.setattr(queries, "CHUNK", chunk)
    tasks.renew_lists(date(2026, 3, 2))
    city.run_jobs()
    assert on_list() == {("甲示例公司", "key-hundred"), ("乙示例公司", "key-hundred")}
    row = ListRun.objects.get()
    assert (row.judged, row.changed, row.ended_at) == (4, 2, clock.now)
    tasks.renew_lists(date(2026, 3, 2))  # once a day
    assert ListRun.objects.count() == 1


def test_what_data_no_longer_say_ends_and_what_people_said_stays(firms, clock):
    manager = city.actor(city.officer("town_manager", agency=""))
    actions.put_on_list(code="key-hundred", uscc=firms[2].uscc, by=manager)
    tasks.renew_lists(date(2026, 3, 2))
    city.run_jobs()
    parties.learn(
        subject_kind="organisation",
        subject_id=firms[0].pk,
        facts={"org.sales_y0": 1},
        source="statistics",
        by=SYSTEM,
    )
    clock.move(days=1)
    tasks.renew_lists(date(2026, 3, 3))
    city.run_jobs()
    assert on_list() == {("乙示例公司", "key-hundred"), ("丙示例公司", "key-hundred")}


def test_a_part_noted_twice_changes_nothing(firms, clock):
    run = actions.begin_lists(day=date(2026, 3, 2))
    judged = queries.judged(None, date(2026, 3, 2))
    for _ in range(2):
        actions.renew_lists(run_id=run.pk, judged=judged, last=None)
    assert ServiceEntry.objects.count() == 2
    assert ListRun.objects.get().judged == 4


def test_what_a_rule_put_there_is_not_taken_off_by_hand(firms, clock):
    manager = city.actor(city.officer("town_manager", agency=""))
    tasks.renew_lists(date(2026, 3, 2))
    city.run_jobs()
    [mine] = queries.entries(manager)  # and none of the other town
    assert mine.name == "甲示例公司"
    with pytest.raises(actions.NotPossible):
        actions.take_off_list(entry_id=mine.pk, by=manager)
    foreign = ServiceEntry.objects.exclude(pk=mine.pk).get()
    with pytest.raises(queries.NotServed):
        actions.take_off_list(entry_id=foreign.pk, by=manager)
