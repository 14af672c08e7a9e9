"""Saved views: one's own, shared with the own agency, opening nothing."""

import pytest

from tests import city
from tongban.kernel.access.rules import NotAllowed
from tongban.kernel.events import queries as events
from tongban.modules.worklists import actions, queries, states
from tongban.modules.worklists.models import SavedView

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def standing_clock(clock):
    """Every test here begins on Monday, 2 March 2026, 9:00."""
    return clock


@pytest.fixture
def clerk(db):
    return city.actor(city.officer("clerk"))


def save(by, name="今日红灯", *, shared=False, **filters):
    return actions.save(name=name, filters=filters or {"lamp": "red"}, shared=shared, by=by)


def test_a_view_is_kept_and_replaced_by_its_name(clerk, clock):
    row = save(clerk, "  今日  红灯 ", lamp="red", item="")
    assert (row.name, row.filters, row.agency, row.saved_at) == (
        "今日 红灯",
        {"lamp": "red"},
        "civil-affairs",
        clock.now,
    )
    again = save(clerk, "今日 红灯", lamp="red", town=city.DALANG)
    assert again.pk == row.pk
    (kept,) = queries.views(clerk)
    assert kept.filters == {"lamp": "red", "town": city.DALANG}
    assert [e.payload["filters"] for e in events.history(row.pk)] == [["lamp"], ["lamp", "town"]]


def test_who_sees_which(clerk):
    colleague = city.actor(city.officer("reviewer"))
    others = [
        city.actor(city.officer("clerk", agency="market-regulation")),
        city.actor(city.account(city.person())),
    ]
    save(clerk, "只给自己")
    save(clerk, "给同事", shared=True)
    save(colleague, "同事自己的")
    assert [row.name for row in queries.views(clerk)] == ["只给自己", "给同事"]
    assert [row.name for row in queries.views(colleague)] == ["同事自己的", "给同事"]
    assert [queries.views(by) for by in others] == [[], []]


def test_only_the_owner_deletes(clerk):
    row = save(clerk, shared=True)
    for by in (city.actor(city.officer("reviewer")), city.actor(city.account(city.person()))):
        with pytest.raises(queries.NoSuchView):
            actions.delete(view_id=row.pk, by=by)
    actions.delete(view_id=row.pk, by=clerk)
    assert not SavedView.objects.exists()
    assert [e.name for e in events.history(row.pk)] == ["saved_view.saved", "saved_view.deleted"]


@pytest.mark.parametrize(
    ("name", "filters"),
    [
        ("", {"lamp": "red"}),
        (" ", {"lamp": "red"}),
        ("长" * 21, {"lamp": "red"}),
        ("空", {"lamp": ""}),
        ("长", {"q": "x" * 101}),
        ("多", {f"f{n}": "x" for n in range(13)}),
    ],
)
def test_a_view_has_a_name_and_filters(clerk, name, filters):
    with pytest.raises(actions.BadView):
        actions.save(name=name, filters=filters, shared=False, by=clerk)


def test_not_more_than_fit(clerk):
    for number in range(states.MOST_VIEWS):
        save(clerk, f"视图{number}")
    with pytest.raises(actions.TooManyViews):
        save(clerk, "再一个")
    save(clerk, "视图0", lamp="yellow")


def test_who_has_no_queue_saves_no_view():
    for by in (city.actor(city.officer("bureau", agency="")), city.actor(city.account(city.person()))):
        with pytest.raises(NotAllowed):
            save(by)
